import { by } from "/static/book/dom.js";
import { go } from "/static/book/steps.js";
import { dateLong, span } from "/static/book/when.js";
import { zoneAt } from "/static/book/zone.js";

const words = ({ title, host }) => ({
  confirmed: ["Your booking is confirmed", `${title} with ${host}.`],
  tentative: ["Your request is sent", `The time is held for you until ${host} confirms it.`],
});

/** What was agreed: what, when in which zone, and who. */
export function showDone(booking, page, zone) {
  const [heading, text] = words(page)[booking.state] ?? ["Your time is held", "The booking is not complete yet."];
  by("done-title").textContent = heading;
  by("done-text").textContent = text;
  by("done-when").textContent = `${dateLong(booking.start, zone)}\n${span(booking.start, page.minutes, zone)}`;
  by("done-zone").textContent = zoneAt(zone, booking.start);
  by("done-who").textContent = `${booking.customer.name} (${booking.customer.email})`;
  document.title = `${heading}: ${page.title}`;
  go("done");
}
