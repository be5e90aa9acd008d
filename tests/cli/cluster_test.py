# SPDX-License-Identifier: Apache-2.0
"""Recipes as jobs of schedulers: the script for Slurm outside of a cluster, GNU parallel, the
manifest for Kubernetes. scripts/test_slurm.sh tries a real cluster."""

import os
import pathlib
import shutil
import signal
import subprocess
import threading
import unittest

import yaml

from cli_test_case import ROOT, CliTest, bin_path, tree

RECIPE = """seed: 5
count: 1600
labels: {kind: code, length: 6}
output: {shard_size: 50}
"""
ARRAY = ROOT / "scripts/slurm/augment_array.sbatch"


def processes_of(words):
    """The running processes whose arguments hold these words in a row."""
    wanted = b"\0" + b"\0".join(word.encode() for word in words) + b"\0"
    # Not by glob, which looks at each file and fails where a process has ended since it was listed.
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            arguments = pathlib.Path("/proc", number, "cmdline").read_bytes()
        except OSError:
            continue
        if arguments.split(b"\0")[0].endswith(b"augment_batch") and wanted in arguments:
            yield int(number)


class SlurmScript(CliTest):
    def task(self, *arguments, **variables):
        """What a task of an array runs. Slurm gives it a copy of the script."""
        copy = self.dir / "spool"
        copy.mkdir(exist_ok=True)
        script = shutil.copy(ARRAY, copy / "slurm_script")
        environment = {**self.environment, "SLURM_ARRAY_TASK_ID": "0", **variables}
        environment = {name: value for name, value in environment.items() if value is not None}
        return subprocess.run(["bash", script, *arguments], cwd=self.dir, text=True,
                              capture_output=True, timeout=120, check=False, env=environment)

    def refused_task(self, message, *arguments, **variables):
        done = self.task(*arguments, **variables)
        self.assertEqual(done.stderr, f"augment_array.sbatch: {message}\n")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertFalse((self.dir / "out").exists())

    def test_tasks_make_the_data_set_of_one_machine(self):
        self.write("recipe.yaml", RECIPE)
        self.ok("augment_batch", "recipe.yaml", "-o", "single")
        for task in (2, 0, 1):
            self.assertFalse((self.dir / "out/manifest.json").exists())
            done = self.task("recipe.yaml", "out", "3", SLURM_ARRAY_TASK_ID=str(task))
            finished = "out\n" if task == 1 else ""  # the last to end has the whole set
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, finished, ""))
        self.assertEqual(tree(self.dir / "out"), tree(self.dir / "single"))

    def test_further_flags_reach_the_program(self):
        self.write("recipe.yaml", RECIPE)
        done = self.task("recipe.yaml", "out", "1", "--seed", "6", "--threads", "1", "--print-recipe")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("seed: 6\n", done.stdout)

    def test_program_on_path_and_in_the_checkout(self):
        self.write("recipe.yaml", RECIPE)
        on_path = os.environ["GLYPHMILL_BIN"] + ":" + os.environ["PATH"]
        done = self.task("recipe.yaml", "out", "1", "--dry-run", GLYPHMILL_BIN=None, PATH=on_path)
        self.assertEqual(done.returncode, 0, done.stderr)

        built = self.dir / "build/release/bin"
        built.mkdir(parents=True)
        (built / "augment_batch").symlink_to(bin_path("augment_batch"))
        done = self.task("recipe.yaml", "out", "1", "--dry-run", GLYPHMILL_BIN=None,
                         SLURM_SUBMIT_DIR=str(self.dir))
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_exit_codes_are_those_of_the_program(self):
        self.write("recipe.yaml", "seed: 1\nlabels: {lenght: 6}\n")
        self.assertEqual(self.task("recipe.yaml", "out", "2").returncode, 2)
        self.write("recipe.yaml", RECIPE)
        self.write("out", "a file where the directory should be")
        self.assertEqual(self.task("recipe.yaml", "out", "2").returncode, 1)

    def test_what_cannot_work_is_refused(self):
        self.write("recipe.yaml", RECIPE)
        self.write("unseeded.yaml", "count: 5  # seed: 1\nlabels: {length: 4}\n")
        self.write("flow.yaml", "{count: 5, seed: 1}\n")
        usage = "usage: sbatch --array=0-63 augment_array.sbatch RECIPE OUT 64 [FLAGS...]"
        seed = ("unseeded.yaml: seed: must be there (or --seed N after the number of parts), as all "
                "parts share it")
        self.refused_task(usage, "recipe.yaml", "out")
        self.refused_task("number of parts: must be a positive number. Got: 0", "recipe.yaml", "out",
                          "0")
        self.refused_task("must be a job array: sbatch --array=0-3 ...", "recipe.yaml", "out", "4",
                          SLURM_ARRAY_TASK_ID=None)
        self.refused_task("--array: must end at 3 for 4 parts. Got: task 4", "recipe.yaml", "out", "4",
                          SLURM_ARRAY_TASK_ID="4")
        self.refused_task(seed, "unseeded.yaml", "out", "2")
        self.refused_task("augment_batch: must be on PATH, in GLYPHMILL_BIN or in a checkout that "
                          "sbatch is called in", "recipe.yaml", "out", "2", GLYPHMILL_BIN=None)
        self.assertEqual(self.task("unseeded.yaml", "out", "2", "--seed", "1", "--dry-run").returncode,
                         0)
        self.assertEqual(self.task("unseeded.yaml", "out", "2", "--seed=1", "--dry-run").returncode, 0)
        self.assertEqual(self.task("flow.yaml", "out", "2", "--dry-run").returncode, 0)


