#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""glyphmill.torch: charsets, batches, and data sets in real DataLoaders with forked and spawned
workers. Skipped without PyTorch."""

import functools
import itertools
import multiprocessing
import os
import pathlib
import pickle
import re
import subprocess
import sys
import tempfile
import unittest
import warnings

try:
    import torch
except ImportError:
    print("PyTorch is not installed")
    sys.exit(77)

import numpy as np
from torch.utils.data import DataLoader

import glyphmill
from glyphmill import transforms
from glyphmill.torch import Charset, SequenceDataset, StreamDataset, ctc_collate

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "scripts/examples/train_crnn.py"
AUGMENT_CODES = os.path.join(os.environ.get("GLYPHMILL_BIN", ""), "augment_codes")
# 0 is the process of the data set itself.
WORKERS = [(0, None), (1, "fork"), (3, "fork"), (1, "spawn"), (3, "spawn")]


PICTURE = np.full((8, 9, 3), 128, np.uint8)


def codes(count=23, color=False):
    """Images of differing widths whose labels are all different, so that a label tells a sample."""
    labels = {"kind": "code", "length": 5, "balance": "unique"}
    return glyphmill.Generator(labels=labels, compose={"height": 32, "color": color}, count=count,
                               seed=5)


def flipped(image):
    return image[:, ::-1]


def halved(image):
    return torch.from_numpy(image).unsqueeze(0).double() / 510


def read_only(image):
    copy = image.copy()
    copy.flags.writeable = False
    return copy


def as_planes(image):
    """What an item must hold of a generator's image."""
    return image[np.newaxis] if image.ndim == 2 else image.transpose(2, 0, 1)


def as_float(images):
    return torch.from_numpy(images.astype(np.float32) / np.float32(255))


def loaded(data_set, workers, start, **options):
    """A DataLoader with workers that are forked or spawned."""
    return DataLoader(data_set, num_workers=workers, multiprocessing_context=start, **options)


class TorchTest(unittest.TestCase):
    def setUp(self):
        # PyTorch warns of arrays that must not be written, and of a `__len__` that is too small.
        warned = warnings.catch_warnings()
        warned.__enter__()  # pylint: disable=unnecessary-dunder-call
        self.addCleanup(warned.__exit__, None, None, None)
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "This DataLoader will create 3 worker processes")

    def refused(self, message, call, *arguments, error=ValueError, **options):
        with self.assertRaises(error) as caught:
            call(*arguments, **options)
        self.assertEqual(str(caught.exception), message)

    def same(self, a, b):
        self.assertEqual(a.dtype, b.dtype)
        self.assertEqual(a.shape, b.shape)
        self.assertTrue(torch.equal(a, b))

    def all_same(self, batch, other):
        self.assertEqual(len(batch), len(other))
        for a, b in zip(batch, other):
            self.same(a, b)


class ImportTest(TorchTest):
    def run_python(self, code):
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                              timeout=60, check=False)

    def test_the_package_itself_does_not_import_torch(self):
        done = self.run_python("import sys, glyphmill; sys.exit('torch' in sys.modules)")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_without_torch_the_error_says_how_to_get_it(self):
        done = self.run_python("import sys; sys.modules['torch'] = None; import glyphmill.torch")
        self.assertEqual(done.returncode, 1)
        self.assertIn("glyphmill.torch needs PyTorch (Debian: apt-get install python3-torch",
                      done.stderr)


