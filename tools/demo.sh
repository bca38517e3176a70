#!/bin/sh
# Runs the demo in the first folder that does not exist yet: ./demo, ./demo-2, ./demo-3, ...
# Nothing is ever deleted or overwritten, so the command can be typed twice.
# Usage: tools/demo.sh PRESERVE [OPTION ...]
set -eu

preserve=$1
shift
folder=demo
number=1
while [ -e "$folder" ] || [ -L "$folder" ]; do
  number=$((number + 1))
  folder=demo-$number
done
[ "$number" -eq 1 ] || echo "./demo is there already and stays as it is; this run uses ./$folder"
exec "$preserve" demo "./$folder" "$@"
