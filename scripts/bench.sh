#!/usr/bin/env bash
# scripts/bench.sh [BENCHMARK ARGS...]: builds the benchmarks with optimisation and runs them:
# medians of five, times per image. Ratios between rows of one run are what to quote.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh"
cd "$root"
cmake --preset bench >&2
ninja -C build/bench --quiet glyphmill_bench >&2
exec build/bench/bin/glyphmill_bench --benchmark_repetitions=5 \
  --benchmark_report_aggregates_only=true "$@"
