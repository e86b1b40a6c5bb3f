// Finds contacts while one types, and takes typing a name for choosing someone new.
const find = document.getElementById("find");
const found = document.getElementById("found");
const newcomer = document.querySelector('input[value="new"]');
let latest = 0;

async function look() {
  const mine = ++latest;
  await new Promise((resolve) => setTimeout(resolve, 200));
  if (mine !== latest) return;
  const query = new URLSearchParams({ find: find.value });
  const answer = await fetch(`/calendar/single-use/new/contacts?${query}`, { redirect: "error" }).catch(() => null);
  if (mine !== latest || !answer?.ok) return;
  const chosen = document.querySelector('#found input:checked')?.value;
  found.innerHTML = await answer.text();
  const again = [...found.querySelectorAll("input")].find((one) => one.value === chosen);
  if (again) again.checked = true;
}

find?.addEventListener("input", look);
find?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault();
});
for (const id of ["name", "email"]) {
  document.getElementById(id)?.addEventListener("input", () => { newcomer.checked = true; });
}
document.querySelector('input[name="day"]')?.addEventListener("input", () => {
  document.querySelector('input[name="until"][value="day"]').checked = true;
});
