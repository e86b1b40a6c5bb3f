import { call, passing } from "/static/book/api.js";

const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const last = { text: "", key: "" };

/** The same booking sent again is the same booking; any change makes it another. */
function keyFor(text) {
  if (text !== last.text) Object.assign(last, { text, key: random() });
  return last.key;
}

/** Books, and where the outcome is still being settled (202) waits for it. */
export async function book(slug, body, onWait) {
  const text = JSON.stringify(body);
  const answer = await call("POST", `/book/${slug}`, { text, headers: { "Idempotency-Key": keyFor(text) } });
  return answer.status === 202 ? settled(answer.data.status_url, onWait) : answer;
}

async function settled(address, onWait) {
  const { pathname, search } = new URL(address, location.href);
  for (let wait = 400, waited = 0; ; wait = Math.min(wait * 1.5, 5000)) {
    onWait(waited);
    await pause(wait);
    waited += wait;
    const answer = await call("GET", pathname + search);
    if (answer.status !== 202 && !passing(answer)) return answer;
  }
}
