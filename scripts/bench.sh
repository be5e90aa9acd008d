#!/usr/bin/env bash
# scripts/bench.sh [--quick] [--readme]: builds with optimisation, runs every benchmark, and prints
# one table of medians, to be read as ratios. The figures behind it are in
# build/release/results.json.
#   --quick   fewer repetitions, and no other packages beside ours
#   --readme  puts the table into README.md
# One of them alone: build/release/bin/glyphmill_bench --benchmark_filter=REGEX
# GLYPHMILL_BENCH_DIR is where data sets are written (the system's temporary directory), and
# GLYPHMILL_TEST_DATA/mnist may hold MNIST's files.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
quick=() readme=()
for option in "$@"; do
  case $option in
    --quick) quick=(--quick) ;;
    --readme) readme=(--readme "$root/README.md") ;;
    *)
      echo "bench.sh: must be --quick or --readme. Got: $option" >&2
      exit 2
      ;;
  esac
done

"$root/scripts/setup.sh"
if [[ ${#quick[@]} -eq 0 ]]; then "$root/scripts/setup.sh" --peers; fi
cd "$root"
cmake --preset release -DGLYPHMILL_BUILD_BENCH=ON >&2
ninja -C build/release --quiet >&2
/usr/bin/python3 tests/bench/run.py "${quick[@]}" build/release/bin build/release/results.json
/usr/bin/python3 tests/bench/table.py build/release/results.json "${readme[@]}"
