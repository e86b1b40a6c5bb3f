// Forgets a personal link that is spent, and shows the booking anew once it is in another state.
const KEY = "workestra:single_use_token";
const main = document.querySelector("main");
const { state, look } = main.dataset;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function forgetToken() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // storage is refused: there was never anything in it
  }
}

async function now() {
  const answer = await fetch(location.href, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
  if (!answer || answer.status === 429 || answer.status >= 500) return null;
  return answer.ok ? (await answer.json()).data : { state: "failed" };
}

const moved = (booking) => booking && (booking.state !== state || (look === "waiting" && booking.payment?.checkout_url));

async function watch() {
  for (let wait = look === "waiting" ? 1000 : 3000; ; wait = Math.min(wait * 1.3, 15_000)) {
    await pause(wait);
    if (!document.hidden && moved(await now())) return;
  }
}

if (look === "booked") forgetToken();
if (look === "waiting" || look === "paying") {
  await watch();
  location.replace(location.href);
}
