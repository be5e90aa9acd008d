#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the programs as people do. GLYPHMILL_BIN is the directory that holds them."""

import os
import pathlib
import re
import signal
import subprocess
import time
import unittest

from cli_test_case import IMAGES, ROOT, CliTest, bin_path, columns, png_size, tree

PROGRAMS = ("augment_codes", "augment_dates", "augment_mnist", "augment_phones", "augment_batch")


class Help(CliTest):
    def test_fits_the_screen_and_says_every_default(self):
        for program in PROGRAMS:
            for flag in ("--help", "-h"):
                page = self.ok(program, flag).stdout
                self.assertIn(f"Usage: {program} [OPTION]...", page)
                self.assertIn("\nExamples:\n", page)
                for line in page.splitlines():
                    self.assertLessEqual(columns(line), 100, line)
        page = self.ok("augment_codes", "--help").stdout
        for text in ("--nums N", "(default: 100)", "--gaussian-sigma MIN [MAX]", "(default: 0.155)"):
            self.assertIn(text, page)

    def test_help_and_version_win_over_everything(self):
        self.assertIn("Usage:", self.ok("augment_batch", "--help", "--only", "x").stdout)
        self.assertIn("Usage:", self.ok("augment_codes", "a", "b", "-h").stdout)

    def test_version(self):
        for program in PROGRAMS:
            self.assertRegex(self.ok(program, "--version").stdout,
                             rf"\A{program} \d+\.\d+\.\d+\n\Z")

    def test_examples_work(self):
        for program in ("augment_codes", "augment_dates"):
            page = self.ok(program, "--help").stdout
            for example in page.split("\nExamples:\n")[1].splitlines():
                self.assertEqual(example.split()[0], program)
                self.as_typed(f"{example} --dry-run")


