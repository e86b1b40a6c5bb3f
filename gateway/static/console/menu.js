// The account menu closes as menus do: by Escape, or by what happens elsewhere.
const account = document.querySelector(".account");
const summary = account.querySelector("summary");

account.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && account.open) {
    account.open = false;
    summary.focus();
  }
});
for (const happening of ["pointerdown", "focusin"]) {
  document.addEventListener(happening, (event) => {
    if (!account.contains(event.target)) account.open = false;
  });
}
