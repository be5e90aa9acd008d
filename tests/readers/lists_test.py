#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The lists of MMOCR (jsonl) and EasyOCR (labels.csv), by the rules of their readers."""

import json
import pathlib
import types
import unittest

import pandas

from reader_test_case import (BLANKS, DATES, DIGITS, EDGES, LETTERS, MISSING, MIXED, TRAPS,
                              ReaderTest, opened)
from trainers import keeps, leaves, taught


def mmocr_jsonl(ann_file, data_prefix):
    """RecogTextDataset with LineJsonParser(keys=['filename', 'text'])."""
    samples = []
    with open(ann_file, encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line.rstrip("\n\r"))
            samples.append((entry["text"], opened(data_prefix / entry["filename"])))
    return samples


def easyocr_table(folder):
    """The one call with which EasyOCR's trainer reads a folder."""
    return pandas.read_csv(folder / "labels.csv", sep="^([^,]+),", engine="python",
                           usecols=["filename", "words"], keep_default_na=False)


def easyocr(root, character, sensitive=True, longest=34):
    """EasyOCR's OCRDataset over every leaf directory."""
    options = types.SimpleNamespace(character=character, batch_max_length=longest,
                                    sensitive=sensitive, data_filtering_off=False)
    samples = []
    for leaf in map(pathlib.Path, leaves(root)):
        table = easyocr_table(leaf)
        for name, label in zip(table["filename"], table["words"]):
            if keeps(label, options):
                samples.append((taught(label, options), opened(leaf / name)))
    return samples


class MmocrTest(ReaderTest):
    def test_every_label(self):
        out, expected = self.pair("out", MIXED + EDGES, "jsonl")
        self.assert_samples(mmocr_jsonl(out / "annotations.jsonl", out), expected)

    def test_shards_are_one_list(self):
        out, expected = self.pair("out", [f"{k:05d}" for k in range(25)], "jsonl",
                                  output={"shard_size": 10})
        self.assert_samples(mmocr_jsonl(out / "annotations.jsonl", out), expected)

    def test_trap_a_list_split_at_blanks_cuts_labels(self):
        out = self.make("out", BLANKS, "jsonl")
        line = f"images/0.png {BLANKS[0]}"
        self.assertEqual(line.split(" ")[1], "+49")
        self.assertCountEqual([label for label, _ in mmocr_jsonl(out / "annotations.jsonl", out)],
                              BLANKS)


class EasyOcrTest(ReaderTest):
    def test_every_trap(self):
        for name, texts in TRAPS.items():
            with self.subTest(trap=name):
                out, expected = self.pair(name, texts, "easyocr")
                table = easyocr_table(out / "images" / "000")
                self.assertEqual(list(table["words"])[:-1], [label for label, _ in expected])
                images = [opened(out / "images" / "000" / file) for file in table["filename"][:-1]]
                self.assert_samples(list(zip(table["words"], images)), expected)

    def test_trap_digits_alone_are_numbers_without_the_sentinel(self):
        out, expected = self.pair("out", DIGITS, "easyocr")
        listed = out / "images" / "000" / "labels.csv"
        lines = listed.read_text(encoding="utf-8").splitlines(keepends=True)
        self.assertEqual(lines[0], "filename,words\n")
        self.assertEqual(lines[-1], "__dtype__.png," + 300 * "x" + "\n")
        self.assert_samples(easyocr(out / "images", "0123456789"), expected)
        listed.write_text("".join(lines[:-1]), encoding="utf-8")
        self.assertEqual(easyocr_table(listed.parent)["words"].dtype.kind, "i")
        with self.assertRaises((AttributeError, TypeError)):
            easyocr(out / "images", "0123456789")

    def test_shards_are_leaf_directories_of_whole_data_sets(self):
        out, expected = self.pair("out", [f"{k:05d}" for k in range(25)], "easyocr",
                                  output={"shard_size": 10})
        self.assertEqual(len(leaves(out / "images")), 3)
        self.assert_samples(easyocr(out, "0123456789"), expected)

    def test_trap_quotes_stay_in_the_label(self):
        texts = ["a,b", 'c"d', '"e"', ",f"]
        out, expected = self.pair("out", texts, "easyocr")
        self.assert_samples(easyocr(out, ',"abcdef'), expected)

    def test_trap_missing_words_and_dates_stay_texts(self):
        texts = MISSING + DATES + LETTERS
        out, expected = self.pair("out", texts, "easyocr")
        characters = "".join(sorted(set("".join(texts + [text.lower() for text in texts]))))
        self.assert_samples(easyocr(out, characters), expected)


if __name__ == "__main__":
    unittest.main()
