#!/bin/sh
# Installs the peer's Python environment and prints its folder.
#   install.sh [DIR]     as ../venv.sh
set -eu
exec "$(dirname -- "$0")/../venv.sh" folder-script "$@"
