import { addMonths, monthOf } from "/static/book/dates.js";
import { announce, by } from "/static/book/dom.js";
import { Month } from "/static/book/month.js";
import { Slots } from "/static/book/slots.js";
import { showEmpty, showFailed, showLoading, showNone, showTimes } from "/static/book/times.js";
import { dayHead, monthName } from "/static/book/when.js";
import { dayIn, ownZone, zoneName } from "/static/book/zone.js";
import { Zones } from "/static/book/zones.js";

const REACH = 24; // months ahead that can be looked at
const SEARCH = 12; // months a search for the next free time goes through

/** The month, the day chosen in it and that day's times, in one zone. */
export class Calendar {
  zone = ownZone;
  #slots;
  #grid;
  #month;
  #day = null;
  #turn = 0;

  constructor(page, { onTime, onProblem }) {
    this.page = page;
    this.onTime = onTime;
    this.onProblem = onProblem;
    this.#slots = new Slots(page.slots);
    this.#grid = new Month({ onMonth: (month) => this.#show(month), onDay: (day) => this.#choose(day), reach: REACH });
    const zones = new Zones((zone) => this.#setZone(zone));
    by("zone").addEventListener("click", () => zones.open(this.zone));
  }

  async start() {
    this.#setZone(this.zone);
    const month = this.#month;
    const { days } = await this.#slots.month(month, this.zone);
    const next = days?.size === 0 && await this.#slots.month(addMonths(month, 1), this.zone);
    if (next?.days?.size && this.#month === month) this.#show(addMonths(month, 1));
  }

  /** Asks again for everything that may have changed. */
  reload() {
    this.#slots.forget();
    return this.#show(this.#month);
  }

  get #today() {
    return dayIn(this.zone, Date.now());
  }

  #setZone(zone) {
    this.zone = zone;
    by("zone-name").textContent = zoneName(zone);
    const now = monthOf(this.#today);
    this.#show(this.#month > now ? this.#month : now);
  }

  async #show(month) {
    const turn = ++this.#turn;
    this.#month = month;
    this.#paint(null);
    showLoading();
    const { days, problem } = await this.#slots.month(month, this.zone);
    if (turn !== this.#turn) return;
    this.#paint(days ?? new Map());
    if (problem) this.#failed(problem);
    else if (days.size) this.#open(days);
    else showEmpty(month, () => this.#search());
  }

  #open(days) {
    announce(`${monthName(this.#month)}: ${days.size === 1 ? "1 day" : `${days.size} days`} with free times`);
    this.#pick(days, days.has(this.#day) ? this.#day : days.keys().next().value);
  }

  #pick(days, day) {
    this.#day = day;
    this.#paint(days);
    showTimes(day, days.get(day), this.zone, this.onTime);
  }

  async #choose(day) {
    const { days } = await this.#slots.month(monthOf(day), this.zone);
    if (!days?.has(day)) return;
    this.#pick(days, day);
    announce(`Free times on ${dayHead(day)}: ${days.get(day).length}`);
    by("times").scrollIntoView({ block: "nearest", behavior: "smooth" });
  }

  #paint(days) {
    this.#grid.paint({ month: this.#month, today: this.#today, days, day: this.#day });
  }

  #failed(problem) {
    if (this.onProblem(problem)) return;
    showFailed(this.page.words[problem.code] ?? this.page.words.internal_error, () => {
      by("times-title").focus();
      this.#show(this.#month);
    });
  }

  async #search() {
    const turn = ++this.#turn;
    showLoading();
    by("times-title").focus();
    for (let ahead = 1; ahead <= SEARCH; ahead += 1) {
      const month = addMonths(this.#month, ahead);
      const { days, problem } = await this.#slots.month(month, this.zone);
      if (turn !== this.#turn) return;
      if (problem) return this.#failed(problem);
      if (days.size) return this.#show(month);
    }
    showNone(this.page.host);
  }
}
