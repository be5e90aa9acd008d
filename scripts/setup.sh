#!/usr/bin/env bash
# scripts/setup.sh [--fuzz]: installs the Debian 12 packages that Glyphmill needs, with --fuzz those
# of scripts/fuzz.sh as well; those already there are left alone, and nothing is printed when none is
# missing. This is the one list.
set -euo pipefail

packages=(
  # building
  g++ cmake ninja-build pkg-config
  # the library and the programs
  libopencv-dev libboost-filesystem-dev libboost-program-options-dev libyaml-cpp-dev
  nlohmann-json3-dev libfmt-dev librandom123-dev libxxhash-dev libmd-dev libdeflate-dev
  libeigen3-dev zlib1g-dev liblmdb-dev libarchive-dev
  # tests and benchmarks
  libgtest-dev libbenchmark-dev python3 python3-numpy python3-scipy python3-pil
)
if [[ ${1:-} == --fuzz ]]; then
  packages+=(clang libclang-rt-14-dev)  # the compiler, its sanitizers and libFuzzer
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

as_root=()
if [[ $EUID -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "setup.sh: missing packages, and neither root nor sudo to install them: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "Installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq >&2
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
