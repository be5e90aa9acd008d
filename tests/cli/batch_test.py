#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files of several jobs. GLYPHMILL_BIN is the directory of the programs."""

import os
import pty
import re
import signal
import subprocess
import unittest

from cli_test_case import CliTest, bin_path, tree

THREE = """
defaults: {seed: 7, count: 12}
jobs:
  - {name: codes, labels: {length: 4}}
  - {name: dates, labels: {kind: date}, count: 6}
  - {name: phones, labels: {kind: phone}}
"""
# The second job is in order, but no tile shows a snowman.
MIDDLE_FAILS = """
- {name: first, seed: 1, count: 3}
- {name: broken, seed: 1, count: 3, labels: {alphabet: "☃"}}
- {name: last, seed: 1, count: 3}
"""
HEAD = r"job +images +seconds +images/s +state +directory\n"
SPLIT = "{name: digits, count: 20, glyphs: {kind: digits}, splits: {a: 0.5, b: 0.5}}"


class Jobs(CliTest):
    def test_each_goes_to_a_directory_of_its_own(self):
        self.write("three.yaml", THREE)
        done = self.ok("augment_batch", "three.yaml", "-o", "out")
        self.assertEqual(done.stdout, "out/codes\nout/dates\nout/phones\n")
        row = r" +\d+\.\d\d +\d+  done   "
        self.assertRegex(done.stderr, r"\A(\w+: \d+ images, .* seed 7\n){3}" + HEAD +
                         rf"codes +12{row}out/codes\ndates +6{row}out/dates\n"
                         rf"phones +12{row}out/phones\n\Z")
        self.write("dates.yaml", "{seed: 7, count: 6, labels: {kind: date}}")
        self.ok("augment_batch", "dates.yaml", "-o", "alone")
        self.assertEqual(tree(self.dir / "alone"), tree(self.dir / "out" / "dates"))

    def test_the_default_directory_is_the_files_stem(self):
        self.write("three.yaml", THREE)
        self.assertEqual(self.ok("augment_batch", "three.yaml", "--job", "dates", "codes",
                                 "-q").stdout, "three/codes\nthree/dates\n")
        self.assertEqual(len(list((self.dir / "three").iterdir())), 2)

    def test_quiet_is_quiet(self):
        self.write("three.yaml", THREE)
        done = self.ok("augment_batch", "three.yaml", "-q")
        self.assertEqual((done.stdout.count("\n"), done.stderr), (3, ""))

    def test_threads_and_parts_change_nothing(self):
        self.write("three.yaml", THREE.replace("count: 12", "count: 12, output: {shard_size: 3}"))
        self.ok("augment_batch", "three.yaml", "-o", "one", "-j", 1, "-q")
        self.ok("augment_batch", "three.yaml", "-o", "seven", "-j", 7, "-q")
        self.assertEqual(tree(self.dir / "one"), tree(self.dir / "seven"))
        for part in ("1/2", "0/2"):
            self.ok("augment_batch", "three.yaml", "-o", "parts", "--shard", part, "-q")
        self.assertEqual(tree(self.dir / "one"), tree(self.dir / "parts"))

    def test_splits_of_a_job(self):
        self.write("split.yaml", f"- {SPLIT}\n- {{name: plain, count: 5}}\n")
        done = self.ok("augment_batch", "split.yaml", "-o", "out", "--seed", 3)
        self.assertEqual(done.stdout, "out/digits/a\nout/digits/b\nout/plain\n")
        self.assertRegex(done.stderr, r"\ndigits +20 .* done   out/digits\n")


class Seeds(CliTest):
    def seeds(self, folder):
        return {path.parent.name: re.search(r"^seed: (\d+)$", path.read_text(encoding="utf-8"),
                                            re.MULTILINE)[1]
                for path in (self.dir / folder).rglob("recipe.yaml")}

    def test_jobs_without_a_seed_share_one_that_is_drawn(self):
        self.write("jobs.yaml", "- {name: a, count: 3}\n- {name: b, count: 3}\n"
                                "- {name: c, seed: 5, count: 3}\n")
        done = self.ok("augment_batch", "jobs.yaml")
        told = re.findall(r"augment_batch: seed (\d+) drawn; ", done.stderr)
        self.assertEqual(len(told), 1, done.stderr)
        self.assertEqual(self.seeds("jobs"), {"a": told[0], "b": told[0], "c": "5"})

    def test_the_flag_is_for_all_jobs(self):
        self.write("three.yaml", THREE)
        self.ok("augment_batch", "three.yaml", "--seed", 9, "-q")
        self.assertEqual(set(self.seeds("three").values()), {"9"})

    def test_a_resumed_file_finds_the_seed_that_was_drawn(self):
        self.write("jobs.yaml", "- {name: a, count: 3}\n- {name: b, count: 3}\n")
        self.ok("augment_batch", "jobs.yaml", "--job", "b", "-q")
        done = self.ok("augment_batch", "jobs.yaml", "--resume")
        self.assertNotIn("drawn", done.stderr)
        self.assertEqual(len(set(self.seeds("jobs").values())), 1)


