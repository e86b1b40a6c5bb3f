import { attribute, by } from "/static/book/dom.js";

const form = by("details");
const fields = () => [...form.querySelectorAll("[data-field]")];
const inputOf = (field) => field.querySelector("input, select, textarea");
const valueOf = (input) => (input.type === "checkbox" ? input.checked : input.value.trim());

const EMAIL = /^[^\s@]+@[^\s@]+$/;

function missing(input) {
  if (input.type === "checkbox") return "Tick this box to go on.";
  if (input.tagName === "SELECT") return "Choose one of these.";
  return { name: "Enter your name.", email: "Enter your email address." }[input.name] ?? "Fill this in.";
}

function flaw(input) {
  if (input.required && !valueOf(input)) return missing(input);
  if (input.type === "email" && !EMAIL.test(valueOf(input))) return "Enter an email address like name@example.com.";
  return "";
}

function mark(field, message) {
  const input = inputOf(field);
  const place = by(`${input.id}-error`);
  place.textContent = message;
  place.hidden = !message;
  attribute(input, "aria-invalid", message ? "true" : null);
}

function focusFirstError() {
  form.querySelector("[aria-invalid]")?.focus();
}

/** Checks what can be checked here; true when all is well. */
export function checkForm() {
  fields().forEach((field) => mark(field, flaw(inputOf(field))));
  focusFirstError();
  return !form.querySelector("[aria-invalid]");
}

/** Puts the server's messages beside their fields; returns those that have no field here. */
export function showErrors(errors) {
  const places = new Map(fields().map((field) => [field.dataset.field, field]));
  const placed = ({ field }) => places.get(field) ?? places.get(`answers.${field}`);
  errors.filter(placed).forEach((error) => mark(placed(error), error.message));
  focusFirstError();
  return errors.filter((error) => !placed(error));
}

export function formValues() {
  const answers = [...form.querySelectorAll("[data-question]")]
    .map((input) => [input.dataset.question, valueOf(input)])
    .filter(([, value]) => value !== "");
  return {
    name: valueOf(by("name")),
    email: valueOf(by("email")),
    ...(answers.length && { answers: Object.fromEntries(answers) }),
  };
}

/** Fills in who the link was made for; never over what was already typed, unless only that may stand. */
export function prefill({ name, email, strict_email_match: strict }) {
  by("name").value ||= name;
  if (strict || !by("email").value) by("email").value = email;
  by("email").readOnly = strict;
  by("email-hint").hidden = !strict;
  by("email-hint").textContent = "This link was made for this address, so it cannot be changed.";
}

form.addEventListener("input", ({ target }) => {
  const field = target.closest("[data-field]");
  if (field && inputOf(field).hasAttribute("aria-invalid")) mark(field, "");
});