class CharsetTest(TorchTest):
    def test_round_trips(self):
        for characters, labels in [("0123456789", ["407", "00123", "9999999999", ""]),
                                   ("b a", ["a b", "  ", "bab"]),
                                   ("年月日0123456789", ["2018年08月16日"])]:
            charset = Charset(characters)
            for label in labels:
                with self.subTest(characters=characters, label=label):
                    numbers = charset.encode(label)
                    self.assertEqual(numbers.dtype, torch.int64)
                    self.assertEqual(numbers.tolist(), [characters.index(c) + 1 for c in label])
                    self.assertEqual(charset.decode(numbers), label)
                    self.assertEqual(charset.decode(numbers.tolist()), label)
                    self.assertEqual(charset.decode(numbers.numpy()), label)
            targets, lengths = charset.encode_batch(labels)
            self.assertEqual(lengths.tolist(), [len(label) for label in labels])
            self.assertEqual(charset.decode_batch(targets, lengths), labels)

    def test_blank_is_0_and_the_classes_are_one_more_than_the_characters(self):
        charset = Charset("ab")
        self.assertEqual((charset.blank, len(charset), charset.characters), (0, 3, "ab"))
        self.assertEqual(charset.decode([0, 2, 0, 0, 1]), "ba")
        self.assertEqual(charset.decode([2, 2, 1]), "bba")

    def test_collapse_merges_repeats_unless_a_blank_lies_between(self):
        charset = Charset("ab")
        for ids, text in [([1, 1, 1], "a"), ([1, 0, 1], "aa"), ([0, 0, 0], ""), ([], ""),
                          ([0, 1, 1, 0, 1, 2, 2, 1, 0, 0], "aaba"), ([2, 1, 1, 0, 0, 1], "baa")]:
            with self.subTest(ids=ids):
                self.assertEqual(charset.decode(torch.tensor(ids, dtype=torch.int64),
                                                collapse=True), text)

    def test_rows_may_be_of_one_tensor_padded_or_one_after_another(self):
        charset = Charset("ab")
        best = torch.tensor([[1, 1, 0, 1], [0, 2, 2, 1]])
        self.assertEqual(charset.decode_batch(best, collapse=True), ["aa", "ba"])
        self.assertEqual(charset.decode_batch(best, [2, 3], collapse=True), ["a", "b"])
        self.assertEqual(charset.decode_batch(list(best), torch.tensor([0, 4])), ["", "bba"])
        self.assertEqual(charset.decode_batch([[1, 2], [2]]), ["ab", "b"])
        self.assertEqual(charset.decode_batch([1, 2, 2], [1, 2]), ["a", "bb"])
        self.assertEqual(charset.decode_batch([], []), [])

    def test_errors(self):
        charset = Charset("ab")
        refused = self.refused
        refused("characters: must be different. Got more than once: 'ba'", Charset, "bcaab_b")
        refused("characters: must be one or more. Got: ''", Charset, "")
        refused("characters: must be a text. Got: ['a', 'b']", Charset, ["a", "b"], error=TypeError)
        refused("label: must be made of the characters 'ab'. Got: 'C' in 'abC'",
                charset.encode, "abC")
        refused("label: must be made of the characters 'ab'. Got: '-' in 'a-'",
                charset.encode_batch, ["b", "a-", "C"])
        refused("ids: must be between 0 and 2. Got: 3", charset.decode, [1, 3])
        refused("ids: must be between 0 and 2. Got: -1", charset.decode, torch.tensor([-1]))
        refused("ids: must be a row of integers. Got: torch.float32, (2,)",
                charset.decode, torch.zeros(2), error=TypeError)
        refused("ids: must be a row of integers. Got: torch.int64, (1, 2)",
                charset.decode, torch.tensor([[1, 2]]), error=TypeError)
        refused("ids: must be a row of integers. Got: 1",
                charset.decode_batch, torch.tensor([1]), error=TypeError)
        refused("lengths: must add up to the 3 numbers. Got: [1, 1]",
                charset.decode_batch, [1, 2, 1], [1, 1])
        refused("lengths: must add up to the 3 numbers. Got: [4, -1]",
                charset.decode_batch, [1, 2, 1], [4, -1])
        refused("lengths: must fit the rows of [2, 2] numbers. Got: [2, 3]",
                charset.decode_batch, [[1, 2], [1, 2]], [2, 3])
        refused("lengths: must fit the rows of [2, 2] numbers. Got: [2]",
                charset.decode_batch, [[1, 2], [1, 2]], [2])

    def test_equality_text_and_pickle(self):
        charset = Charset("0a'")
        self.assertEqual(charset, Charset("0a'"))
        self.assertEqual(hash(charset), hash(Charset("0a'")))
        self.assertNotEqual(charset, Charset("a0'"))
        self.assertNotEqual(charset, "0a'")
        self.assertEqual(eval(repr(charset)), charset)  # pylint: disable=eval-used
        self.assertEqual(pickle.loads(pickle.dumps(charset)), charset)

    def test_of_a_generator(self):
        generator = codes()
        self.assertEqual(Charset.of(generator), Charset("0123456789"))
        self.assertEqual(SequenceDataset(generator).charset, Charset.of(generator))
        self.assertEqual(StreamDataset(generator).charset, Charset.of(generator))
        more = Charset("9876543210-")
        self.assertEqual(SequenceDataset(generator, more)[0][1].tolist(),
                         more.encode(generator.label(0)).tolist())
        for kind in SequenceDataset, StreamDataset:
            self.refused("charset: must have every character of the generator's labels, lacks "
                         "'79'. Got: Charset('01234568')", kind, generator, Charset("01234568"))