class Failures(CliTest):
    def test_the_others_go_on(self):
        self.write("jobs.yaml", MIDDLE_FAILS)
        done = self.run_program("augment_batch", "jobs.yaml")
        self.assertEqual((done.returncode, done.stdout), (1, "jobs/first\njobs/last\n"))
        self.assertRegex(done.stderr, r"\Afirst: .*\naugment_batch: job broken: labels.alphabet: no "
                                      r"tile for '☃'\nlast: .*\n" + HEAD +
                         r"first +3 .*  done    jobs/first\n"
                         r"broken +- +- +-  failed  jobs/broken\n"
                         r"last +3 .*  done    jobs/last\n\Z")
        self.assertFalse((self.dir / "jobs" / "broken").exists())

    def test_fail_fast(self):
        self.write("jobs.yaml", MIDDLE_FAILS)
        done = self.run_program("augment_batch", "jobs.yaml", "--fail-fast")
        self.assertEqual((done.returncode, done.stdout), (1, "jobs/first\n"))
        self.assertRegex(done.stderr, r"\nlast +- +- +-  not run  jobs/last\n\Z")

    def test_a_directory_in_use_fails_its_job_alone(self):
        self.write("three.yaml", THREE)
        (self.dir / "three" / "dates").mkdir(parents=True)
        (self.dir / "three" / "dates" / "mine.txt").write_text("mine")
        done = self.run_program("augment_batch", "three.yaml", "-q")
        self.assertEqual((done.returncode, done.stdout), (1, "three/codes\nthree/phones\n"))
        self.assertRegex(done.stderr, r"\Aaugment_batch: job dates: three/dates: .*\n\Z")
        self.assertEqual(list(tree(self.dir / "three" / "dates")), ["mine.txt"])

    def test_wrong_recipes_are_told_before_anything_runs(self):
        self.write("jobs.yaml", "- {name: a, count: 3}\n- {name: b, count: -3}\n- {name: c, x: 1}\n")
        done = self.run_program("augment_batch", "jobs.yaml")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(done.stderr,
                         "augment_batch: jobs.yaml:2:20: count: must be a whole number between 1 "
                         "and 1000000000000. Got: -3\njobs.yaml:3:13: x: unknown key\n")
        self.assertFalse((self.dir / "jobs").exists())

    def test_an_interruption_stops_all_and_can_be_resumed(self):
        self.write("jobs.yaml", "defaults: {count: 3000}\n"
                                "jobs: [{name: a, count: 10}, {name: b}, {name: c}]\n")
        for number in (signal.SIGINT, signal.SIGTERM):
            resume = ["--resume"] if (self.dir / "jobs").exists() else []
            ready = "jobs/b/recipe.yaml" if not resume else "jobs/c/recipe.yaml"
            code, _, err = self.interrupt(number, ready, "augment_batch", "jobs.yaml", "-j", 1,
                                          *resume)
            self.assertEqual(code, 128 + number, err)
            self.assertRegex(err, r"\n[bc] .*  interrupted  jobs/[bc]\n")
        self.ok("augment_batch", "jobs.yaml", "--resume", "-q")
        for job in "abc":
            self.ok("augment_batch", f"jobs/{job}/recipe.yaml", "-o", f"whole/{job}", "-q")
        self.assertEqual(tree(self.dir / "jobs"), tree(self.dir / "whole"))


