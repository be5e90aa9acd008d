#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""glyphmill.transforms: the operations on pictures of one's own."""

import copy
import inspect
import pickle
import unittest

import glyphmill
import numpy as np
from glyphmill import transforms as T

OPS = [{"affine": {"probability": 0.5}}, {"gaussian_noise": {"sigma": 0.155}},
       {"brightness_contrast": {"brightness": [-0.1, 0.1]}}, {"salt_pepper": {}}]
#: Each operation with options that change every picture.
STRONG = {"affine": {"angle_deg": (5, 9), "shift_x_fraction": 0.1}, "gaussian_noise": {},
          "salt_pepper": {"amount": 0.2}, "brightness_contrast": {"brightness": 0.3}, "invert": {},
          "blur": {"sigma_px": (1, 2)}, "ink_paper": {"ink": (0, 0.3), "paper": (0.8, 1)},
          "downscale": {"factor": (0.3, 0.6)}, "jpeg": {"quality": (10, 60)}}
#: Those whose draws cannot be told apart by what they do here.
CONSTANT = ("invert", "brightness_contrast")


def generator(ops, **fields):
    return glyphmill.Generator(labels={"kind": "code"}, seed=7, count=60, ops=ops, **fields)


def picture(channels=3, seed=0):
    shape = (40, 90, 3) if channels == 3 else (40, 90)
    return np.random.default_rng(seed).integers(60, 200, shape, dtype=np.uint8)


