#!/usr/bin/env bash
# scripts/test.sh [PRESET [CTEST ARGS...]]: installs what is missing, builds the preset (dev) and
# runs its tests. The preset ci brings libtorch, PyTorch and the readers of tests/readers as well.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=${1:-dev}
shift || true

"$root/scripts/setup.sh"
if [[ $preset == ci ]]; then "$root/scripts/setup.sh" --ocr --readers --torch; fi
cd "$root"
cmake --preset "$preset"
cmake --build --preset "$preset"

# Pictures that are not ours to ship; the tests that look at them are skipped where they are absent.
export GLYPHMILL_TEST_DATA=${GLYPHMILL_TEST_DATA:-$root/../shared/data}
ctest --test-dir "build/$preset" --output-on-failure -j "$(nproc)" "$@"
