#!/usr/bin/env bash
# scripts/run.sh PROGRAM ARGS...: runs a Glyphmill program in the current directory. What is missing
# is installed and built first; after that it starts at once and prints nothing of its own.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build/release

if [[ $# -eq 0 || ! -f $root/apps/$1.cpp ]]; then
  {
    [[ $# -eq 0 ]] || echo "run.sh: no program '$1'"
    echo "usage: scripts/run.sh PROGRAM ARGS..."
    echo "programs: $(cd "$root/apps" && ls *.cpp | sed 's/\.cpp$//' | tr '\n' ' ')"
  } >&2
  exit 2
fi
program=$1
shift

if [[ ! -f $build/build.ninja ]]; then
  "$root/scripts/setup.sh"
  (cd "$root" && cmake --preset release) >&2
fi
if [[ ! -x $build/bin/$program ]]; then
  ninja -C "$build" >&2
else
  ninja -C "$build" --quiet "$program" >&2
fi
exec "$build/bin/$program" "$@"
