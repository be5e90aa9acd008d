#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""npz, pickle and idx, read by numpy, by plain pickle and by torchvision's rules for IDX."""

import pickle
import unittest

import numpy

from reader_test_case import DATES, DIGITS, LETTERS, ReaderTest


def read_sn3(path, strict=True):
    """An IDX file as torchvision's read_sn3_pascalvincent_tensor takes it: one to three dimensions,
    the type in the third byte; strict readers want every byte accounted for."""
    data = path.read_bytes()
    magic = int.from_bytes(data[:4], "big")
    dimensions, kind = magic % 256, magic // 256
    assert 1 <= dimensions <= 3, f"{dimensions} dimensions"
    assert kind == 8, f"type {kind}"
    sides = [int.from_bytes(data[4 * i:4 * i + 4], "big") for i in range(1, dimensions + 1)]
    values = numpy.frombuffer(data, numpy.uint8, offset=4 * (dimensions + 1))
    assert not strict or len(values) == numpy.prod(sides), (len(values), sides)
    return values.reshape(sides)


def recipe(color=False):
    return {"compose": {"height": 32, "width_mean": 120, "width_stddev": 0, "color": color}}


class PackedTest(ReaderTest):
    def test_npz_is_read_without_pickle_and_keeps_leading_zeros(self):
        for name, texts, color in (("gray", DIGITS, False), ("color", DIGITS, True),
                                   ("dates", DATES + LETTERS, False)):
            with self.subTest(name):
                out, expected = self.pair(name, texts, "npz", **recipe(color))
                with numpy.load(out / "dataset.npz", allow_pickle=False) as packed:
                    self.assertEqual(packed["labels"].dtype.kind, "U")
                    self.assert_samples(list(zip(packed["labels"].tolist(), packed["images"])),
                                        expected)

    def test_plain_pickle(self):
        out, expected = self.pair("out", DIGITS + DATES, "pickle", **recipe(color=True))
        packed = pickle.loads((out / "dataset.pickle").read_bytes())
        self.assertTrue(all(type(label) is str for label in packed["labels"]))
        self.assert_samples(list(zip(packed["labels"], packed["images"])), expected)


class IdxTest(ReaderTest):
    def read(self, out, prefix="train"):
        """(label, pixels) by the characters of the set; the count of characters means no more."""
        images = read_sn3(out / f"{prefix}-images-idx3-ubyte")
        labels = read_sn3(out / f"{prefix}-labels-idx2-ubyte")
        self.assertEqual((images.ndim, labels.ndim), (3, 2))
        characters = (out / "characters.txt").read_text(encoding="utf-8").splitlines()
        if set(characters) <= set("0123456789"):
            characters = list("0123456789")
        self.assertLessEqual(labels.max(), len(characters))
        texts = ["".join(characters[place] for place in row if place < len(characters))
                 for row in labels.tolist()]
        return list(zip(texts, images))

    def test_digits_are_their_own_classes(self):
        out, expected = self.pair("out", DIGITS + ["12", "7"], "idx", **recipe())
        self.assert_samples(self.read(out), expected)
        labels = read_sn3(out / "train-labels-idx2-ubyte")
        for row, (label, _) in zip(labels.tolist(), expected):
            self.assertEqual(row, [int(digit) for digit in label] + [10] * (5 - len(label)))

    def test_other_characters_are_places_in_characters_txt(self):
        out, expected = self.pair("out", DATES + LETTERS, "idx", **recipe())
        self.assert_samples(self.read(out), expected)

    def test_one_character_labels_are_what_mnist_readers_take(self):
        out, expected = self.pair("out", list("314527"), "idx", **recipe())
        images = read_sn3(out / "train-images-idx3-ubyte", strict=False)
        labels = read_sn3(out / "train-labels-idx1-ubyte", strict=False)
        self.assertEqual(labels.ndim, 1)
        self.assert_samples([(str(digit), image) for digit, image in zip(labels, images)], expected)

    def test_splits_are_called_as_mnist_calls_them(self):
        self.write("r.yaml", "seed: 7\ncount: 20\nsplits: {train: 0.5, test: 0.3, val: 0.2}\n"
                   "labels: {kind: code, length: 4}\nglyphs: {kind: digits}\n"
                   "compose: {height: 28, width: 100}\noutput: {format: idx}\n")
        self.ok("augment_batch", "r.yaml", "-o", "idx")
        self.write("f.yaml", (self.dir / "r.yaml").read_text().replace("format: idx",
                                                                       "image_ext: png"))
        self.ok("augment_batch", "f.yaml", "-o", "folder")
        for split, prefix in (("train", "train"), ("test", "t10k"), ("val", "val")):
            with self.subTest(split=split):
                self.assert_samples(self.read(self.dir / "idx" / split, prefix),
                                    self.folder(f"folder/{split}"))


if __name__ == "__main__":
    unittest.main()
