#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""ocr_train and ocr_eval on texts that are read after a few seconds of training. GLYPHMILL_BIN is
the directory that holds them."""

import csv
import json
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from cli_test_case import CliTest, bin_path, columns, png_size, write_png

ALPHABET = "0123"
RECIPE = f"""seed: 1
count: 300
labels: {{kind: code, length: 2, alphabet: "{ALPHABET}"}}
glyphs: {{tiles: "builtin:codes"}}
compose: {{height: 16, color: false}}
ops: []
"""
# Noise that the model has never seen: some of it is misread.
HARD = RECIPE.replace("ops: []", "ops: [{salt_pepper: {amount: 0.12}}]")
TINY = ("--recipe", "easy.yaml", "--architecture", "tiny", "--height", 16, "--warmup-steps", 10,
        "--validation-samples", 100, "-j", 1)
STEPS = ("--steps", 100, "--validate-every", 50)


class OcrTest(CliTest):
    """`self.dir` has easy.yaml, hard.yaml and a trained model."""

    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.shared = pathlib.Path(directory.name)
        (cls.shared / "easy.yaml").write_text(RECIPE, encoding="utf-8")
        (cls.shared / "hard.yaml").write_text(HARD, encoding="utf-8")
        subprocess.run([bin_path("ocr_train"), *map(str, TINY + STEPS), "-o", "model", "-q"],
                       cwd=cls.shared, check=True, timeout=300)

    def setUp(self):
        super().setUp()
        shutil.copytree(self.shared, self.dir, dirs_exist_ok=True)

    def evaluate(self, *arguments, code=0):
        done = self.run_program("ocr_eval", "--model", "model", "-j", 1, *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout

    def told(self, message, program, *arguments, code):
        done = self.run_program(program, *arguments)
        self.assertEqual((done.stderr, done.returncode, done.stdout),
                         (f"{program}: {message}\n", code, ""))

    def answers(self, name):
        with open(self.dir / name, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))

    def metrics(self, model):
        """The columns that do not depend on the clock."""
        with open(self.dir / model / "metrics.csv", encoding="utf-8", newline="") as file:
            return [{key: value for key, value in row.items() if key != "seconds"}
                    for row in csv.DictReader(file)]


class Training(OcrTest):
    def test_reads_what_is_easy(self):
        self.assertGreater(float(self.metrics("model")[-1]["accuracy"]), 0.9)
        self.assertEqual(
            sorted(path.name for path in (self.dir / "model").iterdir()),
            ["checkpoint.pt", "curve.png", "metrics.csv", "model.yaml", "recipe-0.yaml",
             "training.yaml", "weights.pt"])

    def test_same_seed_same_losses(self):
        self.ok("ocr_train", *TINY, *STEPS, "-o", "again", "-q")
        self.assertEqual(self.metrics("again"), self.metrics("model"))
        self.ok("ocr_train", *TINY, "--steps", 10, "--seed", 2, "-o", "other", "-q")
        self.ok("ocr_train", *TINY, "--steps", 10, "-o", "short", "-q")
        self.assertNotEqual(self.metrics("other"), self.metrics("short"))

    def test_interrupted_and_resumed(self):
        long = ("--steps", 300, "--validate-every", 60)
        self.ok("ocr_train", *TINY, *long, "-o", "whole", "-q")
        for number, ready, options in ((signal.SIGINT, "part/model.yaml", ()),
                                       (signal.SIGTERM, "part/weights.pt", ("--resume",))):
            code, _, err = self.interrupt(number, ready, "ocr_train", *TINY, *long, "-o", "part",
                                          *options)
            self.assertEqual(code, 128 + number, err)
            self.assertRegex(err, r"interrupted after step \d+; --resume goes on\n\Z")
        self.ok("ocr_train", *TINY, *long, "-o", "part", "-q", "--resume")
        self.assertEqual(self.metrics("part"), self.metrics("whole"))
        self.ok("ocr_train", *TINY, *long, "-o", "part", "-q", "--resume")

    def test_starts_from_other_weights(self):
        # So slow that it stays what it was: it reads at once what the first has learnt.
        slow = ("--steps", 1, "--learning-rate", 1e-9)
        self.ok("ocr_train", *TINY, *slow, "-o", "from", "-q", "--init", "model")
        self.ok("ocr_train", *TINY, *slow, "-o", "none", "-q")
        self.assertGreater(float(self.metrics("from")[-1]["accuracy"]), 0.9)
        self.assertLess(float(self.metrics("none")[-1]["accuracy"]), 0.5)

    def test_center_loss(self):
        pulled = ("--init", "model", "--center-loss", 0.01, "--steps", 20, "--validate-every", 10)
        done = self.ok("ocr_train", *TINY, *pulled, "-o", "pulled")
        self.assertRegex(done.stdout, r"\Apulled: .* validation sequences right, .*\n(.+\n)+\Z")
        with open(self.dir / "pulled/centers.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["step"] for row in rows], ["10", "20"])
        for row in rows:
            self.assertGreater(int(row["frames"]), 100)
            self.assertLess(float(row["own_mean"]), float(row["rival_mean"]))
            self.assertIn(row["between_min_rival"], ALPHABET)
        self.assertTrue((self.dir / "pulled/centers.pt").exists())
        self.assertFalse((self.dir / "model/centers.pt").exists())
        self.told("training.center_loss: must be 0 unless model.head is ctc. Got: 0.01",
                  "ocr_train", *TINY, "--head", "positions", "--center-loss", 0.01, "-o", "none",
                  code=2)

    def test_on_images(self):
        self.ok("augment_batch", "easy.yaml", "-o", "set", "-q")
        self.ok("ocr_train", "--data", "set", *TINY[2:], "--val", "set", *STEPS, "-o", "from", "-q")
        self.assertGreater(float(self.metrics("from")[-1]["accuracy"]), 0.9)

    def test_overwrites_a_model_and_nothing_else(self):
        message = "output: model must be empty or absent. Got: {}, ..."
        few = ("--steps", 2, "-o", "model", "-q")
        self.told(message.format("checkpoint.pt"), "ocr_train", *TINY, *few, code=2)
        self.ok("ocr_train", *TINY, *few, "--overwrite")
        self.write("model/mine.txt", "mine")
        self.told("output: model must be empty or absent. Got: mine.txt", "ocr_train", *TINY, *few,
                  "--overwrite", code=2)
        self.assertEqual((self.dir / "model/mine.txt").read_text(), "mine")

    def test_full_disk(self):
        disk = self.dir / "disk"
        disk.mkdir()
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1200k", "glyphmill", disk],
                               capture_output=True, text=True, check=False)
        if mount.returncode != 0:
            self.skipTest("cannot mount a small tmpfs here: " + mount.stderr.strip())
        self.addCleanup(subprocess.run, ["umount", "-l", disk], check=False, capture_output=True)
        done = self.run_program("ocr_train", *TINY, *STEPS, "-o", "disk/model", "-q")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"\Aocr_train: disk/model/\S*checkpoint\.pt\S*: "
                                      r"cannot write: No space left on device\n\Z")
        self.assertFalse((disk / "model/checkpoint.pt").exists())
        subprocess.run(["mount", "-o", "remount,size=16m", disk], check=True)
        self.ok("ocr_train", *TINY, *STEPS, "-o", "disk/model", "-q", "--resume")
        self.assertEqual(self.metrics("disk/model"), self.metrics("model"))


class TrainingErrors(OcrTest):
    def test_messages(self):
        few = (*TINY, "--steps", 2, "-o", "new")
        for message, arguments, code in (
                ("needs --recipe FILE or --data DIR", (), 2),
                ("--augment: needs --data", (*few, "--augment", "easy.yaml"), 2),
                ("--learning-rate: must be between 1e-09 and 100. Got: 1e9",
                 (*few, "--learning-rate", "1e9"), 2),
                ("sample 0: label: must be of the 3 characters that the model knows. Got: '3' in "
                 "'33'", (*few, "--characters", "012"), 2),
                ("absent: cannot open the directory: No such file or directory",
                 (*few, "--init", "absent"), 1),
                ("start_from: model/model.yaml must have the sizes and the characters of the model "
                 "that is trained", (*few, "--init", "model", "--kernel", 5), 2),
                ("new: cannot open the directory: No such file or directory",
                 (*few, "--resume"), 1),
                ("--overwrite and --resume exclude each other",
                 (*few, "--resume", "--overwrite"), 2)):
            with self.subTest(message):
                self.told(message, "ocr_train", *arguments, code=code)
                shutil.rmtree(self.dir / "new", ignore_errors=True)

    def test_an_image_that_is_too_narrow_for_its_label_is_named(self):
        done = self.run_program("ocr_train", *TINY, "--steps", 2, "-o", "new", "--stride-px", 16,
                                "--channels", 16, 32, 48, 64)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr,
                         r"\Aocr_train: sample 0: image: scaled to 16 px of height must be at "
                         r"least 33 px wide, 3 steps for the label '33'\. Got: \d+; .*\n\Z")
        self.assertFalse((self.dir / "new").exists())

    def test_resume_is_of_the_same_options(self):
        self.ok("ocr_train", *TINY, "--steps", 2, "-o", "new", "-q")
        message = "resume: must be of the options that the training began with, new/{}. Got: {}"
        for name, difference, options in (
                ("training.yaml", "'batch: 64' in place of 'batch: 32'", ("--batch", 64)),
                ("model.yaml", "'kernel: 5' in place of 'kernel: 3'", ("--kernel", 5)),
                ("training.yaml", "'steps: 3' in place of 'steps: 2'", ("--steps", 3))):
            with self.subTest(difference):
                steps = () if "--steps" in options else ("--steps", 2)
                self.told(message.format(name, difference), "ocr_train", *TINY, *steps, "-o", "new",
                          "--resume", *options, code=2)

    def test_damaged_checkpoints(self):
        path = self.dir / "model/checkpoint.pt"
        whole = path.read_bytes()
        flipped = bytearray(whole)
        flipped[len(whole) // 2] ^= 1
        for rule, content in (
                (r"a zip archive must end with its directory\. Got: .*", whole[:5000]),
                (r"archive/data/\d+: its checksum must be \w+\. Got: \w+: damaged data .*",
                 flipped),
                (r"must be a checkpoint of this training\. Got: .*",
                 (self.dir / "model/weights.pt").read_bytes())):
            with self.subTest(rule):
                path.write_bytes(content)
                done = self.run_program("ocr_train", *TINY, *STEPS, "-o", "model", "--resume")
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr, rf"\Aocr_train: model/checkpoint\.pt: {rule}\n\Z")

    def test_a_training_that_bursts_keeps_its_last_checkpoint(self):
        for every in (1, 3):
            with self.subTest(every):
                done = self.run_program(
                    "ocr_train", *TINY, "--steps", 100, "--validate-every", every, "-o", "new",
                    "--overwrite", "--learning-rate", 100, "--optimizer", "adamw",
                    "--weight-decay", 1)
                self.assertEqual(done.returncode, 1)
                self.assertRegex(
                    done.stderr,
                    r"\Aocr_train: training: loss and weights must be numbers; a smaller "
                    r"learning_rate \(it is \d+\) may help; the last checkpoint is kept\. "
                    r"Got: .* step \d+\n\Z")
                last = int(self.metrics("new")[-1]["step"])
                self.assertLess(last, 100)
                self.ok("ocr_eval", "--model", "new", "--recipe", "easy.yaml", "-q", "-j", 1)


class Evaluation(OcrTest):
    def test_report_is_what_the_answers_say(self):
        text = self.evaluate("--recipe", "hard.yaml", "--answers", "a.tsv")
        report = json.loads(self.evaluate("--recipe", "hard.yaml", "--json"))
        rows = self.answers("a.tsv")
        self.assertEqual([row["index"] for row in rows], [str(i) for i in range(300)])
        right = sum(row["truth"] == row["answer"] for row in rows)
        self.assertGreater(right, 30)
        self.assertLess(right, 300)
        self.assertEqual(report["sequences"]["right"], right)
        self.assertEqual(report["sequences"]["count"], 300)
        self.assertEqual(report["truth_characters"], 600)
        self.assertRegex(text, rf"\Amodel: 300 images\n +sequences +{right} of 300 right: ")
        sure = [row for row in rows if float(row["confidence"]) >= 0.8]
        at_least = next(each for each in report["calibration"]["at_least"]
                        if each["confidence"] == 0.8)
        self.assertEqual(at_least["count"], len(sure))
        self.assertEqual(at_least["right"], sum(row["truth"] == row["answer"] for row in sure))
        lengths = {}
        for row in rows:
            difference = str(len(row["answer"]) - len(row["truth"]))
            lengths[difference] = lengths.get(difference, 0) + 1
        self.assertEqual(report["length_differences"], lengths)
        self.assertGreater(report["speed"]["images_per_second"], 0)
        for line in text.splitlines():
            self.assertLessEqual(columns(line), 110, line)

    def test_is_the_same_every_time_but_for_the_speed(self):
        reports = [json.loads(self.evaluate("--recipe", "hard.yaml", "--json")) for _ in range(2)]
        for report in reports:
            del report["speed"]
        self.assertEqual(reports[0], reports[1])

    def test_images_are_asked_in_their_order(self):
        self.ok("augment_batch", "hard.yaml", "-o", "set", "-q")
        self.evaluate("--data", "set", "--answers", "a.tsv")
        rows = self.answers("a.tsv")
        self.assertEqual([row["truth"] for row in rows], self.labels("set"))
        self.evaluate("--data", "set", "--nums", 7, "--answers", "b.tsv")
        self.assertEqual([row["truth"] for row in self.answers("b.tsv")], self.labels("set")[:7])
        self.told("--nums: must be at most the 300 images of set. Got: 301", "ocr_eval", "--model",
                  "model", "--data", "set", "--nums", 301, code=2)

    def test_a_folder_whose_name_has_quotes(self):
        self.ok("augment_batch", "easy.yaml", "-o", 'a "b" \\c', "-q")
        self.assertIn("300 images", self.evaluate("--data", 'a "b" \\c'))

    def test_recipes(self):
        for arguments, count in ((("--nums", 40), 40), (("--nums", 600), 600),
                                 (("--seed", 5, "--nums", 40), 40)):
            self.evaluate("--recipe", "hard.yaml", *arguments, "--answers", f"{count}.tsv")
            self.assertEqual(len(self.answers(f"{count}.tsv")), count)
        self.evaluate("--recipe", "hard.yaml", "--nums", 40, "--answers", "own.tsv")
        self.assertNotEqual(self.answers("own.tsv"), self.answers("40.tsv"))
        self.write("split.yaml", HARD + "splits: {train: 0.9, val: 0.1}\n")
        self.evaluate("--recipe", "split.yaml", "--split", "val", "--answers", "val.tsv")
        self.assertEqual(len(self.answers("val.tsv")), 30)

    def test_constraints_are_obeyed(self):
        for options, pattern in ((("--pattern", r"1\d"), r"1[0-3]"),
                                 (("--pattern", "[02]{2}", "--beam", 3), "[02]{2}"),
                                 (("--date", "{MM}"), "0[123]|1[012]")):
            with self.subTest(pattern):
                report = json.loads(self.evaluate("--recipe", "hard.yaml", *options, "--json",
                                                  "--answers", "a.tsv"))
                self.assertEqual(report["unconstrained"], 0)
                for row in self.answers("a.tsv"):
                    self.assertRegex(row["answer"], rf"\A({pattern})\Z")
        self.evaluate("--recipe", "hard.yaml", "--beam", 5)

    def test_labels_that_the_model_cannot_say_are_wrong(self):
        self.write("more.yaml", RECIPE.replace(ALPHABET, ALPHABET + "4"))
        report = json.loads(self.evaluate("--recipe", "more.yaml", "--json", "--answers", "a.tsv"))
        unknown = [row for row in self.answers("a.tsv") if "4" in row["truth"]]
        self.assertGreater(len(unknown), 50)
        self.assertEqual(sum(report["matrix"]["other"].values()),
                         sum(row["truth"].count("4") for row in unknown))
        self.assertLessEqual(report["sequences"]["right"], 300 - len(unknown))

    def test_pictures(self):
        self.evaluate("--recipe", "hard.yaml", "-q", "--worst", "worst.png", "--confusion",
                      "confusion.png", "--reliability", "reliability.png")
        for name, least, most in (("worst", 200, 1300), ("confusion", 100, 400),
                                  ("reliability", 480, 480)):
            path = self.dir / f"{name}.png"
            self.assertEqual(path.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
            for side in png_size(path):
                self.assertTrue(least <= side <= most, (name, side))

    def test_projector(self):
        self.evaluate("--recipe", "hard.yaml", "-q", "--projector", "seen", "--vectors", 50)
        seen = self.dir / "seen"
        vectors = (seen / "vectors.tsv").read_text(encoding="utf-8").splitlines()
        self.assertEqual(len(vectors), 50)
        self.assertEqual({len([float(x) for x in line.split("\t")]) for line in vectors}, {96})
        self.assertEqual(len((seen / "metadata.tsv").read_text(encoding="utf-8").splitlines()), 51)
        told = (seen / "projector_config.pbtxt").read_text(encoding="utf-8")
        for name in ("vectors.tsv", "metadata.tsv", "sprite.png"):
            self.assertIn(f'"{name}"', told)
            self.assertTrue((seen / name).exists())
        side, _ = map(int, re.findall(r"single_image_dim: (\d+)", told))
        self.assertEqual(png_size(seen / "sprite.png"), (8 * side, 7 * side))  # 50 in rows of 8
        self.assertGreater(min(png_size(seen / "projection.png")), 300)

    def test_suggested_weights_make_data(self):
        self.evaluate("--recipe", "hard.yaml", "-q", "--pattern", r"1\d", "--suggest", "w.yaml")
        text = (self.dir / "w.yaml").read_text(encoding="utf-8")
        self.assertRegex(text, r"\A# how much more often than evenly; 1 is even\n(\w+: .*\n)+\Z")
        self.ok("augment_codes", "--weights", "w.yaml", "--length", 2, "--alphabet", ALPHABET,
                "--nums", 20, "-o", "more", "-q")
        self.evaluate("--recipe", "hard.yaml", "-q", "--suggest", "even.yaml", "--strength", 0)
        self.assertEqual((self.dir / "even.yaml").read_text(encoding="utf-8").count("\n"), 1)

    def test_positions(self):
        self.ok("ocr_train", *TINY, "--steps", 200, "--head", "positions", "--positions", 2, "-o",
                "positions", "-q")
        done = self.ok("ocr_eval", "--model", "positions", "--recipe", "easy.yaml", "--json",
                       "-j", 1)
        self.assertGreater(json.loads(done.stdout)["sequences"]["accuracy"], 0.5)

    def test_least_accuracy(self):
        self.assertEqual(self.evaluate("--recipe", "easy.yaml", "-q", "--min-accuracy", 0.9), "")
        done = self.run_program("ocr_eval", "--model", "model", "--recipe", "easy.yaml",
                                "--pattern", "00", "--min-accuracy", 0.9, "-q", "-j", 1)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr,
                         r"\Aocr_eval: accuracy: must be at least 0\.9\. Got: 0\.0\d+\n\Z")

    def test_interrupted_writes_nothing(self):
        self.write("long.yaml", RECIPE.replace("count: 300", "count: 100000000"))
        process = self.start("ocr_eval", "--model", "model", "--recipe", "long.yaml", "--answers",
                             "a.tsv", "-j", 1)
        while not list(self.dir.glob("a.tsv.*")) and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (130, ""))
        self.assertRegex(err, r"\Aocr_eval: interrupted after \d+ of 100000000 images\n\Z")
        self.assertEqual(list(self.dir.glob("a.tsv*")), [])


class EvaluationErrors(OcrTest):
    def test_usage(self):
        asked = ("--model", "model", "--recipe", "easy.yaml")
        for message, arguments, code in (
                ("needs --model DIR", (), 2),
                ("needs --data DIR or --recipe FILE", ("--model", "model"), 2),
                ("unexpected argument 'x'", (*asked, "x"), 2),
                ("--data and --recipe exclude each other", (*asked, "--data", "x"), 2),
                ("--pattern and --date exclude each other",
                 (*asked, "--pattern", "1", "--date", "{DD}"), 2),
                ("pattern: must be met by a text over the alphabet. Got: A",
                 (*asked, "--pattern", "A"), 2),
                ("--beam: must be between 1 and 10000. Got: 0", (*asked, "--beam", 0), 2),
                ("--min-accuracy: must be between 0 and 1. Got: 99",
                 (*asked, "--min-accuracy", 99), 2),
                ("--strength: must be between 0 and 1000. Got: -1", (*asked, "--strength", -1), 2),
                ("--most: must be between 1 and 1000. Got: 0", (*asked, "--most", 0), 2),
                ("worst: must end in .png or .jpg. Got: w.gif", (*asked, "--worst", "w.gif"), 2),
                ("no: cannot open the directory: No such file or directory",
                 (*asked, "--worst", "no/w.png"), 1),
                ("no: cannot open the directory: No such file or directory",
                 (*asked, "--answers", "no/a.tsv"), 1),
                ("model: must be a regular file where there is one. Got: a directory",
                 (*asked, "--suggest", "model"), 1),
                ("absent: cannot open the directory: No such file or directory",
                 ("--model", "absent", "--recipe", "easy.yaml"), 1),
                ("absent: no such directory of images",
                 ("--model", "model", "--data", "absent"), 1),
                ("absent.yaml: cannot be opened: No such file or directory",
                 ("--model", "model", "--recipe", "absent.yaml"), 1)):
            with self.subTest(message):
                self.told(message, "ocr_eval", *arguments, code=code)

    def test_models_that_are_none(self):
        weights = (self.dir / "model/weights.pt").read_bytes()
        flipped = bytearray(weights)
        flipped[len(weights) // 2] ^= 1
        model = (self.dir / "model/model.yaml").read_text(encoding="utf-8")
        other = r"must be the weights of the network that model\.yaml describes\. Got: "
        for message, name, content in (
                (r"weights\.pt: cannot open the file: No such file or directory", "weights.pt",
                 None),
                (r"weights\.pt: a zip archive must end with its directory\. Got: .*", "weights.pt",
                 weights[:100000]),
                (r"weights\.pt: a zip archive must end with its directory\. Got: .*", "weights.pt",
                 b""),
                (r"weights\.pt: archive/data/\d+: its checksum must be .*: damaged data .*",
                 "weights.pt", flipped),
                (rf"weights\.pt: {other}a layer of 480 numbers, not 576", "model.yaml",
                 model.replace('"3"]', '"3", "4"]')),
                (rf"weights\.pt: {other}No such serialized submodule: 'stages\.3'", "model.yaml",
                 model.replace("48]\nconv", "48, 48]\nconv")),
                (r"model\.yaml: characters: must differ\. Got: '2' twice", "model.yaml",
                 model.replace('"3"]', '"2"]')),
                (r"model\.yaml:1:1: x: unknown key", "model.yaml", "x: 1\n"),
                (r"model\.yaml: cannot open the file: No such file or directory", "model.yaml",
                 None)):
            with self.subTest(message):
                shutil.copytree(self.dir / "model", self.dir / "bad")
                path = self.dir / "bad" / name
                if content is None:
                    path.unlink()
                else:
                    path.write_bytes(content if isinstance(content, (bytes, bytearray))
                                     else content.encode())
                done = self.run_program("ocr_eval", "--model", "bad", "--recipe", "easy.yaml")
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr, rf"\Aocr_eval: bad/{message}\n\Z")
                shutil.rmtree(self.dir / "bad")

    def test_every_flipped_byte_is_noticed_or_does_not_matter(self):
        path = self.dir / "model/weights.pt"
        whole = path.read_bytes()
        self.evaluate("--recipe", "hard.yaml", "--nums", 20, "-q", "--answers", "whole.tsv")
        for place in range(17, len(whole), len(whole) // 40):
            damaged = bytearray(whole)
            damaged[place] ^= 0x40
            path.write_bytes(damaged)
            done = self.run_program("ocr_eval", "--model", "model", "--recipe", "hard.yaml",
                                    "--nums", 20, "-q", "--answers", "a.tsv", "-j", 1)
            if done.returncode == 0:
                self.assertEqual(self.answers("a.tsv"), self.answers("whole.tsv"), place)
            else:
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertRegex(done.stderr, r"\Aocr_eval: model/weights\.pt: .*\n\Z")

    def test_a_line_of_absurd_width_is_named(self):
        write_png(self.dir / "wide/01.png", [bytes([255] * 40 + [0] * 24)] * 16)
        write_png(self.dir / "wide/02.png", [bytes(9000)] * 2)
        done = self.run_program("ocr_eval", "--model", "model", "--data", "wide", "-j", 1)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr,
                         "ocr_eval: sample 1: image: scaled to 16 px of height must be at most "
                         "32768 px wide. Got: 9000 x 2 px\n")


class Help(CliTest):
    def test_pages(self):
        for program in ("ocr_train", "ocr_eval"):
            page = self.ok(program, "--help").stdout
            self.assertIn("\nExamples:\n", page)
            self.assertIsNone(re.search(r"\n\n\n", page))
            for line in page.splitlines():
                self.assertLessEqual(columns(line), 100, line)
            self.assertRegex(self.ok(program, "--version").stdout,
                             rf"\A{program} \d+\.\d+\.\d+\n\Z")


if __name__ == "__main__":
    unittest.main()