class OneJob(CliTest):
    def test_flags_for_one_job_ask_for_a_choice(self):
        self.write("three.yaml", THREE)
        for flag in (["--print-recipe"], ["--preview", "a.png"], ["--only", "1"]):
            done = self.run_program("augment_batch", "three.yaml", *flag)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertEqual(done.stderr, f"augment_batch: {flag[0]}: is for one job; choose it "
                                          "with --job. Got: 3 jobs\n")

    def test_with_a_choice_they_work(self):
        self.write("three.yaml", THREE)
        printed = self.ok("augment_batch", "three.yaml", "--job", "codes", "--print-recipe").stdout
        self.write("codes.yaml", printed)
        self.assertEqual(self.ok("augment_batch", "codes.yaml", "--print-recipe").stdout, printed)
        self.ok("augment_batch", "three.yaml", "--job", "dates", "--preview", "sheet.png")
        self.assertEqual((self.dir / "sheet.png").read_bytes()[:4], b"\x89PNG")
        done = self.ok("augment_batch", "three.yaml", "--job", "dates", "--only", 2, "-o", "one")
        self.assertTrue(done.stdout.startswith("one/dates/images/"), done.stdout)

    def test_unknown_jobs(self):
        self.write("three.yaml", THREE)
        self.write("one.yaml", "count: 3")
        for message, arguments in (
                ("--job: must be a job of three.yaml. Got: date. Did you mean 'dates'?",
                 ["three.yaml", "--job", "date"]),
                ("--job: only for a file of jobs, and one.yaml is one recipe. Got: dates",
                 ["one.yaml", "--job", "dates"])):
            done = self.run_program("augment_batch", *arguments)
            self.assertEqual((done.returncode, done.stderr), (2, f"augment_batch: {message}\n"))

    def test_a_program_takes_no_list(self):
        path = self.write("three.yaml", THREE)
        done = self.run_program("augment_codes", "--config", path)
        self.assertEqual((done.returncode, done.stderr),
                         (2, "augment_codes: three.yaml:2:1: must be one recipe. Got: a list of "
                             "jobs, which augment_batch runs\n"))


class Checks(CliTest):
    def test_dry_run_shows_every_job(self):
        self.write("jobs.yaml", MIDDLE_FAILS)
        done = self.run_program("augment_batch", "jobs.yaml", "--dry-run")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr,
                         "augment_batch: job broken: labels.alphabet: no tile for '☃'\n")
        shown = r"count: 3\n(label [012]: \d{10}\n){3}output: jobs/"
        self.assertRegex(done.stdout, rf"\Ajob: first\n{shown}first\njob: last\n{shown}last\n\Z")
        self.assertEqual([path.name for path in self.dir.iterdir()], ["jobs.yaml"])

    def test_validate(self):
        self.write("three.yaml", THREE)
        self.write("one.yaml", "count: 3")
        self.write("broken.yaml", MIDDLE_FAILS)
        self.write("nowhere.yaml", "- {name: a, glyphs: {tiles: nowhere}}\n- {name: b, count: 1}\n")
        for path, code, out, err in (
                ("three.yaml", 0, "three.yaml: 3 jobs, 30 images\n", ""),
                ("one.yaml", 0, "one.yaml: 1 job, 3 images\n", ""),
                ("broken.yaml", 2, "", "augment_batch: job broken: labels.alphabet: no tile for "
                                       "'☃'\n"),
                ("nowhere.yaml", 1, "", "augment_batch: job a: nowhere: no such tile folder\n")):
            with self.subTest(path=path):
                done = self.run_program("augment_batch", "--validate", path)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (code, out, err))
        self.assertEqual(len(list(self.dir.iterdir())), 4)


class OnATerminal(CliTest):
    def test_one_line_counts_the_jobs_and_all_images(self):
        self.write("jobs.yaml", "- {name: a, seed: 1, count: 5}\n- {name: b, seed: 1, count: 1500}\n")
        master, slave = pty.openpty()
        environment = {**self.environment, "TERM": "xterm"}
        with subprocess.Popen([bin_path("augment_batch"), "jobs.yaml", "-j", "1"], cwd=self.dir,
                              stdout=subprocess.DEVNULL, stderr=slave, env=environment) as process:
            os.close(slave)
            text = b""
            try:
                while block := os.read(master, 4096):
                    text += block
            except OSError:  # the other end is closed
                pass
        os.close(master)
        self.assertEqual(process.returncode, 0)
        self.assertRegex(text.decode(), r"\r1/2 a .*5/1505 0%")
        self.assertRegex(text.decode(), r"\r2/2 b .*1505/1505 100%")


if __name__ == "__main__":
    unittest.main()
