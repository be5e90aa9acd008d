#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boxes and polygons of characters, read by pycocotools."""

import contextlib
import io
import unittest

import numpy
from pycocotools.coco import COCO

from reader_test_case import BLANKS, DIGITS, EDGES, MIXED, ReaderTest, opened

TURNED = [{"affine": {"probability": 1, "angle_deg": [-8, 8], "shear_x": [-0.1, 0.1]}}]


def read(out):
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(out / "annotations.json"))


class CocoTest(ReaderTest):
    def assert_inside(self, image, annotation):
        x, y, width, height = annotation["bbox"]
        self.assertGreaterEqual(min(x, y), 0)
        self.assertGreater(min(width, height), 0)
        self.assertLessEqual(x + width, image["width"] + 1e-6)
        self.assertLessEqual(y + height, image["height"] + 1e-6)

    def test_every_label(self):
        out, expected = self.pair("out", MIXED + EDGES, "coco")
        coco = read(out)
        images = coco.loadImgs(coco.getImgIds())
        self.assert_samples([(image["text"], opened(out / image["file_name"]))
                             for image in images], expected)
        for image, (_, pixels) in zip(images, expected):
            self.assertEqual((image["height"], image["width"]), pixels.shape[:2])

    def test_one_box_a_character_in_reading_order_and_inside(self):
        for name, ops in (("plain", []), ("turned", TURNED)):
            with self.subTest(name):
                out, expected = self.pair(name, DIGITS + ["AbC"], "coco", ops=ops)
                coco = read(out)
                for number, (label, _) in zip(coco.getImgIds(), expected):
                    image, = coco.loadImgs(number)
                    boxes = coco.loadAnns(coco.getAnnIds(imgIds=[number], iscrowd=False))
                    names = [coco.loadCats(box["category_id"])[0]["name"] for box in boxes]
                    self.assertEqual("".join(names), label)
                    for box in boxes:
                        self.assert_inside(image, box)
                    left = [box["bbox"][0] for box in boxes]
                    self.assertEqual(left, sorted(left))

    def test_masks_cover_the_ink_and_each_has_some(self):
        for name, ops in (("plain", []), ("turned", TURNED)):
            with self.subTest(name):
                out, expected = self.pair(name, DIGITS, "coco", ops=ops, compose={"color": False})
                coco = read(out)
                for number, (label, pixels) in zip(coco.getImgIds(), expected):
                    ink = pixels < (int(pixels.min()) + int(numpy.median(pixels))) / 2
                    masks = [coco.annToMask(one) == 1
                             for one in coco.loadAnns(coco.getAnnIds(imgIds=[number]))]
                    self.assertEqual(len(masks), len(label))
                    for mask in masks:
                        self.assertEqual(mask.shape, pixels.shape)
                        self.assertGreater((mask & ink).sum(), 20)
                    covered = (numpy.logical_or.reduce(masks) & ink).sum() / ink.sum()
                    self.assertGreater(covered, 0.97, label)

    def test_categories_are_the_characters(self):
        out = self.make("out", DIGITS + BLANKS, "coco")
        coco = read(out)
        characters = set("".join(DIGITS + BLANKS))
        names = {category["name"] for category in coco.loadCats(coco.getCatIds())}
        self.assertEqual(names - {" "}, characters - {" "})
        number, = coco.getCatIds(catNms=["9"])
        found = coco.getImgIds(catIds=[number])
        self.assertCountEqual([image["text"] for image in coco.loadImgs(found)],
                              [text for text in DIGITS + BLANKS if "9" in text])

    def test_trap_ids_of_0_count_as_unmatched_and_flat_polygons_as_boxes(self):
        coco = read(self.make("out", DIGITS, "coco"))
        self.assertGreater(min(coco.getAnnIds()), 0)
        self.assertGreater(min(coco.getCatIds()), 0)
        for one in coco.loadAnns(coco.getAnnIds()):
            self.assertEqual(one["iscrowd"], 0)
            self.assertGreater(one["area"], 0)
            for polygon in one["segmentation"]:
                self.assertGreaterEqual(len(polygon), 6)
                self.assertEqual(len(polygon) % 2, 0)

    def test_shards_are_one_file(self):
        out, expected = self.pair("out", [f"{k:05d}" for k in range(25)], "coco",
                                  output={"shard_size": 10})
        coco = read(out)
        images = coco.loadImgs(coco.getImgIds())
        self.assert_samples([(image["text"], opened(out / image["file_name"]))
                             for image in images], expected)
        self.assertEqual(len(set(coco.getAnnIds())), 125)


if __name__ == "__main__":
    unittest.main(warnings="ignore")  # pycocotools uses an older call of numpy
