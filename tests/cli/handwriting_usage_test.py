#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How augment_mnist and augment_phones are asked: help, mistakes, recipes. GLYPHMILL_BIN is the
directory that holds them."""

import re
import unittest

from cli_test_case import ROOT, CliTest, png_rows, tree

PROGRAMS = ("augment_mnist", "augment_phones")
LOOK = ("digits", "writers", "writer-consistency", "split", "height", "width", "min-spacing",
        "max-spacing", "spacing", "ground")
AUGMENT = ("rotation-range", "width-shift-range", "height-shift-range", "shear-range",
           "zoom-range", "brightness-range", "channel-shift-range", "fill-mode", "cval",
           "horizontal-flip", "vertical-flip", "rescale", "featurewise-center",
           "featurewise-std-normalization", "samplewise-center", "samplewise-std-normalization",
           "zca-whitening", "zca-epsilon", "validation-split")
OUTPUT = ("format", "image-ext", "quality", "name-pattern", "pack-name", "normalize")
LABELS = {"augment_mnist": ("nums", "sequence", "length", "balance", "single"),
          "augment_phones": ("nums", "country", "dashes", "pattern")}
# Not given, they do nothing.
WITHOUT_DEFAULT = {"sequence", "pattern", "split", "validation-split", "preview", "only", "config",
                   "shard"}


class Help(CliTest):
    def flags(self, program):
        """Flag -> (its values, its text)."""
        options = self.ok(program, "--help").stdout.split("\nExamples:\n")[0]
        found = re.findall(r"^  (?:-\w,|   ) --([\w-]+)(?: (\S.*?))?(?:  +|\n {34})(\S.*(?:\n {34}.*)*)",
                           options, re.MULTILINE)
        return {name: (values, " ".join(text.split())) for name, values, text in found}

    def test_every_flag_is_told_with_its_default(self):
        for program in PROGRAMS:
            flags = self.flags(program)
            for name in LABELS[program] + LOOK + AUGMENT + OUTPUT:
                self.assertIn(name, flags, program)
            for name, (values, text) in flags.items():
                with self.subTest(program=program, flag=name):
                    self.assertTrue(text)
                    if values and name not in WITHOUT_DEFAULT:
                        self.assertIn("(default: ", text)

    def test_defaults_that_are_no_field_of_the_recipe(self):
        flags = self.flags("augment_mnist")
        recipe = self.ok("augment_mnist", "--seed", 1, "--print-recipe").stdout
        low, high = re.search(r"^  spacing_px: \[(\d+), (\d+)\]$", recipe, re.MULTILINE).groups()
        self.assertIn(f"(default: {low})", flags["min-spacing"][1])
        self.assertIn(f"(default: {high})", flags["max-spacing"][1])

    def test_examples_work(self):
        self.ok("augment_mnist", "--single", "--nums", 1000, "--format", "npz", "--seed", 1, "-q",
                "--pack-name", "digits", "-o", "set")
        # The one example that needs a file finds a set of digits under that name.
        (self.dir / "set" / "digits.npz").rename(self.dir / "train-images-idx3-ubyte.gz")
        for program in PROGRAMS:
            page = self.ok(program, "--help").stdout
            for example in page.split("\nExamples:\n")[1].splitlines():
                self.assertEqual(example.split()[0], program)
                self.as_typed(f"{example} --dry-run")


class BadUsage(CliTest):
    def test_names(self):
        for message, arguments in (
                ("unknown option '--rotation'. Did you mean '--rotation-range'?",
                 ["--rotation", "5"]),
                ("unknown option '--rotation_range'. Did you mean '--rotation-range'?",
                 ["--rotation_range", "5"]),
                ("unknown option '--sequense'. Did you mean '--sequence'?", ["--sequense", "1"]),
                ("unknown option '--min-space'. Did you mean '--min-spacing'?",
                 ["--min-space=3"]),
                ("unknown option '--digit'. Did you mean '--digits'?", ["--digit", "x"]),
                ("--digits: needs a value: PATH", ["--digits"]),
                ("--sequence: needs a value. Got: --seed", ["--sequence", "--seed", "3"]),
                ("--single: takes no value", ["--single=3"]),
                ("--sequence and --length exclude each other",
                 ["--sequence", "12", "--length", "2"]),
                ("--sequence and --single exclude each other", ["--single", "--sequence", "1"]),
                ("--sequence and --balance exclude each other",
                 ["--balance", "iid", "--sequence", "1"]),
                ("--single and --length exclude each other", ["--length", "3", "--single"]),
                ("--split and --validation-split exclude each other",
                 ["--validation-split", "0.1", "--split", "a:0.5,b:0.5"]),
        ):
            with self.subTest(arguments=arguments):
                self.refused(message, "augment_mnist", *arguments)
        for message, arguments in (
                ("unknown option '--dash'. Did you mean '--dashes'?", ["--dash"]),
                ("unknown option '--sequence'", ["--sequence", "1"]),
                ("--pattern and --country exclude each other",
                 ["--pattern", "0\\d", "--country", "jp"]),
                ("--pattern and --dashes exclude each other", ["--dashes", "--pattern", "0\\d"]),
        ):
            with self.subTest(arguments=arguments):
                self.refused(message, "augment_phones", *arguments)

    def test_values(self):
        for message, arguments in (
                ("--length: min must not be above max. Got: [8, 4]", ["--length", "8", "4"]),
                ("--length: must be between 1 and 256. Got: 0", ["--length", "0"]),
                ("--width: must be between 1 and 65536. Got: 0", ["--width", "0"]),
                ("--height: must be between 8 and 1024. Got: 7", ["--height", "7"]),
                ("--min-spacing: must be between -512 and 10000. Got: -513",
                 ["--min-spacing", "-513"]),
                ("--spacing: must be one of each, auto. Got: even", ["--spacing", "even"]),
                ("--ground: must be one of white, black. Got: blak. Did you mean 'black'?",
                 ["--ground", "blak"]),
                ("--writers: must be between 1 and 100000. Got: 0", ["--writers", "0"]),
                ("--writer-consistency: must be between 0 and 1. Got: 1.5",
                 ["--writer-consistency", "1.5"]),
                ("--rotation-range: must be between 0 and 180. Got: -5",
                 ["--rotation-range", "-5"]),
                ("--zoom-range: must be between 0 and 0.99. Got: 1", ["--zoom-range", "1"]),
                ("--zoom-range: min must not be above max. Got: [1.2, 0.8]",
                 ["--zoom-range", "1.2", "0.8"]),
                ("--zoom-range: must be between 0.01 and 100. Got: 0", ["--zoom-range", "0", "1"]),
                ("--brightness-range: must be one number or [min, max]. Got: [1, 2, 3]",
                 ["--brightness-range", "1", "2", "3"]),
                ("--fill-mode: must be one of nearest, constant, reflect, wrap. Got: mirror",
                 ["--fill-mode", "mirror"]),
                ("--cval: must be between 0 and 255. Got: 256", ["--cval", "256"]),
                ("--format: must be one of folder, lmdb, webdataset, jsonl, hf, tesseract, easyocr, "
                 "coco, idx, npz, pickle. Got: csv", ["--format", "csv"]),
                ("compose.spacing_px: min must not be above max. Got: [8, 5]",
                 ["--min-spacing", "8", "--max-spacing", "5", "--seed", "1"]),
                ("compose.width: must be at least a pixel for each of 10 characters. Got: 9",
                 ["--width", "9", "--seed", "1"]),
        ):
            with self.subTest(arguments=arguments):
                self.refused(message, "augment_mnist", *arguments)
        self.refused("--country: must be one of jp, us, de, gb, fr, cn, in, by. Got: uk. Did you "
                     "mean 'us'?", "augment_phones", "--country", "uk")
        self.refused("labels.pattern: no picture of 'A' in the built-in handwriting",
                     "augment_phones", "--pattern", "A\\d", "--seed", 1)

    def test_config_of_another_kind(self):
        for program in PROGRAMS:
            config = ROOT / "configs" / "dates.yaml"
            self.refused("--config: labels and glyphs must be of this program's kinds; "
                         f"augment_batch takes every recipe. Got: {config}", program, "--config",
                         config)


class Recipes(CliTest):
    FLAGS = {
        "augment_mnist": ["--seed", "18446744073709551615", "--nums", "30", "--length", "3", "6",
                          "--balance", "position", "--writers", "50", "--writer-consistency",
                          "0.75", "--height", "32", "--width", "150", "--min-spacing", "-3",
                          "--max-spacing", "7", "--ground", "black", "--rotation-range", "12.5",
                          "--width-shift-range", ".1", "--height-shift-range", "2",
                          "--shear-range", "10", "--zoom-range", "0.9", "1.2",
                          "--brightness-range", "0.5", "1", "--channel-shift-range", "20",
                          "--fill-mode", "constant", "--cval", "7", "--gaussian-sigma", "0.05"],
        "augment_phones": ["--seed", "3", "--nums", "30", "--country", "fr", "--dashes",
                           "--spacing", "auto", "--width", "300", "--samplewise-center",
                           "--samplewise-std-normalization", "--vertical-flip", "--image-ext",
                           "jpg", "--name-pattern", "{index}_{label}.{ext}"],
    }

    def test_a_printed_recipe_prints_itself_and_makes_the_same_bytes(self):
        for program, arguments in self.FLAGS.items():
            first = self.ok(program, *arguments, "--print-recipe").stdout
            config = self.write(f"{program}.yaml", first)
            self.assertEqual(self.ok(program, "--config", config, "--print-recipe").stdout, first)
            self.assertEqual(self.ok("augment_batch", config, "--print-recipe").stdout, first)
            self.ok(program, *arguments, "-q", "-o", f"{program}_flags", "-j", 1)
            self.ok("augment_batch", config, "-q", "-o", f"{program}_recipe", "-j", 2)
            made = tree(self.dir / f"{program}_flags")
            self.assertEqual(len(made), 35)
            self.assertEqual(tree(self.dir / f"{program}_recipe"), made)

    def test_every_augmentation_does_something(self):
        changing = {"rotation-range": [10], "width-shift-range": [0.2], "height-shift-range": [0.2],
                    "shear-range": [20], "zoom-range": [0.2], "brightness-range": [0.3, 0.6],
                    "channel-shift-range": [60], "horizontal-flip": [], "vertical-flip": [],
                    "zca-whitening": []}
        # Factor and offset of a picture, which stretching it to 0 .. 255 takes off again.
        stretching = {"rescale": [0.0001], "samplewise-center": [], "featurewise-center": [],
                      "samplewise-std-normalization": [], "featurewise-std-normalization": []}
        base = ["augment_mnist", "--nums", 5, "--length", 4, "--width", 120, "--writers", 100,
                "--seed", 1, "-q", "-o"]
        self.ok(*base, "plain")
        plain = self.labelled_images("plain")
        stretched = []
        for name, values in {**changing, **stretching}.items():
            with self.subTest(flag=name):
                self.ok(*base, name, f"--{name}", *values)
                made = self.labelled_images(name)
                self.assertEqual([label for label, _ in made], [label for label, _ in plain])
                pixels = [png_rows(path) for _, path in made]
                if name in changing:
                    for (label, path), each in zip(plain, pixels):
                        self.assertTrue(each != png_rows(path), label)
                else:
                    stretched.append(pixels)
        for pixels in stretched[1:]:
            for image, first in zip(pixels, stretched[0]):
                for row, first_row in zip(image, first):
                    self.assertLessEqual(max(abs(a - b) for a, b in zip(row, first_row)), 1)

    def test_flags_win_over_the_file(self):
        config = self.write("c.yaml", "seed: 1\ncount: 5\nlabels: {kind: phone}\n"
                                      "compose: {height: 40, spacing_px: [2, 4]}\n")
        recipe = self.ok("augment_phones", "--config", config, "--nums", 7, "--max-spacing", 9,
                         "--country", "de", "--print-recipe").stdout
        for line in ("count: 7", "  height: 40", "  spacing_px: [2, 9]", "  country: de"):
            self.assertIn(f"\n{line}\n", recipe)

    def test_other_digits_than_the_recipe_s_are_what_was_asked_for(self):
        self.ok("augment_mnist", "--single", "--nums", 100, "--format", "npz", "--seed", 1, "-q")
        self.ok("augment_mnist", "--nums", 3, "--seed", 1, "-q", "-o", "first")
        self.ok("augment_mnist", "--config", "first/recipe.yaml", "--digits", "mnist/dataset.npz",
                "-q", "-o", "second")
        self.assertEqual(self.labels("first"), self.labels("second"))


if __name__ == "__main__":
    unittest.main()
