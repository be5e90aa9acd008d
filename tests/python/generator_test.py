#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""glyphmill.Generator: the programs' samples, by index and in batches."""

import copy
import json
import os
import pathlib
import pickle
import subprocess
import tempfile
import threading
import unittest

import glyphmill
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONFIGS = sorted(path for path in (ROOT / "configs").glob("*.yaml") if path.stem != "jobs")
BIN = os.environ.get("GLYPHMILL_BIN", "")


def codes(count=200, **fields):
    return glyphmill.Generator(labels={"kind": "code"}, count=count, seed=1, **fields)


def digits(count=200, width=200, **fields):
    return glyphmill.Generator(labels={"kind": "code"}, count=count, seed=1,
                               glyphs={"kind": "digits", "writers": 5}, compose={"width": width},
                               **fields)


class SameBytesTest(unittest.TestCase):
    @unittest.skipUnless(BIN, "no programs here")
    def test_every_recipe_gives_what_the_program_writes(self):
        for config in CONFIGS:
            with self.subTest(config=config.name), tempfile.TemporaryDirectory() as directory:
                os.chdir(ROOT)  # where the paths in recipes begin
                g = glyphmill.Generator(config, seed=5, count=12,
                                        output={"format": "folder", "image_ext": "png",
                                                "normalize": False})
                recipe = pathlib.Path(directory, "recipe.yaml")
                recipe.write_text(g.to_yaml(), encoding="utf-8")
                out = pathlib.Path(directory, "out")
                subprocess.run([f"{BIN}/augment_batch", recipe, "-q", "-o", out], check=True)
                written = [sample for split in g.recipe.get("splits", {"": 1})
                           for sample in glyphmill.load(out / split)]
                self.assertEqual(len(written), len(g))
                for (image, label), (stored, stored_label) in zip(g, written):
                    self.assertEqual(label, stored_label)
                    np.testing.assert_array_equal(image, stored)

    @unittest.skipUnless(BIN, "no programs here")
    def test_images_that_are_there_are_samples_too(self):
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([f"{BIN}/augment_codes", "--nums", "20", "--height", "32", "--format",
                            "lmdb", "-q", "-o", f"{directory}/codes"], check=True)
            stored = {label: image for image, label in glyphmill.load(f"{directory}/codes")}
            source = {"images": f"{directory}/codes"}
            g = glyphmill.Generator(source=source, seed=1)
            self.assertEqual(len(g), 20)
            for k in range(20):
                image, label = g[k]
                np.testing.assert_array_equal(image, stored[label])
            sample = g.sample(0)
            self.assertEqual((sample.boxes.shape, sample.quads.shape, list(sample.characters)),
                             ((0, 4), (0, 4, 2), []))
            self.assertEqual(g.characters, "0123456789")
            changed = glyphmill.Generator(g.recipe, count=40, ops=["invert"])
            batch = changed.batch(0, 40)
            self.assertEqual(batch.images.shape[:3], (40, 3, 32))
            self.assertEqual(sorted(batch.labels), sorted(2 * list(stored)))
            np.testing.assert_array_equal(changed[3][0], 255 - g[3][0])
            copied = pickle.loads(pickle.dumps(changed))
            np.testing.assert_array_equal(copied[3][0], changed[3][0])
            # Another source of samples takes its place, and the other way round.
            self.assertEqual(glyphmill.Generator(codes().recipe, source=source)[0][1], g[0][1])
            drawn = glyphmill.Generator(g.recipe, labels={"kind": "code", "length": 4})
            self.assertEqual(len(drawn[0][1]), 4)
            with self.assertRaisesRegex(ValueError, "labels: must not stand beside source"):
                glyphmill.Generator(source=source, labels={"kind": "code"})

    def test_a_split_is_made_alone(self):
        whole = digits(100, splits={"train": 0.8, "val": 0.2}, disjoint="none")
        val = glyphmill.Generator(whole.recipe, split="val")
        self.assertEqual((len(whole), len(val)), (100, 20))
        self.assertEqual(val[0][1], whole[80][1])
        self.assertEqual(val.sample(0).index, 80)

    def test_a_mix_tells_its_parts(self):
        g = glyphmill.Generator(seed=1, count=10, mix=[
            {"name": "a", "weight": 3, "labels": {"kind": "code"}},
            {"name": "b", "weight": 2, "labels": {"kind": "code", "length": 4}}])
        parts = [g.part(k) for k in range(10)]
        self.assertEqual((parts.count("a"), parts.count("b")), (6, 4))
        for k in range(10):
            self.assertEqual(len(g[k][1]), {"a": 10, "b": 4}[parts[k]])
        self.assertEqual(codes().part(0), "")

    def test_a_batch_holds_what_single_samples_are(self):
        for g in (codes(), codes(compose={"color": False}), digits(), digits(width="natural")):
            for layout in ("NCHW", "NHWC"):
                images, labels, lengths, widths = g.batch(30, 41, layout=layout, pad=9)
                self.assertTrue(images.flags.c_contiguous)
                self.assertEqual(images.dtype, np.uint8)
                if layout == "NCHW":
                    images = images.transpose(0, 2, 3, 1)
                self.assertEqual(images.shape[2], widths.max())
                for i, k in enumerate(range(30, 71)):
                    image, label = g[k]
                    height, width = image.shape[:2]
                    self.assertEqual((labels[i], lengths[i], widths[i]),
                                     (label, len(label), width))
                    np.testing.assert_array_equal(images[i, :, :width].squeeze(), image)
                    self.assertTrue((images[i, :, width:] == 9).all())

    def test_threads_and_out_change_nothing(self):
        g = codes()
        expected = g.batch(0, 100, threads=1)
        for threads in (2, 5, 0):
            images = np.zeros_like(expected.images)
            batch = g.batch(0, 100, out=images, threads=threads)
            self.assertIs(batch.images, images)
            np.testing.assert_array_equal(images, expected.images)
            self.assertEqual(batch.labels, expected.labels)

    def test_paper_is_the_pad_unless_told_otherwise(self):
        g = codes()
        images = g.batch(0, 20, width=700, layout="NHWC").images
        for i in range(20):
            self.assertEqual(tuple(images[i, 3, 699]), g.sample(i).paper)
        self.assertTrue((g.batch(0, 20, width=700, pad=0).images[..., 690:] == 0).all())

    def test_threads_of_python_share_a_generator(self):
        g = codes()
        expected = [g[k] for k in range(100)]
        seen = {}

        def take(start):
            seen[start] = [g[k] for k in range(start, 100, 4)]
            seen[start, "batch"] = g.batch(start, 20)

        threads = [threading.Thread(target=take, args=(start,)) for start in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for start in range(4):
            for (image, label), (wanted, wanted_label) in zip(seen[start], expected[start::4]):
                self.assertEqual(label, wanted_label)
                np.testing.assert_array_equal(image, wanted)
            np.testing.assert_array_equal(seen[start, "batch"].images, g.batch(start, 20).images)


class SampleTest(unittest.TestCase):
    def test_fields(self):
        s = glyphmill.Generator(labels={"kind": "date"}, seed=1).sample(3)
        n = len(s.text)
        self.assertEqual((s.index, len(s.label), n, "".join(s.characters)), (3, 8, 11, s.text))
        self.assertEqual((s.boxes.shape, s.boxes.dtype), ((n, 4), np.float32))
        self.assertEqual((s.quads.shape, s.quads.dtype), ((n, 4, 2), np.float32))
        np.testing.assert_allclose(s.boxes[:, :2], s.quads.min(axis=1), atol=1e-4)
        np.testing.assert_allclose(s.boxes[:, 2:], s.quads.max(axis=1) - s.quads.min(axis=1),
                                   atol=1e-4)
        self.assertEqual(s.params["compose.width_px"], s.image.shape[1])
        self.assertEqual(len(s.paper), 3)

    def test_the_ink_is_where_the_boxes_are(self):
        s = codes(ops=[]).sample(0)
        ink = np.abs(s.image.astype(int) - np.array(s.paper)).sum(axis=2) > 150
        self.assertTrue(ink.any())
        inside = np.zeros_like(ink)
        for x, y, width, height in s.boxes:
            inside[int(y):int(np.ceil(y + height)), int(x):int(np.ceil(x + width))] = True
        self.assertGreater((ink & inside).sum(), 0.99 * ink.sum())

    def test_what_is_drawn_for_each_character_is_a_list(self):
        params = digits(augment={"rotation_range": 10}).sample(0).params
        lists = [value for value in params.values() if isinstance(value, list)]
        self.assertTrue(lists)
        self.assertTrue(all(len(value) == 10 for value in lists), params)

    def test_colours_are_red_green_blue(self):
        with tempfile.TemporaryDirectory() as directory:
            for digit in "01":
                red = np.zeros((40, 30, 3), np.uint8)
                red[..., 0] = 250  # paper
                red[8:32, 12:18] = (0, 0, 90)  # ink
                write_png(pathlib.Path(directory, f"{digit}.png"), red)
            g = glyphmill.Generator(labels={"kind": "code", "alphabet": "01"}, seed=1, ops=[],
                                    glyphs={"tiles": pathlib.Path(directory)}, count=5)
            image = g[0][0].reshape(-1, 3).astype(int)
            self.assertGreater(np.median(image[:, 0]), 200)
            self.assertLess(np.median(image[:, 2]), 50)
            self.assertGreater(g.sample(0).paper[0], 200)


def write_png(path, image):
    from PIL import Image
    Image.fromarray(image).save(path)


class SequenceTest(unittest.TestCase):
    def test_indices_are_pythons(self):
        g = codes(20)
        self.assertEqual(g[-1][1], g[19][1])
        self.assertEqual(g.label(np.int64(-20)), g.label(0))
        np.testing.assert_array_equal(g.batch(-3, 3).images, g.batch(17, 3).images)
        for k in (20, -21, 2**70):
            for use in (g.__getitem__, g.sample, g.label):
                with self.assertRaisesRegex(IndexError, "below 20. Got: "):
                    use(k)
        for start, n in ((18, 3), (-21, 1), (0, 21), (2**70, 1), (0, 2**70)):
            with self.assertRaisesRegex(IndexError, "within the 20 samples"):
                g.batch(start, n)
        with self.assertRaises(TypeError):
            g["1"]
        with self.assertRaises(TypeError):
            g[1.0]

    def test_goes_through_all_samples_once(self):
        g = codes(20)
        self.assertEqual([label for _, label in g], [g.label(k) for k in range(20)])

    def test_an_image_is_the_callers_own(self):
        g = codes()
        first = g[0][0]
        before = first.copy()
        g[1]
        g.batch(0, 10)
        np.testing.assert_array_equal(first, before)
        first[:] = 0
        self.assertTrue(g[0][0].any())

    def test_an_empty_batch(self):
        self.assertEqual(digits().batch(5, 0).images.shape, (0, 1, 28, 200))
        self.assertEqual(codes().batch(200, 0).labels, [])

    def test_shape_and_characters(self):
        self.assertEqual(codes().shape, (50, None, 3))
        self.assertEqual(digits().shape, (28, 200, 1))
        self.assertEqual(codes().characters, "0123456789")

    def test_a_stream_without_end_costs_nothing(self):
        g = codes(10**12)
        self.assertEqual(len(g), 10**12)
        self.assertEqual(g[10**12 - 1][0].shape[0], 50)


class RecipeTest(unittest.TestCase):
    def test_the_spellings_of_one_recipe(self):
        text = "{seed: 3, count: 50, labels: {kind: code, length: 6}, ops: [{gaussian_noise: {}}]}"
        fields = {"seed": 3, "count": 50, "labels": {"kind": "code", "length": 6},
                  "ops": [{"gaussian_noise": {}}]}
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory, "r.yaml")
            path.write_text(text, encoding="utf-8")
            recipes = [glyphmill.Generator(*a, **k).recipe for a, k in (
                ((path,), {}), ((str(path),), {}), ((fields,), {}), ((), fields),
                (({**fields, "seed": 9},), {"seed": 3}), ((), {"recipe": fields}),
                ((path,), {"seed": np.uint64(3), "labels": {"length": np.int32(6)}}))]
        for recipe in recipes:
            self.assertEqual(recipe, recipes[0])

    def test_a_recipe_gives_itself_again(self):
        for config in CONFIGS:
            with self.subTest(config=config.name):
                os.chdir(ROOT)
                g = glyphmill.Generator(config, seed=2**64 - 1, count=10)
                again = glyphmill.Generator(g.recipe)
                self.assertEqual(again.recipe, g.recipe)
                self.assertEqual(again.to_yaml(), g.to_yaml())
                self.assertEqual(g.seed, 2**64 - 1)
                json.dumps(g.recipe)

    def test_weights_are_a_dict_or_a_path(self):
        weights = {"characters": {"7": 8}, "pairs": {"01": 2.5}, "repeats": 4,
                   "positions": {3: {"8": 2}}}
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "w.yaml"
            path.write_text("characters: {'7': 8}\npairs: {'01': 2.5}\nrepeats: 4\n"
                            "positions: {3: {'8': 2}}\n", encoding="utf-8")
            g = glyphmill.Generator({"labels": {"weights": path}}, count=200, seed=1)
        same = glyphmill.Generator({"labels": {"weights": weights}}, count=200, seed=1)
        self.assertEqual(g.recipe, same.recipe)
        self.assertEqual(g.recipe["labels"]["weights"],
                         {**weights, "positions": {"3": {"8": 2}}})
        labels = [g.label(k) for k in range(200)]
        again = glyphmill.Generator(g.recipe)
        self.assertEqual(labels, [again.label(k) for k in range(200)])
        self.assertGreater("".join(labels).count("7"), 600)
        with self.assertRaisesRegex(ValueError, r"\Alabels.weights.repeats: must be between 0.001 "
                                                r"and 1000. Got: 0\Z"):
            glyphmill.Generator(labels={"weights": {"repeats": 0}})

    def test_values_keep_their_types(self):
        recipe = glyphmill.Generator(labels={"kind": "list", "texts": ["007", "15", "1-5"]},
                                     seed=1).recipe
        self.assertEqual(recipe["labels"]["texts"], ["007", "15", "1-5"])
        self.assertIs(recipe["output"]["annotations"], False)
        self.assertEqual(recipe["compose"]["height"], 28)

    def test_without_a_seed_one_is_drawn_and_told(self):
        first, second = (glyphmill.Generator(labels={"kind": "code"}) for _ in range(2))
        self.assertNotEqual(first.seed, second.seed)
        self.assertEqual(first.recipe["seed"], first.seed)
        np.testing.assert_array_equal(glyphmill.Generator(first.recipe)[0][0], first[0][0])

    def test_pickles_and_copies_make_the_same(self):
        g = codes(20)
        for twin in (pickle.loads(pickle.dumps(g)), copy.copy(g), copy.deepcopy(g)):
            self.assertEqual(twin.recipe, g.recipe)
            np.testing.assert_array_equal(twin[7][0], g[7][0])


