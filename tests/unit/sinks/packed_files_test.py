#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Loads packed data sets as their users do, with numpy and pickle, and compares them with the
images of the same recipe in a folder. GLYPHMILL_BIN is the directory that holds the programs."""

import os
import pathlib
import pickle
import re
import struct
import subprocess
import sys
import tempfile
import unittest
import warnings
import zipfile
import zlib

try:
    import numpy
except ImportError:
    print("packed_files_test: skipped: python3-numpy is not installed")
    sys.exit(77)

BIN = pathlib.Path(os.environ["GLYPHMILL_BIN"])
COUNT = 70  # two shards


def png_pixels(path):
    """The pixels of an 8-bit PNG without interlacing: (H, W), or (H, W, 3) as RGB."""
    data = path.read_bytes()
    at, idat = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        chunk = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunk)
        elif kind == b"IDAT":
            idat += chunk
        at += 12 + size
    assert depth == 8 and colour in (0, 2) and interlaced == 0
    step = 3 if colour == 2 else 1
    lines = numpy.frombuffer(zlib.decompress(idat), "u1").reshape(height, 1 + step * width)
    pixels = numpy.zeros((height + 1, step * (width + 1)), int)  # a zero border left and above
    for y in range(height):
        above, here = pixels[y], pixels[y + 1]
        for x in range(step, step * (width + 1)):
            a, b, c = here[x - step], above[x], above[x - step]
            kind = lines[y, 0]
            if kind == 4:
                p = a + b - c
                guess = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            else:
                guess = (0, a, b, (a + b) // 2)[kind]
            here[x] = (lines[y, 1 + x - step] + guess) & 255
    pixels = pixels[1:, step:].astype("u1")
    return pixels.reshape(height, width, 3) if step == 3 else pixels


class GenericDataset:
    """A data set of a published trainer, as far as it reads."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = pickle.load(file)
        self.images = data["images"]
        self.labels = data["labels"]
        self.metadata = data["metadata"]

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index], self.labels[index]


class PackedFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.dir = pathlib.Path(directory.name)
        printed = subprocess.run(
            [BIN / "augment_codes", "--height", "28", "--width-mean", "200", "--width-stddev", "0",
             "--nums", str(COUNT), "--seed", "7", "--image-ext", "png", "--print-recipe"],
            check=True, stdout=subprocess.PIPE, text=True)
        cls.recipe = printed.stdout

    def make(self, name, color=False, **output):
        """Runs the recipe with other output options; returns the data set's directory."""
        recipe = self.recipe
        for key, value in {"color": str(color).lower(), **output}.items():
            recipe, changed = re.subn(rf"(?m)^(  {key}): .*$", rf"\1: {value}", recipe)
            self.assertEqual(changed, 1, key)
        return self.run_recipe(name, recipe)

    def run_recipe(self, name, recipe):
        file = self.dir / f"{name}.yaml"
        file.write_text(recipe, encoding="utf-8")
        out = self.dir / name
        subprocess.run([BIN / "augment_batch", file, "-o", out, "-q", "--overwrite"], check=True,
                       stdout=subprocess.DEVNULL)
        return out

    def folder(self, color=False):
        """Images and labels of the folder format, the same pixels."""
        out = self.make(f"folder_{color}", color, format="folder")
        lines = (out / "labels.tsv").read_text(encoding="utf-8").splitlines()
        paths, labels = zip(*(line.split("\t") for line in lines))
        return numpy.stack([png_pixels(out / path) for path in paths]), list(labels)

    def load_pickle(self, path):
        with open(path, "rb") as file, warnings.catch_warnings():
            warnings.simplefilter("error")
            return pickle.load(file)

    def test_npz_has_the_pixels_and_labels_of_the_folder(self):
        for color in (False, True):
            images, labels = self.folder(color)
            path = self.make("npz", color, format="npz") / "dataset.npz"
            with numpy.load(path, allow_pickle=False) as data:
                self.assertEqual(data.files, ["arr_0", "arr_1", "images", "labels"])
                for name in ("arr_0", "images"):
                    self.assertEqual(data[name].dtype, numpy.uint8)
                    self.assertEqual(data[name].shape, (COUNT, 28, 200) + (3,) * color)
                    numpy.testing.assert_array_equal(data[name], images)
                for name in ("arr_1", "labels"):
                    self.assertEqual(data[name].dtype, numpy.dtype("<U10"))
                    self.assertEqual(data[name].tolist(), labels)
        self.assertTrue(any(label.startswith("0") for label in labels))
        self.assertGreater(images.std(), 10)

    def test_pickle_has_the_pixels_and_labels_of_the_folder(self):
        for color in (False, True):
            images, labels = self.folder(color)
            path = self.make("pickle", color, format="pickle") / "dataset.pickle"
            data = self.load_pickle(path)
            self.assertEqual(list(data), ["images", "labels", "metadata"])
            self.assertIs(type(data["images"]), numpy.ndarray)
            self.assertEqual(data["images"].dtype, numpy.uint8)
            numpy.testing.assert_array_equal(data["images"], images)
            self.assertEqual(data["labels"], labels)
            self.assertEqual({type(label) for label in data["labels"]}, {str})
            self.assertEqual(data["metadata"], {"creation_timestamp": 0.0, "spacing_range": None,
                                                "image_width": 200})

    def test_pickle_is_writable_and_can_be_pickled_again(self):
        path = self.make("pickle", format="pickle") / "dataset.pickle"
        data = self.load_pickle(path)
        data["images"][3, 2, 1] ^= 255
        data["images"] *= 1
        again = pickle.loads(pickle.dumps(data))
        numpy.testing.assert_array_equal(again["images"], data["images"])
        self.assertEqual(again["labels"], data["labels"])
        # The reader in Python itself is stricter about opcodes than the one in C.
        with open(path, "rb") as file:
            slow = pickle._Unpickler(file).load()  # pylint: disable=protected-access
        self.assertEqual(slow["labels"], data["labels"])

    def test_pickle_serves_a_published_reader(self):
        images, labels = self.folder()
        data_set = GenericDataset(self.make("pickle", format="pickle") / "dataset.pickle")
        self.assertEqual(len(data_set), COUNT)
        for index in (0, 49, 50, COUNT - 1):
            image, label = data_set[index]
            numpy.testing.assert_array_equal(image, images[index])
            self.assertEqual(label, labels[index])
        self.assertEqual(data_set.metadata["image_width"], images.shape[2])

    def test_normalized_is_float32_of_the_same_pixels(self):
        images, _ = self.folder()
        expected = images.astype(numpy.float32) / numpy.float32(255)
        npz = self.make("npz_f", format="npz", normalize="true") / "dataset.npz"
        with numpy.load(npz, allow_pickle=False) as data:
            self.assertEqual(data["arr_0"].dtype, numpy.dtype("<f4"))
            numpy.testing.assert_array_equal(data["arr_0"], expected)
        packed = self.load_pickle(
            self.make("pickle_f", format="pickle", normalize="true") / "dataset.pickle")
        self.assertEqual(packed["images"].dtype, numpy.dtype("<f4"))
        numpy.testing.assert_array_equal(packed["images"], expected)

    def test_more_labels_than_a_batch(self):
        recipe = re.sub(r"(?m)^count: .*$", "count: 2001", self.recipe)
        recipe = re.sub(r"(?m)^(  height): .*$", r"\1: 8", recipe)
        recipe = re.sub(r"(?m)^(  width_mean): .*$", r"\1: 60", recipe)
        out = self.run_recipe("many", recipe.replace("format: folder", "format: pickle"))
        data = self.load_pickle(out / "dataset.pickle")
        lines = (out / "labels.tsv").read_text(encoding="utf-8").splitlines()
        self.assertEqual([f"{k}\t{label}" for k, label in enumerate(data["labels"])], lines)
        self.assertEqual(len(lines), 2001)
        self.assertEqual(data["images"].shape, (2001, 8, 60, 3))

    def test_the_archive_is_sound_and_dateless(self):
        path = self.make("npz", format="npz") / "dataset.npz"
        with zipfile.ZipFile(path) as archive:
            self.assertIsNone(archive.testzip())
            for member in archive.infolist():
                self.assertEqual(member.date_time, (1980, 1, 1, 0, 0, 0))
                self.assertEqual(member.compress_type, zipfile.ZIP_DEFLATED)
                head = archive.read(member)[:10]
                self.assertEqual(head[:8], b"\x93NUMPY\x01\x00")
                self.assertEqual((10 + int.from_bytes(head[8:], "little")) % 64, 0)

    def test_the_name_has_the_count(self):
        out = self.make("named", format="pickle", pack_name='"codes-{count}"')
        self.assertTrue((out / f"codes-{COUNT}.pickle").is_file())

    def test_images_of_different_sizes_are_refused(self):
        recipe = re.sub(r"(?m)^(  width_mean): .*$", r"\1: auto", self.recipe)
        recipe = re.sub(r"(?m)^(  length): .*$", r"\1: [4, 5]", recipe)
        (self.dir / "uneven.yaml").write_text(recipe.replace("format: folder", "format: npz"))
        done = subprocess.run([BIN / "augment_batch", self.dir / "uneven.yaml", "-o",
                               self.dir / "uneven", "-q"], stderr=subprocess.PIPE, text=True,
                              check=False)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"output\.format: npz needs images of one size; give the "
                                      r"width a fixed number\. Got: 28 x \d+ after 28 x \d+\n")
        self.assertFalse((self.dir / "uneven").exists())


if __name__ == "__main__":
    unittest.main()
