#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""peers.py DIGITS.npz: what other packages take for the work that Glyphmill does.

Prints a JSON list of {"name": ..., "ns": median for one image or digit}, and of {"name": ...,
"skipped": why} for what this Python has not. One thread, and the pixels of the benchmarks: a colour
line of 50 x 285, digits of 28 x 28.
"""

import json
import os
import statistics
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NO_ALBUMENTATIONS_UPDATE"):
    os.environ[variable] = "1"

REPETITIONS = 7
SIGMA = 0.155
HEIGHT, WIDTH, LENGTH = 28, 200, 10


def line_image():
    import numpy as np
    image = np.full((50, 285, 3), (200, 210, 220), np.uint8)
    image[10:40, 60:220] = (30, 20, 10)
    return image


def albumentations_of(*names):
    """Calls of a pipeline of albumentations."""
    import albumentations
    import cv2
    cv2.setNumThreads(1)
    transforms = {
        "affine": albumentations.Affine(rotate=(3, 3), fill=255, p=1),
        "gauss_noise": albumentations.GaussNoise(std_range=(SIGMA, SIGMA), p=1),
        "salt_and_pepper": albumentations.SaltAndPepper(amount=(0.01, 0.01), p=1),
    }
    pipeline = albumentations.Compose([transforms[name] for name in names], seed=1)
    image = line_image()
    return lambda: pipeline(image=image)


def torchvision_affine():
    import torch
    from torchvision.transforms import InterpolationMode
    from torchvision.transforms.functional import affine
    torch.set_num_threads(1)
    image = torch.from_numpy(line_image()).permute(2, 0, 1).contiguous()
    return lambda: affine(image, angle=3, translate=[0, 0], scale=1, shear=[0],
                          interpolation=InterpolationMode.BILINEAR, fill=255)


def trdg_ten_digits():
    from trdg.generators import GeneratorFromStrings
    plain_white = 1
    images = GeneratorFromStrings(["0123456789"], size=50, background_type=plain_white)
    return lambda: next(images)


def keras_style_digit(digits):
    """As Keras' ImageDataGenerator: one matrix about the centre, bilinear, by SciPy."""
    import numpy as np
    from scipy.ndimage import affine_transform
    rng = np.random.default_rng(1)

    def change():
        digit = digits[rng.integers(len(digits))].astype(np.float32)
        theta, shear = np.deg2rad(rng.uniform(-10, 10, 2))
        rows, columns = rng.uniform(-0.2, 0.2, 2) * digit.shape
        rotation = np.array([[np.cos(theta), -np.sin(theta), 0],
                             [np.sin(theta), np.cos(theta), 0], [0, 0, 1]])
        shift = np.array([[1, 0, rows], [0, 1, columns], [0, 0, 1]])
        sheared = np.array([[1, -np.sin(shear), 0], [0, np.cos(shear), 0], [0, 0, 1]])
        matrix = rotation @ shift @ sheared
        centre = np.array(digit.shape) / 2 - 0.5
        offset = matrix[:2, 2] + centre - matrix[:2, :2] @ centre
        return affine_transform(digit, matrix[:2, :2], offset, order=1, mode="nearest")

    return change


def numpy_and_pillow_sequence(digits, labels):
    """The rule of augment_mnist: for each digit a random picture of its class, cut to the columns
    that have ink; every gap a draw of 0 to 10 px; centred if narrower than the image, reduced with
    its aspect kept if wider; black on white."""
    import numpy as np
    from PIL import Image
    rng = np.random.default_rng(1)
    of_class = [np.flatnonzero(labels == digit) for digit in range(10)]

    def cut(picture):
        inked = np.flatnonzero(picture.any(axis=0))
        return picture[:, inked[0]:inked[-1] + 1]

    def compose():
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

    return compose


def median_ns(call):
    """Of repetitions of at least a tenth of a second each, after one call that does not count."""
    call()
    start = time.perf_counter()
    call()
    calls = max(1, int(0.1 / max(1e-7, time.perf_counter() - start)))
    times = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        for _ in range(calls):
            call()
        times.append((time.perf_counter() - start) / calls)
    return statistics.median(times) * 1e9


def digits_of(path):
    import numpy as np
    with np.load(path) as data:
        return data["images"], data["labels"].astype(int)


def main():
    path = sys.argv[1]
    peers = {
        "albumentations/affine": lambda: albumentations_of("affine"),
        "albumentations/gauss_noise": lambda: albumentations_of("gauss_noise"),
        "albumentations/salt_and_pepper": lambda: albumentations_of("salt_and_pepper"),
        "albumentations/whole_job": lambda: albumentations_of("affine", "gauss_noise",
                                                              "salt_and_pepper"),
        "torchvision/affine": torchvision_affine,
        "trdg/ten_digits": trdg_ten_digits,
        "keras_style/digit": lambda: keras_style_digit(digits_of(path)[0]),
        "numpy_and_pillow/sequence": lambda: numpy_and_pillow_sequence(*digits_of(path)),
    }
    rows = []
    for name, prepare in peers.items():
        try:
            rows.append({"name": name, "ns": median_ns(prepare())})
        except ImportError as missing:
            rows.append({"name": name, "skipped": str(missing)})
    # What packages print on their way must not stand before the JSON.
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
