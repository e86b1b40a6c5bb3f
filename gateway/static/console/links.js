// Keeps the address clean, and closes what a row asks as menus close.
const address = new URL(location.href);
for (const name of ["done", "link"]) address.searchParams.delete(name);
if (address.href !== location.href) history.replaceState(null, "", address);

document.querySelector(".filters")?.addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) if (!value.trim()) formData.delete(name);
});

const open = () => document.querySelectorAll(".ask[open]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const ask of open()) {
    ask.open = false;
    ask.querySelector("summary").focus();
  }
});
document.addEventListener("pointerdown", (event) => {
  for (const ask of open()) if (!ask.contains(event.target)) ask.open = false;
});
