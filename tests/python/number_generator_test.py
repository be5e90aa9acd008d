#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""glyphmill.number_generator keeps what number-generator promises."""

import contextlib
import gzip
import math
import os
import pathlib
import pickle
import subprocess
import sys
import tempfile
import threading
import unittest
from unittest import mock

import numpy as np
from measures import four_sigma, runs

import glyphmill
from glyphmill import number_generator
from glyphmill.number_generator import core, helpers

PACKAGES = str(pathlib.Path(glyphmill.__file__).resolve().parents[1])
ENVIRONMENT = {**os.environ, "PYTHONPATH": PACKAGES}
REAL_DIGITS = pathlib.Path(os.environ.get("GLYPHMILL_TEST_DATA", "/nonexistent")) / "mnist"


def blocks(pictures=1, width=5, size=28):
    """A set whose digits are full-height blocks of one gray level each, so that gaps can be
    measured: picture i of digit d has the level 1 + 10 i + d."""
    images = np.zeros((10 * pictures, size, size), np.uint8)
    labels = np.tile(np.arange(10, dtype=np.uint8), pictures)
    for k, digit in enumerate(labels):
        images[k, :, -width:] = 1 + 10 * (k // 10) + digit
    return images, labels


class Case(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        before = os.getcwd()
        os.chdir(self.directory)
        self.addCleanup(os.chdir, before)
        self.addCleanup(number_generator.set_default_dataset_filepath, None)
        environment = {k: v for k, v in os.environ.items() if k != "NG_DEFAULT_DIGIT_DATASET"}
        patch = mock.patch.dict(os.environ, environment, clear=True)
        patch.start()
        self.addCleanup(patch.stop)
        self.addCleanup(number_generator.seed, None)

    @contextlib.contextmanager
    def refused(self, message, error=ValueError):
        with self.assertRaises(error) as caught:
            yield
        self.assertIn(message, str(caught.exception))

    def save_blocks(self, name="blocks.pickle", **options):
        core.DigitImageDataset(*blocks(**options)).save(name)
        return name


class Readme(Case):
    """The snippets of the older package's README, with `glyphmill.` in the import line."""

    def run_snippet(self, text, **names):
        exec(compile(text, "snippet", "exec"), names)
        return names

    def test_image(self):
        # The README imports one name and calls another: both are there.
        names = self.run_snippet("""
from glyphmill.number_generator import generate_number_sequence

result_image = generate_number_sequence([1,2,3], spacing_range=(4,10), image_width=100)
""")
        image = names["result_image"]
        self.assertEqual((image.shape, image.dtype), ((28, 100), np.uint8))
        self.assertIs(number_generator.generate_number_sequence,
                      number_generator.generate_numbers_sequence)

    def test_dataset(self):
        images = np.full((2, 28, 50), 255, np.uint8)
        core.GenericDataset(images, ["012", "34"]).save("datasetfilepath.pickle")
        names = self.run_snippet("""
from glyphmill.number_generator.core import GenericDataset
dataset = GenericDataset()
dataset.load('datasetfilepath.pickle')

# access first image and label
img, label = dataset[0]

# read metadata
metadata = dataset.get_metadata()
timestamp = metadata['creation_timestamp']
""")
        np.testing.assert_array_equal(names["img"], images[0])
        self.assertEqual(names["label"], "012")
        self.assertGreater(names["timestamp"], 1.5e9)
        data = self.run_snippet("""
import pickle
data = None
with open(input_filepath, 'rb') as handle:
	data = pickle.load(handle)
""", input_filepath="datasetfilepath.pickle")["data"]
        np.testing.assert_array_equal(data["images"], images)
        self.assertEqual(data["labels"], ["012", "34"])
        self.assertEqual(set(data), {"images", "labels", "metadata"})

    def test_own_digits(self):
        os.mkdir("mynewpath")
        self.save_blocks("mynewpath/mydataset.pickle")
        self.run_snippet("""
from glyphmill.number_generator import set_default_dataset_filepath

set_default_dataset_filepath('./mynewpath/mydataset.pickle')
""")
        image = number_generator.generate_numbers_sequence([7], (0, 0), 5)
        np.testing.assert_array_equal(image, np.full((28, 5), 255 - 8))

    def test_nothing_heavy_is_imported(self):
        code = ("import sys, glyphmill.number_generator\n"
                "print([m for m in ('torch', 'pandas', 'PIL', 'matplotlib') if m in sys.modules])")
        run = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE,
                             text=True, env=ENVIRONMENT)
        self.assertEqual(run.stdout, "[]\n")


class Images(Case):
    def test_dark_on_white(self):
        image = number_generator.generate_numbers_sequence([1, 2, 3], (4, 10), 120, seed=1)
        self.assertEqual((image.shape, image.dtype), ((28, 120), np.uint8))
        self.assertTrue((image[:, [0, -1]] == 255).all())
        self.assertLess(image.min(), 60)
        self.assertGreater((image == 255).mean(), 0.6)
        self.assertTrue(image.flags.writeable and image.flags.owndata)

    def test_every_call_is_another_hand(self):
        images = [number_generator.generate_numbers_sequence([8, 8], (2, 2), 60)
                  for _ in range(6)]
        self.assertEqual(len({image.tobytes() for image in images}), 6)

    def test_seed_repeats(self):
        def three():
            return [number_generator.generate_numbers_sequence([1, 2], (0, 9), 70).tobytes()
                    for _ in range(3)]
        number_generator.seed(4)
        first = three()
        number_generator.seed(4)
        self.assertEqual(three(), first)
        self.assertEqual(len(set(first)), 3)
        number_generator.seed(5)
        self.assertNotEqual(three(), first)
        number_generator.seed(None)
        self.assertNotEqual(three(), three())
        one = number_generator.generate_numbers_sequence([1, 2], (0, 9), 70, seed=2**64 - 1)
        again = number_generator.generate_numbers_sequence([1, 2], (0, 9), 70, seed=2**64 - 1)
        np.testing.assert_array_equal(one, again)

    def test_forked_processes_differ(self):
        read, write = os.pipe()
        for _ in range(2):
            child = os.fork()
            if child == 0:
                image = number_generator.generate_numbers_sequence([0] * 4, (0, 9), 110)
                os.write(write, image.tobytes())
                os._exit(0)
            os.waitpid(child, 0)
        size = 28 * 110
        self.assertNotEqual(os.read(read, size), os.read(read, size))

    def test_same_as_the_recipe(self):
        """The built-in hand, and a file; narrower, wider."""
        files = ["builtin:handwriting", self.save_blocks(pictures=3)]
        for digits in files:
            number_generator.set_default_dataset_filepath(
                None if digits.startswith("builtin") else digits)
            for width in (40, 200):
                for seed in (0, 9):
                    generator = glyphmill.Generator(
                        labels={"kind": "list", "texts": ["0123456789"]},
                        glyphs={"kind": "digits", "digits": digits},
                        compose={"width": width, "spacing_px": [4, 10]}, ops=[], seed=seed)
                    image = number_generator.generate_numbers_sequence(range(10), (4, 10), width,
                                                                       seed=seed)
                    np.testing.assert_array_equal(image, generator[0][0])

    def test_kinds_of_digits(self):
        expected = number_generator.generate_numbers_sequence([3, 0, 9], (1, 2), 90, seed=1)
        for digits in ((3, 0, 9), np.array([3, 0, 9]), np.array([3, 0, 9], np.uint8), "309",
                       ["3", "0", "9"], [np.int64(3), np.uint8(0), 9], (d for d in (3, 0, 9))):
            image = number_generator.generate_numbers_sequence(digits, (1, 2), 90, seed=1)
            np.testing.assert_array_equal(image, expected)
        for spacing in ([1, 2], np.array([1, 2]), (np.int16(1), np.uint64(2))):
            image = number_generator.generate_numbers_sequence("309", spacing, np.int64(90), seed=1)
            np.testing.assert_array_equal(image, expected)

    def test_no_digits_give_white_paper(self):
        for nothing in ([], "", np.array([], int)):
            image = number_generator.generate_numbers_sequence(nothing, (4, 10), 33)
            np.testing.assert_array_equal(image, np.full((28, 33), 255, np.uint8))

    def test_one_digit(self):
        self.assertEqual(
            number_generator.generate_numbers_sequence([4], (4, 10), 50).shape, (28, 50))

    def test_wide_line_is_reduced_with_its_aspect(self):
        number_generator.set_default_dataset_filepath(self.save_blocks(width=24))
        image = number_generator.generate_numbers_sequence([1] * 4, (0, 0), 48)
        # 96 columns to 48, so 28 rows to 14, in the middle.
        rows = np.flatnonzero((image < 255).any(axis=1))
        self.assertEqual((rows[0], rows[-1]), (7, 20))
        self.assertTrue((image[7:21] == 255 - 2).all())

    def test_refusals(self):
        draw = number_generator.generate_numbers_sequence
        with self.refused("spacing_range: must not be negative. Got: [-1, 4]"):
            draw([1, 2], (-1, 4), 100)
        with self.refused("spacing_range: min must not be above max. Got: [9, 4]"):
            draw([1, 2], (9, 4), 100)
        with self.refused("spacing_range: must be two numbers, min and max. Got: 5"):
            draw([1, 2], 5, 100)
        with self.refused("spacing_range: must be a whole number. Got: 1.5"):
            draw([1, 2], (1.5, 4), 100)
        with self.refused("spacing_range: must be between -512 and 10000. Got: [0, 10001]"):
            draw([1, 2], (0, 10001), 100)
        for width in (0, -3, 65537):
            with self.refused(f"image_width: must be between 1 and 65536. Got: {width}"):
                draw([1, 2], (0, 4), width)
        with self.refused("image_width: must be a whole number of 32 bits. Got: 99999999999999"):
            draw([1, 2], (0, 4), 99999999999999)
        with self.refused("image_width: must be a whole number. Got: '100'"):
            draw([1, 2], (0, 4), "100")
        for digit in (10, -1, 10**30, 1.0, "x", "٣", None, [1]):
            with self.refused(f"digits: must be 0 .. 9. Got: {digit!r} (at 1)"):
                draw([1, digit], (0, 4), 100)
        with self.refused("digits: must be a sequence of digits. Got: 12"):
            draw(12, (0, 4), 100)
        with self.refused("digits: must be at most one for each of 2 columns. Got: 3"):
            draw([1, 2, 3], (0, 4), 2)
        for seed in (-1, 2**64):
            with self.refused(f"seed: must be between 0 and {2**64 - 1}. Got: {seed}"):
                draw([1], (0, 4), 100, seed=seed)
            with self.refused("seed: must be between"):
                number_generator.seed(seed)
        with self.refused("seed: must be a whole number. Got: 1.5"):
            draw([1], (0, 4), 100, seed=1.5)


class Laws(Case):
    def test_gaps_are_each_a_draw_of_its_own(self):
        generator = core.DigitSequenceImageGenerator(core.DigitImageDataset(*blocks()), (2, 6),
                                                     2000)
        gaps = []
        for seed in range(30):
            row = generator.generate_from_data([1, 2] * 40, seed=seed)[14]
            found = runs(row)
            self.assertEqual({length for value, _, length in found if value != 255}, {5})
            gaps.append([length for value, _, length in found[1:-1] if value == 255])
            left, right = found[0][2], found[-1][2]
            self.assertEqual(left, (left + right) // 2)  # no gaps at the ends
        gaps = np.array(gaps)
        self.assertEqual(gaps.shape, (30, 79))
        n = gaps.size
        for gap in range(2, 7):
            self.assertLess(abs((gaps == gap).sum() - n / 5), four_sigma(n, 0.2), gap)
        self.assertEqual((gaps.min(), gaps.max()), (2, 6))
        neighbours = np.corrcoef(gaps[:, :-1].ravel(), gaps[:, 1:].ravel())[0, 1]
        self.assertLess(abs(neighbours), 4 / math.sqrt(n))

    def test_pictures_are_drawn_evenly(self):
        dataset = core.DigitImageDataset(*blocks(pictures=4))
        generator = core.DigitSequenceImageGenerator(dataset, (1, 1), 1000)
        levels = []
        for seed in range(20):
            row = 255 - generator.generate_from_data([7] * 100, seed=seed)[5]
            levels += [value for value, _, _ in runs(row) if value != 0]
        self.assertEqual(len(levels), 2000)
        for picture in range(4):
            self.assertLess(abs(levels.count(1 + 10 * picture + 7) - 500), four_sigma(2000, 0.25))

    def test_samples_are_drawn_evenly(self):
        dataset = core.DigitImageDataset(*blocks(pictures=4))
        number_generator.seed(1)
        levels = [int(dataset.random_sample_digit(3).max()) for _ in range(1000)]
        for picture in range(4):
            self.assertLess(abs(levels.count(1 + 10 * picture + 3) - 250), four_sigma(1000, 0.25))


class Datasets(Case):
    images = (np.arange(3 * 28 * 50) % 251).astype(np.uint8).reshape(3, 28, 50)
    labels = ["0312345678", "090", "年"]

    def test_round_trip(self):
        dataset = core.GenericDataset(self.images, self.labels,
                                      {"creation_timestamp": 12.5, "spacing_range": (4, 10)})
        self.assertIsNone(dataset.save("set.pickle", {"image_width": 50}))
        expected = {"creation_timestamp": 12.5, "spacing_range": (4, 10), "image_width": 50}
        self.assertEqual(dataset.get_metadata(), expected)
        other = core.GenericDataset(self.images[:1], ["7"])
        self.assertIsNone(other.load("set.pickle"))
        images, labels = other.get_data()
        np.testing.assert_array_equal(images, self.images)
        self.assertEqual(images.dtype, np.uint8)
        self.assertEqual(labels, self.labels)
        self.assertEqual(other.get_metadata(), expected)
        with open("set.pickle", "rb") as file:
            self.assertEqual(pickle.load(file)["metadata"], expected)
        before = pathlib.Path("set.pickle").read_bytes()
        other.save("again.pickle")
        self.assertEqual(pathlib.Path("again.pickle").read_bytes(), before)

    def test_other_metadata_are_kept(self):
        theirs = {"author": "A. Ünal", "counts": [1, 2.5, (None, True)], "raw": b"\0\xff",
                  "nested": {"a": {"b": -(2**63)}}, 'n': np.int32(7), "creation_timestamp": 1}
        core.GenericDataset(self.images, self.labels, theirs).save("set.pickle")
        dataset = core.GenericDataset()
        dataset.load("set.pickle")
        expected = {**theirs, "n": 7, "creation_timestamp": 1.0, "spacing_range": None,
                    "image_width": None}
        self.assertEqual(dataset.get_metadata(), expected)
        self.assertIsInstance(dataset.get_metadata()["counts"][2], tuple)
        np.testing.assert_array_equal(dataset.get_data()[0], self.images)
        with open("set.pickle", "rb") as file:
            data = pickle.load(file)
        self.assertEqual(data["metadata"], expected)
        self.assertEqual(data["labels"], self.labels)
        self.assertEqual(os.listdir("."), ["set.pickle"])

    def test_metadata_that_cannot_be_kept(self):
        for value in (object(), {1}, "\ud800", 2**63, np.zeros(2), [lambda: 0]):
            with self.refused("metadata['x']: must be text, bytes, numbers"):
                core.GenericDataset(metadata={"x": value})
        with self.refused("metadata: must have keys of text. Got: 1"):
            core.GenericDataset(metadata={1: 2})
        with self.refused("metadata['spacing_range']: must be two numbers. Got: 3"):
            core.GenericDataset(metadata={"spacing_range": 3})
        with self.refused("metadata['image_width']: must be a whole number. Got: 1.5"):
            core.GenericDataset().save("x", {"image_width": 1.5})
        with self.refused("metadata['creation_timestamp']: must be a number. Got: 'now'"):
            core.GenericDataset(metadata={"creation_timestamp": "now"})

    def test_arrays_in_the_metadata_of_a_file_are_left_out(self):
        data = {"images": self.images, "labels": self.labels,
                "metadata": {"a": np.arange(3), "b": 1, 5: 6, "c": [np.zeros(1)]}}
        pathlib.Path("set.pickle").write_bytes(pickle.dumps(data))
        dataset = core.GenericDataset()
        dataset.load("set.pickle")
        self.assertEqual(dataset.get_metadata(), {"b": 1, "creation_timestamp": 0.0,
                                                  "spacing_range": None, "image_width": None})

    def test_time_of_creation(self):
        dataset = core.GenericDataset(self.images, self.labels)
        self.assertEqual(dataset.get_metadata(), {})
        with mock.patch("time.time", return_value=99.5):
            dataset.save("set.pickle")
        self.assertEqual(dataset.get_metadata()["creation_timestamp"], 99.5)
        dataset.save("set.pickle")
        dataset.load("set.pickle")
        self.assertEqual(dataset.get_metadata()["creation_timestamp"], 99.5)

    def test_index_and_length(self):
        dataset = core.GenericDataset(list(self.images), np.array(self.labels))
        self.assertEqual(len(dataset), 3)
        for k in (2, -1, np.int64(2)):
            image, label = dataset[k]
            np.testing.assert_array_equal(image, self.images[2])
            self.assertEqual(label, "年")
        for k in (3, -4):
            with self.refused(f"picture: index must be below 3. Got: {k}", IndexError):
                dataset[k]
        self.assertEqual([label for _, label in dataset], self.labels)

    def test_examples_are_added(self):
        dataset = core.GenericDataset()
        self.assertEqual((len(dataset), dataset.get_data()[0].shape), (0, (0, 0, 0)))
        for image, label in zip(self.images, self.labels):
            dataset.add_examples([image], [label])
        dataset.add_examples([], [])
        source = self.images.copy()
        dataset.add_examples(source, np.array([7, 8, 9], np.uint8))
        source[:] = 0
        images, labels = dataset.get_data()
        np.testing.assert_array_equal(images, np.concatenate([self.images] * 2))
        self.assertEqual(labels, self.labels + ["7", "8", "9"])
        wrong = [
            (self.images[:, 1:], ["1"] * 3, "images: must be (28, 50) as the others. "
                                            "Got: (27, 50)"),
            (self.images, ["1"], "labels: must be as many as the images. Got: 3 images and 1 "
                                 "labels"),
            ([], ["1"], "Got: 0 images and 1 labels"),
            (self.images[0], ["1"], "images: must be uint8 (N, H, W), all of one size. "
                                    "Got: uint8 (28, 50)"),
            (self.images / 255, ["1"] * 3, "Got: float64 (3, 28, 50)"),
            ([self.images[0], self.images[0, 1:]], ["1"] * 2, "all of one size"),
            (self.images, ["\ud800"] * 3, "labels: must be text that UTF-8 can spell"),
            (self.images, [1.5] * 3, "labels: must be text or whole numbers. Got: 1.5"),
        ]
        for images, labels, message in wrong:
            with self.refused(message):
                dataset.add_examples(images, labels)
        self.assertEqual(len(dataset), 6)

    def test_names_of_files_that_are_no_text(self):
        for name in ("année.pickle", b"bytes.pickle", os.fsdecode(b"\xff.pickle")):
            dataset = core.GenericDataset(self.images, self.labels)
            for metadata in ({}, {"mine": 1}):
                dataset.save(name, metadata)
                dataset.load(name)
            core.DigitImageDataset(*blocks()).save(name)
            core.DigitImageDataset().load(name)

    def test_empty_set(self):
        core.GenericDataset().save("empty.pickle")
        dataset = core.GenericDataset(self.images, self.labels)
        dataset.load("empty.pickle")
        self.assertEqual((len(dataset), len(dataset.get_data()[0])), (0, 0))

    def test_other_files(self):
        pathlib.Path("old.pickle").write_bytes(gzip.compress(pickle.dumps(
            {"images": self.images, "labels": np.array([1, 2, 30])}, protocol=2)))
        dataset = core.GenericDataset()
        dataset.load(pathlib.Path("old.pickle"))
        self.assertEqual(dataset.get_data()[1], ["1", "2", "30"])
        with self.refused("absent.pickle", FileNotFoundError):
            dataset.load("absent.pickle")
        self.assertEqual(len(dataset), 3)
        with self.refused("", OSError):
            dataset.save("no/such/place.pickle")
        with self.refused("", OSError):
            dataset.save("no/such/place.pickle", {"mine": 1})
        for content in (b"", b"text", pickle.dumps([1]), pickle.dumps({"images": 1, "labels": []}),
                        pickle.dumps({"images": self.images, "labels": ["1"]})):
            pathlib.Path("bad.pickle").write_bytes(content)
            with self.refused("bad.pickle"):
                dataset.load("bad.pickle")

    def test_a_failed_write_leaves_the_old_file(self):
        dataset = core.GenericDataset(self.images, self.labels)
        dataset.save("set.pickle")
        before = pathlib.Path("set.pickle").read_bytes()
        with mock.patch("pickle.dump", side_effect=OSError("disk full")):
            with self.refused("disk full", OSError):
                dataset.save("set.pickle", {"mine": 1})
        self.assertEqual(pathlib.Path("set.pickle").read_bytes(), before)
        self.assertEqual(os.listdir("."), ["set.pickle"])


class Order:
    """Makes whoever unpickles it run a command."""

    def __reduce__(self):
        return os.system, ("touch executed",)


class Hostile(Case):
    def test_nothing_is_executed(self):
        images, labels = blocks()
        good = {"images": images, "labels": labels}
        datas = [Order(), {**good, "images": Order()}, {**good, "labels": Order()},
                 {**good, "metadata": Order()}, {**good, "metadata": {"a": Order()}},
                 {**good, "other": Order()}, {**good, "labels": [Order()]}]
        for protocol in (2, 4, 5):
            for data in datas:
                content = pickle.dumps(data, protocol)
                for packed in (content, gzip.compress(content)):
                    pathlib.Path("evil.pickle").write_bytes(packed)
                    for load in (core.GenericDataset().load, core.DigitImageDataset().load,
                                 number_generator.set_default_dataset_filepath):
                        with self.refused("evil.pickle"):
                            load("evil.pickle")
        os.environ["NG_DEFAULT_DIGIT_DATASET"] = "evil.pickle"
        with self.refused("evil.pickle"):
            core.get_or_load_default_dataset(force_reload=True)
        self.assertFalse(os.path.exists("executed"))
        # The control: pickle itself would have obeyed.
        pickle.loads(content)
        self.assertTrue(os.path.exists("executed"))

    def test_keys_that_python_could_not_have(self):
        """{'metadata': {'a': {[]: 1}}} and so on, which no pickler writes."""
        images, labels = blocks()
        content = pickle.dumps({"images": images, "labels": labels}, protocol=4)
        self.assertTrue(content.endswith(b"u."))
        for key in (b"]", b"}", b"]\x85", b"]\x85\x85"):
            # On the stack is the dictionary: set one more item and stop.
            pathlib.Path("odd.pickle").write_bytes(
                content[:-1] + b"\x8c\x08metadata}\x8c\x01a}" + key + b"K\x01sss.")
            dataset = core.GenericDataset()
            dataset.load("odd.pickle")
            self.assertEqual(set(dataset.get_metadata()),
                             {"creation_timestamp", "spacing_range", "image_width"})


class Digits(Case):
    def test_round_trip(self):
        images, labels = blocks(pictures=2)
        dataset = core.DigitImageDataset(images, labels)
        dataset.save("digits.pickle")
        with open("digits.pickle", "rb") as file:
            data = pickle.load(file)
        for name, expected in (("images", images), ("labels", labels)):
            np.testing.assert_array_equal(data[name], expected)
            self.assertEqual(data[name].dtype, np.uint8)
        loaded = core.DigitImageDataset()
        self.assertEqual((len(loaded), loaded.get_example_shape()), (0, (0, 0)))
        self.assertIsNone(loaded.load("digits.pickle"))
        for ours, expected in zip(loaded.get_data(), (images, labels)):
            np.testing.assert_array_equal(ours, expected)
            self.assertEqual(ours.dtype, np.uint8)
        self.assertEqual(loaded.get_example_shape(), (28, 28))
        self.assertIsInstance(loaded, core.GenericDataset)
        image, label = loaded[13]
        np.testing.assert_array_equal(image, images[13])
        self.assertEqual((label, label.dtype), (3, np.uint8))

    def test_width_comes_before_height(self):
        dataset = core.DigitImageDataset(np.full((1, 20, 30), 9, np.uint8), [1])
        self.assertEqual(dataset.get_example_shape(), (30, 20))

    def test_examples_of_a_digit(self):
        images, labels = blocks(pictures=3)
        dataset = core.DigitImageDataset(images, labels)
        np.testing.assert_array_equal(dataset.get_digit_examples(4), images[4::10])
        few = core.DigitImageDataset(images[:2], labels[:2])
        self.assertEqual(few.get_digit_examples(np.int64(4)).shape, (0, 28, 28))
        with self.refused("digit: must have a picture in the digit set. Got: 4"):
            few.random_sample_digit(4)
        with self.refused("digits: no picture of '4'"):
            core.DigitSequenceImageGenerator(few, (0, 1), 50).generate_from_data([4])
        for digit in (10, -1, "x"):
            with self.refused("digit: must be 0 .. 9."):
                dataset.get_digit_examples(digit)
            with self.refused("digit: must be 0 .. 9."):
                dataset.random_sample_digit(digit)

    def test_a_sample_is_one_of_the_examples(self):
        dataset = core.DigitImageDataset(*blocks(pictures=5))
        image = dataset.random_sample_digit(6, seed=3)
        np.testing.assert_array_equal(image, dataset.random_sample_digit(6, seed=3))
        self.assertIn(image.tobytes(), {e.tobytes() for e in dataset.get_digit_examples(6)})
        samples = {dataset.random_sample_digit(6).tobytes() for _ in range(100)}
        self.assertEqual(len(samples), 5)  # one of five is missed once in 10^9 runs

    def test_added_examples_are_drawn(self):
        images, labels = blocks()
        dataset = core.DigitImageDataset(images[:1], labels[:1])
        dataset.random_sample_digit(0)
        dataset.add_examples(images[1:2], [1])
        np.testing.assert_array_equal(dataset.random_sample_digit(1), images[1])

    def test_what_is_drawn_cannot_be_written(self):
        dataset = core.DigitImageDataset(*blocks())
        for array in dataset.get_data():
            with self.assertRaises(ValueError):
                array[0] = 0

    def test_refusals(self):
        images, labels = blocks()
        with self.refused("labels: must be 0 .. 9. Got: 10 (at 9)"):
            core.DigitImageDataset(images, labels + 1)
        with self.refused("labels: must be as many as the images"):
            core.DigitImageDataset(images, labels[1:])
        empty = core.DigitImageDataset()
        for use in (lambda: empty.random_sample_digit(1), lambda: empty.save("x"),
                    lambda: core.DigitSequenceImageGenerator(empty, (0, 1), 9)):
            with self.refused("the digit set: must have at least one picture. Got: none"):
                use()
        blank = core.DigitImageDataset(np.zeros_like(images), labels)
        with self.refused("ink"):
            blank.random_sample_digit(1)
        with self.refused("x.npz", FileNotFoundError):
            empty.load("x.npz")

    def test_everything_that_has_digits_is_read(self):
        images, labels = blocks()
        np.savez("set.npz", images, labels)
        dataset = core.DigitImageDataset()
        dataset.load("set.npz")
        np.testing.assert_array_equal(dataset.get_data()[0], images)

    @unittest.skipUnless(REAL_DIGITS.is_dir(), "no MNIST")
    def test_real_digits(self):
        dataset = number_generator.set_default_dataset_filepath(REAL_DIGITS)
        self.assertEqual((len(dataset), dataset.get_example_shape()), (60000, (28, 28)))
        self.assertEqual(len(dataset.get_digit_examples(5)), 5421)
        generator = glyphmill.Generator(
            labels={"kind": "list", "texts": ["0123456789"]},
            glyphs={"kind": "digits", "digits": REAL_DIGITS},
            compose={"width": 300, "spacing_px": [4, 10]}, ops=[], seed=1)
        image = number_generator.generate_numbers_sequence("0123456789", (4, 10), 300, seed=1)
        np.testing.assert_array_equal(image, generator[0][0])


class Default(Case):
    def test_it_is_kept_until_it_is_read_again(self):
        first = core.get_or_load_default_dataset()
        self.assertEqual((len(first), first.get_example_shape()), (10000, (28, 28)))
        self.assertIs(core.get_or_load_default_dataset(), first)
        os.environ["NG_DEFAULT_DIGIT_DATASET"] = self.save_blocks()
        self.assertIs(core.get_or_load_default_dataset(), first)
        second = core.get_or_load_default_dataset(force_reload=True)
        self.assertEqual(len(second), 10)

    def test_setter(self):
        path = self.save_blocks(pictures=2)
        dataset = number_generator.set_default_dataset_filepath(path)
        self.assertIsInstance(dataset, core.DigitImageDataset)
        self.assertEqual(len(dataset), 20)
        self.assertIs(core.get_or_load_default_dataset(), dataset)
        for broken, error in (("absent.pickle", FileNotFoundError), (__file__, ValueError)):
            with self.assertRaises(error):
                core.set_default_dataset_filepath(broken)
            self.assertIs(core.get_or_load_default_dataset(), dataset)
            dataset = core.get_or_load_default_dataset(force_reload=True)
            self.assertEqual(len(dataset), 20)
        core.set_default_dataset_filepath("")
        self.assertEqual(len(core.get_or_load_default_dataset()), 10000)

    def test_environment_of_a_new_process(self):
        path = self.save_blocks()
        code = ("from glyphmill.number_generator import generate_numbers_sequence\n"
                "print(generate_numbers_sequence([7], (0, 0), 5).tolist()[0])")
        run = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE,
                             text=True, env={**ENVIRONMENT, "NG_DEFAULT_DIGIT_DATASET": path})
        self.assertEqual(run.stdout, "[247, 247, 247, 247, 247]\n")
        with mock.patch.dict(os.environ, NG_DEFAULT_DIGIT_DATASET="absent.pickle"):
            with self.refused("absent.pickle", FileNotFoundError):
                core.get_or_load_default_dataset(force_reload=True)

    def test_threads(self):
        images = []
        draw = lambda k: images.append((k, number_generator.generate_numbers_sequence(
            "0123456789", (0, 9), 200, seed=k).tobytes()))
        threads = [threading.Thread(target=draw, args=(k % 5,)) for k in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(images), 20)
        self.assertEqual(len(set(images)), 5)


class Generators(Case):
    def test_base(self):
        with self.assertRaises(NotImplementedError):
            core.ImageGenerator().generate_from_data([1])

    def test_sequence(self):
        generator = core.DigitSequenceImageGenerator(core.DigitImageDataset(*blocks()), (3, 3), 40)
        self.assertIsInstance(generator, core.ImageGenerator)
        image = generator.generate_from_data([0, 1, 2])
        self.assertEqual((image.shape, image.dtype), ((28, 40), np.uint8))
        # 40 - (3 * 5 + 2 * 3) = 19 columns of paper: 9 to the left.
        self.assertEqual(runs(image[0]), [(255, 0, 9), (254, 9, 5), (255, 14, 3), (253, 17, 5),
                                          (255, 22, 3), (252, 25, 5), (255, 30, 10)])

    def test_named_arguments(self):
        core.DigitSequenceImageGenerator(dataset=core.DigitImageDataset(*blocks()),
                                         spacing_range=(3, 3), output_image_width=40)

    def test_positional_trap(self):
        with self.refused("spacing_range: min must not be above max"):
            core.DigitSequenceImageGenerator(core.DigitImageDataset(*blocks()), (3, 2), 40)

    def test_trimmed_in_x_only(self):
        images = np.zeros((1, 28, 28), np.uint8)
        images[0, 20, 4] = 1  # the faintest ink, at the bottom, counts
        images[0, 10, 9] = 200
        generator = core.DigitSequenceImageGenerator(core.DigitImageDataset(images, [6]), (0, 0), 6)
        expected = np.full((28, 6), 255)
        expected[20, 0], expected[10, 5] = 254, 55
        np.testing.assert_array_equal(generator.generate_from_data([6]), expected)


class Helpers(Case):
    def test_zero_pad(self):
        image = np.ones((2, 3), np.float32)
        padded = helpers.zero_pad_centered_axis(image, 1, 8)
        np.testing.assert_array_equal(padded, [[0, 0, 1, 1, 1, 0, 0, 0]] * 2)
        self.assertEqual(padded.dtype, np.float32)
        np.testing.assert_array_equal(helpers.zero_pad_centered_axis(image, -2, 3),
                                      [[1] * 3, [1] * 3, [0] * 3])
        np.testing.assert_array_equal(helpers.zero_pad_centered_axis(image, 0, 2), image)
        self.assertEqual(helpers.zero_pad_centered_axis(np.ones((4, 5, 3)), 0, 9).shape, (9, 5, 3))
        with self.refused("new_size: must be at least the 3 px that the image has. Got: 2"):
            helpers.zero_pad_centered_axis(image, 1, 2)
        with self.refused("axis: must be one of 2. Got: 2"):
            helpers.zero_pad_centered_axis(image, 2, 5)

    def test_rescale(self):
        image = np.arange(12, dtype=np.uint8).reshape(2, 6)
        self.assertIs(helpers.rescale_to_width(image, 6), image)
        np.testing.assert_array_equal(helpers.rescale_to_width(image, 9),
                                      np.pad(image, [(0, 0), (1, 2)]))
        for dtype in (np.uint8, np.float32, np.float64):
            stripes = np.zeros((28, 200), dtype)
            stripes[:, ::2] = 200
            reduced = helpers.rescale_to_width(stripes, 50)
            self.assertEqual((reduced.shape, reduced.dtype), ((28, 50), dtype))
            # A quarter: seven rows, from the eleventh on, and each pixel the mean of two of each.
            np.testing.assert_array_equal(reduced[10:17], np.full((7, 50), 100))
            self.assertFalse(reduced[:10].any() or reduced[17:].any())
        thin = helpers.rescale_to_width(np.full((2, 100), 50, np.uint8), 3)
        self.assertEqual((thin.shape, int(thin.sum())), ((2, 3), 150))
        sliced = helpers.rescale_to_width(np.full((8, 16), 7, np.uint8)[::2, ::2], 4)
        self.assertEqual(sliced.shape, (4, 4))
        for wrong, width, message in (
                (image, 0, "new_width: must be at least 1. Got: 0"),
                (image, 1.5, "new_width: must be a whole number. Got: 1.5"),
                (image[0], 3, "image: must be (H, W), with pixels. Got: (6,)"),
                (image[:0], 3, "image: must be (H, W), with pixels. Got: (0, 6)"),
                (image.astype(np.int32), 3, "image: must be uint8, float32 or float64 (H, W). "
                                            "Got: int32 (2, 6)")):
            with self.refused(message):
                helpers.rescale_to_width(wrong, width)

    def test_bounding_box(self):
        image = np.zeros((5, 9), np.uint8)
        image[1, 3] = image[3, 6] = 1
        for kind in (np.uint8, bool, np.float32, np.int64):
            box = helpers.calculate_binary_image_contents_bbox(image.astype(kind))
            self.assertEqual(box, (3, 1, 6, 3))
            self.assertTrue(all(type(side) is int for side in box))
        self.assertEqual(helpers.calculate_binary_image_contents_bbox(np.ones((1, 1))),
                         (0, 0, 0, 0))
        for blank in (np.zeros((5, 9)), np.full((2, 2), -1), np.zeros((0, 3))):
            with self.refused("binary_image: must have a pixel above 0. Got: none"):
                helpers.calculate_binary_image_contents_bbox(blank)
        with self.refused("binary_image: must be (H, W). Got: (3,)"):
            helpers.calculate_binary_image_contents_bbox(np.ones(3))


if __name__ == "__main__":
    unittest.main()
