#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What augment_mnist and augment_phones make. GLYPHMILL_BIN is the directory that holds them."""

import ast
import collections
import os
import pathlib
import re
import struct
import unittest
import zipfile

from cli_test_case import CliTest, png_rows, png_size, tree


class Sequence(CliTest):
    """--sequence: one image, named after what it shows."""

    def test_is_named_after_its_digits_with_leading_zeros(self):
        done = self.ok("augment_mnist", "--sequence", "00123", "--min-spacing", 5, "--max-spacing",
                       8, "--width", 200)
        self.assertEqual(done.stdout, "200 x 28\t./00123.png\n")
        self.assertEqual([path.name for path in self.dir.iterdir()], ["00123.png"])
        rows = png_rows(self.dir / "00123.png")
        self.assertEqual((len(rows[0]), len(rows)), (200, 28))
        self.assertEqual((rows[0], rows[27]), (b"\xff" * 200, b"\xff" * 200))
        self.assertLess(min(map(min, rows)), 32)
        # Five digits and four gaps are about 110 px, in the middle.
        ink = [x for x in range(200) if any(row[x] < 255 for row in rows)]
        self.assertLessEqual(abs(ink[0] - (199 - ink[-1])), 1)
        self.assertLess(len(ink), 150)

    def test_goes_where_it_is_sent(self):
        done = self.ok("augment_mnist", "--sequence", "1990-12-31", "-o", "there", "--image-ext",
                       "jpg", "--height", 40, "--width", 300)
        self.assertEqual(done.stdout, "300 x 40\tthere/1990-12-31.jpg\n")
        self.assertEqual((self.dir / "there" / "1990-12-31.jpg").read_bytes()[:2], b"\xff\xd8")
        self.assertEqual(len(tree(self.dir)), 1)

    def test_a_name_is_a_file_name(self):
        done = self.ok("augment_mnist", "--sequence", "1/2", "--seed", 1)
        self.assertRegex(done.stdout, r"\A\d+ x 28\t\./[^/]+\.png\n\Z")
        self.assertEqual(len(tree(self.dir)), 1)

    def test_never_replaces_a_file_unless_asked(self):
        command = ["augment_mnist", "--sequence", "7", "--seed"]
        self.ok(*command, 1)
        first = tree(self.dir)
        done = self.run_program(*command, 2)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"\Aaugment_mnist: \./7\.png: exists; .*\n\Z")
        self.assertEqual(tree(self.dir), first)
        self.ok(*command, 2, "--overwrite")
        self.assertEqual(list(tree(self.dir)), ["7.png"])
        self.assertNotEqual(tree(self.dir), first)
        self.ok(*command, 1, "--overwrite")
        self.assertEqual(tree(self.dir), first)

    def test_nothing_is_a_white_image(self):
        done = self.ok("augment_mnist", "--sequence", "", "--width", 90)
        self.assertEqual(done.stdout, "90 x 28\t./blank.png\n")
        self.assertEqual(png_rows(self.dir / "blank.png"), [b"\xff" * 90] * 28)

    def test_unknown_characters(self):
        for text in ("12a", "1 2", "é", "12\n", "+", "12x4"):
            with self.subTest(text=text):
                done = self.run_program("augment_mnist", "--sequence", text, "--seed", 1)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn("augment_mnist: --sequence: must be of the characters '0123456789",
                              done.stderr)
                self.assertEqual(list(self.dir.iterdir()), [])

    def test_several_of_it_are_a_data_set(self):
        self.ok("augment_mnist", "--sequence", "0042", "--nums", 5, "--seed", 1, "-q")
        self.assertEqual(self.labels("mnist"), ["0042"] * 5)
        images = {path.read_bytes() for _, path in self.labelled_images("mnist")}
        self.assertEqual(len(images), 5)


