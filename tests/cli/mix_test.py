#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Data sets of several sorts of images, and splits that have nothing in common. GLYPHMILL_BIN is
the directory of the programs."""

import re
import unittest

from cli_test_case import CliTest, tree

MIX = """
seed: 3
count: 200
mix:
  - {name: codes, weight: 60, labels: {length: 4}, compose: {height: 32}}
  - {name: dates, weight: 30, labels: {kind: date}, compose: {height: 32}}
  - {name: phones, weight: 10, labels: {kind: phone, country: jp}}
"""


def part_of(label):
    return {4: "codes", 8: "dates"}.get(len(label), "phones")


class Mix(CliTest):
    def test_has_the_shares_and_does_not_depend_on_threads(self):
        self.write("mix.yaml", MIX)
        for threads in (1, 2, 7):
            self.ok("augment_batch", "mix.yaml", "-o", threads, "-j", threads, "-q")
        whole = tree(self.dir / "1")
        self.assertEqual(tree(self.dir / "2"), whole)
        self.assertEqual(tree(self.dir / "7"), whole)
        parts = [part_of(label) for label in self.labels("1")]
        for begin in range(0, 200, 10):
            ten = parts[begin:begin + 10]
            self.assertEqual([ten.count(name) for name in ("codes", "dates", "phones")], [6, 3, 1])
        codes = [label for label in self.labels("1") if part_of(label) == "codes"]
        for place in range(4):
            for digit in "0123456789":  # 120 codes: one whole block of `pairs` and a fifth
                self.assertIn(sum(code[place] == digit for code in codes[:100]), {10})

    def test_a_printed_recipe_makes_it_again(self):
        self.write("mix.yaml", MIX)
        self.write("printed.yaml", self.ok("augment_batch", "mix.yaml", "--print-recipe").stdout)
        self.ok("augment_batch", "mix.yaml", "-o", "a", "-q")
        self.ok("augment_batch", "printed.yaml", "-o", "b", "-q")
        self.ok("augment_batch", "a/recipe.yaml", "-o", "c", "-q")
        self.assertEqual(tree(self.dir / "a"), tree(self.dir / "b"))
        self.assertEqual(tree(self.dir / "a"), tree(self.dir / "c"))

    def test_only_writes_the_image_of_the_whole_run(self):
        self.write("mix.yaml", MIX)
        self.ok("augment_batch", "mix.yaml", "-o", "all", "-q")
        for k in (0, 1, 9, 133):
            done = self.ok("augment_batch", "mix.yaml", "-o", f"one{k}", "--only", k)
            path, label = done.stdout.rstrip("\n").split("\t")
            expected_label, expected = self.labelled_images("all")[k]
            self.assertEqual(label, expected_label)
            self.assertEqual((self.dir / path).read_bytes(), expected.read_bytes())

    def test_dry_run_shows_labels_of_each_part(self):
        self.write("mix.yaml", MIX)
        shown = self.ok("augment_batch", "mix.yaml", "--dry-run").stdout
        self.assertRegex(shown, r"\Acount: 200\ncodes: \d{4}, \d{4}, \d{4}\n"
                                r"dates: 2018\d{4}, 2018\d{4}, 2018\d{4}\n"
                                r"phones: 0\d+, 0\d+, 0\d+\noutput: mix\n\Z")

    def test_other_programs_leave_it_to_augment_batch(self):
        self.write("mix.yaml", MIX)
        done = self.run_program("augment_codes", "--config", "mix.yaml")
        self.assertEqual(done.returncode, 2)
        self.assertIn("augment_batch takes every recipe. Got: mix.yaml", done.stderr)

    def test_gray_and_colour_do_not_go_into_one_array(self):
        self.write("mix.yaml", "seed: 1\ncount: 20\noutput: {format: npz}\nmix:\n"
                               "- {name: a, compose: {width_mean: 200, width_stddev: 0, height: 28}}\n"
                               "- {name: b, glyphs: {kind: digits}, compose: {width: 200}}\n")
        done = self.run_program("augment_batch", "mix.yaml", "-q")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertRegex(done.stderr, r"\Aaugment_batch: output.format: npz needs images of one "
                                      r"size; .* Got: 28 x 200 x 1 after 28 x 200 x 3\n\Z")

    def test_splits_of_a_mix(self):
        self.write("mix.yaml", MIX.replace("length: 4", "length: 4, balance: iid") +
                   "splits: {train: 0.75, val: 0.25}\ndisjoint: labels\n")
        done = self.ok("augment_batch", "mix.yaml", "-q")
        self.assertEqual(done.stdout, "mix/train\nmix/val\n")
        train, val = self.labels("mix/train"), self.labels("mix/val")
        self.assertEqual((len(train), len(val)), (150, 50))
        self.assertEqual(set(train) & set(val), set())
        self.assertEqual(sum(part_of(label) == "codes" for label in val), 30)


class SplitsOfTiles(CliTest):
    SPLITS = ["--split", "train:0.8,test:0.2", "--seed", 3, "-q"]

    def test_are_other_samples(self):
        for program in ("augment_codes", "augment_dates"):
            done = self.ok(program, "--nums", 100, *self.SPLITS)
            self.assertEqual(done.stdout.splitlines(),
                             [f"{program[8:]}/train", f"{program[8:]}/test"])
        self.ok("augment_codes", "--nums", 100, "--seed", 3, "-q", "-o", "whole")
        self.assertEqual(self.labels("codes/train") + self.labels("codes/test"),
                         self.labels("whole"))

    def test_without_common_labels(self):
        for program, arguments in (
                ("augment_codes", ["--length", 3, "--balance", "iid"]),
                ("augment_codes", ["--length", 3, "--balance", "unique"]),
                ("augment_codes", ["--pattern", r"\d\d\d"]),
                ("augment_dates", ["--nums", 500]),
                ("augment_phones", ["--nums", 500]),
                ("augment_mnist", ["--length", 2, 3, "--balance", "iid"])):
            with self.subTest(program=program, arguments=arguments):
                if "--nums" not in arguments:
                    arguments = [*arguments, "--nums", 600]
                self.ok(program, *arguments, *self.SPLITS, "--disjoint", "labels", "-o", "out",
                        "--overwrite")
                train, test = set(self.labels("out/train")), set(self.labels("out/test"))
                self.assertGreater(min(len(train), len(test)), 20)
                self.assertEqual(train & test, set())

    def test_share_digits_where_asked(self):
        """Disjoint none: pictures may be the same, and a few writers are enough."""
        self.ok("augment_mnist", "--writers", 1, "--nums", 20, *self.SPLITS, "--disjoint", "none")

    def looks(self, names):
        """A folder of built-in tiles under several looks."""
        source = self.dir / "tiles"
        source.mkdir()
        for look, value in names.items():
            for digit in range(10):
                self.tile(source / f"{digit}_{look}.png", digit, value)
        return source

    @staticmethod
    def tile(path, digit, value):
        from PIL import Image, ImageDraw  # Debian's python3-pil
        image = Image.new("RGB", (20, 30), "white")
        ImageDraw.Draw(image).rectangle((4, 4, 8 + digit, 25), fill=value)
        image.save(path)

    def test_without_common_looks(self):
        source = self.looks({"red": (200, 0, 0), "green": (0, 150, 0), "blue": (0, 0, 200),
                             "black": (0, 0, 0)})
        command = ["augment_codes", "--tiles", source, "--nums", 40, "--split", "a:0.5,b:0.5",
                   "--gaussian-sigma", 0, "--salt-pepper", 0, "--image-ext", "png", "--seed", 2]
        self.ok(*command, "--disjoint", "glyphs", "-q")
        colours = [{self.ink(path) for _, path in self.labelled_images(f"codes/{part}")}
                   for part in "ab"]
        self.assertEqual([len(found) for found in colours], [2, 2])
        self.assertEqual(colours[0] & colours[1], set())

    @staticmethod
    def ink(path):
        from PIL import Image
        image = Image.open(path).convert("RGB")
        darkest = min(image.getdata(), key=sum)
        return tuple(round(level / 100) for level in darkest)

    def test_too_few_looks(self):
        self.refused("disjoint: each split must have a look of its own, and builtin:codes has 6; "
                     "take other shares, or `disjoint` without glyphs. Got: a split of 0.01",
                     "augment_codes", "--seed", 1, "--split", "train:0.99,test:0.01", "--disjoint",
                     "glyphs")

    def test_disjoint_needs_splits(self):
        self.refused("disjoint: only with splits. Got: labels", "augment_codes", "--seed", 1,
                     "--disjoint", "labels")

    def test_help_says_what_it_is(self):
        for program in ("augment_codes", "augment_dates", "augment_mnist", "augment_phones"):
            page = re.sub(r"\s+", " ", self.ok(program, "--help").stdout)
            self.assertIn("--split NAME:SHARE,... several data sets", page)
            self.assertIn("--disjoint WHAT what no two splits have in common", page)


if __name__ == "__main__":
    unittest.main()
