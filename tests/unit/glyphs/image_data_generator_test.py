#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Changes of single digits against scipy.ndimage.affine_transform and numpy.linalg.

The reference spells keras-preprocessing's formulas in NumPy. scipy computes in floating point: its
uint8 output is rounded in a way of its own.
"""

import itertools
import json
import os
import subprocess
import sys
import unittest

try:
    import numpy as np
    import scipy.ndimage
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

PROGRAM = os.environ["GLYPHMILL_IMAGE_DATA_GENERATOR_IO"]
FILL_MODES = ("nearest", "constant", "reflect", "wrap")
SIZES = ((28, 28), (20, 33), (17, 9), (2, 7))
ALONE = {
    "rotation": ("theta_deg",),
    "shift": ("shift_rows", "shift_cols"),
    "shear": ("shear_deg",),
    "zoom": ("zoom_rows", "zoom_cols"),
    "all": ("theta_deg", "shift_rows", "shift_cols", "shear_deg", "zoom_rows", "zoom_cols"),
}
PICTURES = 8


def random_pictures(rng, count, rows, cols):
    """Half of them without any order, half with strokes on a ground of 0."""
    pictures = rng.integers(0, 256, (count, rows, cols), dtype=np.uint8)
    for picture in pictures[::2]:
        r, c = np.mgrid[:rows, :cols]
        angle = rng.uniform(0, np.pi)
        offset = np.abs((r - rows / 2) * np.cos(angle) + (c - cols / 2) * np.sin(angle))
        picture[:] = np.clip(255 * (3 - offset), 0, 255)
    return pictures


def random_change(rng, names, rows, cols):
    ranges = {
        "theta_deg": (-180, 180),
        "shift_rows": (-1.5 * rows, 1.5 * rows),
        "shift_cols": (-1.5 * cols, 1.5 * cols),
        "shear_deg": (-60, 60),
        "zoom_rows": (0.3, 3),
        "zoom_cols": (0.3, 3),
    }
    return {name: rng.uniform(*ranges[name]) for name in names}


def run(pictures, changes, **options):
    _, rows, cols = pictures.shape
    given = {"rows": rows, "cols": cols, "pixels": pictures.ravel().tolist(), "changes": changes,
             "options": options}
    done = subprocess.run([PROGRAM], input=json.dumps(given), capture_output=True, text=True,
                          check=True)
    result = json.loads(done.stdout)
    shape = (len(changes), rows, cols)
    return (np.array(result["bytes"], dtype=float).reshape(shape),
            np.array(result["values"], dtype=float).reshape(shape))


def matrix_of(change, shape):
    """apply_affine_transform of keras-preprocessing, rows first."""
    theta, shear = np.deg2rad([change.get("theta_deg", 0), change.get("shear_deg", 0)])
    rotation = np.array([[np.cos(theta), -np.sin(theta), 0], [np.sin(theta), np.cos(theta), 0],
                         [0, 0, 1]])
    shift = np.eye(3)
    shift[:2, 2] = change.get("shift_rows", 0), change.get("shift_cols", 0)
    shearing = np.array([[1, -np.sin(shear), 0], [0, np.cos(shear), 0], [0, 0, 1]])
    zoom = np.diag([change.get("zoom_rows", 1), change.get("zoom_cols", 1), 1])
    to_centre = np.eye(3)
    to_centre[:2, 2] = (np.array(shape) - 1) / 2
    return to_centre @ rotation @ shift @ shearing @ zoom @ np.linalg.inv(to_centre)


def warped(picture, change, fill_mode="nearest", cval=0.0):
    matrix = matrix_of(change, picture.shape)
    return scipy.ndimage.affine_transform(picture.astype(float), matrix[:2, :2], matrix[:2, 2],
                                          order=1, mode=fill_mode, cval=cval)


def at_a_jump(change, shape, fill_mode):
    """Where floating-point noise decides: 'constant' and 'wrap' jump at the outermost centres, and
    a shear leaves the middle column of an odd number exactly there."""
    jumps = np.zeros(shape, dtype=bool)
    if fill_mode in ("constant", "wrap"):
        pixels = np.stack([*np.mgrid[:shape[0], :shape[1]], np.ones(shape)])
        for side, at in zip(shape, np.tensordot(matrix_of(change, shape), pixels, 1)):
            jumps |= np.abs(at - (side - 1) * np.round(at / (side - 1))) < 1e-9
    return jumps


def grey(values):
    """array_to_img of keras-preprocessing."""
    values = values - values.min()
    return values * 255 / values.max() if values.max() > 0 else values


class Warp(unittest.TestCase):
    def compare(self, fill_mode, rows, cols, names, rng):
        cval = rng.uniform(0, 255)
        pictures = random_pictures(rng, PICTURES, rows, cols)
        changes = [random_change(rng, names, rows, cols) for _ in pictures]
        got, values = run(pictures, changes, fill_mode=fill_mode, cval=cval)
        expected = np.array([warped(*each, fill_mode, cval) for each in zip(pictures, changes)])
        decided = ~np.array([at_a_jump(change, (rows, cols), fill_mode) for change in changes])
        self.assertGreater(decided.mean(), 0.8)
        self.assertLessEqual(np.abs(values - expected)[decided].max(), 0.2)
        return np.abs(got - expected)[decided].max()

    def test_every_fill_mode_is_scipys_to_a_grey_level(self):
        greatest = {}
        for fill_mode, size, name in itertools.product(FILL_MODES, SIZES, ALONE):
            rng = np.random.default_rng(1)
            with self.subTest(fill_mode=fill_mode, size=size, name=name):
                deviation = self.compare(fill_mode, *size, ALONE[name], rng)
                self.assertLessEqual(deviation, 1)
                greatest[fill_mode] = max(greatest.get(fill_mode, 0), deviation)
        print("greatest deviation in grey levels:", greatest)

    def test_whole_shifts_are_exact(self):
        pictures = random_pictures(np.random.default_rng(2), PICTURES, 12, 15)
        changes = [{"shift_rows": 3 * i - 12, "shift_cols": 5 * i - 20} for i in range(PICTURES)]
        for fill_mode in FILL_MODES:
            expected = [warped(*each, fill_mode, 7) for each in zip(pictures, changes)]
            got, _ = run(pictures, changes, fill_mode=fill_mode, cval=7)
            np.testing.assert_array_equal(got, expected, fill_mode)

    def test_single_rows(self):
        pictures = random_pictures(np.random.default_rng(8), PICTURES, 1, 6)
        changes = [{"shift_cols": 1.3 * i - 5} for i in range(PICTURES)]
        for fill_mode in FILL_MODES:
            expected = [warped(*each, fill_mode, 7) for each in zip(pictures, changes)]
            got, _ = run(pictures, changes, fill_mode=fill_mode, cval=7)
            np.testing.assert_allclose(got, expected, atol=1, err_msg=fill_mode)

    def test_reaches_far_beyond_the_picture(self):
        rng = np.random.default_rng(3)
        pictures = random_pictures(rng, PICTURES, 11, 14)
        changes = [{"shift_rows": rng.uniform(-900, 900), "shift_cols": rng.uniform(-900, 900),
                    "zoom_rows": rng.uniform(10, 90), "theta_deg": rng.uniform(-9, 9)}
                   for _ in pictures]
        for fill_mode in FILL_MODES:
            expected = [warped(*each, fill_mode, 7) for each in zip(pictures, changes)]
            got, _ = run(pictures, changes, fill_mode=fill_mode, cval=7)
            np.testing.assert_allclose(got, expected, atol=1, err_msg=fill_mode)


class GreyLevels(unittest.TestCase):
    def test_follow_the_warp(self):
        rng = np.random.default_rng(4)
        pictures = random_pictures(rng, 40, 28, 24)
        pictures[::4] //= 2
        changes = [{**random_change(rng, ALONE["all"], 28, 24),
                    "channel_shift": rng.uniform(-200, 200), "brightness": rng.uniform(0, 3),
                    "flip_horizontal": bool(i & 1), "flip_vertical": bool(i & 2)}
                   for i in range(len(pictures))]
        got, _ = run(pictures, changes)
        for picture, change, result in zip(pictures, changes, got):
            expected = warped(picture, change)
            expected = np.clip(expected + change["channel_shift"], expected.min(), expected.max())
            expected = expected[:, ::-1] if change["flip_horizontal"] else expected
            expected = expected[::-1] if change["flip_vertical"] else expected
            expected = np.clip(expected * change["brightness"], 0, 255)
            np.testing.assert_allclose(result, expected, atol=1)


def standardized(pictures, options):
    """What fit() and standardize() of Keras' ImageDataGenerator do."""
    data = pictures.astype(float).reshape(len(pictures), -1)
    mean, std = data.mean(), data.std()
    data = data - mean
    if options.get("zca_whitening"):
        u, s, _ = np.linalg.svd(data.T @ data / len(data))
        principal = (u / np.sqrt(s + options.get("zca_epsilon", 1e-6))) @ u.T
    x = pictures.astype(float).reshape(len(pictures), -1)
    x = x * (options.get("rescale") or 1)
    if options.get("samplewise_center") or options.get("samplewise_std_normalization"):
        x -= x.mean(axis=1, keepdims=True)
    if options.get("samplewise_std_normalization"):
        x /= x.std(axis=1, keepdims=True) + 1e-6
    whitens = options.get("zca_whitening")
    if options.get("featurewise_center") or options.get("featurewise_std_normalization") or whitens:
        x -= mean
    if options.get("featurewise_std_normalization") and not whitens:
        x /= std + 1e-6
    if whitens:
        x = x @ principal
    return x.reshape(pictures.shape)


