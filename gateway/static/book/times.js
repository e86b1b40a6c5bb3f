import { attribute, by, el } from "/static/book/dom.js";
import { clock, dayHead, monthOnly } from "/static/book/when.js";
import { offsetIn, zoneAt } from "/static/book/zone.js";

const list = by("times-list");
const nothing = by("nothing");

function heading(title, zone = "") {
  by("times-title").textContent = title;
  by("times-zone").textContent = zone;
  by("times-zone").hidden = !zone;
}

function fill(items, busy = false) {
  list.replaceChildren(...items);
  list.hidden = items.length === 0;
  attribute(by("times"), "aria-busy", busy && "true");
  nothing.hidden = true;
}

function instead(text, label, onClick) {
  const [words, button] = nothing.children;
  words.textContent = text;
  button.textContent = label ?? "";
  button.hidden = !label;
  button.onclick = onClick;
  nothing.hidden = false;
}

function timeButton(instant, zone, repeated, onChoose) {
  const button = el("button", { type: "button", textContent: clock(instant, zone) });
  if (repeated) button.append(" ", el("small", { textContent: offsetIn(zone, instant) }));
  button.dataset.start = instant;
  button.addEventListener("click", () => onChoose(instant));
  return el("li", {}, button);
}

export function showTimes(day, instants, zone, onChoose) {
  const seen = instants.map((instant) => clock(instant, zone));
  const repeated = (index) => seen.indexOf(seen[index]) !== seen.lastIndexOf(seen[index]);
  heading(dayHead(day), zoneAt(zone, instants[0], instants.at(-1)));
  fill(instants.map((instant, index) => timeButton(instant, zone, repeated(index), onChoose)));
  list.scrollTop = 0;
}

export function showLoading() {
  heading("Free times", "\u00a0");
  fill(Array.from({ length: 9 }, () => el("li", { className: "bone" })), true);
}

export function showEmpty(month, onSearch) {
  heading(`No times in ${monthOnly(month)}`);
  fill([]);
  instead("Every time is taken, or none is open yet.", "Next free time", onSearch);
}

export function showNone(host) {
  heading("No free times");
  fill([]);
  instead(`There is nothing to choose from at the moment. Ask ${host} for another way to find a time.`);
}

export function showFailed(words, onRetry) {
  heading("The times did not load");
  fill([]);
  instead(`${words.heading} ${words.text}`, "Try again", onRetry);
}

/** Back to where the visitor was: the time chosen before, or the list's heading. */
export function focusTime(instant) {
  const button = [...list.querySelectorAll("button")].find(({ dataset }) => dataset.start === instant);
  (button ?? by("times-title")).focus();
}
