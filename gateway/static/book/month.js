import { addDays, addMonths, firstOf, gridOf, monthOf, sameDayIn, weekday } from "/static/book/dates.js";
import { attribute, by } from "/static/book/dom.js";
import { weekStart } from "/static/book/locale.js";
import { dayLong, monthName, weekdayName } from "/static/book/when.js";

const counted = (count) => (count === 1 ? "1 free time" : count ? `${count} free times` : "no free times");

/** The date grid of the WAI-ARIA Authoring Practices: one tab stop, arrow keys, spoken dates. */
export class Month {
  #cells = [...by("days").querySelectorAll("td button")];
  #view = { month: null, today: null, days: null, day: null };
  #reach;
  #focused = null;

  constructor({ onMonth, onDay, reach }) {
    this.onMonth = onMonth;
    this.onDay = onDay;
    this.#reach = reach;
    this.#nameWeekdays();
    by("month-back").addEventListener("click", () => this.#turn(-1));
    by("month-forward").addEventListener("click", () => this.#turn(1));
    by("days").addEventListener("click", (event) => this.#choose(event.target.closest("button")?.dataset.day));
    by("days").addEventListener("keydown", (event) => this.#key(event));
  }

  /** `days` maps free days to their times; null while they are being fetched. */
  paint(view) {
    const moved = view.month !== this.#view.month;
    this.#view = view;
    if (moved) by("month-title").textContent = monthName(view.month);
    attribute(by("days"), "aria-busy", view.days ? null : "true");
    by("month-back").disabled = !this.#within(addMonths(view.month, -1));
    by("month-forward").disabled = !this.#within(addMonths(view.month, 1));
    const stop = this.#tabStop();
    gridOf(view.month, weekStart).forEach((day, index) => this.#paintCell(this.#cells[index], day, stop));
  }

  #paintCell(button, day, stop) {
    const { days, today, day: selected } = this.#view;
    const free = days?.get(day)?.length ?? 0;
    button.hidden = !day;
    button.textContent = day ? Number(day.slice(8)) : "";
    button.tabIndex = day === stop ? 0 : -1;
    button.dataset.day = day ?? "";
    attribute(button, "aria-label", day && dayLong(day) + (days ? `, ${counted(free)}` : ""));
    attribute(button, "aria-disabled", day && !free && "true");
    attribute(button, "data-free", free > 0 && "");
    attribute(button, "aria-current", day === today && day !== null && "date");
    attribute(button.parentElement, "aria-selected", day ? String(free > 0 && day === selected) : null);
  }

  #tabStop() {
    const { month, days, day, today } = this.#view;
    const candidates = [this.#focused, day, days?.keys().next().value, today, firstOf(month)];
    return candidates.find((candidate) => candidate && monthOf(candidate) === month);
  }

  #within(month) {
    const now = monthOf(this.#view.today);
    return month >= now && month <= addMonths(now, this.#reach);
  }

  #turn(count) {
    this.#focused = null;
    this.onMonth(addMonths(this.#view.month, count));
  }

  #choose(day) {
    if (!day) return;
    this.#focused = day;
    this.onDay(day);
  }

  #key(event) {
    const from = event.target.dataset.day;
    const to = from && this.#target(event, from);
    if (!to || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#focus(to);
  }

  #target({ key, shiftKey }, day) {
    const column = (weekday(day) - weekStart + 7) % 7;
    const months = (count) => sameDayIn(addMonths(monthOf(day), count), day);
    switch (key) {
      case "ArrowLeft": return addDays(day, -1);
      case "ArrowRight": return addDays(day, 1);
      case "ArrowUp": return addDays(day, -7);
      case "ArrowDown": return addDays(day, 7);
      case "Home": return addDays(day, -column);
      case "End": return addDays(day, 6 - column);
      case "PageUp": return months(shiftKey ? -12 : -1);
      case "PageDown": return months(shiftKey ? 12 : 1);
      default: return null;
    }
  }

  #focus(day) {
    const month = monthOf(day);
    if (!this.#within(month)) return;
    this.#focused = day;
    if (month === this.#view.month) this.paint(this.#view);
    else this.onMonth(month);
    this.#cells.find((button) => button.dataset.day === day)?.focus();
  }

  #nameWeekdays() {
    const sunday = "2026-11-01";
    by("days").querySelectorAll("th").forEach((head, index) => {
      const day = addDays(sunday, weekStart + index);
      head.firstElementChild.textContent = weekdayName(day, "short").slice(0, 2);
      head.lastElementChild.textContent = weekdayName(day, "long");
    });
  }
}