@unittest.skipUnless(shutil.which("parallel"), "GNU parallel is absent")
class GnuParallel(CliTest):
    LINE = ("parallel -j2 --joblog jl --resume-failed "
            "'augment_batch recipe.yaml --shard {}/8 -o out -q' ::: $(seq 0 7)")

    def run_line(self):
        path = os.environ["GLYPHMILL_BIN"] + ":" + os.environ["PATH"]
        return subprocess.run(["bash", "-c", self.LINE], cwd=self.dir, text=True, timeout=120,
                              capture_output=True, check=False,
                              env={**self.environment, "PATH": path, "HOME": str(self.dir)})

    def failed(self):
        rows = (self.dir / "jl").read_text(encoding="utf-8").splitlines()[1:]
        fields = [row.split("\t") for row in rows]
        return [row[8] for row in fields if row[6] != "0" or row[7] != "0"]

    def test_a_killed_part_is_made_the_second_time(self):
        self.write("recipe.yaml", RECIPE)
        self.ok("augment_batch", "recipe.yaml", "-o", "single")
        killed = threading.Event()
        over = threading.Event()

        def kill_part_5():
            while not over.is_set() and not killed.is_set():
                for process in processes_of(["recipe.yaml", "--shard", "5/8", "-o", "out"]):
                    if os.readlink(f"/proc/{process}/cwd") == str(self.dir):
                        os.kill(process, signal.SIGKILL)
                        killed.set()

        killer = threading.Thread(target=kill_part_5)
        killer.start()
        first = self.run_line()
        over.set()
        killer.join()
        self.assertTrue(killed.is_set(), "part 5 was never seen")
        self.assertEqual(first.returncode, 1, first.stderr)  # the number of parts that failed
        self.assertEqual(len(self.failed()), 1)
        self.assertIn("--shard 5/8", self.failed()[0])
        self.assertFalse((self.dir / "out/manifest.json").exists())

        again = self.run_line()
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(tree(self.dir / "out"), tree(self.dir / "single"))


class Kubernetes(CliTest):
    def test_the_job_is_one_of_parts_that_the_program_takes(self):
        text = (ROOT / "scripts/kubernetes/augment_job.yaml").read_text(encoding="utf-8")
        self.assertIn("UNTESTED", text.splitlines()[0])
        job = yaml.safe_load(text)
        spec = job["spec"]
        pod = spec["template"]["spec"]
        container = pod["containers"][0]
        self.assertEqual((job["apiVersion"], job["kind"]), ("batch/v1", "Job"))
        self.assertEqual((spec["completionMode"], spec["completions"]), ("Indexed", 64))
        self.assertLessEqual(spec["parallelism"], spec["completions"])
        self.assertGreater(spec["backoffLimitPerIndex"], 0)
        self.assertEqual(pod["restartPolicy"], "Never")  # as backoffLimitPerIndex asks
        self.assertEqual(container["volumeMounts"][0]["mountPath"], "/data")
        self.assertIn("persistentVolumeClaim", pod["volumes"][0])
        rule = spec["podFailurePolicy"]["rules"][0]
        self.assertEqual((rule["action"], rule["onExitCodes"]["values"]), ("FailIndex", [2]))
        self.assertEqual(rule["onExitCodes"]["containerName"], container["name"])

        self.write("recipe.yaml", RECIPE)
        arguments = [argument.replace("/data", str(self.dir)).replace("$(JOB_COMPLETION_INDEX)", "63")
                     for argument in container["args"]]
        self.assertIn(f"63/{spec['completions']}", arguments)
        self.ok(*container["command"], *arguments, "--dry-run")
        self.ok(*container["command"], *arguments)
        self.assertFalse((self.dir / "out/manifest.json").exists(), "one part is not the set")


if __name__ == "__main__":
    unittest.main()
