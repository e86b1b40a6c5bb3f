import { by } from "/static/book/dom.js";
import { showErrors } from "/static/book/form.js";
import { alertForm, banner, block } from "/static/book/notices.js";
import { go, step } from "/static/book/steps.js";

const FINAL = new Set([
  "link_consumed", "link_expired", "link_revoked", "link_unknown", "link_wrong_template",
  "single_use_link_required", "booking_link_inactive", "not_found",
]);

/** Nothing on this page can help: the visitor needs another link. */
export const isFinal = (code) => FINAL.has(code);

/** Says why a booking was refused, where it can be put right. `again` leads back to fresh times. */
export function explainRefusal(problem, page, { again }) {
  const words = page.words[problem.code] ?? page.words.internal_error;
  if (isFinal(problem.code)) return block(problem.code, words);
  if (step() === "waiting") go("details");
  if (problem.code === "slot_taken") return taken(words, again);
  if (problem.code === "email_mismatch") return mismatch(words);
  if (problem.code === "link_in_use") return alertForm(inUse(words, problem.detail));
  const homeless = problem.errors.length ? showErrors(problem.errors) : [{ message: problem.detail }];
  const validation = problem.code === "validation_failed" || problem.code === "invalid_request";
  if (!validation) alertForm(words);
  else if (homeless.length) alertForm({ ...words, text: homeless[0].message ?? words.text, advice: "" });
}

/** Where somebody pays with this link just now, the server says until when. */
function inUse(words, detail) {
  const more = detail && detail !== words.heading;
  return more ? { ...words, text: detail, advice: "The link stays open if that booking is not paid for." } : words;
}

function taken(words, again) {
  banner({ ...words, advice: `${words.advice} What you entered is kept.` });
  again();
}

function mismatch({ heading, text, advice }) {
  by("email").readOnly = false;
  showErrors([{ field: "email", message: `${heading} ${text} ${advice}` }]);
}
