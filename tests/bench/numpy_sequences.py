#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""numpy_sequences.py DIGITS.npz: what ten digits in 28 x 200 cost in plain NumPy and Pillow.

The rule of augment_mnist: for each digit a random picture of its class, cut to the columns that
have ink; every gap a draw of 0 to 10 px; centred if narrower than the image, reduced with its
aspect kept if wider; black on white.
"""

import statistics
import sys
import time

try:
    import numpy as np
    from PIL import Image
except ImportError as missing:
    print(f"numpy_sequences: skipped: {missing}")
    sys.exit(0)

HEIGHT, WIDTH, LENGTH = 28, 200, 10
IMAGES, REPETITIONS = 2000, 5


def cut(picture):
    inked = np.flatnonzero(picture.any(axis=0))
    return picture[:, inked[0]:inked[-1] + 1]


def compose(digits, of_class, rng):
    pieces = []
    for place, digit in enumerate(rng.integers(0, 10, LENGTH)):
        if place:
            pieces.append(np.zeros((HEIGHT, rng.integers(0, 10, endpoint=True)), np.uint8))
        pieces.append(cut(digits[rng.choice(of_class[digit])]))
    line = np.concatenate(pieces, axis=1)
    image = np.zeros((HEIGHT, WIDTH), np.uint8)
    if line.shape[1] > WIDTH:
        rows = max(1, round(HEIGHT * WIDTH / line.shape[1]))
        line = np.asarray(Image.fromarray(line).resize((WIDTH, rows), Image.LANCZOS))
    top, left = (HEIGHT - line.shape[0]) // 2, (WIDTH - line.shape[1]) // 2
    image[top:top + line.shape[0], left:left + line.shape[1]] = line
    return 255 - image


def main():
    with np.load(sys.argv[1]) as data:
        digits, labels = data["images"], data["labels"].astype(int)
    of_class = [np.flatnonzero(labels == digit) for digit in range(10)]
    rng = np.random.default_rng(1)
    times = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        for _ in range(IMAGES):
            compose(digits, of_class, rng)
        times.append((time.perf_counter() - start) / IMAGES)
    print(f"numpy_and_pillow/width:{WIDTH}_median {statistics.median(times) * 1e9:.0f} ns")


if __name__ == "__main__":
    main()
