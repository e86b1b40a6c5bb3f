import { hourCycle, locale } from "/static/book/locale.js";

const formats = new Map();

function say(options, date, timeZone) {
  const key = JSON.stringify([options, timeZone]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { ...options, timeZone }));
  return formats.get(key).format(date).replace(/, (?=\d+ )/, " "); // "Monday 23 November", as people write it
}

const LONG = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const DATE = { day: "numeric", month: "long", year: "numeric" };
const SHORT = { weekday: "short", day: "numeric", month: "short" };
const HEAD = { weekday: "long", day: "numeric", month: "long" };
const CLOCK = { hour: hourCycle === "h23" ? "2-digit" : "numeric", minute: "2-digit", hourCycle };

const noon = (day) => new Date(`${day}T12:00:00Z`);

export const monthName = (month) => say({ month: "long", year: "numeric" }, noon(`${month}-01`), "UTC");
export const monthOnly = (month) => say({ month: "long" }, noon(`${month}-01`), "UTC");
export const weekdayName = (day, style) => say({ weekday: style }, noon(day), "UTC");
export const dayLong = (day) => say(LONG, noon(day), "UTC");
export const dayHead = (day) => say(HEAD, noon(day), "UTC");

export const clock = (instant, zone) => say(CLOCK, new Date(instant), zone);
export const dateOnly = (instant, zone) => say(DATE, new Date(instant), zone);
export const dateLong = (instant, zone) => say(LONG, new Date(instant), zone);

/** "Tue 24 Nov, 10:00" */
export const brief = (instant, zone) =>
  `${say(SHORT, new Date(instant), zone).replace(",", "")}, ${clock(instant, zone)}`;

/** "10:00 – 10:30" */
export function span(instant, minutes, zone) {
  const end = new Date(Date.parse(instant) + minutes * 60_000);
  return `${clock(instant, zone)} – ${clock(end, zone)}`.replaceAll(" ", "\u00a0");
}