class Sequences(CliTest):
    def make(self, folder, *arguments, program="augment_mnist", seed=1):
        self.ok(program, *arguments, "--seed", seed, "-q", "-o", folder)
        return self.labelled_images(folder)

    def test_the_asked_width_is_obeyed(self):
        # Ten digits with gaps of 0 to 10 are about 240 px long: reduced, and centred.
        for width in (60, 200, 400):
            for _, path in self.make(f"w{width}", "--nums", 20, "--width", width):
                self.assertEqual(png_size(path), (width, 28))
        for _, path in self.make("high", "--nums", 10, "--width", 200, "--height", 45):
            self.assertEqual(png_size(path), (200, 45))
        natural = {png_size(path)[0] for _, path in self.make("natural", "--nums", 20)}
        self.assertGreater(len(natural), 5)

    def test_gaps_are_what_was_asked(self):
        def widths(folder, gap, *arguments):
            images = self.make(folder, "--nums", 10, "--length", 6, "--min-spacing", gap,
                               "--max-spacing", gap, *arguments)
            return [png_size(path)[0] for _, path in images]
        self.assertEqual(widths("wide", 20), [width + 5 * 20 for width in widths("close", 0)])
        # Whole pictures, 28 px each, and one gap for all.
        self.assertEqual(widths("auto", 3, "--spacing", "auto"), [6 * 28 + 5 * 3] * 10)

    def test_every_length_of_a_range_comes_equally_often(self):
        labels = [label for label, _ in self.make("out", "--nums", 50, "--length", 4, 8)]
        self.assertEqual(collections.Counter(map(len, labels)), dict.fromkeys(range(4, 9), 10))

    def test_digits_are_balanced(self):
        labels = [label for label, _ in self.make("out", "--nums", 100, "--length", 4)]
        for place in range(4):
            count = collections.Counter(label[place] for label in labels)
            self.assertEqual(count, dict.fromkeys("0123456789", 10))

    def test_single_digits_are_whole_pictures_white_on_black(self):
        images = self.make("out", "--single", "--nums", 30)
        self.assertEqual(collections.Counter(label for label, _ in images),
                         dict.fromkeys("0123456789", 3))
        for _, path in images[:20]:
            rows = png_rows(path)
            self.assertEqual((len(rows[0]), len(rows)), (28, 28))
            self.assertEqual((rows[0], rows[27]), (bytes(28), bytes(28)))
            self.assertGreater(max(map(max, rows)), 200)

    def test_black_ground_is_white_ground_inverted(self):
        arguments = ["--nums", 5, "--length", 3, "--width", 90, "--ground"]
        white = self.make("white", *arguments, "white")
        black = self.make("black", *arguments, "black")
        for (label, path), (other_label, other) in zip(white, black):
            self.assertEqual(label, other_label)
            inverted = [bytes(255 - level for level in row) for row in png_rows(other)]
            self.assertEqual(png_rows(path), inverted)

    def test_augmentation_changes_digits_and_not_labels(self):
        plain = self.make("plain", "--nums", 10, "--width", 200)
        turned = self.make("turned", "--nums", 10, "--width", 200, "--rotation-range", 15,
                           "--shear-range", 10, "--zoom-range", 0.9, 1.2, "--width-shift-range",
                           0.05)
        for (label, path), (other_label, other) in zip(plain, turned):
            self.assertEqual(label, other_label)
            self.assertNotEqual(path.read_bytes(), other.read_bytes())

    def test_phone_numbers_of_japan(self):
        labels = [label for label, _ in self.make("out", "--nums", 200, "--width", 100,
                                                  program="augment_phones")]
        for label in labels:
            self.assertRegex(label, r"\A0[1-9]\d{8,9}\Z")
        self.assertEqual(set(map(len, labels)), {10, 11})

    def test_dashes_are_in_the_label_and_change_no_number(self):
        for country in ("jp", "us", "de", "gb", "fr", "cn", "in", "by"):
            arguments = ["--country", country, "--nums", 8]
            bare = self.make(f"{country}0", *arguments, program="augment_phones")
            dashed = self.make(f"{country}1", *arguments, "--dashes", program="augment_phones")
            for (number, _), (blocks, _) in zip(bare, dashed):
                self.assertRegex(number, r"\A\d+\Z")
                self.assertRegex(blocks, r"\A\d+(-\d+)+\Z")
                self.assertEqual(blocks.replace("-", ""), number)
            widths = [sum(png_size(path)[0] for _, path in each) for each in (bare, dashed)]
            self.assertGreater(widths[1], widths[0] + 8 * 4)

    def test_patterns(self):
        images = self.make("out", "--pattern", r"(0800|0900)-\d{6}", "--nums", 40,
                           program="augment_phones")
        starts = collections.Counter()
        for label, _ in images:
            self.assertRegex(label, r"\A(0800|0900)-\d{6}\Z")
            starts[label[:4]] += 1
        self.assertEqual(len(starts), 2)

    def test_one_hand_is_told_by_the_dry_run(self):
        def share(consistency):
            report = self.ok("augment_mnist", "--nums", 1000, "--seed", 1, "--dry-run",
                             "--writer-consistency", consistency).stdout
            return float(re.search(r"^slant (-?[\d.]+), stroke width -?[\d.]+$", report,
                                   re.MULTILINE)[1])
        self.assertLess(abs(share(0)), 0.05)
        self.assertGreater(share(1), 0.6)