class CollateTest(TorchTest):
    def setUp(self):
        super().setUp()
        self.data = SequenceDataset(codes())

    def test_a_batch_is_what_ctc_loss_takes(self):
        items = [self.data[k] for k in range(6)]
        images, targets, lengths = ctc_collate(items)
        made = self.data.generator.batch(0, 6, pad=255)
        self.assertGreater(len(set(made.widths.tolist())), 1, "nothing is padded")
        self.same(images, as_float(made.images))
        self.assertEqual(self.data.charset.decode_batch(targets, lengths), made.labels)
        self.assertEqual((targets.dtype, lengths.dtype), (torch.int64, torch.int64))
        self.same(lengths, torch.from_numpy(made.lengths))
        log_probs = torch.zeros(30, 6, len(self.data.charset)).log_softmax(2)
        loss = torch.nn.CTCLoss()(log_probs, targets, torch.full((6,), 30), lengths)
        self.assertTrue(0 < loss.item() < 100)

    def test_options(self):
        items = [self.data[k] for k in range(4)]
        widths = [image.shape[2] for image, _ in items]
        collate = functools.partial(ctc_collate, pad=51, width=130, widths=True)
        images, _, _, given = collate(items)
        self.assertEqual(images.shape, (4, 1, 32, 130))
        self.same(given, torch.tensor(widths))
        for image, (own, _), width in zip(images, items, widths):
            self.same(image[:, :, :width], own.float() / 255)
            self.same(image[:, :, width:], torch.full((1, 32, 130 - width), 0.2))

    def test_bytes(self):
        items = [self.data[k] for k in range(6)]
        self.same(ctc_collate(items, dtype=torch.uint8)[0],
                  torch.from_numpy(self.data.generator.batch(0, 6, pad=255).images))
        floating = [(image.float(), numbers) for image, numbers in items]
        self.refused("dtype: must be torch.float32 for floating images. Got: torch.uint8",
                     ctc_collate, floating, dtype=torch.uint8)
        self.refused("dtype: must be torch.float32 or torch.uint8. Got: torch.float16",
                     ctc_collate, items, dtype=torch.float16)

    def test_floating_images_stay_as_they_are(self):
        items = [(torch.full((1, 2, 3), 0.3, dtype=torch.float64), torch.tensor([1])),
                 (torch.full((1, 2, 2), -4.0), torch.tensor([1, 2]))]
        images, targets, lengths = ctc_collate(items, pad=51)
        self.same(images, torch.tensor([[[[0.3, 0.3, 0.3]] * 2], [[[-4.0, -4.0, 0.2]] * 2]]))
        self.assertEqual((targets.tolist(), lengths.tolist()), ([1, 1, 2], [1, 2]))

    def test_errors(self):
        def item(*shape, dtype=torch.uint8):
            return torch.zeros(shape, dtype=dtype), torch.tensor([1])

        alike = "items: images must have the same channels, height and kind of numbers. Got: "
        for items, message in [
                ([], "items: must be one or more. Got: none"),
                ([item(1, 32, 9), item(1, 32, 8), item(1, 28, 9)],
                 alike + "uint8 1 x 32 x 9 (item 0) and uint8 1 x 28 x 9 (item 2)"),
                ([item(1, 32, 9), item(3, 32, 9)],
                 alike + "uint8 1 x 32 x 9 (item 0) and uint8 3 x 32 x 9 (item 1)"),
                ([item(1, 32, 9), item(1, 32, 9, dtype=torch.float64)],
                 alike + "uint8 1 x 32 x 9 (item 0) and float 1 x 32 x 9 (item 1)"),
                ([item(1, 2, 2), item(2, 2)],
                 "items: images must be uint8 or floating, C x H x W. Got: uint8 2 x 2 (item 1)"),
                ([item(1, 2, 2, dtype=torch.int64)],
                 "items: images must be uint8 or floating, C x H x W. "
                 "Got: int64 1 x 2 x 2 (item 0)")]:
            with self.subTest(message=message):
                self.refused(message, ctc_collate, items)
        self.refused("width: must be that of the widest image or more, 9. Got: 8",
                     ctc_collate, [item(1, 2, 9)], width=8)
        for pad in -1, 256, "paper", 0.5:
            self.refused(f"pad: must be between 0 and 255. Got: {pad!r}",
                         ctc_collate, [item(1, 2, 9)], pad=pad)


