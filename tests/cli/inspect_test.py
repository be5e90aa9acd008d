#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""inspect_dataset on what the other programs write. GLYPHMILL_BIN is the directory that holds them."""

import json
import shutil
import tarfile
import unittest
import zlib

from cli_test_case import CliTest, columns

FORMATS = ("folder", "lmdb", "webdataset", "jsonl", "hf", "tesseract", "easyocr", "coco", "idx",
           "npz", "pickle")

class InspectTest(CliTest):
    def make(self, output, *arguments, nums=120, seed=7):
        self.ok("augment_mnist", "-q", "--nums", nums, "--seed", seed, "--height", 14, "--width", 100,
                "--shard-size", 50, "-o", output, *arguments)

    def inspect(self, *arguments, code=0):
        done = self.run_program("inspect_dataset", *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertEqual(done.stderr, "")
        return done.stdout


def pixel_places(data):
    """Where the pixels of PNG files begin; not of those that something has been written over."""
    place = data.find(b"IDAT")
    while place >= 0:
        size = int.from_bytes(data[place - 4:place], "big")
        end = place + 4 + size
        if zlib.crc32(data[place:end]) == int.from_bytes(data[end:end + 4], "big"):
            yield place + 10
        place = data.find(b"IDAT", place + 1)


class EveryFormat(InspectTest):
    def test_is_right_and_the_same(self):
        self.make("all", "--format", *FORMATS)
        reports = json.loads(self.inspect("all", "--json"))
        self.assertEqual([report["format"] for report in reports], sorted(FORMATS))
        first = reports[0]
        for report in reports:
            self.assertEqual(report["problems"], [])
            self.assertTrue(report["right"])
            self.assertEqual(report["count"], 120)
            self.assertEqual(report["shards"], 3)
            for key in ("labels", "duplicate_labels", "duplicate_images"):
                self.assertEqual(report[key], first[key])
            self.assertEqual(report["images"]["widths"], {"100": 120})
            self.assertEqual(report["images"]["heights"], {"14": 120})
        for name in FORMATS:
            verdict = self.inspect("--compare", "all/folder", f"all/{name}")
            packed = name in ("idx", "npz", "pickle")
            self.assertIn("same labels and pixels" if packed else "identical: labels and", verdict)

    def test_splits(self):
        self.make("parts", "--split", "train:0.5,val:0.5", "--format", "lmdb", "npz", "idx")
        text = self.inspect("parts")
        for name in ("parts/train/lmdb", "parts/val/npz", "parts/val/idx"):
            self.assertIn(f"\n{name}: all right\n", "\n" + text)

    def test_dates_and_colour(self):
        self.ok("augment_dates", "-q", "--nums", 40, "--seed", 1, "-o", "dates", "--format", "hf",
                "lmdb", "coco", "--annotations")
        self.inspect("dates")

    def test_a_changed_label_is_found_in_every_format(self):
        self.make("all", "--format", *FORMATS)
        for name in FORMATS:
            with self.subTest(name):
                path = self.dir / "all" / name / "labels.tsv"
                lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
                lines[60] = lines[60].rstrip("\n")[:-1] + "x\n"
                path.write_text("".join(lines), encoding="utf-8")
                self.assertIn("problem", self.inspect(f"all/{name}", code=1))

    def test_a_changed_byte_is_found_in_every_format(self):
        self.make("all", "--format", *FORMATS)
        for name in FORMATS:
            with self.subTest(name):
                files = [p for p in (self.dir / "all" / name).rglob("*")
                         if p.suffix in (".png", ".mdb", ".tar", ".npz", ".pickle")
                         or p.name.endswith("idx3-ubyte")]
                path = sorted(files)[0]
                data = bytearray(path.read_bytes())
                # LMDB has pages that nothing refers to any more: every image is changed.
                for place in list(pixel_places(data)) or [len(data) // 2]:
                    data[place] ^= 1
                path.write_bytes(bytes(data))
                self.assertIn("checksum", self.inspect(f"all/{name}", code=1))


class Report(InspectTest):
    def test_text(self):
        self.ok("augment_codes", "-q", "--nums", 1000, "--seed", 42, "--height", 20, "-o", "codes")
        text = self.inspect("codes")
        self.assertIn("codes: folder, 1000 images in 20 shards, seed 42, by Glyphmill", text)
        # Of ten blocks of 100 every character stands a hundred times at every place.
        self.assertRegex(text, r"\n +1( +100){10} +0\.00 +9 +1\n")
        self.assertRegex(text, r"\n  pairs +100 of 100, each 90 to 90 times; chi-square 0\.00, 99 "
                               r"degrees of freedom, p 1\n")
        self.assertIn("\n  length       10\n", text)
        self.assertTrue(text.endswith("codes: all right\n"))
        for line in text.splitlines():
            self.assertLessEqual(columns(line), 110, line)

    def test_an_uneven_set_has_a_small_p(self):
        self.ok("augment_codes", "-q", "--pattern", "1[0-9]", "--nums", 200, "--seed", 1, "-o", "p")
        report = json.loads(self.inspect("p", "--json"))[0]
        self.assertEqual(report["labels"]["positions"][0]["counts"][1], 200)
        self.assertLess(report["labels"]["positions"][0]["p"], 1e-9)

    def test_quiet(self):
        self.make("set")
        self.assertEqual(self.inspect("set", "-q"), "")
        (self.dir / "set/characters.txt").write_text("0\n", encoding="utf-8")
        self.assertRegex(self.inspect("set", "-q", code=1),
                         r"\Aset/characters\.txt: characters: expected '1' of the labels among "
                         r"them, got '0'\n(.*\n)*set: 9 problems\n\Z")

    def test_many_problems_of_a_kind(self):
        self.make("set")
        for path in (self.dir / "set/images").rglob("*.png"):
            path.write_bytes(b"")
        text = self.inspect("set", "-q", "--problems", 3, code=1)
        self.assertEqual(text.count("PNG or JPEG image"), 3)
        self.assertIn("\nset: image: and 117 more\n", text)

    def test_preview(self):
        self.make("set")
        self.make("packed", "--format", "npz")
        self.ok("augment_mnist", "--config", "set/recipe.yaml", "--preview", "generated.png")
        for name in ("set", "packed"):
            self.inspect(name, "-q", "--preview", f"{name}.png")
            self.assertEqual((self.dir / f"{name}.png").read_bytes(),
                             (self.dir / "generated.png").read_bytes())

    def test_a_name_that_is_not_the_recipes(self):
        self.make("set")
        image = sorted((self.dir / "set/images/000").iterdir())[0]
        image.rename(image.with_name("other.png"))
        path = self.dir / "set/labels.tsv"
        path.write_text(path.read_text(encoding="utf-8").replace(image.name, "other.png"),
                        encoding="utf-8")
        text = self.inspect("set", code=1)
        self.assertIn(f"set/images/000/other.png: name: expected {image.name}, got other.png", text)

    def test_an_image_that_no_list_names(self):
        self.make("set")
        shutil.copy(sorted((self.dir / "set/images/000").iterdir())[0],
                    self.dir / "set/images/001/foreign.png")
        text = self.inspect("set", code=1)
        self.assertIn("set/images/001: file: expected those of the list only, got 'foreign.png'\n"
                      "set: 1 problem\n", text)


class Unfinished(InspectTest):
    def test_says_what_is_there(self):
        self.make("set", "--shard", "1/2")
        text = self.inspect("set", code=1)
        self.assertIn("unfinished", text)
        self.assertRegex(text, r"\n  there +\d shards? \([0-9 ]+\), \d+ samples of 120\n")
        self.assertRegex(text, r"\n  missing +shards [0-9 to]+ \(samples \d+ to \d+\)\n")
        self.assertTrue(text.endswith(": 1 problem\n"))
        done = self.run_program("inspect_dataset", "--finish", "set")
        self.assertEqual(done.returncode, 1)
        self.make("set", "--shard", "0/2")
        self.inspect("set")
        self.assertEqual(self.inspect("--finish", "set"), "set\n")


class Compare(InspectTest):
    def test_the_first_difference(self):
        self.make("a")
        self.make("b", "--threads", 2)
        self.assertEqual(self.inspect("--compare", "a", "b"),
                         "a b: identical: labels and stored images, 120 samples\n")
        self.make("c", seed=8)
        self.assertRegex(self.inspect("--compare", "a", "c", code=1),
                         r"\Aa c: different: sample 0: label '\d+' and '\d+'\n\Z")
        self.make("d", nums=110)
        self.assertEqual(self.inspect("--compare", "a", "d", code=1),
                         "a d: different: 120 samples and 110\n")
        self.make("e", "--ground", "black")
        self.assertRegex(self.inspect("--compare", "a", "e", code=1),
                         r"\Aa e: different: sample 0: pixels, by up to 255 levels\n\Z")


class BadUsage(InspectTest):
    def test_messages(self):
        for message, arguments, code in (
                ("needs the DIR of a data set", [], 2),
                ("unexpected argument 'b'", ["a", "b"], 2),
                ("--compare: needs two values: A B", ["--compare", "a"], 2),
                ("--compare and --json exclude each other", ["--compare", "a", "b", "--json"], 2),
                ("--threads: must be between 1 and 1024. Got: 0", ["a", "-j", "0"], 2),
                ("unknown option '--jsn'. Did you mean '--json'?", ["--jsn", "a"], 2),
                ("absent: no such directory", ["absent"], 1),
                (".: must be a data set, or a directory of data sets. Got: no manifest.json, there "
                 "or in its directories", ["."], 1),
                ("absent: no such directory", ["--compare", "absent", "."], 1)):
            with self.subTest(message):
                self.refused(message, "inspect_dataset", *arguments, code=code)

    def test_help(self):
        page = self.ok("inspect_dataset", "--help").stdout
        for line in page.splitlines():
            self.assertLessEqual(columns(line), 100, line)
        self.assertRegex(self.ok("inspect_dataset", "--version").stdout,
                         r"\Ainspect_dataset \d+\.\d+\.\d+\n\Z")


class Stranger(InspectTest):
    """A data set that somebody else has put together; the unit tests have a table of these."""

    def test_tar_of_python(self):
        self.make("set", "--format", "webdataset")
        path = self.dir / "set/shards/train-000000.tar"
        members = []
        with tarfile.open(path) as archive:
            members = [(member.name, archive.extractfile(member).read()) for member in archive]
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
            for name, data in members:
                source = self.dir / name
                source.write_bytes(data)
                archive.add(source, name)
        self.inspect("set")
        with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
            info = tarfile.TarInfo("000000000.png")
            info.pax_headers = {"path": "../000000000.png"}
            archive.addfile(info)
        self.assertIn("member at byte 0: must be a regular file. Got: type 'x'",
                      self.inspect("set", code=1))

    def test_terminals_are_not_written_to(self):
        self.make("set")
        path = self.dir / "set/labels.tsv"
        path.write_text("images/000/\x1b]0;title\x07.png\t1\n", encoding="utf-8")
        self.assertNotIn("\x1b", self.inspect("set", code=1))


if __name__ == "__main__":
    unittest.main()