class Digits(CliTest):
    """Digit sets: written by one run, read by the next."""

    def single(self, folder, *arguments, seed=1):
        """(label, file) of every image; none where they are packed."""
        self.ok("augment_mnist", "--single", "--seed", seed, "-q", "-o", folder, *arguments)
        if "--format" in arguments:
            return []
        return [(label, path.read_bytes()) for label, path in self.labelled_images(folder)]

    def tree_of_digits(self, characters="0123456789"):
        """A folder 0/ .. 9/ of pictures."""
        for i, (label, picture) in enumerate(self.single("pictures", "--nums", 100)):
            if label in characters:
                path = self.dir / "digits" / label / f"{i}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(picture)
        return "digits"

    def test_sets_that_were_written_are_read(self):
        pictures = set(self.single("folder", "--nums", 100))
        self.assertGreater(len(pictures), 90)
        sets = [self.tree_of_digits()]
        for form in ("npz", "pickle"):
            self.single(form, "--nums", 100, "--format", form)
            sets.append(f"{form}/dataset.{form}")
            self.single(f"{form}32", "--nums", 100, "--format", form, "--normalize")
            sets.append(f"{form}32/dataset.{form}")
        for i, digits in enumerate(sets):
            with self.subTest(digits=digits):
                again = self.single(f"again{i}", "--nums", 200, "--digits", digits, seed=2)
                self.assertEqual([each for each in again if each not in pictures], [])
                self.assertGreater(len(set(again)), 60)

    def test_the_environment_names_a_set(self):
        self.single("npz", "--nums", 100, "--format", "npz")
        digits = "npz/dataset.npz"
        command = ["augment_mnist", "--nums", 5, "--seed", 1, "-q", "-o"]
        self.ok(*command, "builtin")
        self.ok(*command, "flag", "--digits", digits)
        self.assertNotEqual(tree(self.dir / "flag"), tree(self.dir / "builtin"))
        self.environment["NG_DEFAULT_DIGIT_DATASET"] = digits
        self.ok(*command, "variable")
        self.assertEqual(tree(self.dir / "variable"), tree(self.dir / "flag"))
        self.ok(*command, "flag_wins", "--digits", "builtin:handwriting")
        self.assertEqual(tree(self.dir / "flag_wins"), tree(self.dir / "builtin"))
        self.ok("augment_batch", "builtin/recipe.yaml", "-q", "-o", "recipe_wins")
        self.assertEqual(tree(self.dir / "recipe_wins"), tree(self.dir / "builtin"))
        for program in ("augment_mnist", "augment_phones"):
            self.assertIn(f'(default: "{digits}")',
                          " ".join(self.ok(program, "--help").stdout.split()))
        self.ok("augment_phones", "--nums", 3, "--dashes", "--seed", 1, "-q")
        recipe = (self.dir / "phones" / "recipe.yaml").read_text(encoding="utf-8")
        self.assertIn(f'\n  digits: "{digits}"\n', recipe)

    def test_an_empty_variable_is_none(self):
        self.environment["NG_DEFAULT_DIGIT_DATASET"] = ""
        recipe = self.ok("augment_mnist", "--seed", 1, "--print-recipe").stdout
        self.assertIn('\n  digits: "builtin:handwriting"\n', recipe)

    def test_a_set_that_is_not_there(self):
        self.environment["NG_DEFAULT_DIGIT_DATASET"] = "nowhere.npz"
        done = self.run_program("augment_mnist", "--nums", 5, "--seed", 1)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"\Aaugment_mnist: nowhere\.npz: .*\n\Z")
        self.assertEqual(list(self.dir.iterdir()), [])

    def test_a_class_without_pictures_is_named(self):
        digits = self.tree_of_digits("01245678")
        done = self.run_program("augment_mnist", "--digits", digits, "--seed", 1)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"\Aaugment_mnist: .*: no picture of '3' in digits\n\Z")
        self.assertFalse((self.dir / "mnist").exists())
        self.ok("augment_mnist", "--digits", digits, "--sequence", "12", "--seed", 1)

    def test_mnist(self):
        folder = pathlib.Path(os.environ.get("GLYPHMILL_TEST_DATA", "")) / "mnist"
        if "GLYPHMILL_TEST_DATA" not in os.environ or not folder.is_dir():
            self.skipTest("GLYPHMILL_TEST_DATA names no folder with mnist")
        self.ok("augment_mnist", "--digits", folder, "--nums", 20, "--width", 200, "--seed", 1,
                "-q")
        self.assertEqual(len(self.labels("mnist")), 20)