class SequenceDatasetTest(TorchTest):
    def test_items_are_the_samples_of_the_generator(self):
        for color in False, True:
            generator = codes(color=color)
            data = SequenceDataset(generator)
            self.assertEqual(len(data), 23)
            for k in 0, 7, -1:
                image, numbers = data[k]
                expected, label = generator[k]
                self.same(image, torch.from_numpy(np.array(as_planes(expected))))
                self.same(numbers, data.charset.encode(label))
        with self.assertRaises(IndexError):
            data[23]

    def test_any_workers_give_every_sample(self):
        data = SequenceDataset(codes())
        everything = ctc_collate([data[k] for k in range(23)], width=120)
        for workers, start in WORKERS:
            with self.subTest(workers=workers, start=start):
                collate = functools.partial(ctc_collate, width=120)
                batches = list(loaded(data, workers, start, batch_size=4, collate_fn=collate))
                self.assertEqual([len(batch[0]) for batch in batches], [4, 4, 4, 4, 4, 3])
                self.all_same([torch.cat(part) for part in zip(*batches)], everything)

    def test_shuffled_samples_keep_their_labels(self):
        data = SequenceDataset(codes(color=True))
        index = {data.generator.label(k): k for k in range(23)}
        loader = loaded(data, 3, "fork", batch_size=None, shuffle=True,
                        generator=torch.Generator().manual_seed(1))
        seen = []
        for image, numbers in loader:
            seen.append(index[data.charset.decode(numbers)])
            self.same(image, data[seen[-1]][0])
        self.assertNotEqual(seen, sorted(seen))
        self.assertEqual(sorted(seen), list(range(23)))

    def test_transform(self):
        generator = codes(color=True)
        image, _ = generator[3]
        self.same(SequenceDataset(generator, transform=flipped)[3][0],
                  torch.from_numpy(image.transpose(2, 0, 1)[:, :, ::-1].copy()))
        self.same(SequenceDataset(generator, transform=read_only)[3][0],
                  torch.from_numpy(image.transpose(2, 0, 1).copy()))
        gray = codes()
        # Of a gray image the array itself would do, were it not read-only.
        self.same(SequenceDataset(gray, transform=read_only)[3][0],
                  torch.from_numpy(gray[3][0][np.newaxis]))
        self.same(SequenceDataset(gray, transform=halved)[3][0],
                  torch.from_numpy(gray[3][0][np.newaxis] / 510))
        must = "transform: must give an array (H, W) or (H, W, C), or a tensor. "
        self.refused(must + "Got: str", SequenceDataset(gray, transform=lambda _: "no").__getitem__,
                     0, error=TypeError)
        self.refused(must + "Got: shape (7,)",
                     SequenceDataset(gray, transform=lambda _: np.zeros(7)).__getitem__,
                     0, error=TypeError)

    @unittest.skipUnless(os.access(AUGMENT_CODES, os.X_OK), "the programs are not built")
    def test_a_data_set_that_was_written(self):
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([AUGMENT_CODES, "--nums", "9", "--seed", "5", "-q", "--image-ext", "png",
                            "-o", directory + "/codes"], check=True, stdout=subprocess.DEVNULL)
            data = SequenceDataset(glyphmill.load(directory + "/codes"))
            same = SequenceDataset(glyphmill.Generator(labels={"kind": "code"}, count=9, seed=5))
            self.assertEqual(data.charset, same.charset)
            loader = loaded(data, 1, "spawn", batch_size=None)
            for item, expected in itertools.zip_longest(loader, same):
                self.all_same(item, expected)

    def test_pickles_as_recipe_and_seed(self):
        data = SequenceDataset(glyphmill.Generator(labels={"length": 5}, count=9),
                               Charset("9876543210"), flipped)
        again = pickle.loads(pickle.dumps(data))
        self.assertEqual(len(again), 9)
        self.all_same(again[8], data[8])


