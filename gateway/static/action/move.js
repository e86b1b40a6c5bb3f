import { Calendar } from "/static/book/calendar.js";
import { by } from "/static/book/dom.js";
import { tidyLogo } from "/static/book/summary.js";
import { focusTime } from "/static/book/times.js";
import { dateLong, span } from "/static/book/when.js";
import { zoneAt } from "/static/book/zone.js";

const FINAL = new Set(["action_link_invalid", "action_link_expired", "action_not_available"]);

const slots = `${location.pathname}/slots${location.search}`;
const page = { ...JSON.parse(by("page").textContent), slots };
const calendar = new Calendar(page, { onTime: choose, onProblem: ended });
const start = by("start");

function show(choosing) {
  by("pick").hidden = !choosing;
  by("chosen-time").hidden = choosing;
  start.disabled = choosing;
  by("booking").dataset.step = choosing ? "pick" : "chosen";
}

function choose(instant) {
  start.value = instant;
  by("chosen-when").textContent = `${dateLong(instant, calendar.zone)}\n${span(instant, page.minutes, calendar.zone)}`;
  by("chosen-zone").textContent = zoneAt(calendar.zone, instant);
  show(false);
  by("chosen-title").focus({ preventScroll: true });
  if (by("booking").getBoundingClientRect().top < 0) by("booking").scrollIntoView();
}

/** The link can do nothing any more: the server's own page says why. */
function ended({ code }) {
  if (FINAL.has(code)) location.replace(location.href);
  return FINAL.has(code);
}

by("back").addEventListener("click", () => {
  show(true);
  focusTime(start.value);
});
tidyLogo();
show(true);
calendar.start();
