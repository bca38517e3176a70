#!/bin/sh
# Makes a virtual environment with a pip that knows dependency groups.
# Usage: tools/environment.sh PYTHON FOLDER
set -eu

python=$1
folder=$2

if ! command -v "$python" >/dev/null 2>&1; then
  echo "There is no '$python' on this machine. Type: apt-get install python3 python3-venv" >&2
  exit 2
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "preserve needs Python 3.11 or newer, and '$python' is $("$python" -V 2>&1)." >&2
  echo "Name another one, for example: make PYTHON=python3.12 demo" >&2
  exit 2
fi

# Debian splits ensurepip out of Python: without it `-m venv` fails half-way.
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
  package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "This Python cannot make environments yet. Type: sudo apt-get install $package" >&2
    exit 2
  fi
  echo "Installing $package with apt-get ..."
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" \
    >/dev/null
fi

echo "Making the environment $folder ..."
"$python" -m venv --clear "$folder"
# `pip install --group` came with pip 25.1; Debian 12 and 13 begin with an older one.
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
