#!/bin/sh
# Runs every benchmark of benchmarks/, one after the other, so that they do not disturb each other.
# Usage: tools/bench.sh PYTHON
set -eu

found=
for script in benchmarks/bench_*.py; do
  [ -f "$script" ] || continue
  found=yes
  echo "== $script"
  "$1" "$script"
done
[ -n "$found" ] || { echo "benchmarks/ holds no bench_*.py yet." >&2; exit 1; }
