// Asks with HEAD, which never acts, until the outcome is there; then the link's own page tells it.
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function settled() {
  for (let wait = 1000; ; wait = Math.min(wait * 1.5, 10_000)) {
    await pause(wait);
    const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => null);
    if (answer && answer.status !== 202 && answer.status !== 429 && answer.status < 500) return;
  }
}

await settled();
location.replace(location.href);
