#!/bin/sh
# Installs the packages of a peer's requirements.txt, from PyPI, outside the source tree. Prints the folder. Does nothing
# where that is up to date.
#   venv.sh PEER [DIR]     DIR: ${XDG_CACHE_HOME:-~/.cache}/vignette/PEER unless given. PYTHON names another Python.
set -eu

peers=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
peer=${1:?peer, for example pillow}
dir=${2:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/vignette/$peer}
python=${PYTHON:-python3}

wanted() {
  "$python" --version
  cat "$peers/$peer/requirements.txt" "$peers/venv.sh"
}

if ! { [ -x "$dir/venv/bin/python" ] && wanted | cmp -s - "$dir/stamp"; }; then
  echo "$peer: installing to $dir" >&2
  rm -rf "$dir"
  mkdir -p "$dir"
  "$python" -m venv "$dir/venv" >&2
  "$dir/venv/bin/pip" install --quiet --disable-pip-version-check -r "$peers/$peer/requirements.txt" >&2
  wanted >"$dir/stamp"
fi
printf '%s\n' "$dir"
