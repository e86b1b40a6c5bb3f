// Reads a list, shows what will become of it, and makes its links in parts; a part sent again makes nothing twice.
const form = document.getElementById("bulk");
const checked = document.getElementById("checked");
const FAILED = {
  401: "You were signed out. Sign in in another tab of this browser, then go on here.",
  403: "You were signed out. Sign in in another tab of this browser, then go on here.",
  429: "That was a little fast. Wait a minute, then go on.",
};
const AWAY = "The links that are missing could not be made just now. Nothing is lost and nothing is made twice.";

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}

async function post(path, fields) {
  const body = new URLSearchParams(fields);
  const answer = await fetch(path, { method: "POST", headers: { Accept: "application/json" }, body }).catch(() => null);
  if (answer?.ok) return { data: (await answer.json()).data };
  const problem = answer?.headers.get("content-type")?.includes("problem+json") ? await answer.json() : null;
  return { status: answer?.status ?? 0, problem };
}

// A session that began since the page was loaded has another token.
async function refresh(fields) {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
  const [, token] = (answer?.ok && /id="bulk"[^]*?name="csrf" value="([^"]+)"/.exec(await answer.text())) || [];
  if (token) fields.set("csrf", token);
}

// The same list with the same terms is the same work, also after the page was closed in the midst of it.
async function workKey(fields, contacts) {
  const named = [...fields].filter(([name]) => !["csrf", "key", "text", "file"].includes(name));
  const bytes = new TextEncoder().encode(JSON.stringify([named, contacts]));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const name = `bookonce:bulk:${[...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  try {
    const kept = localStorage.getItem(name) ?? fields.get("key");
    localStorage.setItem(name, kept);
    return { key: kept, forget: () => localStorage.removeItem(name) };
  } catch {
    return { key: fields.get("key"), forget: () => {} };
  }
}

async function make(fields, contacts, part, show) {
  const { key, forget } = await workKey(fields, contacts);
  const lines = [];
  for (let at = 0; at < contacts.length; at += part) {
    const sent = new URLSearchParams(fields);
    for (const name of ["text", "file"]) sent.delete(name);
    sent.set("key", key);
    sent.set("contacts", JSON.stringify(contacts.slice(at, at + part)));
    for (;;) {
      show.progress(at);
      sent.set("csrf", fields.get("csrf"));
      const { data, status, problem } = await post("/calendar/single-use/bulk/part", sent);
      if (data) {
        lines.push(data);
        break;
      }
      await show.wrong(FAILED[status] ?? ((status < 500 && problem?.detail) || AWAY));
      await refresh(fields);
    }
  }
  forget();
  return lines;
}

function stage(fields, { html, contacts, heading }) {
  checked.innerHTML = html;
  checked.hidden = false;
  checked.append(document.getElementById("making").content.cloneNode(true));
  const find = (name) => checked.querySelector(`[data-${name}]`);
  const [start, change, progress, wrong, done] = ["make", "change", "progress", "wrong", "done"].map(find);
  const number = contacts.length.toLocaleString("en");
  const words = contacts.length === 1 ? "1 link" : `${number} links`;
  start.textContent = `Make ${words}`;
  start.hidden = contacts.length === 0;
  form.hidden = contacts.length > 0;
  change.hidden = contacts.length === 0;
  checked.querySelector("h2")?.focus();
  change.addEventListener("click", () => {
    form.hidden = false;
    checked.hidden = true;
    document.getElementById("text").focus();
  });
  start.addEventListener("click", async () => {
    start.parentElement.hidden = true;
    progress.hidden = false;
    const bar = progress.querySelector("progress");
    bar.max = contacts.length;
    const lines = await make(fields, contacts, 1000, {
      progress(at) {
        bar.value = at;
        progress.querySelector("label").textContent = `${at.toLocaleString("en")} of ${words} made`;
      },
      wrong: (text) => new Promise((goOn) => {
        wrong.querySelector("span").textContent = text;
        wrong.hidden = false;
        wrong.querySelector("button").onclick = () => { wrong.hidden = true; goOn(); };
      }),
    });
    progress.hidden = true;
    done.hidden = false;
    const link = done.querySelector("a");
    link.href = URL.createObjectURL(new Blob([heading, ...lines], { type: "text/csv" }));
    checked.querySelector("h2").textContent = contacts.length === 1 ? "1 link was made" : `${number} links were made`;
    checked.querySelector("h2").focus();
    checked.dataset.state = "made";
  }, { once: true });
}

// Everything typed or chosen stays where it is.
async function refuse(status, problem) {
  const [wrong] = problem?.errors ?? [];
  const field = wrong && (form.elements[wrong.field] ?? form.elements.day);
  checked.innerHTML = '<p class="alert" role="alert"></p>';
  checked.firstChild.textContent = wrong ? `This ${wrong.message}.` : FAILED[status] ?? problem?.detail ?? "The list could not be checked just now. Try again.";
  checked.hidden = false;
  field?.focus?.();
  const fresh = new URLSearchParams();
  if (status === 401 || status === 403) await refresh(fresh);
  if (fresh.get("csrf")) form.elements.csrf.value = fresh.get("csrf");
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button.button");
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  const fields = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  const [file] = document.getElementById("file").files;
  if (file) {
    fields.set("file", await base64(file));
    fields.set("text", "");
  }
  const { data, status, problem } = await post(form.action, fields);
  button.removeAttribute("aria-disabled");
  if (data) stage(fields, data);
  else refuse(status, problem);
});
document.querySelector('#bulk input[name="day"]')?.addEventListener("input", () => {
  document.querySelector('#bulk input[name="until"][value="day"]').checked = true;
});
