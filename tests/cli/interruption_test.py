#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills the programs at random moments, fills their disk and takes it away: what is left is always
completed to the same bytes. GLYPHMILL_BIN is the directory that holds the programs.

GLYPHMILL_KILLS is the number of kills for each format, 50 where it is not set."""

import os
import pathlib
import random
import signal
import subprocess
import time
import unittest

from cli_test_case import CliTest, bin_path, tree

FORMATS = ("folder", "lmdb", "webdataset", "jsonl", "hf", "tesseract", "easyocr", "coco", "idx",
           "npz", "pickle")
KILLS = int(os.environ.get("GLYPHMILL_KILLS", "50"))
RECIPE = """seed: 7
count: 96
labels: {{kind: code, length: 4}}
glyphs: {{kind: digits, writers: 20}}
compose: {{height: 16, width: 64}}
ops: []
output: {{format: {format}, shard_size: 12, annotations: true}}
"""


class Interruption(CliTest):
    def recipe(self, name):
        return self.write(f"{name}.yaml", RECIPE.format(format=name))

    def start(self, *arguments):
        return subprocess.Popen([bin_path("augment_batch"), *map(str, arguments), "-q"],
                                cwd=self.dir, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                env=self.environment, text=True)

    def whole(self, recipe, name):
        """The files of an uninterrupted run, and how long it took."""
        begun = time.monotonic()
        self.ok("augment_batch", recipe, "-o", name, "-q")
        return tree(self.dir / name), time.monotonic() - begun

    def check_kills(self, name, options):
        recipe = self.recipe(name)
        expected, seconds = self.whole(recipe, f"{name}-whole")
        moments = random.Random(name)
        killed = runs = 0
        while killed < KILLS:
            runs += 1
            self.assertLess(runs, 40 * KILLS, "the program always ends before it is killed")
            out = f"{name}-{runs}"
            for _ in range(moments.randint(1, 3)):
                process = self.start(recipe, "-o", out, *options)
                time.sleep(moments.uniform(0, seconds))
                if process.poll() is None:
                    process.kill()
                    killed += 1
                _, errors = process.communicate(timeout=60)
                self.assertIn(process.returncode, (0, -signal.SIGKILL), errors)
            self.ok("augment_batch", recipe, "-o", out, "-q", *options)
            self.assertEqual(tree(self.dir / out), expected, f"after {killed} kills")
            subprocess.run(["rm", "-rf", self.dir / out], check=True)

    def test_two_runs_at_once_make_one_set(self):
        recipe = self.recipe("webdataset")
        expected, _ = self.whole(recipe, "whole")
        both = [self.start(recipe, "-o", "out", "--shard", "0/1") for _ in range(3)]
        for process in both:
            _, errors = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, errors)
        self.assertEqual(tree(self.dir / "out"), expected)

    def test_a_second_run_of_the_whole_is_refused(self):
        recipe = self.write("long.yaml", RECIPE.format(format="folder").replace(
            "count: 96", "count: 200000"))
        with self.start(recipe, "-o", "out") as first:
            while not (self.dir / "out" / "recipe.yaml").exists():
                time.sleep(0.002)
            second = self.run_program("augment_batch", recipe, "-o", "out", "--resume")
            first.send_signal(signal.SIGTERM)
            first.communicate(timeout=60)
        self.assertEqual(first.returncode, 143)
        self.assertEqual(second.returncode, 1)
        self.assertIn("out: another run is writing a data set there", second.stderr)


def add_kill_tests():
    for name in FORMATS:
        for how, options in (("resumed", ("--resume",)), ("part", ("--shard", "0/1"))):
            def test(self, name=name, options=options):
                self.check_kills(name, options)
            # Parts differ from whole runs in their locks, not by format.
            if how == "resumed" or name in ("folder", "lmdb", "npz"):
                setattr(Interruption, f"test_killed_{name}_{how}", test)


class Disk(CliTest):
    """On a file system of its own, which is full, read-only or gone."""

    def mounted(self, *options):
        disk = self.dir / "disk"
        disk.mkdir()
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "glyphmill", disk],
                               capture_output=True, text=True, check=False)
        if mount.returncode != 0:
            self.skipTest("cannot mount a small tmpfs here: " + mount.stderr.strip())
        self.addCleanup(subprocess.run, ["umount", "-l", disk], check=False, capture_output=True)
        return disk

    def remount(self, *options):
        subprocess.run(["mount", "-o", ",".join(("remount", *options)), self.dir / "disk"],
                       check=True)

    def test_full_disk_is_told_of_and_completed_in_every_format(self):
        self.mounted("size=120k")
        for name in FORMATS:
            with self.subTest(format=name):
                recipe = self.write(f"{name}.yaml", RECIPE.format(format=name))
                self.ok("augment_batch", recipe, "-o", f"{name}-whole", "-q")
                self.remount("size=120k")
                out = f"disk/{name}"
                done = self.run_program("augment_batch", recipe, "-o", out, "-q")
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertRegex(done.stderr, rf"augment_batch: {out}\S*: cannot .*: "
                                              r"No space left on device")
                self.assertFalse((self.dir / out / "manifest.json").exists())
                self.remount("size=64m")
                self.ok("augment_batch", recipe, "-o", out, "-q", "--resume")
                self.assertEqual(tree(self.dir / out), tree(self.dir / f"{name}-whole"))
                subprocess.run(["rm", "-rf", self.dir / out], check=True)

    def test_read_only_disk(self):
        self.mounted("size=8m", "ro")
        recipe = self.write("folder.yaml", RECIPE.format(format="folder"))
        done = self.run_program("augment_batch", recipe, "-o", "disk/out", "-q")
        self.assertEqual(done.returncode, 1)
        self.assertIn("disk/out: cannot make the directory: Read-only file system", done.stderr)

    def test_directory_that_vanishes(self):
        recipe = self.write("long.yaml", RECIPE.format(format="webdataset").replace(
            "count: 96", "count: 400000"))
        process = subprocess.Popen([bin_path("augment_batch"), recipe, "-o", "out", "-q"],
                                   cwd=self.dir, stderr=subprocess.PIPE, text=True,
                                   env=self.environment)
        while not list(self.dir.glob("out/.glyphmill/[0-9]*.json")):
            time.sleep(0.005)
        (self.dir / "out").rename(self.dir / "moved")
        # Again and again: what is written in between keeps a directory from being removed.
        while (self.dir / "moved").exists():
            subprocess.run(["rm", "-rf", self.dir / "moved"], check=False, stderr=subprocess.DEVNULL)
        _, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 1, errors)
        self.assertRegex(errors, r"augment_batch: out\S*: cannot ")


add_kill_tests()

if __name__ == "__main__":
    unittest.main()
