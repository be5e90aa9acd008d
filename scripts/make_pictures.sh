#!/usr/bin/env bash
# Draws the README's pictures anew.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "$root/assets/pictures"
"$root/scripts/run.sh" augment_codes --seed 5 --nums 12 --preview "$root/assets/pictures/codes.jpg"
"$root/scripts/run.sh" augment_dates --seed 5 --nums 12 --preview "$root/assets/pictures/dates.jpg"
"$root/scripts/run.sh" augment_mnist --seed 5 --nums 24 --length 8 --width 200 \
  --writer-consistency 1 --preview "$root/assets/pictures/handwriting.jpg"
