#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What dataset.json tells each trainer makes it keep every label as it is."""

import json
import re
import shlex
import types
import unittest

import yaml

from reader_test_case import BLANKS, DATES, DIGITS, LETTERS, TRAPS, ReaderTest
from trainers import dtrb_options, keeps, taught

DTRB = "deep-text-recognition-benchmark"
SETS = {
    **TRAPS, "long": ["0" * 40], "dashes": ["9-0+", "-1"], "brackets": ["[1]", "]2["],
    "backslash": ["1\\2"], "caret": ["^12"], "quote": ["it's", "\"1\""],
    "capitals": ["AB-12"], "capitals and blanks": ["AB 12"], "capitals and backslash": ["A\\1"],
}


class TrainersTest(ReaderTest):
    def facts(self, out, texts, formats="lmdb", **recipe):
        folder = self.make(out.replace(" ", "_"), texts, formats, **recipe)
        return json.loads((folder / "dataset.json").read_text(encoding="utf-8"))

    def assert_kept(self, labels, options):
        for label in labels:
            self.assertTrue(keeps(label, options), f"{label} is dropped")
            self.assertEqual(taught(label, options), label)

    def dtrb_cannot(self, labels):
        """Capitals need --sensitive, which stands for the 94 printable characters of ASCII; in the
        regular expression that it makes of them a backslash is not one."""
        return (any(label != label.lower() for label in labels)
                and not all(c.isascii() and c not in " \\" for c in "".join(labels)))

    def test_dtrb_keeps_every_label_or_says_that_it_cannot(self):
        for formats in ("lmdb", "folder"):
            for name, labels in SETS.items():
                told = self.facts(f"{name}_{formats}", labels, formats)["trainers"][DTRB]
                with self.subTest(trap=name, format=formats, told=told):
                    if self.dtrb_cannot(labels):
                        self.assertTrue(told.startswith("cannot"))
                        continue
                    words = shlex.split(told)
                    flags = words[words.index("train.py") + 1:]
                    options = dtrb_options(shlex.join(flags))
                    self.assertEqual((options.select_data, options.batch_ratio), ("/", "1"))
                    self.assert_kept(labels, options)

    def test_easyocr_keeps_every_label(self):
        for name, labels in SETS.items():
            told = self.facts(name, labels, "easyocr")["trainers"]["EasyOCR"]
            with self.subTest(trap=name, told=told):
                config = yaml.safe_load("{" + told + "}")
                character = config["number"] + config["symbol"] + config["lang_char"]
                self.assertNotEqual(config["lang_char"], "None")
                self.assertLess(config["batch_max_length"], 300, "or the sentinel is kept")
                self.assert_kept(labels, types.SimpleNamespace(**config, character=character))

    def test_paddleocr_knows_blanks_and_the_longest_label(self):
        for name, labels in (("digits", DIGITS), ("blanks", BLANKS), ("long", ["0" * 40])):
            for formats in ("folder", "lmdb"):
                told = self.facts(f"{name}_{formats}", labels, formats)["trainers"]["PaddleOCR"]
                options = dict(word.split("=", 1) for word in shlex.split(told))
                longest = max(map(len, labels))
                self.assertGreaterEqual(int(options["Global.max_text_length"]), longest)
                self.assertEqual(options["Global.use_space_char"],
                                 "true" if " " in "".join(labels) else "false")
                dictionary = self.dir / f"{name}_{formats}" / options["Global.character_dict_path"]
                characters = dictionary.read_text(encoding="utf-8").split("\n")
                self.assertLessEqual(set("".join(labels)) - {" "}, set(characters))

    def test_parseq_keeps_blanks_and_takes_digits_for_a_text(self):
        for name, labels in (("digits", DIGITS), ("blanks", BLANKS + DATES + LETTERS),
                             ("quotes", ["'1", '"2"', "\\3"])):
            told = self.facts(name, labels)["trainers"]["PARSeq"]
            with self.subTest(trap=name, told=told):
                options = dict(word.split("=", 1) for word in shlex.split(told))
                charset = options["model.charset_train"]
                self.assertEqual(charset, options["model.charset_test"])
                self.assertRegex(charset, r'^".*"$', "unquoted digits are a number to hydra")
                self.assertLessEqual(set("".join(labels)), set(re.sub(r'\\(["\\])', r"\1",
                                                                      charset[1:-1])))
                self.assertEqual(options["data.remove_whitespace"], "false")
                self.assertEqual(options["data.normalize_unicode"], "false")

    def test_what_the_labels_and_images_are(self):
        facts = self.facts("out", ["00123", "+49 30 1", "AbC"])
        self.assertEqual(facts["count"], 3)
        self.assertEqual((facts["shortest_label"], facts["longest_label"]), (3, 8))
        self.assertCountEqual(facts["characters"], set("00123+49 30 1AbC"))
        self.assertEqual(facts["character_counts"]["0"], 3)
        self.assertEqual(facts["image"]["channels"], 3)
        self.assertEqual(facts["image"]["height"], [50, 50])
        self.assertLess(facts["image"]["width"][0], facts["image"]["width"][1])


if __name__ == "__main__":
    unittest.main()
