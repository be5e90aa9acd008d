#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tar shards, read by the webdataset package and by its rules for names."""

import io
import re
import tarfile
import unittest

import webdataset
from PIL import Image

from reader_test_case import DIGITS, EDGES, MIXED, ReaderTest, decoded

MEMBER = re.compile(r"^((?:.*/|)[^.]+)[.]([^/]*)$")


def samples(urls, *fields):
    """The fields of every sample, images as PIL decodes them."""
    stream = webdataset.WebDataset(str(urls), shardshuffle=False).decode("pil")
    return list(stream.to_tuple(*fields))


def read(urls, extension="png"):
    """(label, pixels) of every sample; decode("pil") makes every image RGB."""
    return [(label, decoded(image)) for label, image in samples(urls, "txt", extension)]


class WebDatasetTest(ReaderTest):
    def test_every_label(self):
        out, expected = self.pair("out", MIXED + EDGES, "webdataset")
        self.assert_samples(read(out / "shards" / "train-000000.tar"), expected)

    def test_shards_by_brace_pattern_and_the_keys_are_the_samples_indices(self):
        texts = [f"{k:05d}" for k in range(25)]
        out, expected = self.pair("out", texts, "webdataset", output={"shard_size": 10})
        urls = out / "shards" / "train-{000000..000002}.tar"
        self.assert_samples(read(urls), expected)
        keys = [key for key, in samples(urls, "__key__")]
        self.assertEqual([int(key) for key in keys], list(range(25)))
        self.assertTrue(all(re.fullmatch(r"[0-9]{9,}", key) for key in keys))

    def test_jpeg_and_gray(self):
        for output, color in (({"image_ext": "jpg"}, True), ({}, False)):
            with self.subTest(output=output, color=color):
                name = "jpg" if output else "gray"
                out, expected = self.pair(name, DIGITS, "webdataset", output=output,
                                          compose={"color": color})
                extension = output.get("image_ext", "png")
                with tarfile.open(out / "shards" / "train-000000.tar") as tar:
                    images = [Image.open(tar.extractfile(member)) for member in tar
                              if member.name.endswith(extension)]
                    self.assert_samples([(label, decoded(image)) for (label, _), image
                                         in zip(expected, images)], expected)
                self.assertEqual([label for label, _ in
                                  read(out / "shards" / "train-000000.tar", extension)],
                                 [label for label, _ in expected])

    def test_annotations_are_json_members_of_the_sample(self):
        out = self.make("out", DIGITS, "webdataset", output={"annotations": True})
        for label, notes in samples(out / "shards" / "train-000000.tar", "txt", "json"):
            self.assertEqual(notes["label"], label)
            self.assertEqual("".join(one["text"] for one in notes["characters"]), label)
            for one in notes["characters"]:
                self.assertEqual((len(one["box"]), len(one["quad"])), (4, 4))

    def test_members_are_plain_adjacent_and_nameable(self):
        out = self.make("out", DIGITS, "webdataset", output={"annotations": True})
        raw = (out / "shards" / "train-000000.tar").read_bytes()
        with tarfile.open(fileobj=io.BytesIO(raw), mode="r|") as tar:
            members = list(tar)
        self.assertEqual(len(members), 3 * len(DIGITS))
        keys = []
        for member in members:
            self.assertTrue(member.isreg())
            self.assertEqual(member.pax_headers, {})
            key, extension = MEMBER.match(member.name).groups()
            self.assertEqual(extension, extension.lower())
            if not keys or keys[-1] != key:
                keys.append(key)
        self.assertEqual(len(keys), len(DIGITS), "members of a sample are adjacent")
        self.assertEqual(raw[257:265], b"ustar\x0000")

    def test_trap_cls_members_lose_leading_zeros(self):
        def tar_of(extension):
            data = io.BytesIO()
            with tarfile.open(fileobj=data, mode="w", format=tarfile.USTAR_FORMAT) as tar:
                member = tarfile.TarInfo(f"0.{extension}")
                member.size = 5
                tar.addfile(member, io.BytesIO(b"00123"))
            path = self.dir / f"{extension}.tar"
            path.write_bytes(data.getvalue())
            return path

        self.assertEqual(samples(tar_of("cls"), "cls"), [(123,)])
        out = self.make("out", DIGITS, "webdataset")
        with tarfile.open(out / "shards" / "train-000000.tar") as tar:
            self.assertEqual({name.split(".")[1] for name in tar.getnames()}, {"png", "txt"})

    def test_a_split_has_its_name_in_its_shards(self):
        self.write("r.yaml", "seed: 7\ncount: 20\nsplits: {train: 0.5, val: 0.5}\n"
                   "labels: {kind: code, length: 4}\nglyphs: {kind: digits}\n"
                   "compose: {height: 28, width: 100}\n"
                   "output: {format: webdataset, image_ext: png}\n")
        self.ok("augment_batch", "r.yaml", "-o", "out")
        for split in ("train", "val"):
            shard = self.dir / "out" / split / "shards" / f"{split}-000000.tar"
            labels = [label for label, _ in read(shard)]
            self.assertEqual(labels, self.labels(f"out/{split}"))


if __name__ == "__main__":
    unittest.main(warnings="ignore")  # webdataset leaves its files open
