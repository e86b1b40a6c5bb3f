import { call } from "/static/book/api.js";
import { addMonths, firstOf, lastOf, monthOf } from "/static/book/dates.js";
import { dayIn } from "/static/book/zone.js";

function byDay(instants, zone) {
  const days = new Map();
  for (const instant of instants) {
    const day = dayIn(zone, instant);
    days.set(day, [...(days.get(day) ?? []), instant]);
  }
  return days;
}

/** Free times at an address, by month and zone. Two neighbouring months come in one call (62 days at most). */
export class Slots {
  #address;
  #months = new Map();

  constructor(address) {
    this.#address = new URL(address, location.href);
  }

  /** `{days: Map(day → instants)}` or `{problem}`. */
  month(month, zone) {
    const key = `${month} ${zone}`;
    if (!this.#months.has(key)) this.#load(month, zone);
    return this.#months.get(key);
  }

  forget() {
    this.#months.clear();
  }

  #load(month, zone) {
    const pair = [month, addMonths(month, 1)];
    const answer = this.#ask(pair, zone);
    for (const each of pair) {
      const key = `${each} ${zone}`;
      const own = answer.then((found) => found.problem ? found : { days: found.months.get(each) });
      this.#months.set(key, own);
      own.then((found) => found.problem && this.#months.get(key) === own && this.#months.delete(key));
    }
  }

  async #ask([month, next], zone) {
    const today = dayIn(zone, Date.now());
    const from = firstOf(month) < today ? today : firstOf(month);
    const { pathname, searchParams } = this.#address;
    const query = new URLSearchParams([...searchParams, ["from", from], ["to", lastOf(next)], ["timezone", zone]]);
    const { data, problem } = await call("GET", `${pathname}?${query}`);
    if (problem) return { problem };
    const days = [...byDay(data.slots, zone)];
    const within = (wanted) => new Map(days.filter(([day]) => monthOf(day) === wanted));
    return { months: new Map([[month, within(month)], [next, within(next)]]) };
  }
}
