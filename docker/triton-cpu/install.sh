#!/bin/sh
# Installs a real Triton Inference Server for the processor, from PyPI, into one folder. No root, no container, no GPU.
#   install.sh [DIR]     DIR: ${XDG_CACHE_HOME:-~/.cache}/vignette/triton-cpu unless given
# Does nothing where DIR is up to date. Several may run at once: one installs, the others wait. PYTHON names another Python.
set -eu

PYTRITON=0.7.0 # tritonserver 2.51.0 (24.10)

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
dir=${1:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/vignette/triton-cpu}

say() { printf '%s\n' "triton-cpu: $*" >&2; }
die() {
  say "$*"
  exit 1
}

# Prints x.y of Python $1, if the packages have wheels for it.
version_of() {
  "$1" -c 'import sys, ensurepip; v = sys.version_info[:2]; v in ((3, 11), (3, 12)) and print("%d.%d" % v)' 2>/dev/null || true
}

find_python() {
  for python in ${PYTHON:-python3 python3.11 python3.12 /usr/bin/python3}; do
    version=$(version_of "$python")
    [ -z "$version" ] || return 0
  done
  die "no Python 3.11 or 3.12 with venv found${PYTHON:+ (PYTHON=$PYTHON)}." \
    "Debian 12: apt-get install python3 python3-venv libpython3.11. Ubuntu 24.04: python3 python3-venv libpython3.12t64."
}

# Sets libpython to the folder of the library that belongs to the Python found; the backend's program links to it.
find_libpython() {
  libpython=$("$python" - <<'PY'
import ctypes, os, sys, sysconfig
name = "libpython%d.%d.so.1.0" % sys.version_info[:2]
folders = [sysconfig.get_config_var("LIBDIR"), os.path.join(sys.base_prefix, "lib")]
folders += [os.path.join(f, sysconfig.get_config_var("MULTIARCH") or "") for f in ("/usr/lib", "/lib")]
print(next((f for f in folders if f and os.path.exists(os.path.join(f, name))), ""))
PY
)
  [ -n "$libpython" ] || die "libpython$version.so.1.0 of $python not found." \
    "Debian and Ubuntu: apt-get install libpython$version (24.04: libpython3.12t64); pyenv: build with --enable-shared."
}

# What DIR must have been made of to be left alone.
wanted() {
  echo "nvidia-pytriton $PYTRITON"
  echo "python $("$python" -c 'import sys; print(sys.version.split()[0], sys.base_prefix)')"
  echo "libpython $libpython"
  grep -v '^#' "$here/requirements.txt"
  cksum <"$here/install.sh"
}

is_current() {
  [ -x "$dir/venv/bin/python3" ] && [ -x "$dir/tritonserver/bin/tritonserver" ] && wanted | cmp -s - "$dir/stamp"
}

pip_install() {
  "$new/venv/bin/python3" -m pip install --quiet --disable-pip-version-check --no-cache-dir --no-compile --no-deps "$@"
}

install_server() {
  pip_install --target "$new/pytriton" "nvidia-pytriton==$PYTRITON" ||
    die "nvidia-pytriton $PYTRITON could not be installed (needs Linux with glibc 2.35 or newer, and PyPI)."
  ln -s pytriton/pytriton/tritonserver "$new/tritonserver"
  server=$new/tritonserver
  cp "$server/python_backend_stubs/$version/triton_python_backend_stub" "$server/backends/python/"
  chmod +x "$server/bin/tritonserver" "$server/backends/python/triton_python_backend_stub"
  rm -rf "$server/python_backend_stubs" "$new"/pytriton/nvidia_pytriton.libs/libpython3-*.so*
}

install_all() {
  say "installing tritonserver 2.51.0 and onnxruntime with $python ($version) to $dir: about 85 MB to load, once"
  rm -rf "$dir".new.* # of installations that were killed; the lock is ours
  new=$dir.new.$$
  trap 'rm -rf "$new"' EXIT
  trap 'exit 130' INT TERM
  mkdir -p "$new"
  "$python" -m venv "$new/venv" || die "$python has no working venv (Debian and Ubuntu: apt-get install python3-venv)."
  pip_install -r "$here/requirements.txt" || die "requirements.txt could not be installed from PyPI."
  install_server
  "$new/venv/bin/python3" -m pip uninstall --quiet --yes setuptools pip 2>/dev/null || true
  mkdir "$new/backends"
  ln -s ../tritonserver/backends/python "$new/backends/python"
  ln -s "$libpython" "$new/libpython"
  wanted >"$new/stamp"
  if [ -e "$dir" ]; then mv "$dir" "$new.old"; fi
  mv "$new" "$dir"
  rm -rf "$new.old"
}

# The backend is this source tree's own: replaced whenever it differs, in one step.
install_backend() {
  backend=$dir/backends/onnxruntime
  cmp -s "$here/backends/onnxruntime/model.py" "$backend/model.py" && return 0
  mkdir -p "$backend"
  cp "$here/backends/onnxruntime/model.py" "$backend/model.py.$$"
  mv "$backend/model.py.$$" "$backend/model.py"
}

[ "$(uname -s)" = Linux ] || die "system: $(uname -s) (expected: Linux; elsewhere use the container)"
find_python
find_libpython
mkdir -p "$(dirname "$dir")"
exec 9>"$dir.lock"
flock 9
is_current || install_all
install_backend