class ErrorTest(unittest.TestCase):
    def refused(self, kind, text, *arguments, **fields):
        with self.assertRaises(kind) as caught:
            glyphmill.Generator(*arguments, **fields)
        self.assertIn(text, str(caught.exception))
        return str(caught.exception)

    def test_a_files_typos_have_their_place_all_at_once(self):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory, "bad.yaml")
            path.write_text("labels: {lenght: 3}\ncompose:\n  hight: 20\n", encoding="utf-8")
            told = self.refused(ValueError, f"{path}:1:10: labels.lenght: unknown key, did you "
                                            "mean 'length'?", path)
            self.assertIn(f"{path}:3:3: compose.hight: unknown key, did you mean 'height'?", told)

    def test_what_a_dict_has_wrong_has_no_place(self):
        told = self.refused(ValueError, "labels.lenght: unknown key, did you mean 'length'?",
                            labels={"lenght": 3})
        self.assertEqual(told.splitlines(), [told])
        self.refused(ValueError, "lables: unknown key, did you mean 'labels'?", lables={})
        self.refused(ValueError, "labels: must be a map", labels=[1])
        self.refused(ValueError, "count: ", count=0)
        self.refused(ValueError, "labels.alphabet: ", labels={"alphabet": "00"})

    def test_values_that_no_recipe_has(self):
        self.refused(TypeError, "recipe: must be made of dicts, lists, text and numbers",
                     labels={"alphabet": object()})
        self.refused(TypeError, "recipe: must be a path or a dict. Got: 3", 3)
        self.refused(ValueError, "compose.height", compose={"height": float("nan")})
        self.refused(ValueError, "seed", seed=-1)
        self.refused(ValueError, "seed", seed=2**64)
        with self.assertRaises(TypeError):
            glyphmill.Generator(labels={"kind": "code"}, seed="one")
        self.refused(ValueError, "recipe: must be Unicode text. Got: '\\ud800'",
                     labels={"alphabet": "0\ud800"})

    def test_files(self):
        self.refused(FileNotFoundError, "none.yaml", "none.yaml")
        self.refused(OSError, "must be a file. Got: a directory", "/")
        self.refused(FileNotFoundError, "nowhere", glyphs={"tiles": "nowhere"})
        self.refused(ValueError, "a list of jobs", ROOT / "configs" / "jobs.yaml")
        self.refused(FileNotFoundError, "cannot be opened", os.fsdecode(b"\xff.yaml"))
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory, "digits.pickle")
            path.write_bytes(b"cos\nsystem\n(S'true'\ntR.")
            self.refused(ValueError, str(path), glyphs={"kind": "digits", "digits": str(path)})

    def test_arguments_of_batch(self):
        g = codes(50)
        good = np.zeros((4, 3, 50, 400), np.uint8)
        frozen = good.copy()
        frozen.flags.writeable = False
        for out in (good.astype(np.float32), good[:3], good[..., ::2], good[0], frozen,
                    np.zeros((4, 50, 400, 3), np.uint8), np.zeros((4, 2, 50, 400), np.uint8),
                    np.zeros((4, 3, 0, 400), np.uint8), good.astype(">u2")):
            with self.assertRaisesRegex(ValueError, r"out: must be a writable, contiguous uint8 "
                                                    r"array of 4 x C x H x W.*Got: "):
                g.batch(0, 4, out=out)
        with self.assertRaisesRegex(TypeError, "out: must be an array"):
            g.batch(0, 4, out=[1])
        with self.assertRaisesRegex(ValueError, "sample 0: image must fit a batch of 20 x 50"):
            g.batch(0, 4, out=np.zeros((4, 3, 50, 20), np.uint8))
        with self.assertRaisesRegex(ValueError, "width: must be between 1 and"):
            g.batch(0, 4, width=0)
        with self.assertRaisesRegex(ValueError, "width: must not be given beside out"):
            g.batch(0, 4, width=400, out=good)
        with self.assertRaisesRegex(ValueError, "layout: must be NCHW or NHWC. Got: CHW"):
            g.batch(0, 4, layout="CHW")
        with self.assertRaisesRegex(ValueError, "n: must not be negative"):
            g.batch(0, -1)
        for arguments in ((0.0, 4), (0, 4.0), ("0", 4)):
            with self.assertRaisesRegex(TypeError, "cannot be interpreted as an integer"):
                g.batch(*arguments)
        for options in ({"width": 300.0}, {"threads": 1.0}):
            with self.assertRaisesRegex(TypeError, "cannot be interpreted as an integer"):
                g.batch(0, 4, **options)
        for pad in (-1, 256, 1.5, "white", None):
            with self.assertRaisesRegex(ValueError, "pad: must be 'paper' or between 0 and 255"):
                g.batch(0, 4, pad=pad)
        for threads in (-1, 10**6):
            with self.assertRaisesRegex(ValueError, "threads: must be between 0 and 1024"):
                g.batch(0, 4, threads=threads)

    @unittest.skipIf("asan" in os.environ.get("LD_PRELOAD", ""), "the sanitizer ends the process")
    def test_more_than_memory_holds_is_an_error(self):
        with self.assertRaises((MemoryError, ValueError)):
            digits(10**12, width=60000).batch(0, 10**12)


if __name__ == "__main__":
    unittest.main()
