#!/bin/sh
# Prepares .venv/ for one dependency group, `local` or `test`; quick when nothing changed.
set -eu
cd "$(dirname "$0")/.."
group=$1
wanted=deploy/requirements/$group.txt
new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

works() { [ -x .venv/bin/python ] && .venv/bin/python -c "$new_enough" 2>/dev/null; }

find_python() {
  without_venv=
  for python in python3 python3.14 python3.13 python3.12 python3.11; do
    "$python" -c "$new_enough" 2>/dev/null || continue
    if "$python" -c 'import ensurepip, venv' 2>/dev/null; then return; fi
    without_venv=$python
  done
  if [ -n "$without_venv" ]; then
    echo "$without_venv comes without venv. On Debian or Ubuntu: apt-get install python3-venv" >&2
  else
    echo "Python 3.11 or later was not found. On Debian or Ubuntu: apt-get install python3 python3-venv" >&2
  fi
  exit 1
}

if works && cmp -s "$wanted" ".venv/$group.txt"; then exit 0; fi
if ! works; then
  find_python
  echo "Making .venv with $("$python" --version) ..."
  "$python" -m venv --clear .venv
fi
echo "Installing what deploy/requirements/$group.txt lists ..."
# The file is complete and hashed, so nothing is left to resolve, and nothing is built here.
.venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes --no-deps \
  --only-binary :all: --requirement "$wanted"
cp "$wanted" ".venv/$group.txt"
# The tests' packages include those to run it all.
if [ "$group" = test ] && [ -f deploy/requirements/local.txt ]; then cp deploy/requirements/local.txt .venv/; fi
