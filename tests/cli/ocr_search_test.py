#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""ocr_search with trials of a second each. GLYPHMILL_BIN is the directory that holds the programs."""

import csv
import unittest

from cli_test_case import CliTest, png_size

RECIPE = """seed: 1
count: 30
labels: {kind: code, length: 2, alphabet: "0123"}
glyphs: {tiles: "builtin:codes"}
compose: {height: 16, color: false}
ops: []
"""
SPACE = """parameters:
  conv_layers: {integer: [1, 2]}
  first_channels: [4, 8]
  growth_2: {real: [1, 2], when: {conv_layers: 2}}
  learning_rate: {real: [0.001, 0.1], log: true}
  optimizer: [Adam, SGD]
"""
TRAINING = ("--recipe", "easy.yaml", "--architecture", "tiny", "--height", 16, "--lstm", 16,
            "--steps", 30, "--batch", 8, "--warmup-steps", 5, "--validation-samples", 40, "-j", 1)


class OcrSearchTest(CliTest):
    def setUp(self):
        super().setUp()
        (self.dir / "easy.yaml").write_text(RECIPE, encoding="utf-8")
        (self.dir / "space.yaml").write_text(SPACE, encoding="utf-8")

    def search(self, *arguments):
        return self.run_program("ocr_search", *TRAINING, *arguments)

    def trials(self):
        with open(self.dir / "study" / "trials.csv", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def refused(self, message, *arguments, code=2):
        done = self.search(*arguments)
        self.assertEqual((done.stderr, done.returncode), (f"ocr_search: {message}\n", code))

    def test_the_best_is_trained_again_and_tested_once(self):
        self.run_program("augment_batch", "easy.yaml", "-o", "test", "-q")
        done = self.search("--space", "space.yaml", "--trials", 4, "--test", "test")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = self.trials()
        self.assertEqual([row["number"] for row in rows], ["0", "1", "2", "3"])
        self.assertEqual({row["state"] for row in rows}, {"COMPLETE"})
        self.assertEqual(list(rows[0])[:5], ["number", "value", "datetime_start",
                                             "datetime_complete", "duration"])
        self.assertEqual(rows[0]["params_growth_2"] == "", rows[0]["params_conv_layers"] == "1")
        best = min(rows, key=lambda row: float(row["value"]))
        self.assertIn(f"best of 4 trials, number {best['number']}: "
                      f"{100 * float(best['value']):.3f} % character errors\n", done.stdout)
        self.assertIn(" of 30 test sequences right, ", done.stdout)
        self.assertGreater(png_size(self.dir / "study" / "study.png")[0], 600)
        model = (self.dir / "study" / "best" / "model.yaml").read_text(encoding="utf-8")
        layers = int(best["params_conv_layers"])
        self.assertEqual(model.split("channels: [")[1].split("]")[0].count(","), layers - 1)
        self.assertFalse((self.dir / "study" / "models").exists(), "models of trials")

    def test_resumed_it_makes_the_trials_of_one_that_never_stopped(self):
        self.search("--space", "space.yaml", "--trials", 5)
        whole = [(row["value"], row["params_learning_rate"]) for row in self.trials()]
        (self.dir / "study").rename(self.dir / "whole")
        self.search("--space", "space.yaml", "--trials", 2)
        self.refused("study: holds a study, which resuming continues", "--space", "space.yaml",
                     "--trials", 5)
        done = self.search("--space", "space.yaml", "--trials", 5, "--resume")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([(row["value"], row["params_learning_rate"]) for row in self.trials()],
                         whole)

    def test_two_at_once_share_the_trials(self):
        command = ("ocr_search", *TRAINING, "--space", "space.yaml", "--trials", 6, "--resume")
        for process in [self.start(*command) for _ in range(2)]:
            with process:
                _, err = process.communicate(timeout=300)
                self.assertEqual(process.returncode, 0, err)
        rows = self.trials()
        self.assertEqual([row["number"] for row in rows], [str(i) for i in range(6)])
        self.assertEqual({row["state"] for row in rows}, {"COMPLETE"})
        self.assertEqual(len({row["params_learning_rate"] for row in rows}), 6)
        self.assertTrue((self.dir / "study" / "best" / "weights.pt").exists())

    def test_what_every_trial_would_stumble_over_is_refused_before_the_first(self):
        self.refused("needs --space FILE")
        (self.dir / "space.yaml").write_text("parameters: {learning_rat: [0.1]}\n",
                                             encoding="utf-8")
        self.refused("parameters.learning_rat: must be a size of the model or an option of its "
                     "training. Got: 0.1", "--space", "space.yaml")
        (self.dir / "space.yaml").write_text(SPACE, encoding="utf-8")
        (self.dir / "easy.yaml").write_text(RECIPE.replace("codes", "nothing"), encoding="utf-8")
        done = self.search("--space", "space.yaml")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("nothing", done.stderr)
        self.assertFalse((self.dir / "study").exists())

    def test_what_only_the_best_would_stumble_over_is_refused_before_the_first_trial(self):
        for flag, value in (("--test", "nowhere"), ("--val", "nowhere"), ("--best-minutes", "soon")):
            done = self.search("--space", "space.yaml", "--trials", 1, flag, value)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(value, done.stderr)
            self.assertFalse((self.dir / "study").exists(), flag)

    def test_trials_that_take_too_long_have_failed_and_the_search_goes_on(self):
        done = self.search("--space", "space.yaml", "--trials", 2, "--timeout", 0.001)
        self.assertEqual(done.returncode, 1)
        self.assertEqual({row["state"] for row in self.trials()}, {"FAIL"})
        self.assertIn("every trial has failed; the last: took longer than 0.001 minutes",
                      done.stderr)


if __name__ == "__main__":
    unittest.main()
