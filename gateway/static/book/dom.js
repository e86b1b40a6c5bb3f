export const by = (id) => document.getElementById(id);

export function el(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
}

/** Sets an attribute, or removes it for null and false. */
export function attribute(node, name, value) {
  if (value === null || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value);
}

/** Spoken once by screen readers, shown to nobody. */
export function announce(text) {
  by("announcer").textContent = text;
}
