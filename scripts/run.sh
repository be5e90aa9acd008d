#!/usr/bin/env bash
# scripts/run.sh PROGRAM ARGS...: runs a Glyphmill program in the current directory. What is missing
# is installed and built first; after that it starts at once and prints nothing of its own.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
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

build_everything() {
  "$root/scripts/setup.sh"
  (cd "$root" && cmake --preset release) >&2
  ninja -C "$build" >&2
}

# Nothing to do takes a few hundredths of a second and is silent. What fails after an update (a new
# package, say) is tried once more in full, with all that it has to tell.
# A build that belongs to somebody else is used as it is.
if [[ -x $build/bin/$program && ! -w $build ]]; then
  exec "$build/bin/$program" "$@"
fi
if [[ ! -x $build/bin/$program ]] || ! ninja -C "$build" "$program" >/dev/null 2>&1; then
  build_everything
fi
exec "$build/bin/$program" "$@"
