// Copies a link where its button asks for it, and says so on the button, which keeps its width.
const told = document.createElement("p");
told.className = "unseen";
told.setAttribute("role", "status");
document.body.append(told);

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    // Refused by the browser: the address is selected, for the keyboard to copy.
    const field = document.getElementById(button.dataset.from ?? "");
    field?.select();
    told.textContent = "The link could not be copied.";
    return;
  }
  told.textContent = "Link copied.";
  button.classList.add("copied");
  setTimeout(() => button.classList.remove("copied"), 2000);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
