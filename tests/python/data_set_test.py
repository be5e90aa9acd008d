#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""glyphmill.load: data sets of every format, in any order."""

import os
import pathlib
import pickle
import random
import subprocess
import tempfile
import threading
import unittest

import glyphmill
import numpy as np

BIN = os.environ.get("GLYPHMILL_BIN", "")
FORMATS = ("folder", "lmdb", "webdataset", "jsonl", "hf", "tesseract", "easyocr", "coco", "idx",
           "npz", "pickle")
COUNT = 130


def flags_of(form):
    """Packed images have one size, those of IDX are gray."""
    flags = ["--width-stddev", "0"] if form in ("idx", "npz", "pickle") else []
    return flags + (["--gray"] if form == "idx" else [])


@unittest.skipUnless(BIN, "no programs here")
class LoadTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        for form in FORMATS:
            cls.make(form, "--format", form, *flags_of(form))

    @classmethod
    def path(cls, name):
        return pathlib.Path(cls.directory.name, name)

    @classmethod
    def make(cls, name, *flags):
        subprocess.run([f"{BIN}/augment_codes", "--nums", str(COUNT), "--seed", "3", "-q",
                        "--image-ext", "png", "--shard-size", "50", "-o", cls.path(name), *flags],
                       check=True, stdout=subprocess.DEVNULL)

    def generator(self, form):
        compose = {"width_stddev": 0} if "--width-stddev" in flags_of(form) else {}
        return glyphmill.Generator(labels={"kind": "code"}, seed=3, count=COUNT,
                                   compose={**compose, "color": form != "idx"})

    def test_every_format_in_any_order(self):
        for form in FORMATS:
            with self.subTest(format=form):
                g, data = self.generator(form), glyphmill.load(self.path(form))
                self.assertEqual((len(data), data.format, data.seed), (COUNT, form, 3))
                self.assertEqual(data.characters, "0123456789")
                order = list(range(COUNT))
                if form != "npz":  # which is read from its beginning
                    random.Random(1).shuffle(order)
                for k in order[:60]:
                    image, label = data[k]
                    wanted, wanted_label = g[k]
                    self.assertEqual(label, wanted_label)
                    np.testing.assert_array_equal(image, wanted)
                self.assertEqual(data.labels, [g.label(k) for k in range(COUNT)])
                self.assertEqual([label for _, label in data], data.labels)

    def test_arrays_are_those_of_a_batch(self):
        for form in ("folder", "idx", "pickle"):
            for layout in ("NCHW", "NHWC"):
                with self.subTest(format=form, layout=layout):
                    arrays = glyphmill.load(self.path(form)).arrays(pad=9, layout=layout)
                    batch = self.generator(form).batch(0, COUNT, pad=9, layout=layout)
                    np.testing.assert_array_equal(arrays.images, batch.images)
                    self.assertTrue(arrays.images.flags.c_contiguous)
                    self.assertEqual(arrays.labels, batch.labels)
                    np.testing.assert_array_equal(arrays.lengths, batch.lengths)
                    np.testing.assert_array_equal(arrays.widths, batch.widths)

    def test_indices_are_pythons(self):
        data = glyphmill.load(self.path("folder"))
        self.assertEqual(data[-1][1], data.labels[-1])
        self.assertEqual(data[np.int32(49)][1], data.labels[49])
        for k in (COUNT, -COUNT - 1):
            with self.assertRaisesRegex(IndexError, f"below {COUNT}. Got: {k}"):
                data[k]

    def test_the_first_sample_of_the_next_shard_follows_the_last_of_one(self):
        data = glyphmill.load(self.path("folder"))
        self.assertEqual([data[k][1] for k in (48, 49, 50, 51, 99, 100)],
                         [data.labels[k] for k in (48, 49, 50, 51, 99, 100)])

    def test_float_images_become_bytes(self):
        self.make("floats", "--format", "npz", "--width-stddev", "0", "--normalize")
        np.testing.assert_array_equal(glyphmill.load(self.path("floats"))[5][0],
                                      glyphmill.load(self.path("npz"))[5][0])

    def test_threads_share_one(self):
        data = glyphmill.load(self.path("lmdb"))
        labels = data.labels
        wrong = []

        def read(start):
            for k in range(start, COUNT, 3):
                if data[k][1] != labels[k]:
                    wrong.append(k)

        threads = [threading.Thread(target=read, args=(start,)) for start in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_pickles_as_its_path(self):
        data = glyphmill.load(self.path("folder"))
        self.assertEqual(pickle.loads(pickle.dumps(data)).labels, data.labels)

    def test_a_path_of_any_bytes(self):
        other = os.fsdecode(os.path.join(os.fsencode(self.directory.name), b"\xff"))
        os.symlink(self.path("idx"), other)
        data = glyphmill.load(other)
        self.assertEqual((data.path, data[0][1]), (other, data.labels[0]))

    def test_what_is_no_data_set(self):
        with self.assertRaises(FileNotFoundError):
            glyphmill.load(self.path("none"))
        with self.assertRaisesRegex(ValueError, "must be a finished data set"):
            glyphmill.load(self.directory.name)
        with self.assertRaisesRegex(ValueError, "layout: must be NCHW or NHWC"):
            glyphmill.load(self.path("idx")).arrays(layout="HW")

    def test_a_damaged_image_is_told_and_the_others_are_read(self):
        self.make("damaged", "--format", "folder")
        first = sorted(self.path("damaged").glob("images/000/*.png"))[0]
        first.write_bytes(first.read_bytes()[:-40])
        data = glyphmill.load(self.path("damaged"))
        bad = next(k for k, line in enumerate(
            self.path("damaged").joinpath("labels.tsv").read_text().splitlines())
            if first.name in line)
        for _ in range(2):
            with self.assertRaisesRegex(ValueError, first.name):
                data[bad]
            self.assertEqual(data[bad + 1][1], data.labels[bad + 1])


if __name__ == "__main__":
    unittest.main()
