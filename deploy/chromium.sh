#!/bin/sh
# Makes sure there is a Chromium for the browser tests; installs it where apt can and we may.
set -eu
found() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

if found >/dev/null; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium for the browser tests ..."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null || true
fi
if ! found >/dev/null; then
  echo "The browser tests need Chromium. On Debian: sudo apt-get install chromium" >&2
  exit 1
fi