class StreamDatasetTest(TorchTest):
    def labels_of(self, loader):
        return [label for _, targets, lengths in loader
                for label in loader.dataset.charset.decode_batch(targets, lengths)]

    def test_workers_and_ranks_divide_the_samples(self):
        """13 samples of 23 from the 13th on: begins again at the first; 13 is not divisible by
        ranks or workers."""
        generator = codes()
        epoch = [generator.label((13 + i) % 23) for i in range(13)]
        for workers, start in WORKERS:
            union = []
            for rank in range(2):
                stream = StreamDataset(generator, None, 13, rank=rank, world_size=2)
                stream.set_epoch(1)
                with self.subTest(workers=workers, start=start, rank=rank):
                    loader = loaded(stream, workers, start, batch_size=None)
                    made = [stream.charset.decode(numbers) for _, numbers in loader]
                    self.assertEqual(made, epoch[rank::2])
                    self.assertEqual(len(made), len(loader))
                    union += made
            self.assertEqual(sorted(union), sorted(epoch))

    def test_workers_and_ranks_divide_the_batches(self):
        """13 samples make batches of 3, 3, 3, 3, 1, of which one goes beyond the last sample."""
        generator = codes()
        samples = SequenceDataset(generator)
        epoch = [ctc_collate([samples[(13 + k) % 23] for k in range(i, min(i + 3, 13))])
                 for i in range(0, 13, 3)]
        for workers, start in WORKERS:
            for rank in range(2):
                stream = StreamDataset(generator, None, 13, 3, rank=rank, world_size=2)
                stream.set_epoch(1)
                with self.subTest(workers=workers, start=start, rank=rank):
                    loader = loaded(stream, workers, start, batch_size=None)
                    made = list(loader)
                    self.assertEqual(len(made), len(loader))
                    self.assertEqual(len(made), len(epoch[rank::2]))
                    for batch, expected in zip(made, epoch[rank::2]):
                        self.all_same(batch, expected)

    def test_more_workers_and_ranks_than_items(self):
        generator = codes()
        lengths, union = [], []
        for rank in range(4):
            stream = StreamDataset(generator, None, 3, 2, rank=rank, world_size=4)
            loader = loaded(stream, 2, "fork", batch_size=None)
            lengths.append(len(loader))
            union += self.labels_of(loader)
        self.assertEqual(lengths, [1, 1, 0, 0])
        self.assertEqual(union, [generator.label(k) for k in range(3)])

    def test_batches_that_the_loader_makes(self):
        generator = codes()
        for workers, start in WORKERS[:3]:
            with self.subTest(workers=workers):
                loader = loaded(StreamDataset(generator), workers, start, batch_size=4,
                                collate_fn=ctc_collate)
                self.assertEqual(sorted(self.labels_of(loader)),
                                 sorted(generator.label(k) for k in range(23)))

    def test_the_whole_generator_is_the_default_epoch(self):
        stream = StreamDataset(codes())
        self.assertEqual(len(stream), 23)
        self.assertEqual(len(StreamDataset(codes(), batch_size=5)), 5)
        for (image, numbers), item in itertools.zip_longest(stream, SequenceDataset(codes())):
            self.all_same((image, numbers), item)

    def test_an_endless_generator_never_repeats_an_epoch(self):
        generator = codes(10**4)
        stream = StreamDataset(generator, None, 50, 16)
        seen = []
        for epoch in range(5):
            stream.set_epoch(epoch)
            seen += self.labels_of(DataLoader(stream, batch_size=None))
        self.assertEqual(seen, [generator.label(k) for k in range(250)])
        self.assertEqual(len(set(seen)), 250)

    def test_the_epoch_reaches_workers_persistent_or_not(self):
        generator = codes()
        for persistent, start, batch_size in [(False, "fork", 3), (True, "fork", 3),
                                              (True, "fork", None), (True, "spawn", 3)]:
            stream = StreamDataset(generator, None, 7, batch_size)
            loader = loaded(stream, 2, start, batch_size=None, persistent_workers=persistent)
            for epoch in 0, 1, 2, 5, 0:
                with self.subTest(persistent=persistent, start=start, epoch=epoch):
                    stream.set_epoch(epoch)
                    self.assertEqual(stream.epoch, epoch)
                    made = (self.labels_of(loader) if batch_size else
                            [stream.charset.decode(numbers) for _, numbers in loader])
                    self.assertEqual(made, [generator.label((7 * epoch + i) % 23)
                                            for i in range(7)])

    def test_an_iteration_that_has_begun_keeps_its_epoch(self):
        stream = StreamDataset(codes(), None, 4)
        begun = iter(stream)
        stream.set_epoch(1)
        self.all_same(next(begun), SequenceDataset(codes())[0])

    def test_batches_equal_those_of_the_generator(self):
        for color, pad, width in [(False, 255, None), (True, "paper", None), (True, 7, 130)]:
            with self.subTest(color=color, pad=pad, width=width):
                generator = codes(color=color)
                stream = StreamDataset(generator, batch_size=10, pad=pad, width=width, widths=True)
                for (images, targets, lengths, widths), first in itertools.zip_longest(
                        stream, (0, 10, 20)):
                    made = generator.batch(first, min(10, 23 - first), pad=pad, width=width)
                    self.same(images, as_float(made.images))
                    self.same(targets, stream.charset.encode_batch(made.labels)[0])
                    self.same(lengths, torch.from_numpy(made.lengths))
                    self.same(widths, torch.from_numpy(made.widths))

    def test_bytes(self):
        for options in {}, {"transform": np.copy}:
            with self.subTest(**options):
                stream = StreamDataset(codes(), batch_size=10, dtype=torch.uint8, **options)
                for (images, *_), first in itertools.zip_longest(stream, (0, 10, 20)):
                    made = codes().batch(first, min(10, 23 - first), pad=255)
                    self.same(images, torch.from_numpy(made.images))

    def test_a_batch_longer_than_the_generator(self):
        """Each image's own paper, and the width of the widest, beyond the last sample too."""
        generator = codes(5, color=True)
        order = [k % 5 for k in range(12)]
        images, targets, lengths, widths = next(iter(StreamDataset(
            generator, None, 12, 12, pad="paper", widths=True)))
        widest = max(generator[k][0].shape[1] for k in range(5))
        self.same(images, torch.cat([as_float(generator.batch(k, 1, width=widest).images)
                                     for k in order]))
        self.assertEqual(StreamDataset(generator).charset.decode_batch(targets, lengths),
                         [generator.label(k) for k in order])
        self.assertEqual(widths.tolist(), [generator[k][0].shape[1] for k in order])

    def test_transform(self):
        samples = SequenceDataset(codes(), transform=flipped)
        stream = StreamDataset(codes(), batch_size=10, transform=flipped, pad=9, widths=True)
        for batch, first in itertools.zip_longest(stream, (0, 10, 20)):
            items = [samples[k] for k in range(first, min(first + 10, 23))]
            self.all_same(batch, ctc_collate(items, pad=9, widths=True))
        for item, expected in itertools.zip_longest(StreamDataset(codes(), transform=flipped),
                                                    samples):
            self.all_same(item, expected)

    def test_workers_make_batches_with_one_thread(self):
        class Watched(glyphmill.Generator):
            def batch(self, start, n, **options):
                threads = options["threads"]
                return super().batch(start, n, **options)._replace(widths=np.full(n, threads))

        stream = StreamDataset(Watched(labels={"length": 5}, count=8), batch_size=4, widths=True)
        for workers, threads in (0, 0), (2, 1):
            for *_, told in loaded(stream, workers, "fork" if workers else None, batch_size=None):
                self.assertEqual(told.tolist(), [threads] * 4)

    def test_pickles_with_its_epoch(self):
        stream = StreamDataset(codes(), Charset("9876543210"), 7, 3, rank=1, world_size=2, pad=3,
                               width=130, widths=True)
        stream.set_epoch(2)
        again = pickle.loads(pickle.dumps(stream))
        self.assertEqual(again.epoch, 2)
        for batch, expected in itertools.zip_longest(again, stream):
            self.all_same(batch, expected)
        # A copy is a data set of its own, whose epoch reaches its own workers.
        again.set_epoch(1)
        self.assertEqual(stream.epoch, 2)
        loader = loaded(again, 1, "fork", batch_size=None, persistent_workers=True)
        for epoch in 1, 4:
            again.set_epoch(epoch)
            for batch, expected in itertools.zip_longest(loader, again):
                self.all_same(batch, expected)

    def test_errors(self):
        def refused(message, **options):
            self.refused(message, StreamDataset, codes(), **options)

        refused("samples_per_epoch: must be 1 or more. Got: 0", samples_per_epoch=0)
        refused("batch_size: must be 1 or more. Got: -1", batch_size=-1)
        refused("width: must be 1 or more. Got: 0", batch_size=2, width=0)
        refused("pad: must be between 0 and 255. Got: 256", batch_size=2, pad=256)
        refused("rank: must be between 0 and world_size - 1. Got: 2 of 2", rank=2, world_size=2)
        refused("rank: must be between 0 and world_size - 1. Got: -1 of 2", rank=-1, world_size=2)
        refused("rank, world_size: must be given together. Got: 0, None", rank=0)
        refused("rank, world_size: must be given together. Got: None, 2", world_size=2)
        refused("dtype: must be torch.float32 or torch.uint8. Got: torch.int64", batch_size=2,
                dtype=torch.int64)
        for option in {"pad": 0}, {"width": 100, "widths": True}, {"dtype": torch.uint8}:
            refused(f"{', '.join(option)}: must be given with batch_size, being of batches",
                    **option)
        refused("pad: must be a number where there is a transform, for the paper of what it makes "
                "is not known. Got: 'paper'", batch_size=2, pad="paper", transform=flipped)
        stream = StreamDataset(codes())
        for epoch in -1, 1 << 63:
            self.refused(f"epoch: must be between 0 and 2**63 - 1. Got: {epoch}",
                         stream.set_epoch, epoch)


