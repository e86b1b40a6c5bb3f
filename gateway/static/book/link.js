import { call, passing } from "/static/book/api.js";
import { prefill } from "/static/book/form.js";
import { banner, block, clearBanner } from "/static/book/notices.js";
import { showInvitation } from "/static/book/summary.js";

/** The personal link this visit came with, if any, and whether it lets the visitor book here. */
export class Link {
  barred = null; // the code that says why this page cannot be booked with what we have

  unread = false; // asking about it failed; the banner offers to ask again

  constructor(page, token) {
    this.page = page;
    this.token = token;
  }

  async read(zone) {
    if (!this.token) return this.#needed("single_use_link_required");
    const text = JSON.stringify({ single_use_token: this.token });
    const answer = await call("POST", `/book/${this.page.slug}/prefill`, { text });
    if (answer.data) this.#welcome(answer.data, zone);
    else this.#refused(answer, zone);
  }

  #welcome(data, zone) {
    if (this.unread) clearBanner();
    this.unread = false;
    prefill(data);
    showInvitation(data, zone);
  }

  #refused(answer, zone) {
    const { code } = answer.problem;
    const words = this.page.words[code] ?? this.page.words.internal_error;
    if (code === "link_wrong_template") this.#ignore();
    else if (passing(answer) || code === "link_in_use") this.#retryLater(words, zone);
    else block(code, words);
  }

  #retryLater(words, zone) {
    this.unread = true;
    banner(words, () => this.read(zone));
  }

  /** A link for another page changes nothing here; it stays stored for the page it was made for. */
  #ignore() {
    this.token = null;
    this.#needed("link_wrong_template");
  }

  #needed(code) {
    if (this.page.access !== "single_use_only") return;
    this.barred = code;
    this.warn();
  }

  warn() {
    if (this.barred) banner(this.page.words[this.barred]);
  }
}
