#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""LMDB opened with its own package, in the loops of deep-text-recognition-benchmark, PaddleOCR,
PARSeq and MMOCR."""

import contextlib
import glob
import io
import pathlib
import re
import unicodedata
import unittest

import lmdb
from PIL import Image

from reader_test_case import BLANKS, DATES, DIGITS, EDGES, LETTERS, MIXED, ReaderTest, decoded
from trainers import dtrb_options, keeps, leaves, taught


@contextlib.contextmanager
def opened(path, **options):
    """A transaction on a data base, opened as all four do."""
    with lmdb.open(str(path), readonly=True, lock=False, readahead=False, meminit=False,
                   **options) as environment, environment.begin(write=False) as transaction:
        yield transaction


def stored(transaction, number, mode="RGB"):
    """(label, pixels) of one sample; samples are numbered from 1."""
    label = transaction.get(b"label-%09d" % number).decode("utf-8")
    with Image.open(io.BytesIO(transaction.get(b"image-%09d" % number))) as image:
        return label, decoded(image.convert(mode))


def dtrb(root, flags):
    """What deep-text-recognition-benchmark trains on: every leaf directory, filtered and edited."""
    options = dtrb_options(flags)
    samples = []
    for leaf in leaves(root):
        with opened(leaf, max_readers=32) as transaction:
            for number in range(1, int(transaction.get(b"num-samples")) + 1):
                label, pixels = stored(transaction, number)
                if keeps(label, options):
                    samples.append((taught(label, options), pixels))
    return samples


def paddle(root):
    """PaddleOCR's LMDBDataSet: every leaf directory, nothing filtered here."""
    samples = []
    for leaf in leaves(root):
        with opened(leaf, max_readers=32) as transaction:
            for number in range(1, int(transaction.get(b"num-samples")) + 1):
                samples.append(stored(transaction, number))
    return samples


def parseq(root, remove_whitespace=True, normalize_unicode=True):
    """PARSeq's LmdbDataset: every data.mdb below; blanks and what is not ASCII go unless told."""
    samples = []
    for path in sorted(glob.glob(f"{root}/**/data.mdb", recursive=True)):
        with opened(pathlib.Path(path).parent, max_readers=1, create=False) as transaction:
            for number in range(1, int(transaction.get(b"num-samples")) + 1):
                label, pixels = stored(transaction, number)
                if remove_whitespace:
                    label = "".join(label.split())
                if normalize_unicode:
                    label = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
                samples.append((label, pixels))
    return samples


def mmocr(ann_file):
    """MMOCR's RecogLMDBDataset: the one directory it is given."""
    with opened(ann_file, max_readers=1) as transaction:
        return [stored(transaction, number)
                for number in range(1, int(transaction.get(b"num-samples").decode()) + 1)]


class LmdbTest(ReaderTest):
    def test_every_label_in_every_loop(self):
        out, expected = self.pair("out", MIXED + EDGES, "lmdb")
        self.assert_samples(paddle(out), expected)
        self.assert_samples(mmocr(out / "lmdb" / "000"), expected)
        self.assert_samples(parseq(out, False, False), expected)

    def test_shards_are_read_together_and_numbered_from_1_each(self):
        texts = [f"{k:05d}" for k in range(25)]
        out, expected = self.pair("out", texts, "lmdb", output={"shard_size": 10})
        self.assertEqual([pathlib.Path(leaf).name for leaf in leaves(out)], ["000", "001", "002"])
        self.assert_samples(dtrb(out, "--batch_max_length 5"), expected)
        self.assert_samples(paddle(out / "lmdb"), expected)
        self.assert_samples(parseq(out), expected)
        parts = [mmocr(leaf) for leaf in leaves(out)]
        self.assertEqual([len(part) for part in parts], [10, 10, 5])
        self.assert_samples(sum(parts, []), expected)

    def test_images_are_the_folder_s_bytes(self):
        out = self.make("out", DIGITS, "lmdb")
        self.make("folder", DIGITS)
        with opened(out / "lmdb" / "000") as transaction:
            for number, (_, path) in enumerate(self.labelled_images("folder"), 1):
                self.assertEqual(transaction.get(b"image-%09d" % number), path.read_bytes())

    def test_every_leaf_is_a_data_base_and_nothing_else_is_in_it(self):
        out = self.make("out", DIGITS, "lmdb", output={"annotations": True})
        for leaf in leaves(out):
            self.assertEqual([path.name for path in pathlib.Path(leaf).iterdir()], ["data.mdb"])

    def test_trap_dtrb_drops_what_is_not_in_character(self):
        texts = DATES + BLANKS + DIGITS
        out = self.make("out", texts, "lmdb")
        self.assertCountEqual([label for label, _ in dtrb(out, "--character 0123456789")], DIGITS)
        self.assertCountEqual([label for label, _ in dtrb(out, "--character ' +-0123456789'")],
                              texts)
        with self.assertRaises(re.error, msg="9-+ is a range in their regular expression"):
            dtrb(out, "--character '0123456789-+'")

    def test_trap_dtrb_edits_labels_with_data_filtering_off(self):
        out = self.make("out", ["2024-01-31", "+49 30 1", "AbC"], "lmdb")
        flags = "--character 0123456789 --data_filtering_off"
        self.assertCountEqual([label for label, _ in dtrb(out, flags)], ["20240131", "49301", ""])
        self.assertCountEqual([label for label, _ in paddle(out)],
                              ["2024-01-31", "+49 30 1", "AbC"])

    def test_trap_dtrb_lower_cases_without_sensitive(self):
        out = self.make("out", LETTERS, "lmdb")
        self.assertCountEqual([label for label, _ in dtrb(out, "")], ["abc", "xyz"])
        self.assertCountEqual([label for label, _ in dtrb(out, "--sensitive")], LETTERS)

    def test_trap_dtrb_drops_blanks_with_sensitive(self):
        out = self.make("out", ["Ab C", "AbC"], "lmdb")
        self.assertEqual([label for label, _ in dtrb(out, "--sensitive")], ["AbC"])

    def test_trap_dtrb_drops_labels_longer_than_25(self):
        out = self.make("out", ["0" * 26, "1" * 25], "lmdb")
        self.assertEqual([label for label, _ in dtrb(out, "")], ["1" * 25])
        self.assertEqual(len(dtrb(out, "--batch_max_length 26")), 2)

    def test_trap_parseq_strips_blanks(self):
        out = self.make("out", BLANKS, "lmdb")
        self.assertCountEqual([label for label, _ in parseq(out)], ["+49301", "+493022"])
        self.assertCountEqual([label for label, _ in parseq(out, remove_whitespace=False)], BLANKS)


if __name__ == "__main__":
    unittest.main()
