#!/usr/bin/env bash
# scripts/run.sh PROGRAM ARGS...: runs a Glyphmill program in the current directory; scripts/run.sh
# python FILE ARGS... runs a Python script that can import glyphmill. What is missing is installed
# and built first; after that it starts at once and prints nothing of its own.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
build=$root/build/release

if [[ $# -eq 0 || ( $1 != python && ! -f $root/apps/$1.cpp ) ]]; then
  {
    [[ $# -eq 0 ]] || echo "run.sh: no program '$1'"
    echo "usage: scripts/run.sh PROGRAM ARGS..., scripts/run.sh python FILE ARGS..."
    echo "programs: $(cd "$root/apps" && ls *.cpp | sed 's/\.cpp$//' | tr '\n' ' ')"
  } >&2
  exit 2
fi
program=$1
shift

if [[ $program == python ]]; then
  target=glyphmill_python
  built=$build/python/glyphmill/__init__.py
  command=(env PYTHONPATH="$build/python${PYTHONPATH:+:$PYTHONPATH}" /usr/bin/python3)
else
  target=$program
  built=$build/bin/$program
  command=("$built")
fi

# The programs that train need libtorch, which is large, and may have been absent before.
needed=()
options=()
if [[ $program == ocr_* ]]; then
  needed=(--ocr)
  options=(-DGLYPHMILL_WITH_OCR=ON)
fi

build_everything() {
  "$root/scripts/setup.sh" "${needed[@]}"
  (cd "$root" && cmake --preset release "${options[@]}") >&2
  ninja -C "$build" >&2
}

# Nothing to do takes a few hundredths of a second and is silent. What fails after an update (a new
# package, say) is tried once more in full, with all that it has to tell.
# A build that belongs to somebody else is used as it is.
if [[ -e $built && ! -w $build ]]; then
  exec "${command[@]}" "$@"
fi
if [[ ! -e $built ]] || ! ninja -C "$build" "$target" >/dev/null 2>&1; then
  build_everything
fi
exec "${command[@]}" "$@"
