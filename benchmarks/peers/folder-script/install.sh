#!/bin/sh
# Installs the peer's Python environment, from PyPI, outside the source tree. Prints the folder. Does nothing where that
# is up to date.
#   install.sh [DIR]     DIR: ${XDG_CACHE_HOME:-~/.cache}/vignette/folder-script unless given. PYTHON names another Python.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
dir=${1:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/vignette/folder-script}
python=${PYTHON:-python3}

wanted() {
  "$python" --version
  cat "$here/requirements.txt" "$here/install.sh"
}

if ! { [ -x "$dir/venv/bin/python" ] && wanted | cmp -s - "$dir/stamp"; }; then
  echo "folder-script: installing to $dir" >&2
  rm -rf "$dir"
  mkdir -p "$dir"
  "$python" -m venv "$dir/venv" >&2
  "$dir/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
  wanted >"$dir/stamp"
fi
printf '%s\n' "$dir"