class Packed(CliTest):
    def arrays(self, path):
        """Data type and shape of every array of an .npz."""
        result = {}
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                data = packed.read(name)
                self.assertEqual(data[:6], b"\x93NUMPY")
                header = ast.literal_eval(data[10:10 + struct.unpack("<H", data[8:10])[0]].decode())
                result[name] = (header["descr"], header["shape"])
        return result

    def test_natural_width_is_refused_before_anything_is_written(self):
        for program in ("augment_mnist", "augment_phones"):
            for form in ("npz", "pickle"):
                for arguments in ([], ["--validation-split", 0.5]):
                    self.refused("compose.width: must be a number of pixels, for packed images "
                                 "have one size. Got: natural", program, "--format", form,
                                 "--nums", 10, "--seed", 1, *arguments)

    def test_npz(self):
        self.ok("augment_mnist", "--nums", 12, "--length", 4, 6, "--width", 150, "--format", "npz",
                "--seed", 1, "-q")
        arrays = self.arrays(self.dir / "mnist" / "dataset.npz")
        for name in ("arr_0.npy", "images.npy"):
            self.assertEqual(arrays[name], ("|u1", (12, 28, 150)))
        for name in ("arr_1.npy", "labels.npy"):
            self.assertEqual(arrays[name], ("<U6", (12,)))
        self.ok("augment_mnist", "--nums", 12, "--width", 150, "--format", "npz", "--normalize",
                "--pack-name", "floats-{count}", "--seed", 1, "-q", "-o", "floats")
        arrays = self.arrays(self.dir / "floats" / "floats-12.npz")
        self.assertEqual(arrays["arr_0.npy"], ("<f4", (12, 28, 150)))

    def test_pickle_of_phone_numbers_has_the_known_name(self):
        self.ok("augment_phones", "--nums", 12, "--width", 100, "--format", "pickle", "--seed", 1,
                "-q")
        path = self.dir / "phones" / "phonenumbers-handwritten-dataset-12.pickle"
        self.assertEqual(path.read_bytes()[:1], b"\x80")


if __name__ == "__main__":
    unittest.main()
