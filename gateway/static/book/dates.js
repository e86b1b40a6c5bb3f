// Plain calendar days as "YYYY-MM-DD" and months as "YYYY-MM": no zone, no clock.
const parse = (day) => new Date(`${day}T00:00:00Z`);
const print = (date) => date.toISOString().slice(0, 10);

export const monthOf = (day) => day.slice(0, 7);
export const firstOf = (month) => `${month}-01`;
export const lastOf = (month) => addDays(firstOf(addMonths(month, 1)), -1);
export const weekday = (day) => parse(day).getUTCDay();

export function addDays(day, count) {
  const date = parse(day);
  date.setUTCDate(date.getUTCDate() + count);
  return print(date);
}

export function addMonths(month, count) {
  const date = parse(firstOf(month));
  date.setUTCMonth(date.getUTCMonth() + count);
  return monthOf(print(date));
}

/** The same day of another month, or that month's last where it is shorter. */
export function sameDayIn(month, day) {
  const wanted = month + day.slice(7);
  return wanted <= lastOf(month) ? wanted : lastOf(month);
}

/** 42 cells, weeks starting on `weekStart` (0 is Sunday); null outside the month. */
export function gridOf(month, weekStart) {
  const lead = (weekday(firstOf(month)) - weekStart + 7) % 7;
  const start = addDays(firstOf(month), -lead);
  return Array.from({ length: 42 }, (_, index) => addDays(start, index))
    .map((day) => (monthOf(day) === month ? day : null));
}