class BadUsage(CliTest):
    def test_names(self):
        for message, arguments in (
                ("unknown option '--num'. Did you mean '--nums'?", ["--num", "5"]),
                ("unknown option '--num'. Did you mean '--nums'?", ["--num=5"]),
                ("unknown option '--gauss'. Did you mean '--gaussian-sigma'?", ["--gauss", "0.1"]),
                ("unknown option '--print'. Did you mean '--print-recipe'?", ["--print"]),
                ("unknown option '--zzz'", ["--zzz"]),
                ("unknown option '-z'", ["-z"]),
                ("unexpected argument 'here'", ["here"]),
                ("unexpected argument '--nums'", ["--", "--nums"]),
                ("unexpected argument '-3'", ["-3"]),
                ("--nums: given twice", ["--nums", "1", "--nums", "1"]),
                ("--quiet: given twice", ["-q", "--quiet"]),
                ("--resume: takes no value", ["--resume=5"]),
                ("--nums: needs a value: N", ["--nums"]),
                ("--nums: needs a value: N", ["--nums="]),
                ("--nums: needs a value. Got: --seed", ["--nums", "--seed", "3"]),
                ("--spacing: needs a value. Got: --seed", ["--spacing", "--seed", "3"]),
                ("--color and --gray exclude each other", ["--color", "--gray"]),
                ("--unique and --balance exclude each other", ["--unique", "--balance", "iid"]),
                ("--weights and --balance exclude each other",
                 ["--weights", "w.yaml", "--balance", "iid"]),
                ("--weights: w.yaml: cannot be opened: No such file or directory",
                 ["--weights", "w.yaml"]),
                ("--overwrite and --resume exclude each other", ["--resume", "--overwrite"]),
                ("--only and --preview exclude each other", ["--only", "1", "--preview", "a.png"]),
        ):
            with self.subTest(arguments=arguments):
                self.refused(message, "augment_codes", *arguments)

    def test_values(self):
        count = "must be a whole number between 1 and 1000000000000. Got: "
        seed = "must be a whole number of at least 0. Got: "
        share = "must be a number between 0 and 1. Got: "
        for message, arguments in (
                ("--nums: " + count + "-1", ["--nums", "-1"]),
                ("--nums: " + count + "1e9999", ["--nums", "1e9999"]),
                ("--nums: " + count + "1e3", ["--nums", "1e3"]),
                ("--nums: " + count + "''", ["--nums", ""]),
                ("--nums: " + count + " 5", ["--nums", " 5"]),
                ("--nums: must be between 1 and 1000000000000. Got: 0", ["--nums", "0"]),
                ("--seed: " + seed + "-1", ["--seed", "-1"]),
                ("--seed: " + seed + "0x10", ["--seed", "0x10"]),
                ("--seed: must be at most 18446744073709551615. Got: 18446744073709551616",
                 ["--seed", "18446744073709551616"]),
                ("--salt-pepper: " + share + "NaN", ["--salt-pepper", "NaN"]),
                ("--salt-pepper: " + share + "inf", ["--salt-pepper", "inf"]),
                ("--salt-pepper: " + share + "1e9999", ["--salt-pepper", "1e9999"]),
                ("--salt-pepper: must be between 0 and 1. Got: 2", ["--salt-pepper", "2"]),
                ("--salt-pepper: must be between 0 and 1. Got: -0.5", ["--salt-pepper", "-0.5"]),
                ("--spacing: min must not be above max. Got: [5, -3]", ["--spacing", "5", "-3"]),
                ("--spacing: must be one number or [min, max]. Got: [1, 2, 3]",
                 ["--spacing", "1", "2", "3"]),
                ("--rotate-degrees: must be between 0 and 180. Got: -1", ["--rotate-degrees", "-1"]),
                ("--image-ext: must be one of jpg, png, auto. Got: jpeg. Did you mean 'jpg'?",
                 ["--image-ext", "jpeg"]),
                ("--threads: must be between 1 and 1024. Got: 0", ["--threads", "0"]),
                ("--output: must not be empty. Got: ''", ["--output", ""]),
                ("--only: must be between 0 and 99. Got: 100", ["--only", "100", "--seed", "1"]),
        ):
            with self.subTest(arguments=arguments):
                self.refused(message, "augment_codes", *arguments)

    def test_years(self):
        self.refused("--years: must be at least 2018; for other years use --from and --to. "
                     "Got: 2017", "augment_dates", "--years", "2017")
        self.refused("--years and --from exclude each other", "augment_dates", "--years", "2020",
                     "--from", "2019-01-01")

    def test_batch_takes_one_file(self):
        self.refused("needs a recipe FILE", "augment_batch")
        self.refused("unexpected argument 'b'", "augment_batch", "a", "b")
        self.refused("unknown option '--nums'", "augment_batch", "a", "--nums", "3")
        self.refused("nowhere.yaml: cannot be opened: No such file or directory", "augment_batch",
                     "nowhere.yaml", code=1)
        self.refused(".: must be a file. Got: a directory", "augment_batch", ".", code=1)

    def test_config_of_another_kind(self):
        config = ROOT / "configs" / "dates.yaml"
        self.refused("--config: labels and glyphs must be of this program's kinds; augment_batch "
                     f"takes every recipe. Got: {config}", "augment_codes", "--config", config)

    def test_bad_recipes(self):
        recipes = sorted((ROOT / "tests" / "errors").glob("*.yaml"))
        self.assertGreater(len(recipes), 5)
        for path in recipes:
            with self.subTest(recipe=path.name):
                text = path.read_text(encoding="utf-8")
                lines = re.findall(r"^# error: (.*)$", text, re.MULTILINE)
                message = "\n".join(lines).replace("FILE", str(path))
                self.refused(message, "augment_batch", path, "--quiet")


