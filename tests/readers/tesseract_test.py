#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pairs of image and .gt.txt go through tesstrain's steps: .box, lstm.train, unicharset."""

import shutil
import subprocess
import sys
import unicodedata
import unittest

from reader_test_case import BLANKS, DATES, DIGITS, LETTERS, MIXED, ReaderTest, opened

if not shutil.which("tesseract") or not shutil.which("unicharset_extractor"):
    print("tesseract_test: skipped: tesseract-ocr is not installed")
    sys.exit(77)


def line_boxes(text, width, height):
    """The box file of one line as tesstrain makes it: every character spans the whole image."""
    boxes = [f"{character} 0 0 {width} {height} 0\n" for character in text]
    return "".join(boxes) + f"\t {width} {height} {width + 1} {height + 1} 0\n"


class TesseractTest(ReaderTest):
    def test_every_label_is_one_line_of_nfc(self):
        out, expected = self.pair("out", MIXED, "tesseract")
        read = []
        for _, path in self.labelled_images("out"):
            text = path.with_suffix(".gt.txt").read_text(encoding="utf-8")
            self.assertEqual(text.count("\n"), 1)
            self.assertEqual(text, unicodedata.normalize("NFC", text))
            read.append((text.rstrip("\n"), opened(path)))
        self.assert_samples(read, expected)
        self.assertEqual({str(path)[:-len(".png")] for path in out.rglob("*.png")},
                         {str(path)[:-len(".gt.txt")] for path in out.rglob("*.gt.txt")})

    def test_lstm_train_takes_the_pairs(self):
        texts = DIGITS[:1] + DATES[:1] + BLANKS[:1]
        out = self.make("out", texts, "tesseract")
        for label, path in self.labelled_images("out"):
            with self.subTest(label):
                height, width = opened(path).shape[:2]
                stem = path.parent / path.stem
                path.with_suffix(".box").write_text(line_boxes(label, width, height),
                                                    encoding="utf-8")
                done = subprocess.run(["tesseract", path, stem, "--psm", "13", "lstm.train"],
                                      text=True, capture_output=True, timeout=120, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
                trained = path.with_suffix(".lstmf")
                self.assertTrue(trained.exists(), done.stderr)
                self.assertIn(label.encode(), trained.read_bytes())
        self.assertEqual(len(list(out.rglob("*.lstmf"))), len(texts))

    def test_unicharset_holds_the_characters(self):
        texts = DIGITS + DATES + LETTERS
        out = self.make("out", texts, "tesseract")
        everything = sorted({path.read_text(encoding="utf-8") for path in out.rglob("*.gt.txt")})
        (self.dir / "all-gt").write_text("".join(everything), encoding="utf-8")
        subprocess.run(["unicharset_extractor", "--output_unicharset", "unicharset", "--norm_mode",
                        "1", "all-gt"], cwd=self.dir, check=True, capture_output=True, timeout=120)
        lines = (self.dir / "unicharset").read_text(encoding="utf-8").splitlines()[1:]
        self.assertLessEqual(set("".join(texts)), {line.split(" ")[0] for line in lines})

    def test_names_pass_through_make_and_its_shell(self):
        out = self.make("out", ["+49 30 1", "a;b", "$HOME", "`ls`", "a,b"], "tesseract")
        names = "".join(path.name for path in out.rglob("*.png"))
        self.assertEqual(set(names) & set(" ;$`,"), set())


if __name__ == "__main__":
    unittest.main()
