import { by } from "/static/book/dom.js";
import { locale } from "/static/book/locale.js";
import { brief, dateOnly, dayHead, span } from "/static/book/when.js";
import { dayIn, zoneAt } from "/static/book/zone.js";

/** The chosen time, beside what is being booked and on the button that books it. */
export function showChosen(start, page, zone) {
  const [item, words] = [by("chosen"), by("chosen").querySelector("span")];
  words.textContent = start ? `${dayHead(dayIn(zone, start))}\n${span(start, page.minutes, zone)}\n${zoneAt(zone, start)}` : "";
  item.hidden = !start;
  if (!start) return;
  const wish = page.price ? "Continue to payment" : page.host_confirms ? "Request booking" : "Confirm booking";
  by("submit").textContent = `${wish} for ${brief(start, zone)}`;
}

export function showInvitation({ name, expires_at: expires }, zone) {
  const until = expires ? `, open until ${dateOnly(expires, zone)}` : "";
  by("invitation").querySelector("span").textContent = `For ${name}: one booking${until}`;
  by("invitation").hidden = false;
}

export function showPrice(price) {
  if (!price) return;
  const format = new Intl.NumberFormat(locale, { style: "currency", currency: price.currency });
  const digits = format.resolvedOptions().maximumFractionDigits;
  by("price").textContent = format.format(price.amount / 10 ** digits);
}

/** A logo that does not load leaves no gap. */
export function tidyLogo() {
  const logo = by("logo");
  const drop = () => logo.remove();
  if (logo?.complete && !logo.naturalWidth) drop();
  else logo?.addEventListener("error", drop);
}
