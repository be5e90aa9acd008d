#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Labelled images as the source of samples. GLYPHMILL_BIN is the directory of the programs."""

import os
import pathlib
import signal
import unittest

from cli_test_case import CliTest, png_rows, tree, write_png

CAPTCHAS = pathlib.Path(os.environ.get("GLYPHMILL_TEST_DATA", "/nonexistent")) / "captcha/train"
RECIPE = """
seed: 3
count: 90
source: {images: own}
ops:
  - affine: {angle_deg: [-5, 5], probability: 0.5}
  - gaussian_noise: {sigma: 0.02}
"""


def rows_of(number):
    """A picture that is another for each number below 100."""
    rows = [[230] * 60 for _ in range(20)]
    rows[10][10:12] = [number % 10 * 9, number // 10 * 9]
    return rows


class Images(CliTest):
    def own(self, count=30, folder="own"):
        for number in range(count):
            write_png(self.dir / folder / f"{number:02}.png", rows_of(number))

    def recipe(self, text=RECIPE):
        return self.write("r.yaml", text)

    def test_does_not_depend_on_threads_shards_and_interruptions(self):
        self.own()
        recipe = self.recipe(RECIPE + "output: {shard_size: 10}\n")
        for threads in (1, 2, 7):
            self.ok("augment_batch", recipe, "-o", threads, "-j", threads, "-q")
        whole = tree(self.dir / "1")
        self.assertEqual(tree(self.dir / "2"), whole)
        self.assertEqual(tree(self.dir / "7"), whole)
        for part in (2, 0, 1):
            self.ok("augment_batch", recipe, "-o", "parts", "--shard", f"{part}/3", "-q")
        self.assertEqual(tree(self.dir / "parts"), whole)
        code, _, errors = self.interrupt(signal.SIGTERM, "cut/.glyphmill", "augment_batch", recipe,
                                         "-o", "cut", "-j", "1")
        self.assertIn(code, (0, 143), errors)
        self.ok("augment_batch", recipe, "-o", "cut", "--resume", "-q")
        self.assertEqual(tree(self.dir / "cut"), whole)
        labels = self.labels("1")
        for begin in (0, 30, 60):
            self.assertEqual(sorted(labels[begin:begin + 30]), [f"{k:02}" for k in range(30)])

    def test_pixels_and_labels_stay_together(self):
        self.own()
        self.ok("augment_batch", self.recipe("{seed: 1, source: {images: own}, "
                                             "output: {image_ext: png}}"), "-q")
        images = self.labelled_images("r")
        self.assertEqual(len(images), 30)
        for label, path in images:
            self.assertEqual(png_rows(path), [bytes(row) for row in rows_of(int(label))])

    def test_printed_and_stored_recipes_make_it_again(self):
        self.own()
        self.write("printed.yaml", self.ok("augment_batch", self.recipe(), "--print-recipe").stdout)
        self.ok("augment_batch", "r.yaml", "-o", "a", "-q")
        self.ok("augment_batch", "printed.yaml", "-o", "b", "-q")
        self.ok("augment_batch", "a/recipe.yaml", "-o", "c", "-q")
        self.assertEqual(tree(self.dir / "a"), tree(self.dir / "b"))
        self.assertEqual(tree(self.dir / "a"), tree(self.dir / "c"))
        self.ok("inspect_dataset", "a")
        alone = self.ok("augment_batch", "r.yaml", "--only", 41, "-o", "one").stdout
        path, label = alone.rstrip("\n").split("\t")
        self.assertEqual((self.dir / path).read_bytes(),
                         self.labelled_images("a")[41][1].read_bytes())
        self.assertEqual(label, self.labels("a")[41])
        self.ok("augment_batch", "r.yaml", "--preview", "sheet.png")
        self.assertGreater((self.dir / "sheet.png").stat().st_size, 1000)

    def test_other_images_are_refused(self):
        self.own()
        self.ok("augment_batch", self.recipe(), "-o", "a", "-q")
        write_png(self.dir / "own" / "07.png", rows_of(8))
        again = self.run_program("augment_batch", "a/recipe.yaml", "-o", "b")
        self.assertEqual(again.returncode, 2)
        self.assertIn("source.checksum: own is not what the recipe was resolved with", again.stderr)
        self.assertFalse((self.dir / "b").exists())
        resumed = self.run_program("augment_batch", "r.yaml", "-o", "a", "--resume")
        self.assertEqual(resumed.returncode, 2)
        self.assertIn("holds the data of another recipe or seed", resumed.stderr)

    def test_samples_have_no_boxes(self):
        self.own()
        self.ok("augment_batch", self.recipe(RECIPE + "output: {annotations: true, "
                                             "format: webdataset}\n"), "-q", "-o", "set")
        first = (self.dir / "set" / "samples.jsonl").read_text().splitlines()[0]
        self.assertIn('"characters":[],"drawn":{"compose.image":', first)
        self.ok("inspect_dataset", "set")

    def test_a_job_may_take_the_images_of_a_job_before_it(self):
        self.write("jobs.yaml", "- {name: drawn, count: 20, labels: {length: 4}}\n"
                                "- {name: changed, source: {images: sets/drawn}, ops: [invert]}\n"
                                "- {name: wrong, source: {images: nowhere}}\n")
        done = self.run_program("augment_batch", "jobs.yaml", "-o", "sets")
        self.assertEqual(done.returncode, 1)
        self.assertIn("augment_batch: job wrong: nowhere: no such directory of images\n",
                      done.stderr)
        self.assertEqual(sorted(self.labels("sets/changed")), sorted(self.labels("sets/drawn")))

    def test_one_of_several_splits_must_be_named(self):
        self.ok("augment_codes", "--nums", 20, "--split", "train:0.5,val:0.5", "-o", "sets", "-q")
        for images, code in (("sets", 1), ("sets/val", 0)):
            done = self.run_program("augment_batch", self.recipe(f"source: {{images: {images}}}"),
                                    "-o", "out", "-q")
            self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(len(self.labels("out")), 10)

    def test_a_split_of_images_is_made_again_alone(self):
        self.own()
        self.ok("augment_batch", self.recipe(RECIPE + "splits: {train: 0.8, val: 0.2}\n"), "-q")
        train, val = set(self.labels("r/train")), set(self.labels("r/val"))
        self.assertEqual((len(train), len(val)), (24, 6))
        self.assertEqual(train & val, set())
        self.ok("augment_batch", "r/val/recipe.yaml", "-o", "val", "-q")
        self.assertEqual(tree(self.dir / "val"), tree(self.dir / "r" / "val"))

    @unittest.skipUnless(CAPTCHAS.is_dir(), "no captcha/train in GLYPHMILL_TEST_DATA")
    def test_real_captchas(self):
        self.ok("augment_batch", self.recipe(RECIPE.replace("own", str(CAPTCHAS)).replace(
            "count: 90", "count: auto")), "-o", "set", "-q")
        names = sorted(path.stem for path in CAPTCHAS.iterdir())
        self.assertEqual(sorted(self.labels("set")), names)
        self.ok("inspect_dataset", "set")


if __name__ == "__main__":
    unittest.main()
