#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py BIN RESULTS.json [--quick]: runs every benchmark and writes what came out.

BIN is the directory of the programs and benchmarks. Times are medians, in nanoseconds; memory is in
bytes. RESULTS.json maps names to {"value": ..., "unit": "ns" or "bytes"} or {"skipped": why}.
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build"
UNITS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
PROGRAMS = ("augment_codes", "augment_dates", "augment_mnist", "augment_phones", "augment_batch",
            "inspect_dataset")


def pinned(processors):
    """The prefix of a command that keeps it on so many processors, where they can be chosen."""
    available = sorted(os.sched_getaffinity(0))
    if shutil.which("taskset") is None or len(available) < processors:
        return []
    return ["taskset", "-c", ",".join(map(str, available[-processors:]))]


def without_blas_settings():
    """The environment without the settings that hold OpenBLAS to an older processor."""
    return {name: value for name, value in os.environ.items()
            if name not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}


class Run:
    def __init__(self, binaries, quick):
        self.binaries = binaries
        self.repetitions = 4 if quick else 10
        self.quick = quick
        self.results = {}

    def keep(self, name, value, unit="ns"):
        self.results[name] = {"value": value, "unit": unit}

    def google(self, filter, processors, repetitions, prefix="", directory=None):
        """Rows whose names match; those of one call come in turns, so that what slows the machine
        down for a while slows all."""
        print(f"{filter} on {processors}", file=sys.stderr)
        environment = dict(os.environ)
        if directory is not None:
            environment["GLYPHMILL_BENCH_DIR"] = str(directory)
        output = subprocess.run(
            [*pinned(processors), self.binaries / "glyphmill_bench",
             f"--benchmark_filter={filter}", "--benchmark_format=json",
             f"--benchmark_repetitions={repetitions}",
             "--benchmark_report_aggregates_only=true",
             "--benchmark_enable_random_interleaving=true", "--benchmark_min_time=0.05"],
            check=True, stdout=subprocess.PIPE, env=environment).stdout
        for row in json.loads(output or '{"benchmarks": []}')["benchmarks"]:
            name = prefix + row["run_name"].replace("/real_time", "")
            if row.get("error_occurred"):
                self.results[name] = {"skipped": row["error_message"]}
            elif row["aggregate_name"] == "median":
                self.keep(name, row["real_time"] * UNITS[row["time_unit"]])
                if "bytes" in row:
                    self.keep(name + "/size", row["bytes"], "bytes")

    def start(self, name, *command):
        """Processor time and elapsed time of a program from its start to its end."""
        used, elapsed = [], []
        for _ in range(2 * self.repetitions):
            with tempfile.TemporaryDirectory() as directory:
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                start = time.perf_counter()
                subprocess.run([self.binaries / command[0], *command[1:]], check=True,
                               stdout=subprocess.DEVNULL, cwd=directory)
                elapsed.append(time.perf_counter() - start)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        self.keep(f"start/{name}/processor", statistics.median(used) * 1e9)
        self.keep(f"start/{name}/elapsed", statistics.median(elapsed) * 1e9)

    def memory(self, *sinks):
        output = subprocess.run([self.binaries / "memory_bench", *sinks], check=True,
                                stdout=subprocess.PIPE, text=True).stdout
        for line in output.splitlines()[1:]:
            sink, samples, _, _, megabytes, _ = line.split()
            self.keep(f"memory/{sink}/{samples}", int(megabytes) << 20, "bytes")

    def keep_rows(self, prefix, *command, environment=None):
        """What a Python script measured: its last line is a list of named figures."""
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True,
                                env={**without_blas_settings(), **(environment or {})}).stdout
        for row in json.loads(output.splitlines()[-1]):
            if "ns" in row:
                self.keep(prefix + row["name"], row["ns"])
            else:
                self.results.setdefault(prefix + row["name"], {"skipped": row["skipped"]})

    def package(self):
        """The Python package, right after the same work in C++."""
        for threads in (1, 2):
            print(f"the Python package on {threads}", file=sys.stderr)
            self.keep_rows("python/", *pinned(threads), "/usr/bin/python3",
                           HERE / "python_bench.py", str(threads),
                           environment={"PYTHONPATH": str(self.binaries.parent / "python")})

    def peers(self):
        """Other packages at the same work, under each Python that may have them."""
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([self.binaries / "augment_mnist", "--single", "--nums", "10000", "--seed",
                            "1", "--format", "npz", "-q", "-o", f"{directory}/set"], check=True,
                           stdout=subprocess.DEVNULL)
            # Of two, the environment with the newer packages has the last word.
            for python in ("/usr/bin/python3", BUILD / "peers" / "bin" / "python"):
                if not pathlib.Path(python).exists():
                    continue
                self.keep_rows("peer/", *pinned(1), python, HERE / "peers.py",
                               f"{directory}/set/dataset.npz")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, no peers")
    arguments = parser.parse_args()
    run = Run(arguments.binaries, arguments.quick)
    run.google("-(data_set/|bare_loop/|batch_of_sequences/threads:2)", 1, run.repetitions)
    for name, directory in (("disk", None), ("ram", pathlib.Path("/dev/shm"))):
        if directory is None or os.access(directory, os.W_OK):
            # A whole data set is many images: fewer of them say as much.
            run.google("data_set/|bare_loop/", 2, run.repetitions // 2, f"{name}/", directory)
    run.google("batch_of_sequences/threads:2", 2, run.repetitions)
    run.package()
    run.start("augment_codes_100", "augment_codes", "--nums", "100", "-q")
    for program in PROGRAMS:
        run.start(program, program, "--version")
    run.memory("none", "webdataset")
    if not run.quick:
        run.peers()
    arguments.results.parent.mkdir(parents=True, exist_ok=True)
    arguments.results.write_text(json.dumps(run.results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
