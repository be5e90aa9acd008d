#!/usr/bin/env bash
# scripts/measure_handwriting.sh PATH [WRITERS]: how well a plain classifier that has seen nothing
# but built-in digits reads the real ones at PATH (MNIST's pair of IDX files, or any other form of
# digit data): accuracy, per digit, and what was taken for what.
set -euo pipefail

if [[ $# -lt 1 || $# -gt 2 ]]; then
  sed -n '2,4s/^# //p' "$0" >&2
  exit 2
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
data=$(realpath "$1")
"$root/scripts/setup.sh"
cd "$root"
cmake --preset bench >&2
ninja -C build/bench --quiet handwriting_quality >&2
exec build/bench/bin/handwriting_quality "$data" "${@:2}"
