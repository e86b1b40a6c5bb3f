import { by } from "/static/book/dom.js";

const STEPS = ["pick", "details", "waiting", "paying", "done", "blocked"];
const main = by("booking");

export const step = () => main.dataset.step;

function show(name) {
  main.dataset.step = name;
  STEPS.forEach((each) => { by(each).hidden = each !== name; });
}

/** Shows one step and hides the others; focus goes to its heading, the page to its top. */
export function go(name) {
  show(name);
  by(`${name}-title`)?.focus({ preventScroll: true });
  if (main.getBoundingClientRect().top < 0) main.scrollIntoView();
}

/** From the times to the form: the browser's Back leads back. */
export function goToForm() {
  history.pushState({ step: "details" }, "");
  go("details");
}

export const leaveForm = () => history.back();

/** The browser's own Back and Forward between the times and the form. */
export function onTravel({ back, forward }) {
  history.replaceState(null, "");
  addEventListener("popstate", () => {
    const ahead = history.state?.step === "details";
    if (step() === "details" && !ahead) back();
    else if (step() === "pick" && ahead) forward();
  });
}
