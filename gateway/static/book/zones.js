import { by, el } from "/static/book/dom.js";
import { allZones, cityOf, offsetIn } from "/static/book/zone.js";

const plain = (text) => text.toLowerCase().replaceAll("_", " ");
const labelOf = (zone) => (zone.includes("/") ? `${cityOf(zone)}, ${zone.split("/")[0]}` : zone);

/** A searchable list of time zones in a dialog: an ARIA combobox whose list is always open. */
export class Zones {
  #dialog = by("zones");
  #search = by("zone-search");
  #list = by("zone-list");
  #zone;
  #current = 0;

  constructor(onZone) {
    this.onZone = onZone;
    by("zones-close").addEventListener("click", () => this.#dialog.close());
    this.#search.addEventListener("input", () => this.#filter());
    this.#search.addEventListener("keydown", (event) => this.#key(event));
    this.#list.addEventListener("click", (event) => this.#choose(event.target.closest("li")));
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close());
  }

  open(zone) {
    this.#zone = zone;
    this.#search.value = "";
    this.#dialog.showModal();
    this.#filter();
    this.#list.children[this.#current].scrollIntoView({ block: "center" });
    this.#search.focus();
  }

  #filter() {
    const wanted = plain(this.#search.value.trim());
    const now = Date.now();
    const named = allZones.map((zone) => [zone, offsetIn(zone, now)]);
    const found = named.filter(([zone, offset]) => plain(`${zone} ${labelOf(zone)} ${offset}`).includes(wanted));
    this.#list.replaceChildren(...found.map(([zone, offset], index) => this.#option(zone, offset, index)));
    by("zones-none").hidden = found.length > 0;
    this.#mark(wanted ? 0 : Math.max(0, found.findIndex(([zone]) => zone === this.#zone)));
  }

  #option(zone, offset, index) {
    const words = [labelOf(zone), offset].map((textContent) => el("span", { textContent }));
    const option = el("li", { id: `zone-${index}`, role: "option" }, ...words);
    option.dataset.zone = zone;
    option.ariaSelected = String(zone === this.#zone);
    return option;
  }

  #mark(index) {
    const options = this.#list.children;
    options[this.#current]?.classList.remove("current");
    this.#current = Math.min(Math.max(index, 0), options.length - 1);
    const option = options[this.#current];
    this.#search.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.classList.add("current");
    option?.scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key in steps) this.#mark(this.#current + steps[event.key]);
    else if (event.key === "Enter") this.#choose(this.#list.children[this.#current]);
    else return;
    event.preventDefault();
  }

  #choose(option) {
    if (!option) return;
    this.#dialog.close();
    this.onZone(option.dataset.zone);
  }
}
