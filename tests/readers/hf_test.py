#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hugging Face datasets: load_dataset of an `hf` data set, and of WebDataset tars."""

import os
import pathlib
import tempfile
import unittest

HOME = tempfile.TemporaryDirectory()
os.environ.update(HF_HOME=HOME.name, HF_DATASETS_OFFLINE="1", HF_HUB_OFFLINE="1",
                  HF_DATASETS_DISABLE_PROGRESS_BARS="1")

import datasets  # noqa: E402

from reader_test_case import (BLANKS, DATES, DIGITS, EDGES, MISSING, MIXED,  # noqa: E402
                              TRAPS, ReaderTest, decoded)

DATE_TIMES = ["2024-01-31 10:00", "2024-01-31T10:00:00", "2024-01-31 10:00:00Z"]


def samples(split, label="text", image="image"):
    return [(row[label], decoded(row[image])) for row in split]


class DatasetsTest(ReaderTest):
    def load(self, *names, **options):
        """A data set in a cache of its own."""
        cache = tempfile.mkdtemp(dir=self.dir)
        return datasets.load_dataset(*map(str, names), cache_dir=cache, **options)


class HfTest(DatasetsTest):
    def metadata(self, out):
        return [path.name for path in (out / "train").glob("metadata.*")]

    def test_every_trap(self):
        for name, texts in {**TRAPS, "date_times": DATE_TIMES, "dates_and_missing": DATES + MISSING,
                            "dates_and_digits": DATES + DIGITS}.items():
            with self.subTest(trap=name):
                out, expected = self.pair(name, texts, "hf")
                loaded = self.load(out)
                self.assertEqual(list(loaded), ["train"])
                self.assertEqual(loaded["train"].features["text"], datasets.Value("string"))
                self.assert_samples(samples(loaded["train"]), expected)

    def test_trap_csv_makes_numbers_and_nothing_of_labels(self):
        for texts, naive in ((DIGITS[:2], {123, 456}), (["1e5", "2e7"], {1e5, 2e7}),
                             (MISSING, {None})):
            with self.subTest(texts=texts):
                folder = pathlib.Path(tempfile.mkdtemp(dir=self.dir))
                self.write_metadata(folder, "csv", texts)
                loaded = self.load("imagefolder", data_dir=str(folder))
                self.assertEqual(set(loaded["train"]["text"]), naive)
                out = self.make(folder.name + ".hf", texts, "hf")
                self.assertEqual(self.metadata(out), ["metadata.jsonl"])
                self.assertCountEqual(self.load(out)["train"]["text"], texts)
                self.assertCountEqual(self.load("imagefolder", data_dir=str(out))["train"]["text"],
                                      texts)

    def test_trap_jsonl_makes_timestamps_of_dates(self):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.dir))
        self.write_metadata(folder, "jsonl", DATES)
        loaded = self.load("imagefolder", data_dir=str(folder))
        self.assertEqual(loaded["train"].features["text"], datasets.Value("timestamp[s]"))
        out = self.make("out", DATES, "hf")
        self.assertEqual(self.metadata(out), ["metadata.csv"])
        self.assertCountEqual(self.load(out)["train"]["text"], DATES)
        self.assertCountEqual(self.load("imagefolder", data_dir=str(out))["train"]["text"], DATES)

    def write_metadata(self, folder, kind, texts):
        """An imagefolder as one would write it at first."""
        source = next((self.shared / "tiles").glob("*.png")).read_bytes()
        lines = ["file_name,text"] if kind == "csv" else []
        for k, text in enumerate(texts):
            (folder / f"{k}.png").write_bytes(source)
            lines.append(f"{k}.png,{text}" if kind == "csv"
                         else f'{{"file_name": "{k}.png", "text": "{text}"}}')
        (folder / f"metadata.{kind}").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def test_shards_keep_their_order(self):
        out, expected = self.pair("out", [f"{k:05d}" for k in range(25)], "hf",
                                  output={"shard_size": 10, "annotations": True})
        self.assert_samples(samples(self.load(out)["train"]), expected)

    def test_dates_program(self):
        arguments = ("--nums", 20, "--seed", 7, "--label-layout", "{YYYY}-{MM}-{DD}", "--image-ext",
                     "png")
        self.ok("augment_dates", *arguments, "-o", "folder")
        self.ok("augment_dates", *arguments, "-o", "out", "--format", "hf")
        self.assert_samples(samples(self.load(self.dir / "out")["train"]), self.folder("folder"))

    def test_phones_program_with_dashes(self):
        arguments = ("--nums", 20, "--seed", 7, "--dashes", "--width", 160)
        self.ok("augment_phones", *arguments, "-o", "folder")
        self.ok("augment_phones", *arguments, "-o", "out", "--format", "hf")
        read = samples(self.load(self.dir / "out")["train"])
        self.assert_samples(read, self.folder("folder"))
        self.assertTrue(all(label.startswith("0") and "-" in label for label, _ in read))

    def test_splits_are_data_sets_of_their_own(self):
        self.write("r.yaml", "seed: 7\ncount: 20\n"
                   "splits: {train: 0.4, val: 0.3, no: 0.2, a-b: 0.1}\nlabels: {kind: code, length: 4}\nglyphs: {kind: digits}\n"
                   "compose: {height: 28, width: 100}\noutput: {format: hf, image_ext: png}\n")
        self.ok("augment_batch", "r.yaml", "-o", "out")
        for split, name in (("train", "train"), ("val", "val"), ("no", "no"), ("a-b", "a_b")):
            with self.subTest(split=split):
                loaded = self.load(self.dir / "out" / split)
                self.assertEqual(list(loaded), [name])
                self.assertEqual(list(loaded[name]["text"]), self.labels(f"out/{split}"))


class HfWebDatasetTest(DatasetsTest):
    def test_every_label(self):
        for name, texts in (("mixed", MIXED + EDGES), ("digits", DIGITS), ("dates", DATES)):
            with self.subTest(name):
                out, expected = self.pair(name, texts, "webdataset")
                loaded = self.load("webdataset",
                                   data_files={"train": str(out / "shards" / "*.tar")})
                self.assert_samples(samples(loaded["train"], "txt", "png"), expected)

    def test_directory_with_shards_and_annotations(self):
        texts = BLANKS + [f"{k:05d}" for k in range(25)]
        out, expected = self.pair("out", texts, "webdataset",
                                  output={"shard_size": 10, "annotations": True},
                                  ops=[{"affine": {"probability": 0.5, "angle_deg": [-3, 3]}},
                                       {"gaussian_noise": {"sigma": [0, 0.1]}}])
        loaded = self.load(out)["train"]
        self.assert_samples(samples(loaded, "txt", "png"), expected)
        for (label, _), notes in zip(expected, loaded["json"]):
            self.assertEqual(notes["label"], label)
            self.assertEqual("".join(one["text"] for one in notes["characters"]), label)


if __name__ == "__main__":
    unittest.main(warnings="ignore")  # datasets leaves its files open
