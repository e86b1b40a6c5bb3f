import { by } from "/static/book/dom.js";
import { go } from "/static/book/steps.js";

function write(box, heading, text) {
  const [strong, rest] = box.querySelectorAll("strong, span");
  strong.textContent = heading;
  rest.textContent = text;
  box.hidden = false;
}

/** A calm line above the step; with `onRetry` it offers to try again. */
export function banner({ heading, text, advice }, onRetry) {
  write(by("banner"), heading, `${text} ${advice}`);
  const button = by("banner").querySelector("button");
  button.hidden = !onRetry;
  button.onclick = onRetry ?? null;
}

export const clearBanner = () => { by("banner").hidden = true; };

/** Why sending did not work, beside the button that sends again. */
export function alertForm({ heading, text, advice }) {
  write(by("alert"), heading, `${text} ${advice}`);
  by("alert").focus();
}

export const clearAlert = () => { by("alert").hidden = true; };

/** The end of the road, in the words of the server's own page; `onBack` where there is a way back. */
export function block(code, { heading, text, advice }, onBack) {
  const box = by("blocked");
  const [reason, next] = box.querySelectorAll("p");
  by("blocked-title").textContent = heading;
  reason.textContent = text;
  next.textContent = advice;
  const button = box.querySelector("button");
  button.hidden = !onBack;
  button.onclick = onBack ?? null;
  clearBanner();
  by("booking").dataset.code = code;
  go("blocked");
}
