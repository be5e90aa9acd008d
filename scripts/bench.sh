#!/usr/bin/env bash
# scripts/bench.sh [BENCHMARK ARGS...]: builds the benchmarks with optimisation and runs them:
# medians of five, times per image. Ratios between rows of one run are what to quote. Without
# arguments the plain NumPy implementation of handwritten sequences comes next, and last what runs of
# up to two million samples hold in memory.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh"
cd "$root"
cmake --preset bench >&2
ninja -C build/bench --quiet glyphmill_bench memory_bench augment_mnist >&2
build/bench/bin/glyphmill_bench --benchmark_repetitions=5 \
  --benchmark_report_aggregates_only=true "$@"
[[ $# -eq 0 ]] || exit 0

digits=$(mktemp -d)
trap 'rm -rf "$digits"' EXIT
build/bench/bin/augment_mnist --single --nums 10000 --seed 1 --format npz -q -o "$digits/set" >&2
/usr/bin/python3 tests/bench/numpy_sequences.py "$digits/set/dataset.npz"
build/bench/bin/memory_bench