class SmallTensorsTest(TorchTest):
    def test_what_a_worker_sends_arrives_as_plain_tensors(self):
        stream = StreamDataset(codes(), batch_size=8, widths=True)
        items = loaded(StreamDataset(codes()), 1, "fork", batch_size=8,
                       collate_fn=functools.partial(ctc_collate, widths=True))
        for loader in (loaded(stream, 1, "fork", batch_size=None), items):
            for sent, made in zip(loader, stream):
                self.assertEqual([type(part) for part in sent], [torch.Tensor] * 4)
                self.all_same(sent, made)
                sent[1][0] += 1  # its memory may be written
                self.assertEqual(int(sent[1][0]), int(made[1][0]) + 1)


class TransformsInWorkersTest(TorchTest):
    def items(self, start, seed):
        """Two epochs of one picture twelve times, each changed on its way, by two workers."""
        torch.manual_seed(seed)
        loader = loaded(Changed(), 2, start, batch_size=None)
        return [item.numpy().tobytes() for _ in range(2) for item in loader]

    def test_no_two_workers_and_epochs_make_the_same_draws(self):
        items = self.items("fork", 1)
        self.assertEqual((len(items), len(set(items))), (24, 24))

    def test_the_seed_of_torch_repeats_them(self):
        self.assertEqual(self.items("fork", 5), self.items("fork", 5))
        self.assertNotEqual(self.items("fork", 5), self.items("fork", 6))

    def test_without_workers_calls_are_counted(self):
        data = Changed()
        self.assertEqual(len({data[0].tobytes() for _ in range(12)}), 12)
        self.assertEqual(data[0].tobytes(), Changed(calls=12)[0].tobytes())


