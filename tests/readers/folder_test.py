#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""labels.tsv as PaddleOCR's SimpleDataSet, deep-text-recognition-benchmark's gt.txt and pandas read
it, and the character dictionary."""

import json
import unittest

import pandas

from reader_test_case import BLANKS, DATES, DIGITS, EDGES, MIXED, ReaderTest, opened


def paddle_simple(data_dir, label_file):
    """(label, path) by the rules of PaddleOCR's SimpleDataSet: bytes split at line feeds, fields at
    tabs, two of them used; a name that starts with '[' is a JSON list of files."""
    samples = []
    for line in label_file.read_bytes().splitlines(keepends=True):
        fields = line.decode("utf-8").strip("\n").split("\t")
        name, label = fields[0], fields[1]
        samples.append((label, data_dir / (json.loads(name)[0] if name[0] == "[" else name)))
    return samples


def dtrb_gt(input_path, gt_file):
    """(label, path) by the rules of create_lmdb_dataset.py: exactly two fields a line."""
    samples = []
    with open(gt_file, encoding="utf-8") as lines:
        for line in lines.readlines():
            name, label = line.strip("\n").split("\t")
            samples.append((label, input_path / name))
    return samples


class FolderTest(ReaderTest):
    def test_every_label_in_the_lists_of_paddleocr_and_dtrb(self):
        out = self.make("out", MIXED + EDGES)
        for read in (paddle_simple, dtrb_gt):
            samples = read(out, out / "labels.tsv")
            self.assertCountEqual([label for label, _ in samples], MIXED + EDGES)
            for _, path in samples:
                self.assertEqual(opened(path).ndim, 3)

    def test_trap_crlf_and_blank_last_line(self):
        raw = (self.make("out", DIGITS) / "labels.tsv").read_bytes()
        self.assertNotIn(b"\r", raw)
        self.assertTrue(raw.endswith(b"\n") and not raw.endswith(b"\n\n"))
        self.assertFalse(raw.startswith(b"\xef\xbb\xbf"))

    def test_trap_path_that_starts_with_a_bracket(self):
        out = self.make("out", ["[x]", "[1,2]"])
        samples = paddle_simple(out, out / "labels.tsv")
        self.assertCountEqual([label for label, _ in samples], ["[x]", "[1,2]"])
        self.assertTrue(all(path.exists() for _, path in samples))

    def test_trap_pandas_takes_digits_for_numbers(self):
        out = self.make("out", DIGITS)
        options = {"sep": "\t", "names": ["path", "label"], "quoting": 3}
        naive = pandas.read_csv(out / "labels.tsv", **options)
        self.assertEqual(sorted(naive["label"]), [0, 123, 456, 99999])
        kept = pandas.read_csv(out / "labels.tsv", dtype=str, keep_default_na=False, **options)
        self.assertCountEqual(kept["label"], DIGITS)

    def test_trap_yaml_takes_leading_zeros_for_octal(self):
        self.write("r.yaml", "seed: 7\ncount: 2\nlabels: {kind: list, texts: [0012, 1e5]}\n"
                   f"glyphs: {{kind: tiles, tiles: {self.shared / 'tiles'}}}\n")
        self.ok("augment_batch", "r.yaml", "-o", "out")
        self.assertCountEqual(self.labels("out"), ["0012", "1e5"])
        self.ok("augment_batch", "out/recipe.yaml", "-o", "again")
        self.assertEqual(self.labels("again"), self.labels("out"))

    def test_character_dictionary_has_a_line_for_each_character_but_the_blank(self):
        out = self.make("out", BLANKS + DATES)
        lines = (out / "characters.txt").read_bytes().decode("utf-8").split("\n")
        self.assertEqual(lines.pop(), "")
        self.assertCountEqual(lines, set("".join(BLANKS + DATES)) - {" "})


if __name__ == "__main__":
    unittest.main()
