#!/bin/sh
# Runs every test: what needs whole programs in one process, the rest beside it in a second one.
# Usage: tools/test.sh PYTHON [PYTEST-ARGUMENT...]
set -eu

python=$1
shift
if [ "$#" -gt 0 ] || [ "$(nproc 2>/dev/null || echo 1)" -lt 2 ]; then
  exec "$python" -m pytest "$@"
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$python" -m pytest -p no:cacheprovider tests/unit tests/contract >"$log" 2>&1 &
unit=$!
trap 'kill "$unit" 2>/dev/null || true; rm -f "$log"' INT TERM
whole=0
"$python" -m pytest -p no:cacheprovider tests/conformance tests/e2e || whole=$?
small=0
wait "$unit" || small=$?
cat "$log"
[ "$whole" -eq 0 ] && [ "$small" -eq 0 ]