class Changed(torch.utils.data.Dataset):
    """One picture, with other noise whenever it is asked for."""

    def __init__(self, calls=0):
        self.change = transforms.GaussianNoise(seed=3)
        for _ in range(calls):
            self.change(PICTURE)

    def __len__(self):
        return 12

    def __getitem__(self, k):
        return self.change(PICTURE)


def be_rank(rank, file, results):
    torch.distributed.init_process_group("gloo", init_method=f"file://{file}", rank=rank,
                                         world_size=2)
    stream = StreamDataset(codes())
    own = StreamDataset(codes(), rank=0, world_size=1)
    results.put((rank, stream.rank, stream.world_size, len(stream), own.world_size))
    torch.distributed.destroy_process_group()


class DistributedTest(TorchTest):
    @unittest.skipUnless(torch.distributed.is_available() and torch.distributed.is_gloo_available(),
                         "this PyTorch has no gloo")
    def test_rank_and_world_size_are_those_of_the_process_group(self):
        context = multiprocessing.get_context("spawn")
        results = context.Queue()
        with tempfile.TemporaryDirectory() as directory:
            ranks = [context.Process(target=be_rank, args=(rank, directory + "/store", results))
                     for rank in range(2)]
            for process in ranks:
                process.start()
            told = sorted(results.get(timeout=60) for _ in ranks)
            for process in ranks:
                process.join()
        self.assertEqual(told, [(0, 0, 2, 12, 1), (1, 1, 2, 11, 1)])


class ExampleTest(TorchTest):
    def test_the_loss_falls(self):
        # So many steps, not so much time: a busy machine must not tell how far it learns.
        done = subprocess.run([sys.executable, EXAMPLE, "--minutes", "10", "--steps", "60",
                               "--seed", "3", "--threads", "1"],
                              capture_output=True, text=True, timeout=500, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        losses = [float(loss) for loss in re.findall(r"loss (\d+\.\d+)", done.stdout)]
        self.assertGreaterEqual(len(losses), 2, done.stdout)
        self.assertLess(losses[-1], losses[0] / 2, done.stdout)
        self.assertEqual(len(re.findall(r"^\d{5} read as", done.stdout, re.MULTILINE)), 8)

    def test_without_torch_it_says_how_to_get_it(self):
        code = ("import runpy, sys; sys.modules['torch'] = None; "
                f"runpy.run_path({str(EXAMPLE)!r}, run_name='__main__')")
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, "train_crnn.py: needs PyTorch: apt-get install "
                                      "python3-torch, or scripts/setup.sh --torch\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
