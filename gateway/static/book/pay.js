import { by } from "/static/book/dom.js";
import { go } from "/static/book/steps.js";
import { clock, dateLong, span } from "/static/book/when.js";
import { zoneAt } from "/static/book/zone.js";

/** Where a booking is paid for, or null when it need not be now. */
export const checkoutOf = ({ state, payment }) => (state === "pending_payment" ? payment?.checkout_url : null) ?? null;

/**
 * On the way to pay. Who wished for another time than the one already held on this link is told so
 * first; everybody else goes straight on.
 */
export function showPayment(booking, page, zone, wished) {
  const same = Date.parse(booking.start) === Date.parse(wished);
  by("paying-title").textContent = same ? "On to the payment…" : "You are already holding a time";
  by("paying-text").textContent = `${same ? "Your time is held" : "This link holds one time. It is yours"} until ${clock(booking.payment.expires_at, zone)}${same ? "." : " if you pay for it. To choose another, give this one up there first."}`;
  by("paying-when").textContent = `${dateLong(booking.start, zone)}\n${span(booking.start, page.minutes, zone)}`;
  by("paying-zone").textContent = zoneAt(zone, booking.start);
  by("pay").href = booking.payment.checkout_url;
  go("paying");
  if (same) location.assign(booking.payment.checkout_url);
}