class Recipes(CliTest):
    def test_printed_recipe_prints_itself(self):
        flags = {
            "augment_codes": ["--seed", "18446744073709551615", "--spacing", "-3", "5.25",
                              "--margin=.5", "--gray", "--unique", "--alphabet", "0123456789",
                              "--length", "4", "--rotate-degrees", "0", "--nums", "7"],
            "augment_dates": ["--seed", "3", "--years", "2020", "--shear", "-0.1", "0.1",
                              "--layout", "{D}.{M}.{YY}", "--per-date", "2"],
        }
        for program, arguments in flags.items():
            first = self.ok(program, *arguments, "--print-recipe").stdout
            config = self.write(f"{program}.yaml", first)
            again = self.ok(program, "--config", config, "--print-recipe").stdout
            self.assertEqual(again, first)
            self.assertEqual(self.ok("augment_batch", config, "--print-recipe").stdout, first)

    def test_flags_win_over_the_file(self):
        config = self.write("c.yaml", "seed: 1\ncount: 5\ncompose: {height: 40}\n")
        recipe = self.ok("augment_codes", "--config", config, "--nums", "7",
                         "--print-recipe").stdout
        for line in ("seed: 1", "count: 7", "  height: 40"):
            self.assertIn(f"\n{line}\n", recipe)

    def test_negative_values(self):
        recipe = self.ok("augment_codes", "--spacing", "-3", "5", "--seed", "1",
                         "--print-recipe").stdout
        self.assertIn("\n  spacing_px: [-3, 5]\n", recipe)

    def test_a_seed_is_drawn_told_and_recorded(self):
        done = self.ok("augment_codes", "--print-recipe")
        told = re.fullmatch(r"augment_codes: seed (\d+) drawn; .*\n", done.stderr)
        self.assertIsNotNone(told, done.stderr)
        self.assertIn(f"\nseed: {told[1]}\n", done.stdout)
        self.assertNotEqual(self.ok("augment_codes", "--print-recipe").stdout, done.stdout)

    def test_dry_run_writes_nothing(self):
        done = self.ok("augment_dates", "--seed", "1", "--years", "2020", "--dry-run")
        self.assertRegex(done.stdout, r"\Acount: 10960\n(label [012]: 20(18|19|20)\d{4}\n){3}"
                                      r"output: dates\n\Z")
        self.assertEqual(list(self.dir.iterdir()), [])


class RealTiles(CliTest):
    """Tiles cut from photographs, which are not ours to ship."""

    def tiles(self, name):
        folder = pathlib.Path(os.environ.get("GLYPHMILL_TEST_DATA", "")) / "tiles" / name
        if "GLYPHMILL_TEST_DATA" not in os.environ or not folder.is_dir():
            self.skipTest(f"GLYPHMILL_TEST_DATA names no folder with tiles/{name}")
        return folder

    def test_codes(self):
        self.ok("augment_codes", "--tiles", self.tiles("codes"), "--nums", 200, "--seed", 1)
        labels = self.labels("codes")
        self.assertEqual(len(labels), 200)
        for place in range(10):
            for digit in "0123456789":
                self.assertEqual(sum(label[place] == digit for label in labels), 20)

    def test_dates(self):
        self.ok("augment_dates", "--tiles", self.tiles("dates"), "--years", 2019, "--per-date", 1,
                "--seed", 1)
        labels = self.labels("dates")
        self.assertEqual(len(set(labels)), 730)
        self.assertEqual((min(labels), max(labels)), ("20180101", "20191231"))

    def test_years_that_no_tiles_spell(self):
        self.refused("2032-01-01: no tile for '32' and none for '3'", "augment_dates", "--tiles",
                     self.tiles("dates"), "--years", 2033, "--seed", 1)


