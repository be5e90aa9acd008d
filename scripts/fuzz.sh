#!/usr/bin/env bash
# scripts/fuzz.sh [SECONDS [READER...]]: feeds the readers of digits (idx npz pickle) and of data sets
# (list lmdb manifest tar) with damaged files for SECONDS each (20). What they learn is kept in
# build/fuzz and used the next time; an input that breaks a reader is left there as READER-crash-*.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
seconds=${1:-20}
shift || true
readers=("$@")
[[ ${#readers[@]} -gt 0 ]] || readers=(idx npz pickle list lmdb manifest tar)

"$root/scripts/setup.sh" --fuzz
cd "$root"
cmake --preset fuzz
cmake --build --preset fuzz --target "${readers[@]/%/_fuzz}"

export UBSAN_OPTIONS=print_stacktrace=1
for reader in "${readers[@]}"; do
  echo "-- $reader, $seconds s"
  learnt=build/fuzz/corpus/$reader
  mkdir -p "$learnt"
  log=build/fuzz/$reader.log
  longest=4096
  [[ $reader != lmdb ]] || longest=32768  # two pages of it tell where the others are
  # The first directory is the one that grows.
  if ! "build/fuzz/tests/fuzz/${reader}_fuzz" -max_total_time="$seconds" -max_len="$longest" \
    -rss_limit_mb=1024 -malloc_limit_mb=512 -timeout=10 -artifact_prefix="build/fuzz/$reader-" \
    "$learnt" "tests/fuzz/corpus/$reader" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    echo "fuzz.sh: $reader: see $log" >&2
    exit 1
  fi
  grep '^Done' "$log"
done