class Normalisation(unittest.TestCase):
    def compare(self, pictures, options, tolerance):
        got, values = run(pictures, [{}] * len(pictures), **options)
        expected = standardized(pictures, options)
        np.testing.assert_allclose(values, expected, rtol=tolerance,
                                   atol=tolerance * np.abs(expected).max(), err_msg=str(options))
        np.testing.assert_allclose(got, [grey(each) for each in expected], atol=1,
                                   err_msg=str(options))

    def test_every_combination_without_zca(self):
        pictures = random_pictures(np.random.default_rng(5), 20, 13, 28)
        pictures[3] = 77
        names = ("samplewise_center", "samplewise_std_normalization", "featurewise_center",
                 "featurewise_std_normalization")
        for chosen in itertools.product((False, True), repeat=len(names)):
            for rescale in (0, 0.0001):
                options = {**dict(zip(names, chosen)), "rescale": rescale}
                if any(options.values()):
                    with self.subTest(**options):
                        self.compare(pictures, options, 1e-4)

    def test_zca_is_numpys_svd(self):
        rng = np.random.default_rng(6)
        more = random_pictures(rng, 1500, 9, 9)
        more[:, :, 0] = 0
        for options in ({}, {"zca_epsilon": 10}, {"featurewise_std_normalization": True},
                        {"samplewise_std_normalization": True, "rescale": 0.01}):
            with self.subTest(**options):
                self.compare(more, {"zca_whitening": True, **options}, 1e-3)

    def test_zca_of_fewer_pictures_than_pixels(self):
        pictures = random_pictures(np.random.default_rng(7), 30, 11, 11)
        self.compare(pictures, {"zca_whitening": True}, 1e-3)


if __name__ == "__main__":
    unittest.main()
