#!/usr/bin/env bash
# scripts/setup.sh [--ocr] [--fuzz] [--slurm] [--torch] [--readers] [--peers]: installs the Debian
# 12 packages that Glyphmill needs, with --ocr those of ocr_train, ocr_eval and ocr_search as well,
# with --fuzz those of scripts/fuzz.sh, with --slurm those of scripts/test_slurm.sh, with --torch
# PyTorch for glyphmill.torch; those already there are left alone, and nothing is printed when none
# is missing. This is the one list.
#
# --readers also brings what tests/readers reads data sets with: Tesseract, and the packages of
# tests/readers/requirements.txt from PyPI in build/readers. --peers brings what tests/bench compares
# with: torchvision, dlib, and the packages of tests/bench/requirements.txt in build/peers. Where PyPI
# cannot be reached those tests and rows are skipped.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

packages=(
  # building
  g++ cmake ninja-build pkg-config
  # the library and the programs
  libopencv-dev libboost-filesystem-dev libboost-program-options-dev libyaml-cpp-dev
  nlohmann-json3-dev libfmt-dev librandom123-dev libxxhash-dev libmd-dev libdeflate-dev
  libturbojpeg0-dev libspng-dev libeigen3-dev zlib1g-dev liblmdb-dev libarchive-dev
  # the Python package
  python3 python3-dev python3-numpy pybind11-dev
  # tests and benchmarks
  libgtest-dev libbenchmark-dev python3-scipy python3-pil python3-yaml python3-jsonschema mypy
  parallel valgrind
)
environments=()
for option in "$@"; do
  case $option in
    --ocr) packages+=(libtorch-dev libopenblas0-openmp) ;;
    --fuzz) packages+=(clang libclang-rt-14-dev) ;;  # the compiler, its sanitizers and libFuzzer
    --slurm) packages+=(slurm-wlm munge) ;;  # a cluster on this machine
    --torch) packages+=(python3-torch) ;;
    --readers)
      packages+=(python3-venv tesseract-ocr tesseract-ocr-eng)
      environments+=(readers)
      ;;
    --peers)
      packages+=(python3-venv python3-torchvision libdlib-dev)
      environments+=(peers)
      ;;
    *)
      echo "setup.sh: must be --ocr, --fuzz, --slurm, --torch, --readers or --peers. Got: $option" >&2
      exit 2
      ;;
  esac
done

install_missing() {
  local missing=() package status as_root=()
  for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [[ $status == installed ]] || missing+=("$package")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0

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
}

# The list of packages, of one environment in build.
requirements_of() {
  case $1 in
    readers) echo "tests/readers/requirements.txt" ;;
    peers) echo "tests/bench/requirements.txt" ;;
  esac
}

# Made under another name and renamed when whole; the copy of the list inside says what it holds. The
# lists name all that is needed, so that nothing is looked for.
install_environment() {
  local name=$1 list ready=$root/build/$1
  list=$root/$(requirements_of "$name")
  cmp -s "$list" "$ready/requirements.txt" && return 0

  local new=$ready.new started=$SECONDS
  local pip=("$new/bin/python" -m pip -q --disable-pip-version-check --retries 1 --timeout 20)
  rm -rf "$new"
  trap 'rm -rf "$root/build/'"$name"'.new"' EXIT
  echo "Installing the $name of $(requirements_of "$name")" >&2
  /usr/bin/python3 -m venv "$new"
  if ! "${pip[@]}" install --no-deps -r "$list" >"$new/log" 2>&1; then
    if "${pip[@]}" download --no-deps --dest "$new/reached" pip >/dev/null 2>&1; then
      cat "$new/log" >&2
      echo "setup.sh: could not install $(requirements_of "$name")" >&2
      exit 1
    fi
    echo "setup.sh: PyPI cannot be reached; what takes the $name from there will be skipped" >&2
    return 0
  fi
  cp "$list" "$new/requirements.txt"
  rm -rf "$ready"
  mv "$new" "$ready"
  echo "The $name were installed in $((SECONDS - started)) s" >&2
}

install_missing
for environment in "${environments[@]}"; do install_environment "$environment"; done