class TransformsTest(unittest.TestCase):
    def test_there_is_one_for_every_operation(self):
        self.assertEqual(set(T.CLASSES), set(STRONG))
        for name, cls in T.CLASSES.items():
            self.assertIs(getattr(T, cls.__name__), cls)
            self.assertIn(cls.__name__, T.__all__)
            self.assertIn("probability (1.0): ", cls.__doc__)
            self.assertIn("probability", inspect.signature(cls).parameters)

    def test_with_the_generators_seed_they_make_its_samples(self):
        for fields in ({}, {"compose": {"color": False}}):
            full, bare = generator(OPS, **fields), generator([], **fields)
            augment = T.Compose([T.Affine(probability=0.5), T.GaussianNoise(sigma=0.155),
                                 T.BrightnessContrast(brightness=(-0.1, 0.1)), T.SaltPepper()],
                                seed=7)
            for k in range(60):
                wanted, given = full.sample(k), bare.sample(k)
                made = augment(image=given.image, quads=given.quads, paper=given.paper, index=k)
                np.testing.assert_array_equal(made["image"], wanted.image)
                np.testing.assert_allclose(made["quads"], wanted.quads, atol=1e-4)

    def test_a_pure_function_of_seed_and_index(self):
        image = picture()
        for op, options in STRONG.items():
            cls = T.CLASSES[op]
            with self.subTest(op=op):
                first = cls(seed=3, **options)
                np.testing.assert_array_equal(first(image, index=5),
                                              cls(seed=3, **options)(image, index=5))
                if op not in CONSTANT:
                    self.assertTrue((first(image, index=5) != first(image, index=6)).any())
                    self.assertTrue((first(image, index=5)
                                     != cls(seed=4, **options)(image, index=5)).any())

    def test_without_an_index_calls_are_counted(self):
        image = picture()
        augment = T.GaussianNoise(seed=3)
        for k in range(5):
            np.testing.assert_array_equal(augment(image), T.GaussianNoise(seed=3)(image, index=k))

    def test_changes_and_keeps_the_image_that_was_given(self):
        for op, options in STRONG.items():
            for image in (picture(), picture(1), picture(1)[..., None], picture()[::-1, ::2]):
                with self.subTest(op=op, shape=image.shape):
                    before = image.copy()
                    made = T.CLASSES[op](**options)(image)
                    self.assertEqual((made.shape, made.dtype), (image.shape, np.uint8))
                    self.assertTrue((made != image).any())
                    np.testing.assert_array_equal(image, before)
                    self.assertFalse(np.shares_memory(made, image))

    def test_the_exact_share_of_indices_changes(self):
        image = picture()
        augment = T.Invert(probability=0.3, seed=11)
        changed = [bool((augment(image, index=k) != image).any()) for k in range(100)]
        for start in range(0, 100, 10):
            self.assertEqual(sum(changed[start:start + 10]), 3)

    def test_the_ways_of_calling(self):
        image = picture()
        augment = T.Affine(angle_deg=4, seed=2)
        quads = np.array([[[20, 10], [40, 10], [40, 30], [20, 30]]], np.float32)
        made = augment(image=image, quads=quads, label="7", index=0)
        self.assertEqual(set(made), {"image", "quads", "label"})
        self.assertEqual(made["label"], "7")
        np.testing.assert_array_equal(made["image"], augment(image=image, index=0)["image"])
        self.assertTrue((made["quads"] != quads).any())
        for wrong in (lambda: augment(), lambda: augment(image, image), lambda: augment(label=3),
                      lambda: augment(image, label=3), lambda: augment(image, quads=quads)):
            with self.assertRaises(TypeError):
                wrong()

    def test_takes_pictures_of_pil(self):
        try:
            from PIL import Image
        except ImportError:
            self.skipTest("PIL is not there")
        image = picture()
        np.testing.assert_array_equal(T.Invert()(Image.fromarray(image)), 255 - image)

    def test_corners_are_paper(self):
        image = np.full((60, 100, 3), (10, 120, 240), np.uint8)
        image[20:40, 30:70] = 0
        turned = T.Affine(angle_deg=30, fit=False)(image, index=0)
        self.assertEqual(tuple(turned[0, 0]), (10, 120, 240))
        turned = T.Affine(angle_deg=30, fit=False)(image, index=0, paper=(1, 2, 3))
        self.assertEqual(tuple(turned[0, 0]), (1, 2, 3))

    def test_one_operation_twice_needs_two_names(self):
        with self.assertRaisesRegex(ValueError, "another stage has this name: give one"):
            T.Compose([T.GaussianNoise(), T.GaussianNoise()])
        twice = T.Compose([T.GaussianNoise(), T.GaussianNoise(name="more")], seed=1)
        self.assertTrue((twice(picture()) != T.GaussianNoise(seed=1)(picture())).any())

    def test_pickles_and_copies_make_the_same(self):
        image = picture()
        for augment in (T.Affine(seed=9, angle_deg=(2, 8)), T.Compose([T.SaltPepper()], seed=4)):
            for twin in (pickle.loads(pickle.dumps(augment)), copy.deepcopy(augment)):
                self.assertIs(type(twin), type(augment))
                np.testing.assert_array_equal(twin(image, index=3), augment(image, index=3))

    def test_what_is_refused(self):
        image = picture()
        for array in (image.astype(np.float32), image.transpose(2, 0, 1), image[0, 0],
                      np.zeros((0, 5), np.uint8), np.zeros((5, 5, 4), np.uint8), "text", None):
            with self.assertRaisesRegex(ValueError, r"image: must be uint8 of \(H, W\)"):
                T.Invert()(array)
        with self.assertRaisesRegex(ValueError, "ops.gaussian_noise.sigma: must be between 0 and 1"):
            T.GaussianNoise(sigma=7)
        with self.assertRaisesRegex(ValueError, "unknown key, did you mean 'angle_deg'"):
            T.Affine(angel_deg=3)
        for index in (-1, 2**64):
            with self.assertRaisesRegex(ValueError, "index: must be between"):
                T.Invert()(image, index=index)
        for seed in (-1, 2**64):
            with self.assertRaisesRegex(ValueError, "seed: must be between"):
                T.Invert(seed=seed)
        for paper in ((1, 2), (1, 2, 300)):
            with self.assertRaisesRegex(ValueError, "paper: must be three numbers"):
                T.Invert()(image, paper=paper)
        for quads in (np.zeros((3, 4)), np.zeros((2, 4, 3))):
            with self.assertRaisesRegex(ValueError, r"quads: must be float32 of \(n, 4, 2\)"):
                T.Invert()(image=image, quads=quads)
        with self.assertRaisesRegex(TypeError, "transforms: must be of this module"):
            T.Compose([lambda image: image])


if __name__ == "__main__":
    unittest.main()
