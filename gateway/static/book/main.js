import { book } from "/static/book/attempt.js";
import { Calendar } from "/static/book/calendar.js";
import { attribute, by } from "/static/book/dom.js";
import { showDone } from "/static/book/done.js";
import { checkForm, formValues } from "/static/book/form.js";
import { Link } from "/static/book/link.js";
import { block, clearAlert, clearBanner } from "/static/book/notices.js";
import { checkoutOf, showPayment } from "/static/book/pay.js";
import { explainRefusal, isFinal } from "/static/book/refusal.js";
import { go, goToForm, leaveForm, onTravel, step } from "/static/book/steps.js";
import { showChosen, showPrice, tidyLogo } from "/static/book/summary.js";
import { focusTime } from "/static/book/times.js";
import { forgetToken, takeToken } from "/static/book/token.js";

const STALE = 3 * 60_000;

const page = JSON.parse(by("page").textContent);
page.slots = `/book/${page.slug}/slots`;
const link = new Link(page, takeToken());
const calendar = new Calendar(page, { onTime: choose, onProblem: closed });
const visit = { start: null, sending: false, seen: Date.now() };

function choose(start) {
  visit.start = start;
  if (link.barred) return block(link.barred, page.words[link.barred], returnToTimes);
  if (!link.unread) clearBanner();
  clearAlert();
  showChosen(start, page, calendar.zone);
  goToForm();
}

function returnToTimes() {
  showChosen(null);
  link.warn();
  go("pick");
  focusTime(visit.start);
}

function returnToForm() {
  if (!visit.start || link.barred) return;
  showChosen(visit.start, page, calendar.zone);
  go("details");
}

function closed({ code }) {
  if (!isFinal(code)) return false;
  block(code, page.words[code]);
  return true;
}

function busy(sending) {
  visit.sending = sending;
  attribute(by("submit"), "aria-disabled", sending && "true");
}

async function send(event) {
  event.preventDefault();
  clearAlert();
  if (visit.sending || !checkForm()) return;
  busy(true);
  const token = link.token ? { single_use_token: link.token } : {};
  const body = { start: visit.start, timezone: calendar.zone, ...formValues(), ...token };
  const answer = await book(page.slug, body, waiting);
  busy(false);
  if (answer.data) finish(answer.data);
  else explainRefusal(answer.problem, page, { again: chooseAgain });
}

function waiting(ms) {
  if (step() !== "waiting") go("waiting");
  if (ms > 15_000) by("waiting-text").textContent = "This is taking longer than usual. Your time is held, and we keep trying.";
}

function chooseAgain() {
  calendar.reload();
  leaveForm();
}

function finish(booking) {
  if (checkoutOf(booking)) return showPayment(booking, page, calendar.zone, visit.start);
  if (["confirmed", "tentative"].includes(booking.state)) forgetToken();
  history.replaceState({ step: "done" }, "");
  showDone(booking, page, calendar.zone);
}

function refresh() {
  if (document.hidden || step() !== "pick" || Date.now() - visit.seen < STALE) return;
  visit.seen = Date.now();
  calendar.reload();
}

by("details").addEventListener("submit", send);
by("back").addEventListener("click", leaveForm);
document.addEventListener("visibilitychange", refresh);
onTravel({ back: returnToTimes, forward: returnToForm });
showPrice(page.price);
tidyLogo();
calendar.start();
link.read(calendar.zone);
