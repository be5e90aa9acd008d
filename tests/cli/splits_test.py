#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Data sets that have no digit picture in common. GLYPHMILL_BIN is the directory of the
programs."""

import json
import re
import signal
import pathlib
import unittest

from cli_test_case import CliTest, tree

SHARES = "train:0.8,val:0.1,test:0.1"
PARTS = {"train": 80, "val": 10, "test": 10}


class Splits(CliTest):
    def test_are_whole_data_sets_that_can_be_made_again_alone(self):
        done = self.ok("augment_mnist", "--nums", 100, "--split", SHARES, "--writer-consistency",
                       0.5, "--seed", 3)
        self.assertEqual(done.stdout, "mnist/train\nmnist/val\nmnist/test\n")
        for (part, count), line in zip(PARTS.items(), done.stderr.splitlines()):
            self.assertRegex(line, rf"\Amnist/{part}: {count} images, .* seed 3\Z")
            folder = self.dir / "mnist" / part
            self.assertEqual(json.loads((folder / "manifest.json").read_bytes())["count"], count)
            self.assertEqual(len(self.labels(folder)), count)
            self.ok("augment_batch", folder / "recipe.yaml", "-q", "-o", f"{part}_again")
            self.assertEqual(tree(self.dir / f"{part}_again"), tree(folder))
        self.assertEqual(len(list((self.dir / "mnist").iterdir())), 3)

    def test_their_labels_are_those_of_the_whole(self):
        self.ok("augment_phones", "--nums", 100, "--seed", 3, "-q", "-o", "whole")
        self.ok("augment_phones", "--nums", 100, "--seed", 3, "-q", "-o", "parts", "--split",
                SHARES)
        parts = [label for part in PARTS for label in self.labels(f"parts/{part}")]
        self.assertEqual(parts, self.labels("whole"))

    def test_share_no_picture(self):
        self.ok("augment_mnist", "--single", "--nums", 1000, "--writers", 60, "--split", SHARES,
                "--seed", 1, "-q", "-o", "digits")
        pictures = [{(label, path.read_bytes()) for label, path in
                     self.labelled_images(f"digits/{part}")} for part in PARTS]
        self.assertGreater(len(pictures[0]), 300)  # of 480
        self.assertEqual(len(set.union(*pictures)), sum(map(len, pictures)))

    def test_validation_split(self):
        self.ok("augment_mnist", "--nums", 40, "--validation-split", 0.25, "--seed", 1, "-q")
        self.assertEqual(len(self.labels("mnist/training")), 30)
        self.assertEqual(len(self.labels("mnist/validation")), 10)

    def test_a_printed_recipe_makes_them_all(self):
        command = ["augment_mnist", "--nums", 50, "--split", SHARES, "--seed", 1]
        self.ok(*command, "-q", "-o", "flags")
        self.write("r.yaml", self.ok(*command, "--print-recipe").stdout)
        self.ok("augment_batch", "r.yaml", "-q", "-o", "recipe")
        self.assertEqual(tree(self.dir / "recipe"), tree(self.dir / "flags"))

    def test_packed(self):
        self.ok("augment_mnist", "--nums", 20, "--width", 200, "--format", "npz", "--split",
                SHARES, "--seed", 1, "-q")
        for part in PARTS:
            self.assertTrue((self.dir / "mnist" / part / "dataset.npz").exists())

    def test_bad_shares(self):
        form = "--split: must be NAME:SHARE,NAME:SHARE,... as in train:0.8,val:0.1,test:0.1. Got: "
        for message, arguments in (
                (form + "train", ["--split", "train"]),
                (form + "''", ["--split", ""]),
                (form + "a:0.5,", ["--split", "a:0.5,"]),
                ("--split: must be a number between 0 and 1. Got: x", ["--split", "a:x,b:1"]),
                ("--split: must be between 0 and 1. Got: 8", ["--split", "a:8,b:2"]),
                ("splits: shares must sum to 1. Got: 0.9", ["--split", "a:0.5,b:0.4"]),
                ("splits: names must differ. Got: a twice", ["--split", "a:0.5,a:0.5"]),
                ("splits: names must be letters, digits, '_' and '-'. Got: ..",
                 ["--split", "..:0.5,b:0.5"]),
                ("splits.a: must be above 0 and at most 1. Got: 0", ["--split", "a:0,b:1"]),
                ("splits.b: must have at least one sample. Got: none of 100",
                 ["--split", "a:0.999,b:0.001"]),
                ("--validation-split: must be between 0.0001 and 0.9999. Got: 1",
                 ["--validation-split", "1"]),
        ):
            with self.subTest(arguments=arguments):
                self.refused(message, "augment_mnist", "--seed", 1, *arguments)

    def test_only_writes_the_image_where_its_split_has_it(self):
        self.ok("augment_mnist", "--nums", "20", "--split", "a:0.5,b:0.5", "--seed", "5", "-o", "all",
                "-q")
        for k, name in (("9", "a"), ("10", "b")):
            done = self.ok("augment_mnist", "--nums", "20", "--split", "a:0.5,b:0.5", "--seed", "5",
                           "-o", f"one{k}", "--only", k)
            path, label = done.stdout.rstrip("\n").split("\t")
            self.assertTrue(path.startswith(f"one{k}/{name}/images/"), path)
            whole = self.dir / "all" / pathlib.Path(path).relative_to(f"one{k}")
            self.assertEqual((self.dir / path).read_bytes(), whole.read_bytes())
            self.assertIn(f"\t{label}\n", (self.dir / "all" / name / "labels.tsv").read_text())

    def test_parts_too_small_for_a_class_are_named(self):
        self.refused("splits.test: no picture of '0' in the built-in handwriting",
                     "augment_mnist", "--seed", 1, "--writers", 3, "--split", SHARES)


class Interrupted(CliTest):
    COMMAND = ["augment_mnist", "-j", 1, "--nums", 8000, "--split", "a:0.5,b:0.5", "-o"]

    def cut_once(self, number, ready, *arguments):
        code, out, err = self.interrupt(number, ready, *self.COMMAND, "cut",
                                        *arguments)
        self.assertEqual(code, 128 + number, err)
        told = re.search(r"^augment_mnist: interrupted after (\d+) of 4000 images; run again with "
                         r"--resume to complete\n\Z", err, re.MULTILINE)
        self.assertIsNotNone(told, err)
        return out

    def test_runs_resume_to_the_same_bytes(self):
        self.assertEqual(self.cut_once(signal.SIGINT, "cut/a/images/000"), "")
        self.assertFalse((self.dir / "cut" / "a" / "manifest.json").exists())
        self.assertFalse((self.dir / "cut" / "b").exists())
        # The first part is finished, the second begun: also where it is only being prepared.
        out = self.cut_once(signal.SIGTERM, "cut/a/manifest.json", "--resume")
        self.assertEqual(out, "cut/a\n")
        self.assertFalse((self.dir / "cut" / "b" / "manifest.json").exists())
        # The seed that was drawn is found in what the first run recorded.
        self.ok(*self.COMMAND, "cut", "--resume", "-q")
        recipe = (self.dir / "cut" / "a" / "recipe.yaml").read_text(encoding="utf-8")
        seed = re.search(r"^seed: (\d+)$", recipe, re.MULTILINE)[1]
        self.ok(*self.COMMAND, "whole", "--seed", seed, "-q")
        self.assertEqual(tree(self.dir / "cut"), tree(self.dir / "whole"))


if __name__ == "__main__":
    unittest.main()