class Runs(CliTest):
    def images(self, folder):
        return [path for path in tree(self.dir / folder) if path.endswith(IMAGES)]

    def test_every_config(self):
        counts = {"alphanumeric": {"alphanumeric": 2000}, "codes": {"codes": 100},
                  "dates": {"dates": 366}, "letters": {"letters": 1296},
                  "jobs": {"jobs/train": 1000, "jobs/val": 200, "jobs/hard": 200,
                           "jobs/dates": 366},
                  "minimal": {"minimal": 100}, "mixed": {"mixed/train": 900, "mixed/val": 100},
                  "pattern": {"pattern": 200},
                  "mnist": {"mnist/train": 800, "mnist/val": 100, "mnist/test": 100},
                  "phones": {"phones": 200}}
        configs = sorted((ROOT / "configs").glob("*.yaml"))
        # What a cluster makes is checked and not made.
        self.assertEqual([path.stem for path in configs], sorted([*counts, "cluster"]))
        for path in configs:
            if path.stem == "cluster":
                continue
            with self.subTest(config=path.name):
                done = self.ok("augment_batch", path)
                sets = counts[path.stem]
                self.assertEqual(done.stdout, "".join(f"{name}\n" for name in sets))
                # Jobs are called by their names, and end with a table.
                table = rf"job .*\n(.*  done .*\n){{{len(sets)}}}" if path.stem == "jobs" else ""
                self.assertRegex(done.stderr, r"\A" + "".join(
                    rf"{name.replace('jobs/', '')}: {count} images, .* s, \d+ images/s, seed \d+\n"
                    for name, count in sets.items()) + rf"{table}\Z")
                for name, count in sets.items():
                    labels = (self.dir / name / "labels.tsv").read_text(encoding="utf-8")
                    self.assertEqual(labels.count("\n"), count)

    def test_the_configs_that_recognisers_are_trained_on(self):
        for name in ("captcha", "codes", "dates", "lookalikes"):
            with self.subTest(config=name):
                self.ok("augment_batch", ROOT / "configs" / "ocr" / f"{name}.yaml", "--preview",
                        f"{name}.png", "--seed", 1)
                self.assertGreater(min(png_size(self.dir / f"{name}.png")), 400)

    def test_the_config_for_a_cluster(self):
        path = ROOT / "configs" / "cluster.yaml"
        self.assertEqual(self.ok("augment_batch", "--validate", path).stdout,
                         f"{path}: 1 job, 10000000 images\n")
        done = self.ok("augment_batch", path, "--dry-run")
        self.assertRegex(done.stdout, r"\Acount: 10000000\n(label [012]: \d{6,12}\n){3}"
                                      r"output: cluster\n\Z")
        # Its images, a few of them, in files that anybody can open.
        self.write("few.yaml", path.read_text(encoding="utf-8").replace(
            "count: 10000000", "count: 70").replace("format: webdataset", "format: folder"))
        self.ok("augment_batch", "few.yaml", "-q")
        self.assertEqual(len(self.images("few")), 70)

    def test_a_recorded_recipe_gives_the_same_bytes(self):
        self.ok("augment_codes", "--nums", "30", "-o", "a", "-j", "1", "-q")
        self.ok("augment_batch", "a/recipe.yaml", "-o", "b", "-j", "2", "-q")
        self.assertEqual(tree(self.dir / "a"), tree(self.dir / "b"))

    def test_weights_are_in_the_recipe_and_need_their_file_once(self):
        """What was named comes more often, whatever the program and the threads."""
        path = self.write("w.yaml", "characters: {'7': 8}\nrepeats: 4\n")
        for program, flags in (("augment_codes", []), ("augment_codes", ["--pattern", "[0-9]{6}"]),
                               ("augment_dates", ["--from", "2000-01-01"]), ("augment_mnist", []),
                               ("augment_mnist", ["--single"]), ("augment_phones", [])):
            with self.subTest(program=program, flags=flags):
                flags = [*flags, "--nums", "60", "--seed", "5", "-q", "--overwrite"]
                self.ok(program, *flags, "-o", "even")
                self.ok(program, *flags, "--weights", path, "-o", "a", "-j", "1")
                even, weighted = ("".join(self.labels(name)).count("7") for name in ("even", "a"))
                self.assertGreater(weighted, 1.3 * even)
                (self.dir / path).rename(self.dir / "elsewhere")
                self.ok("augment_batch", "a/recipe.yaml", "-o", "b", "-j", "2", "-q", "--overwrite")
                (self.dir / "elsewhere").rename(self.dir / path)
                self.assertEqual(tree(self.dir / "a"), tree(self.dir / "b"))

    def test_quiet_is_quiet(self):
        done = self.ok("augment_codes", "--nums", "3", "-q")
        self.assertEqual((done.stdout, done.stderr), ("codes\n", ""))

    def test_only_writes_the_image_of_the_whole_run(self):
        self.ok("augment_codes", "--nums", "12", "--seed", "5", "-o", "all", "-q")
        done = self.ok("augment_codes", "--nums", "12", "--seed", "5", "-o", "one", "--only", "7")
        path, label = done.stdout.rstrip("\n").split("\t")
        image = (self.dir / path).read_bytes()
        labels = (self.dir / "all" / "labels.tsv").read_text(encoding="utf-8").splitlines()
        self.assertEqual(labels[7].split("\t")[1], label)
        self.assertEqual((self.dir / "all" / labels[7].split("\t")[0]).read_bytes(), image)
        self.assertEqual(len(self.images("one")), 1)

    def test_preview_alone_and_with_a_run(self):
        done = self.ok("augment_codes", "--seed", "1", "--preview", "sheet.png")
        self.assertEqual(done.stdout, "sheet.png\n")
        self.assertEqual([path.name for path in self.dir.iterdir()], ["sheet.png"])
        self.assertEqual((self.dir / "sheet.png").read_bytes()[:4], b"\x89PNG")
        done = self.ok("augment_codes", "--nums", "4", "--preview", "b.png", "-o", "out", "-q")
        self.assertEqual(done.stdout, "out\n")
        self.assertTrue((self.dir / "b.png").exists())

    def test_a_finished_set_is_not_touched_by_mistake(self):
        self.ok("augment_codes", "--nums", "4", "--seed", "1", "-q")
        before = tree(self.dir / "codes")
        self.assertEqual(self.run_program("augment_codes", "--nums", "5", "-q").returncode, 2)
        self.assertEqual(tree(self.dir / "codes"), before)
        self.ok("augment_codes", "--nums", "5", "-q", "--overwrite")
        self.assertEqual(len(self.images("codes")), 5)

    def test_interrupted_runs_resume_to_the_same_bytes(self):
        arguments = ["--nums", "20000", "-o", "cut", "-j", "1"]
        for number in (signal.SIGINT, signal.SIGTERM):
            work = self.dir / "cut" / ".glyphmill"
            resume = ["--resume"] if work.exists() else []
            finished = set(work.glob("[0-9]*.json"))
            with subprocess.Popen([bin_path("augment_codes"), *arguments, *resume], cwd=self.dir,
                                  text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE) as process:
                # A shard more is done: it listens to signals and has far to go.
                while set(work.glob("[0-9]*.json")) == finished and process.poll() is None:
                    time.sleep(0.01)
                process.send_signal(number)
                out, err = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 128 + number, err)
            self.assertEqual(out, "")
            self.assertRegex(err, r"augment_codes: interrupted after \d+ of 20000 images; run again "
                                  r"with --resume to complete\n\Z")
            self.assertFalse((self.dir / "cut" / "manifest.json").exists())
        # The seed that was drawn is found in what the first run recorded.
        self.ok("augment_codes", *arguments, "--resume", "-q")
        self.ok("augment_batch", "cut/recipe.yaml", "-o", "whole", "-q")
        self.assertEqual(tree(self.dir / "cut"), tree(self.dir / "whole"))

    def test_a_result_that_cannot_be_told(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([bin_path("augment_codes"), "--help"], stdout=full, text=True,
                                  stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, "augment_codes: standard output: cannot be written: No space "
                                      "left on device\n")

    def test_a_closed_pipe_is_an_error_and_no_crash(self):
        read, write = os.pipe()
        os.close(read)
        done = subprocess.run([bin_path("augment_codes"), "--help"], stdout=write, text=True,
                              stderr=subprocess.PIPE, check=False)
        os.close(write)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr,
                         "augment_codes: standard output: cannot be written: Broken pipe\n")


if __name__ == "__main__":
    unittest.main()
