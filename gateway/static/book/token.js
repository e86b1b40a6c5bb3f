const KEY = "workestra:single_use_token";
const FRAGMENT = /^#single_use_token=([\w-]+)$/;

function stored(use) {
  try {
    return use(window.sessionStorage);
  } catch {
    return null; // storage is refused: the token then lives as long as this page
  }
}

/** The token this visit came with, taken out of the address bar if it stands there. */
export function takeToken() {
  const token = FRAGMENT.exec(location.hash)?.[1];
  if (!token) return stored((storage) => storage.getItem(KEY));
  history.replaceState(history.state, "", location.pathname + location.search);
  stored((storage) => storage.setItem(KEY, token));
  return token;
}

export const forgetToken = () => stored((storage) => storage.removeItem(KEY));
