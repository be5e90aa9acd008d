#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""glyphmill.sequences keeps what the MNIST digit sequences project promises."""

import contextlib
import glob
import gzip
import math
import os
import pathlib
import pickle
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib
from unittest import mock

import numpy as np
from measures import four_sigma, runs

import glyphmill
from glyphmill import _core, sequences
from glyphmill.sequences import AugmentedSeqGen, SeqGen

PACKAGES = str(pathlib.Path(glyphmill.__file__).resolve().parents[1])
REAL_DIGITS = pathlib.Path(os.environ.get("GLYPHMILL_TEST_DATA", "/nonexistent")) / "mnist"
BUILT_IN = "builtin:handwriting"


def blocks(pictures=1):
    """Digits that are blocks of five columns and one gray level each, so that gaps can be measured:
    picture i of digit d has the level 1 + 10 i + d."""
    images = np.zeros((10 * pictures, 28, 28), np.uint8)
    labels = np.tile(np.arange(10, dtype=np.uint8), pictures)
    for k, digit in enumerate(labels):
        images[k, 2:26, 10:15] = 1 + 10 * (k // 10) + digit
    return images, labels


def shapes(pictures=2):
    """Digits with a shape, each of its own; near enough to the middle to survive a shift."""
    images = np.zeros((10 * pictures, 28, 28), np.uint8)
    labels = np.tile(np.arange(10, dtype=np.uint8), pictures)
    for k, digit in enumerate(labels):
        images[k, 8:20, 8:10 + digit] = 250
        images[k, 9 + k // 10 % 10, 9:18] = 120 + k // 100
    return images, labels


def idx(array):
    header = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


def read_png(path):
    """uint8 (H, W) or (H, W, 3) of a PNG whose rows are unfiltered."""
    data = pathlib.Path(path).read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", path
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", data[at + 8 + length:][:4])[0]
        if kind == b"IHDR":
            width, height, depth, color = struct.unpack(">IIBB", body[:10])
            assert depth == 8 and color in (0, 2), path
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    channels = 1 if color == 0 else 3
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + width * channels)
    assert not rows[:, 0].any(), path
    pixels = rows[:, 1:]
    return pixels if channels == 1 else pixels.reshape(height, width, 3)


def grey_levels(values):
    """Of one picture, by the rule of Keras' array_to_img, rounded."""
    low, high = values.min(), values.max()
    return np.floor((values.astype(float) - low) / (high - low) * 255 + 0.5)


class Case(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        before = os.getcwd()
        os.chdir(directory.name)
        self.addCleanup(os.chdir, before)

    @contextlib.contextmanager
    def refused(self, message, error=ValueError):
        with self.assertRaises(error) as caught:
            yield
        self.assertIn(message, str(caught.exception))

    def write_mnist(self, images, labels, packed=False, separator="."):
        os.makedirs("data", exist_ok=True)
        for name, array in ((f"t10k-images{separator}idx3-ubyte", images),
                            (f"t10k-labels{separator}idx1-ubyte", labels)):
            content = idx(array)
            path = pathlib.Path("data", name + (".gz" if packed else ""))
            path.write_bytes(gzip.compress(content) if packed else content)

    def write_augmented(self, images, labels):
        os.makedirs("keras_data", exist_ok=True)
        np.savez_compressed("keras_data/keras_augmented_data.npz", images, labels)

    def arrays(self, path):
        with np.load(path, allow_pickle=False) as file:
            self.assertEqual(set(file), {"arr_0", "arr_1"})
            return file["arr_0"], file["arr_1"]


class Readme(Case):
    """The calls of the older project's README, with `glyphmill.sequences` in the import line."""

    def test_calls(self):
        self.write_mnist(*shapes())
        names = {}
        exec("""
from glyphmill.sequences import SeqGen, AugmentedSeqGen

driver = SeqGen()

# To generate only one sequence
driver.horizontal_seq_gen(
    input_sequence=[2, 4, 1, 7],
    space_range={'min': 0, 'max': 5},
    image_width=200
)

# To generate bulk without augmenting source dataset
driver.generate_random_sequence(
    num_samples=10,
    seq_len=10,
    space_range={'min': 0, 'max': 10},
    image_width=200
)

# Data augmentation and save augmented data
driver.augment_dataset(
    num_of_data_to_save=1000,
    zca_whitening=False,
    rotation_range=10,
    width_shift_range=0.2,
    height_shift_range=0.2,
    shear_range=0.2,
)

augmented = AugmentedSeqGen()
augmented.visualize_generated_aug_dataset()

# To generate bulk after augmenting source dataset with keras
augmented.generate_random_sequence_with_keras_data(
    see_image=True,
    num_samples=10,
    seq_len=10,
    space_range={'min': 0, 'max': 10},
    image_width=200
)
""", names)
        self.assertEqual(sorted(os.listdir(".")),
                         ["aug_gen_data", "data", "keras_data", "keras_hor_images"])
        self.assertEqual(read_png("aug_gen_data/2417.png").shape, (28, 200))
        for directory, pictures in (("aug_gen_data", 11), ("keras_hor_images", 10)):
            images, labels = self.arrays(f"{directory}/augmented_data.npz")
            self.assertEqual((images.shape, images.dtype), ((10, 28, 200), np.uint8))
            self.assertEqual((labels.shape, labels.dtype), ((10, 10), np.int64))
            self.assertEqual(len(glob.glob(f"{directory}/*.png")), pictures)
            for image, label in zip(images, labels):
                name = "".join(map(str, label))
                np.testing.assert_array_equal(read_png(f"{directory}/{name}.png"), image)
        values, labels = self.arrays("keras_data/keras_augmented_data.npz")
        self.assertEqual((values.shape, values.dtype), ((1000, 28, 28, 1), np.float32))
        self.assertEqual((labels.shape, labels.dtype), ((1000,), np.int64))
        self.assertTrue(os.path.exists("keras_data/samples.png"))

    def test_constants(self):
        self.assertEqual(sequences.SPACING_RANGE, {"min": 0, "max": 10})
        self.assertEqual((sequences.IMAGE_HEIGHT, sequences.IMAGE_WIDTH), (28, 28))
        for name in ("DATASET_DIR", "IMAGE_FILE", "LABEL_FILE", "IMAGE_PATH", "LABEL_PATH",
                     "IMAGE_SAVE_DIR", "GEN_DATASET_NAME", "AUGMENTED_KERAS_GEN_DATA",
                     "KERAS_SAVE_DIR", "KERAS_AUG_HOR_IMAGES"):
            self.assertIsInstance(getattr(sequences, name), str)

    def test_constants_may_be_changed(self):
        driver = SeqGen(digits=BUILT_IN)
        with mock.patch.multiple(sequences, IMAGE_SAVE_DIR="elsewhere",
                                 SPACING_RANGE={"min": 3, "max": 2}):
            driver.horizontal_seq_gen([1], (0, 1))
            with self.refused("space_range: min must not be above max. Got: [3, 2]"):
                driver.horizontal_seq_gen([1])
        self.assertEqual(os.listdir("elsewhere"), ["1.png"])

    def test_no_screen_and_nothing_heavy(self):
        code = ("import sys, glyphmill.sequences as s\n"
                "d = s.SeqGen(digits='builtin:handwriting')\n"
                "d.horizontal_seq_gen([1, 2])\n"
                "d.augment_dataset(20)\n"
                "s.AugmentedSeqGen().visualize_generated_aug_dataset()\n"
                "print([m for m in ('torch', 'pandas', 'PIL', 'matplotlib') if m in sys.modules])")
        environment = {k: v for k, v in os.environ.items() if k != "DISPLAY"}
        run = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE,
                             text=True, env={**environment, "PYTHONPATH": PACKAGES})
        self.assertEqual(run.stdout, "[]\n")


class Files(Case):
    def test_every_spelling_of_the_files(self):
        images, labels = shapes(3)
        for packed in (False, True):
            for separator in (".", "-"):
                with tempfile.TemporaryDirectory() as directory:
                    os.chdir(directory)
                    self.write_mnist(images, labels, packed, separator)
                    image = SeqGen().horizontal_seq_gen([3], image_width=28)
                    self.assertIn(image.tobytes(), {images[k].tobytes() for k in (3, 13, 23)})
                    os.chdir("/")

    def test_any_number_of_pictures(self):
        for count in (10, 11, 257):
            self.write_mnist(np.resize(shapes()[0], (count, 28, 28)),
                             np.resize(shapes()[1], count))
            SeqGen().generate_random_sequence(2, 3)

    def test_absent_files(self):
        with self.refused("data/t10k-images.idx3-ubyte: there is no such file",
                          FileNotFoundError):
            SeqGen()
        with self.refused("SeqGen(digits='builtin:handwriting')", FileNotFoundError):
            SeqGen()
        self.write_mnist(*shapes())
        os.unlink("data/t10k-labels.idx1-ubyte")
        with self.refused("labels", FileNotFoundError):
            SeqGen()

    def test_the_directory_is_that_of_the_call(self):
        driver = SeqGen(digits=BUILT_IN)
        os.mkdir("later")
        os.chdir("later")
        driver.horizontal_seq_gen([5])
        self.assertEqual(os.listdir("aug_gen_data"), ["5.png"])

    def test_broken_files(self):
        images, labels = shapes()
        self.write_mnist(images, labels[:-1])
        with self.refused("20 images and 19 labels"):
            SeqGen()
        self.write_mnist(images, labels + 1)
        with self.refused("labels must be 0 .. 9. Got: 10"):
            SeqGen()
        self.write_mnist(np.zeros_like(images), labels)
        with self.refused("without ink"):
            SeqGen()

    def test_a_pickle_executes_nothing(self):
        class Order:
            def __reduce__(self):
                return os.system, ("touch executed",)
        pathlib.Path("evil.pickle").write_bytes(pickle.dumps({"images": Order(), "labels": []}))
        with self.refused("evil.pickle"):
            SeqGen(digits="evil.pickle")
        objects = np.empty(1, object)
        objects[0] = Order()
        self.write_augmented(objects, np.array([1]))
        with self.refused("keras_augmented_data.npz: must hold arr_0 and arr_1"):
            AugmentedSeqGen()
        self.assertFalse(os.path.exists("executed"))

    def test_a_repeated_label_overwrites_nothing(self):
        self.write_mnist(*shapes(5))
        driver = SeqGen(seed=1)
        driver.generate_random_sequence(25, 1)
        images, labels = self.arrays("aug_gen_data/augmented_data.npz")
        self.assertEqual(len(glob.glob("aug_gen_data/*.png")), 25)
        seen = {}
        for image, (digit,) in zip(images, labels):
            seen[digit] = seen.get(digit, 0) + 1
            name = f"{digit}" if seen[digit] == 1 else f"{digit}_{seen[digit]}"
            np.testing.assert_array_equal(read_png(f"aug_gen_data/{name}.png"), image)
        before = {name: pathlib.Path(name).read_bytes() for name in glob.glob("aug_gen_data/*.png")}
        again = driver.horizontal_seq_gen([labels[0, 0]])
        for name, content in before.items():
            self.assertEqual(pathlib.Path(name).read_bytes(), content)
        new, = set(glob.glob("aug_gen_data/*.png")) - set(before)
        np.testing.assert_array_equal(read_png(new), again)

    def test_other_sizes_become_28_high(self):
        images, labels = shapes()
        large = images.repeat(2, axis=1).repeat(2, axis=2)
        np.savez("large.npz", large, labels)
        image = SeqGen(digits="large.npz").horizontal_seq_gen([1, 2], (0, 0), 56)
        self.assertEqual(image.shape, (28, 56))
        np.testing.assert_array_equal(image[:, :28], images[[1, 11]][
            int(not (image[:, :28] == images[1]).all())])


class Sequences(Case):
    def seq_gen(self, images, labels, **options):
        self.write_mnist(images, labels)
        return SeqGen(**options)

    def test_white_on_black(self):
        image = SeqGen(digits=BUILT_IN).horizontal_seq_gen([2, 4, 1, 7], image_width=200)
        self.assertEqual((image.shape, image.dtype), ((28, 200), np.uint8))
        self.assertEqual(image.max(), 255)
        self.assertGreater((image == 0).mean(), 0.5)

    def test_one_gap_that_fills_the_width(self):
        images, labels = shapes(1)
        driver = self.seq_gen(images, labels)
        for n, gap in ((4, 0), (4, 7), (2, 10), (9, 3)):
            digits = list(range(n))
            image = driver.horizontal_seq_gen(digits, {"min": 0, "max": 10}, 28 * n + gap * (n - 1))
            black = np.zeros((28, gap), np.uint8)
            expected = np.hstack([part for digit in digits for part in (black, images[digit])])
            np.testing.assert_array_equal(image, expected[:, gap:])

    def test_a_gap_that_is_no_whole_number(self):
        images, labels = blocks()
        image = self.seq_gen(images, labels).horizontal_seq_gen([1, 2, 3], (0, 10), 28 * 3 + 5)
        starts = [start for value, start, _ in runs(image[14]) if value != 0]
        # 2.5 px each: the second picture begins at 30.5, to the nearest, the third at 61.
        self.assertEqual([starts[0], starts[2]], [10, 71])
        self.assertIn(starts[1], (40, 41))

    def test_the_gap_is_used_at_both_ends_of_the_range(self):
        images, labels = shapes(1)
        driver = self.seq_gen(images, labels)
        for gap in (3, 6):
            image = driver.horizontal_seq_gen([1, 2], (3, 6), 56 + gap)
            np.testing.assert_array_equal(image[:, :28], images[1])
            np.testing.assert_array_equal(image[:, 28 + gap:], images[2])
        image = driver.horizontal_seq_gen([1, 2], (3, 6), 56 + 7)
        self.assertFalse((image[:, :28] == images[1]).all())

    def test_every_gap_is_a_draw_of_its_own(self):
        driver = self.seq_gen(*blocks(), seed=3)
        gaps = []
        for _ in range(30):
            found = runs(driver.horizontal_seq_gen([1, 2] * 40, {"min": 2, "max": 6}, 1500)[14])
            self.assertEqual({length for value, _, length in found if value != 0}, {5})
            gaps.append([length for value, _, length in found[1:-1] if value == 0])
            left, right = found[0][2], found[-1][2]
            self.assertEqual(left, (left + right) // 2)
        gaps = np.array(gaps)
        self.assertEqual(gaps.shape, (30, 79))
        n = gaps.size
        for gap in range(2, 7):
            self.assertLess(abs((gaps == gap).sum() - n / 5), four_sigma(n, 0.2), gap)
        neighbours = np.corrcoef(gaps[:, :-1].ravel(), gaps[:, 1:].ravel())[0, 1]
        self.assertLess(abs(neighbours), 4 / math.sqrt(n))

    def test_one_digit(self):
        images, labels = shapes(1)
        driver = self.seq_gen(images, labels)
        np.testing.assert_array_equal(driver.horizontal_seq_gen([7], image_width=28), images[7])
        np.testing.assert_array_equal(driver.horizontal_seq_gen([7], image_width=33),
                                      np.pad(images[7], [(0, 0), (2, 3)]))
        self.assertEqual(driver.horizontal_seq_gen([7], image_width=9).shape, (28, 9))

    def test_the_width_is_obeyed(self):
        driver = self.seq_gen(*shapes())
        for width in (10, 11, 50, 140, 280, 281, 1000):
            image = driver.horizontal_seq_gen(range(10), (0, 10), width)
            self.assertEqual(image.shape, (28, width))
            self.assertTrue(image.any())

    def test_pictures_are_drawn_evenly(self):
        driver = self.seq_gen(*blocks(4), seed=5)
        levels = []
        for _ in range(10):
            row = driver.horizontal_seq_gen([7] * 200, (1, 1), 2000)[14]
            levels += [value for value, _, _ in runs(row) if value != 0]
        self.assertEqual(len(levels), 2000)
        for picture in range(4):
            self.assertLess(abs(levels.count(1 + 10 * picture + 7) - 500), four_sigma(2000, 0.25))

    def test_random_sequences_are_even_and_show_their_labels(self):
        driver = self.seq_gen(*blocks(2), seed=6)
        driver.generate_random_sequence(40, 5, {"min": 1, "max": 4}, 200)
        images, labels = self.arrays("aug_gen_data/augmented_data.npz")
        self.assertEqual(images.shape, (40, 28, 200))
        for place in range(5):
            self.assertEqual(np.bincount(labels[:, place], minlength=10).tolist(), [4] * 10)
        self.assertGreater(len({tuple(label) for label in labels}), 35)
        for image, label in zip(images, labels):
            shown = [(value - 1) % 10 for value, _, _ in runs(image[14]) if value != 0]
            self.assertEqual(shown, label.tolist())

    def test_same_as_the_recipe(self):
        images, labels = shapes(4)
        np.savez("set.npz", images, labels)
        lines = _core.DigitLines(images, labels, "set.npz")
        texts = _core.random_codes(20, 6, 11)
        for width, law in ((28 * 6 + 5 * 4, "auto"), (250, "each"), (60, "each")):
            generator = glyphmill.Generator(
                labels={"kind": "code", "length": 6, "balance": "position"}, count=20, seed=11,
                glyphs={"kind": "digits", "digits": "set.npz"}, ops=[],
                compose={"width": width, "spacing_px": [0, 10], "spacing": law, "ground": "black"})
            drawn = lines.draw(texts, 0, 10, width, 11)
            for k, (image, label) in enumerate(generator):
                self.assertEqual(texts[k], label)
                np.testing.assert_array_equal(drawn[k], image)

    def test_seeds(self):
        self.write_mnist(*shapes(20))

        def made(seed):
            driver = SeqGen(seed=seed)
            one = [driver.horizontal_seq_gen(range(10), (0, 9), 200).tobytes() for _ in range(2)]
            driver.generate_random_sequence(3, 4)
            driver.augment_dataset(200)
            augmented = AugmentedSeqGen(seed=seed)
            augmented.generate_random_sequence_with_keras_data(True, 3, 4)
            paths = ("aug_gen_data/augmented_data.npz", "keras_data/keras_augmented_data.npz",
                     "keras_hor_images/augmented_data.npz")
            return one + [array.tobytes() for path in paths for array in self.arrays(path)]
        first = made(8)
        self.assertEqual(made(8), first)
        self.assertNotEqual(first[0], first[1])
        for other in (made(9), made(None)):
            for ours, theirs in zip(first, other):
                self.assertNotEqual(ours, theirs)
        for seed in (-1, 2**64, 0.5):
            with self.refused("seed: must be"):
                SeqGen(seed=seed)

    def test_kinds_of_arguments(self):
        self.write_mnist(*shapes())
        expected = SeqGen(seed=1).horizontal_seq_gen([1, 2, 3], {"min": 2, "max": 4}, 150)
        for digits, spacing, width in (("123", (2, 4), np.int64(150)),
                                       (np.array([1, 2, 3]), np.array([2, 4]), 150),
                                       ((1, np.uint8(2), 3), {"max": np.int8(4), "min": 2}, 150)):
            image = SeqGen(seed=1).horizontal_seq_gen(digits, spacing, width)
            np.testing.assert_array_equal(image, expected)

    def test_refusals(self):
        images, labels = shapes(1)
        driver = self.seq_gen(images[:9], labels[:9])
        one, many = driver.horizontal_seq_gen, driver.generate_random_sequence
        for call, message in (
                (lambda: one([]), "input_sequence: must have 1 .. 240 digits. Got: 0"),
                (lambda: one([1] * 241), "input_sequence: must have 1 .. 240 digits. Got: 241"),
                (lambda: one([10]), "input_sequence: must be 0 .. 9. Got: 10 (at 0)"),
                (lambda: one([9]), "digits: no picture of '9' in data/t10k-images.idx3-ubyte"),
                (lambda: one([1], (-1, 2)), "space_range: must not be negative. Got: [-1, 2]"),
                (lambda: one([1], {"min": 5, "max": 2}), "space_range: min must not be above max"),
                (lambda: one([1], {"min": 5}), "space_range: must have the keys min and max. "
                                               "Got: {'min': 5}"),
                (lambda: one([1], (0, 10001)), "space_range: must be between 0 and 10000"),
                (lambda: one([1], image_width=0), "image_width: must be between 1 and 65536. "
                                                  "Got: 0"),
                (lambda: one([1] * 9, image_width=8), "at least a pixel for each of 9 characters"),
                (lambda: many(0, 1), "num_samples: must be at least 1. Got: 0"),
                (lambda: many(1, 0), "seq_len: must be between 1 and 240. Got: 0"),
                (lambda: many(1, 241), "seq_len: must be between 1 and 240. Got: 241"),
                (lambda: many(1.5, 2), "num_samples: must be a whole number. Got: 1.5")):
            with self.refused(message):
                call()
        self.assertFalse(os.path.exists("aug_gen_data"))
        self.assertEqual(one([1] * 240, image_width=240).shape, (28, 240))

    @unittest.skipUnless(REAL_DIGITS.is_dir(), "no MNIST")
    def test_real_digits(self):
        os.mkdir("data")
        for ours, theirs in (("t10k-images.idx3-ubyte.gz", "train-images-idx3-ubyte.gz"),
                             ("t10k-labels.idx1-ubyte.gz", "train-labels-idx1-ubyte.gz")):
            os.symlink(REAL_DIGITS / theirs, f"data/{ours}")
        driver = SeqGen(seed=1)
        pictures = _core.read_digits(str(REAL_DIGITS))[0]
        image = driver.horizontal_seq_gen([5], image_width=28)
        self.assertTrue((pictures == image).all(axis=(1, 2)).any())
        driver.augment_dataset(100)
        AugmentedSeqGen().generate_random_sequence_with_keras_data(False, 5, 5)


class Augmentation(Case):
    still = {"rotation_range": 0, "width_shift_range": 0, "height_shift_range": 0,
             "shear_range": 0, "rescale": None}

    def setUp(self):
        super().setUp()
        self.images, self.labels = shapes(3)
        self.write_mnist(self.images, self.labels)

    def augmented(self, count=60, seed=4, **options):
        SeqGen(seed=seed).augment_dataset(count, **options)
        values, labels = self.arrays("keras_data/keras_augmented_data.npz")
        self.assertEqual((values.dtype, values.shape), (np.float32, (count, 28, 28, 1)))
        return values[..., 0], labels

    def sources(self, values):
        return [np.flatnonzero((self.images == value).all(axis=(1, 2))).tolist()
                for value in values]

    def test_nothing_changes_without_strength(self):
        values, labels = self.augmented(**self.still)
        sources = self.sources(values)
        self.assertEqual(sorted(source[0] for source in sources), sorted(list(range(30)) * 2))
        self.assertNotEqual(sources[:30], sorted(sources[:30]))
        np.testing.assert_array_equal(self.labels[[source[0] for source in sources]], labels)

    def test_defaults(self):
        values, _ = self.augmented()
        self.assertLessEqual(values.max(), 0.0250 + 1e-7)
        self.assertGreater(values.max(), 0.02)
        spelled_out = {
            "zca_whitening": False, "rotation_range": 10, "width_shift_range": 0.2,
            "height_shift_range": 0.2, "shear_range": 0.2, "featurewise_center": False,
            "samplewise_center": False, "featurewise_std_normalization": False,
            "samplewise_std_normalization": False, "zca_epsilon": 1e-6, "brightness_range": None,
            "zoom_range": 0, "channel_shift_range": 0.0, "fill_mode": "nearest", "cval": 0.0,
            "horizontal_flip": False, "vertical_flip": False, "rescale": 0.0001,
            "preprocessing_function": None, "validation_split": 0.0}
        np.testing.assert_array_equal(self.augmented(**spelled_out)[0], values)
        by_place = SeqGen(seed=4)
        by_place.augment_dataset(60, False, 10, 0.2, 0.2, 0.2)
        np.testing.assert_array_equal(
            self.arrays("keras_data/keras_augmented_data.npz")[0][..., 0], values)

    def test_every_parameter_counts(self):
        base, _ = self.augmented(**self.still)
        for name, value in {
                "rotation_range": 20, "width_shift_range": 0.3, "height_shift_range": 4,
                "shear_range": 30, "featurewise_center": True, "samplewise_center": True,
                "featurewise_std_normalization": True, "samplewise_std_normalization": True,
                "zca_whitening": True, "brightness_range": (0.2, 0.5), "zoom_range": [0.5, 0.7],
                "channel_shift_range": 90, "horizontal_flip": True, "vertical_flip": True,
                "rescale": 2, "preprocessing_function": lambda x: x + 1,
                "validation_split": 0.5}.items():
            values, _ = self.augmented(**{**self.still, name: value})
            self.assertFalse(np.array_equal(values, base), name)
        shifted = {**self.still, "width_shift_range": 9.5}
        outside = [self.augmented(**shifted, **fill)[0].tobytes() for fill in (
            {}, {"fill_mode": "constant", "cval": 0}, {"fill_mode": "constant", "cval": 77},
            {"fill_mode": "reflect"}, {"fill_mode": "wrap"})]
        self.assertGreaterEqual(len(set(outside)), 3)
        whitened = [self.augmented(**{**self.still, "zca_whitening": True, "zca_epsilon": epsilon})
                    [0].tobytes() for epsilon in (1e-6, 1)]
        self.assertNotEqual(*whitened)

    def test_directions(self):
        """width_shift moves columns, height_shift moves rows; a flip is a flip."""
        for name, axis in (("width_shift_range", 1), ("height_shift_range", 0)):
            values, labels = self.augmented(**{**self.still, name: 4})
            moved = 0
            for value, label in zip(values, labels):
                rows = value.any(axis=axis)  # what must not have moved, and what may
                same = [image for image, other in zip(self.images, self.labels) if other == label]
                self.assertTrue(any((image.any(axis=axis) == rows).all() for image in same))
                moved += not any((image == value).all() for image in same)
            self.assertGreater(moved, 30)
        values, _ = self.augmented(**{**self.still, "horizontal_flip": True})
        flipped = [bool(source) for source in self.sources(values[:, :, ::-1])]
        plain = [bool(source) for source in self.sources(values)]
        self.assertTrue(all(a != b for a, b in zip(flipped, plain)))
        self.assertLess(abs(sum(flipped) - 30), four_sigma(60, 0.5))

    def test_normalisations(self):
        values, _ = self.augmented(**{**self.still, "samplewise_std_normalization": True})
        np.testing.assert_allclose(values.mean(axis=(1, 2)), 0, atol=1e-5)
        np.testing.assert_allclose(values.std(axis=(1, 2)), 1, atol=1e-5)
        values, _ = self.augmented(30, **{**self.still, "featurewise_std_normalization": True})
        self.assertAlmostEqual(float(values.mean()), 0, places=5)
        self.assertAlmostEqual(float(values.std()), 1, places=5)

    def test_readme_names(self):
        for theirs, ours, value in (
                ("f_center", "featurewise_center", True), ("s_center", "samplewise_center", True),
                ("f_std_normalization", "featurewise_std_normalization", True),
                ("s_std_normalization", "samplewise_std_normalization", True)):
            np.testing.assert_array_equal(self.augmented(**{theirs: value})[0],
                                          self.augmented(**{ours: value})[0])
        constant = {"fill_mode": "constant", "width_shift_range": 9.5}
        np.testing.assert_array_equal(self.augmented(c_val=9, **constant)[0],
                                      self.augmented(cval=9, **constant)[0])
        with self.refused("unexpected keyword argument 'f_centre'", TypeError):
            self.augmented(f_centre=True)

    def test_function_comes_between_the_change_and_the_normalisation(self):
        given = []

        def negative(picture):
            given.append((picture.shape, picture.dtype))
            return 255 - picture
        values, _ = self.augmented(**{**self.still, "rescale": 0.5},
                                   preprocessing_function=negative)
        self.assertEqual(set(given), {((28, 28, 1), np.dtype(np.float32))})
        self.assertEqual(len(given), 60)
        self.assertTrue(all(self.sources(255 - 2 * values)))
        for steps in ({"rescale": 0.01}, {"samplewise_center": True},
                      {"samplewise_std_normalization": True}, {"featurewise_center": True},
                      {"featurewise_std_normalization": True}, {"zca_whitening": True,
                                                                "zca_epsilon": 0.1},
                      {"samplewise_std_normalization": True, "featurewise_std_normalization": True,
                       "zca_whitening": True, "rescale": 0.5, "zca_epsilon": 1}):
            plain, _ = self.augmented(**steps)
            by_way, _ = self.augmented(**steps, preprocessing_function=lambda picture: picture)
            np.testing.assert_allclose(by_way, plain, atol=2e-5 * np.abs(plain).max(),
                                       err_msg=str(steps))
        with self.refused("preprocessing_function: must return the shape that it is given, "
                          "(28, 28, 1). Got: (3,)"):
            self.augmented(preprocessing_function=lambda picture: [1, 2, 3])

    def test_validation_part_is_left_out(self):
        values, labels = self.augmented(validation_split=0.5, **self.still)
        used = {source[0] for source in self.sources(values)}
        self.assertEqual(used, set(range(15, 30)))
        for share in (1, -0.1, float("nan")):
            with self.refused("validation_split: must be at least 0 and below 1."):
                self.augmented(validation_split=share)

    def test_sample_pictures(self):
        values, _ = self.augmented()
        self.assertEqual(sorted(glob.glob("keras_data/*.png")),
                         [f"keras_data/aug_{k}.png" for k in range(10)])
        for k in range(10):
            np.testing.assert_allclose(read_png(f"keras_data/aug_{k}.png"),
                                       grey_levels(values[k]), atol=1)
        self.augmented(3)
        self.assertEqual(len(glob.glob("keras_data/*.png")), 10)

    def test_refusals(self):
        for options, message in (
                ({"rotation_range": 181}, "augment.rotation_range: must be between 0 and 180. "
                                          "Got: 181"),
                ({"width_shift_range": -0.1}, "augment.width_shift_range: must be between 0"),
                ({"width_shift_range": [1, 2]}, "augment.width_shift_range: "),
                ({"fill_mode": "mirror"}, "augment.fill_mode: must be one of nearest"),
                ({"zoom_range": 1}, "augment.zoom_range: must be between 0 and 0.99. Got: 1"),
                ({"brightness_range": (2, 1)}, "augment.brightness_range: min must not be above"),
                ({"horizontal_flip": "sometimes"}, "augment.horizontal_flip: "),
                ({"count": 0}, "num_of_data_to_save: must be at least 1. Got: 0"),
                ({"count": 1.5}, "num_of_data_to_save: must be a whole number. Got: 1.5")):
            with self.refused(message):
                self.augmented(**options)
        with self.refused("must be given numbers and truth values", TypeError):
            self.augmented(rotation_range=object())
        self.assertFalse(os.path.exists("keras_data"))

    def test_numbers_of_numpy(self):
        np.testing.assert_array_equal(
            self.augmented(rotation_range=np.float32(10), zoom_range=np.array([0.5, 1.5]),
                           horizontal_flip=np.bool_(True))[0],
            self.augmented(zoom_range=[0.5, 1.5], horizontal_flip=True)[0])


class Augmented(Case):
    def test_absent_file(self):
        with self.refused("keras_data/keras_augmented_data.npz: there is no such file. Run "
                          "SeqGen().augment_dataset() first", FileNotFoundError):
            AugmentedSeqGen()

    def test_see_image(self):
        SeqGen(digits=BUILT_IN, seed=1).augment_dataset(200)
        made = {}
        for see_image in (True, False):
            with tempfile.TemporaryDirectory() as directory:
                with mock.patch.object(sequences, "KERAS_AUG_HOR_IMAGES", directory):
                    AugmentedSeqGen(seed=2).generate_random_sequence_with_keras_data(
                        see_image, 12, 4, {"min": 0, "max": 5}, 120)
                made[see_image] = self.arrays(f"{directory}/augmented_data.npz")
                pictures = {os.path.basename(path): read_png(path).tobytes()
                            for path in glob.glob(f"{directory}/*.png")}
                self.assertEqual(len(pictures), 12)
                made[see_image] += (pictures,)
        levels, labels, pictures = made[True]
        floats, float_labels, float_pictures = made[False]
        self.assertEqual((levels.dtype, floats.dtype), (np.uint8, np.float32))
        self.assertEqual((levels.max(), floats.min(), floats.max()), (255, 0, 1))
        np.testing.assert_array_equal(np.rint(floats * 255), levels)
        np.testing.assert_array_equal(labels, float_labels)
        self.assertEqual(pictures, float_pictures)

    def test_values_of_any_size_are_seen(self):
        images, labels = shapes(1)
        for values in (images * 1e-4, images / 255, images - images.mean(), images):
            self.write_augmented(values[..., None], labels)
            augmented = AugmentedSeqGen()
            with mock.patch.object(sequences, "SPACING_RANGE", {"min": 0, "max": 0}):
                augmented.generate_random_sequence_with_keras_data(True, 10, 1, image_width=28)
            drawn, (digits,) = [array if k == 0 else array.T for k, array in enumerate(
                self.arrays("keras_hor_images/augmented_data.npz"))]
            for image, digit in zip(drawn, digits):
                np.testing.assert_allclose(image, grey_levels(images[digit]), atol=1)

    def test_digits_without_ink_are_not_used(self):
        images, labels = shapes(2)
        images[10:] = 0
        self.write_augmented(images[..., None] / 255, labels)
        AugmentedSeqGen().generate_random_sequence_with_keras_data(True, 40, 1, (0, 0), 28)
        self.assertTrue(self.arrays("keras_hor_images/augmented_data.npz")[0]
                        .any(axis=(1, 2)).all())
        self.write_augmented(np.full((3, 28, 28, 1), 0.5), labels[:3])
        with self.refused("must have a picture with ink. Got: none"):
            AugmentedSeqGen()

    def test_sheet(self):
        images, labels = shapes(2)
        self.write_augmented(images[..., None] / 255, labels)
        path = AugmentedSeqGen().visualize_generated_aug_dataset()
        self.assertEqual(path, os.path.join("keras_data", "samples.png"))
        sheet = read_png(path)
        self.assertEqual(sheet.shape[2], 3)
        self.assertGreater(sheet.shape[1], 2 * sheet.shape[0])  # two rows of five
        large = images.repeat(8, axis=1).repeat(8, axis=2)
        top = int(np.flatnonzero((sheet[:, 100] == 0).all(axis=1))[0])
        row = sheet[top:top + 224, :, 0]
        for digit in range(5):
            found = [x for x in range(0, row.shape[1] - 223)
                     if (row[:, x:x + 224] == np.rint(large[digit])).mean() > 0.9]
            self.assertTrue(found, digit)

    def test_broken_files(self):
        images, labels = shapes(1)
        good = images[..., None] / 255
        for broken, message in (
                ((good[0, 0], labels), "arr_0 must be finite numbers (N, H, W, 1). "
                                       "Got: float64 (28, 1)"),
                ((good + np.nan, labels), "arr_0 must be finite numbers"),
                ((good, labels[1:]), "arr_1 must be whole numbers (10,). Got: uint8 (9,)"),
                ((good, labels / 2), "arr_1 must be whole numbers (10,). Got: float64 (10,)"),
                ((good, labels + 1), "arr_1 must be 0 .. 9. Got: 1 .. 10"),
                ((good[:0], labels[:0]), "must have a picture with ink. Got: none")):
            self.write_augmented(*broken)
            with self.refused("keras_data/keras_augmented_data.npz: " + message):
                AugmentedSeqGen()
        np.savez("keras_data/keras_augmented_data.npz", only=labels)
        with self.refused("must hold arr_0 and arr_1"):
            AugmentedSeqGen()
        path = pathlib.Path("keras_data/keras_augmented_data.npz")
        self.write_augmented(good, labels)
        whole = path.read_bytes()
        flipped = bytearray(whole)
        flipped[len(whole) // 4] ^= 255
        np.save("one.npy", good)
        for content in (b"", b"text", b"PK\3\4", whole[:-30], whole[:300], bytes(flipped),
                        pathlib.Path("one.npy").read_bytes()):
            path.write_bytes(content)
            with self.refused("must hold arr_0 and arr_1"):
                AugmentedSeqGen()


if __name__ == "__main__":
    unittest.main()
