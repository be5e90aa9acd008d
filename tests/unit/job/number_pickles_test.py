#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The data sets of number-generator, written by pickle, are loaded and saved, and pickle reads what
was saved: number_pickles_test.py COPY_PICKLES. Skipped without NumPy."""

import gzip
import pathlib
import pickle
import subprocess
import sys
import tempfile
import unittest
import warnings

try:
    import numpy
except ImportError:
    print("NumPy is not installed")
    sys.exit(77)

COPY_PICKLES = sys.argv.pop(1)
IMAGES = (numpy.arange(3 * 28 * 50) % 251).astype(numpy.uint8).reshape(3, 28, 50)
LABELS = ["0312345678", "090", "年"]
METADATA = {"creation_timestamp": 1577934245.125, "spacing_range": (4, 10), "image_width": 50}
NOTHING_SAID = {"creation_timestamp": 0.0, "spacing_range": None, "image_width": None}
DIGITS = (IMAGES[:, :, :28] | 1).copy()


class NumberPickles(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.kinds = []

    def add(self, kind, content):
        (self.directory / f"from {len(self.kinds)}").write_bytes(content)
        self.kinds.append(kind)

    def generic(self, labels=LABELS, images=IMAGES, **others):
        for protocol in range(2, 6):
            self.add("generic", pickle.dumps({"images": images, "labels": labels, **others},
                                             protocol))

    def copy(self):
        """What the program says of each file, all of them in one process."""
        arguments = []
        for index, kind in enumerate(self.kinds):
            arguments += [kind, self.directory / f"from {index}", self.directory / f"to {index}"]
        run = subprocess.run([COPY_PICKLES, *arguments], check=True, stdout=subprocess.PIPE,
                             text=True)
        self.assertEqual(run.stdout.count("\n"), len(self.kinds))
        return run.stdout.splitlines()

    def copied(self):
        """What pickle reads of each file that was saved."""
        self.assertEqual(self.copy(), ["copied"] * len(self.kinds))
        for index in range(len(self.kinds)):
            data = (self.directory / f"to {index}").read_bytes()
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                result = pickle.loads(data)
                # The reader in Python itself is stricter about opcodes than the one in C.
                slow = pickle._loads(data)  # pylint: disable=protected-access
            self.assertEqual(list(result), ["images", "labels", "metadata"])
            self.assertEqual(list(result["metadata"]), list(METADATA))
            self.assertEqual(str(slow), str(result))
            self.assertIs(type(result["images"]), numpy.ndarray)
            self.assertEqual(result["images"].dtype, numpy.uint8)
            result["images"] ^= 0  # writable
            yield result

    def test_a_data_set_is_the_same_afterwards(self):
        self.generic(metadata=METADATA)
        self.add("generic", gzip.compress((self.directory / "from 0").read_bytes()))
        for data in self.copied():
            numpy.testing.assert_array_equal(data["images"], IMAGES)
            self.assertEqual(data["labels"], LABELS)
            self.assertEqual({type(label) for label in data["labels"]}, {str})
            self.assertEqual(data["metadata"], METADATA)
            self.assertIs(type(data["metadata"]["creation_timestamp"]), float)
            self.assertIs(type(data["metadata"]["spacing_range"]), tuple)

    def test_labels_of_other_types_become_text(self):
        for labels in (numpy.array([7, 0, 10], "u1"), [7, 0, 10], numpy.array(["7", "0", "10"])):
            self.generic(labels, metadata=None)
        for data in self.copied():
            self.assertEqual(data["labels"], ["7", "0", "10"])
            self.assertEqual(data["metadata"], NOTHING_SAID)

    def test_metadata_of_other_types(self):
        expected = []
        for given, read in (
                ({}, {}), ({"creation_timestamp": 12, "author": ["x"]}, {"creation_timestamp": 12}),
                ({"spacing_range": [-3, 1 << 40]}, {"spacing_range": (-3, 1 << 40)}),
                ({"image_width": numpy.int64(300)}, {"image_width": 300}), (NOTHING_SAID, {})):
            self.generic(metadata=given)
            expected += [{**NOTHING_SAID, **read}] * 4
        self.generic()
        expected += [NOTHING_SAID] * 4
        for data, metadata in zip(self.copied(), expected, strict=True):
            self.assertEqual(data["metadata"], metadata)

    def test_no_examples(self):
        for images in (numpy.array([]), numpy.zeros((0, 28, 50), "u1")):
            self.generic([], images)
        for data in self.copied():
            self.assertEqual(data["images"].shape, (0, 0, 0))
            self.assertEqual(data["labels"], [])

    def test_many_labels(self):
        images = numpy.zeros((2500, 1, 2), "u1")
        images[:, 0, 0] = numpy.arange(2500) % 256
        self.generic([str(k) for k in range(2500)], images)
        for data in self.copied():
            self.assertEqual(data["labels"], [str(k) for k in range(2500)])
            numpy.testing.assert_array_equal(data["images"], images)

    def test_digits_are_the_same_afterwards(self):
        many = numpy.tile(DIGITS, (700, 1, 1))
        for images in (DIGITS, many):
            labels = (numpy.arange(len(images)) * 3 % 10).astype("u1")
            for protocol in range(2, 6):
                self.add("digits", pickle.dumps({"images": images, "labels": labels,
                                                 "metadata": METADATA}, protocol))
        for index, data in enumerate(self.copied()):
            count = len(DIGITS if index < 4 else many)
            numpy.testing.assert_array_equal(data["images"], DIGITS if index < 4 else many)
            self.assertIs(type(data["labels"]), numpy.ndarray)
            self.assertEqual(data["labels"].dtype, numpy.uint8)
            numpy.testing.assert_array_equal(data["labels"], numpy.arange(count) * 3 % 10)
            self.assertEqual(data["metadata"], NOTHING_SAID)

    def test_what_is_wrong_is_refused_by_name(self):
        expected = []
        for key, value, said in (
                ("images", IMAGES[:2], "every image must have its label. Got: 2 images and 3"),
                ("images", IMAGES[0], "images must be of shape (N, H, W)"),
                ("images", IMAGES[:0], "a data set must have images"),
                ("images", IMAGES + numpy.array(300), "pixels must be 0 .. 255"),
                ("images", "text", "'images' must be an array. Got: text"),
                ("labels", [1.5] * 3, "labels must be whole numbers or text. Got: a number"),
                ("labels", [], "every image must have its label. Got: 3 images and 0"),
                ("metadata", [1], "'metadata' must be a dictionary. Got: a list"),
                ("metadata", {"creation_timestamp": "now"},
                 "'creation_timestamp' must be a number. Got: text"),
                ("metadata", {"spacing_range": (1, 2.5)},
                 "'spacing_range' must be a pair of whole numbers. Got: a tuple"),
                ("metadata", {"spacing_range": (1, 2, 3)}, "'spacing_range' must be a pair"),
                ("metadata", {"spacing_range": 5}, "'spacing_range' must be a pair"),
                ("metadata", {"image_width": True},
                 "'image_width' must be a whole number of 32 bits. Got: a truth value"),
                ("metadata", {"image_width": 1 << 31}, "32 bits. Got: 2147483648"),
                ("metadata", {"run": print}, "calls nothing else. Got: ")):
            self.generic(**{**{"images": IMAGES, "labels": LABELS, "metadata": METADATA},
                            key: value})
            expected += [said] * 4
        for data, said in ((["images"], "a pickle must be {'images': ..."),
                           ({"labels": LABELS}, "Got: no 'images'"),
                           ({"images": IMAGES}, "Got: no 'labels'")):
            self.add("generic", pickle.dumps(data))
            expected.append(said)
        self.add("digits", pickle.dumps({"images": DIGITS, "labels": [1, 2, 12]}))
        expected.append("label 2: labels must be 0 .. 9. Got: 12")
        self.add("digits", pickle.dumps({"images": DIGITS * 0, "labels": [1, 2, 3]}))
        expected.append("every picture must show its character. Got: picture 0 ('1')")
        for index, (line, said) in enumerate(zip(self.copy(), expected, strict=True)):
            self.assertTrue(line.startswith(f"error: {self.directory}/from {index}: "), line)
            self.assertIn(said, line)
            self.assertFalse((self.directory / f"to {index}").exists())


if __name__ == "__main__":
    unittest.main()
