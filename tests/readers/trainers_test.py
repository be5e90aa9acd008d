#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The trainer flags that dataset.json gives make the trainers keep every label as it is."""

import json
import unittest

from reader_test_case import TRAPS, ReaderTest
from trainers import dtrb_options, keeps, taught

DTRB = "deep-text-recognition-benchmark"


class TrainersTest(ReaderTest):
    def facts(self, texts, formats="lmdb"):
        out = self.make(f"set{len(list(self.dir.iterdir()))}", texts, formats)
        return json.loads((out / "dataset.json").read_text(encoding="utf-8"))

    def test_what_the_labels_are(self):
        facts = self.facts(["00123", "+49 30 1", "AbC"])
        self.assertEqual(facts["count"], 3)
        self.assertEqual((facts["shortest_label"], facts["longest_label"]), (3, 8))
        self.assertCountEqual(facts["characters"], set("00123+49 30 1AbC"))
        self.assertEqual(facts["character_counts"]["0"], 3)

    def test_dtrb_keeps_every_label(self):
        texts = {**TRAPS, "long": ["0" * 40], "quotes": ["it's", "a-b", "9-+"],
                 "brackets": ["[1]"], "caret": ["^12"]}
        for name, labels in texts.items():
            flags = self.facts(labels)["trainers"].get(DTRB)
            possible = self.dtrb_can(labels)
            with self.subTest(trap=name, flags=flags):
                options = dtrb_options(flags) if possible else None
                for label in labels if possible else ():
                    self.assertTrue(keeps(label, options), label)
                    self.assertEqual(taught(label, options), label)
                if not possible:
                    self.assertNotIn("--character", flags or "")

    def dtrb_can(self, labels):
        """Upper case needs --sensitive, whose characters are fixed; the characters are put into a
        regular expression, where ']' and a backslash have another meaning."""
        characters = set("".join(labels))
        if any(label != label.lower() for label in labels):
            return all(character.isascii() and character not in " \\" for character in characters)
        return not characters & set("]\\")

    def test_images_are_told(self):
        image = self.facts(["00123", "1"])["image"]
        self.assertEqual(image["channels"], 3)
        self.assertEqual(image["height"], [50, 50])
        self.assertLess(image["width"][0], image["width"][1])


if __name__ == "__main__":
    unittest.main()
