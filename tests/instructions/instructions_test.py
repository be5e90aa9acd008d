#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""instructions_test.py PROGRAM BUILD [--update]: the instructions of the workloads of PROGRAM stay
within 10 % of figures.json.

Unlike times, callgrind's counts are the same on a busy machine and on every processor with AVX2. They
do depend on the compiler and on OpenCV, so the figures are compared only where BUILD, a text that
names both, is that of the figures. --update writes the figures of this build.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

FIGURES = pathlib.Path(__file__).with_name("figures.json")
TOLERANCE = 0.10
WORKLOADS = ("start", "codes_in_colour", "dates_in_gray", "sequences_of_changed_digits",
             "data_sets")


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def has_avx2():
    return re.search(r"^flags\s*:.*\bavx2\b", pathlib.Path("/proc/cpuinfo").read_text(), re.M)


def count(program, workload):
    with tempfile.TemporaryDirectory(prefix="glyphmill-") as directory:
        # Only what the program asks for is counted, whatever thread does it.
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no",
                   "--callgrind-out-file=/dev/null", program, workload, directory]
        done = subprocess.run(command, text=True, capture_output=True, check=False)
        total = re.search(r"== Collected : (\d+)$", done.stderr, re.M)
        if done.returncode != 0 or not total:
            sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
        return int(total[1])


def counts(program):
    """Instructions of each workload."""
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        return dict(zip(WORKLOADS, pool.map(lambda each: count(program, each), WORKLOADS)))


def compare(figures, found):
    """Prints the table; gives whether all is within the tolerance."""
    print(f"{'workload':<32}{'figure':>14}{'now':>14}{'ratio':>8}")
    good = figures.keys() == found.keys()
    for name in {**figures, **found}:
        if name in figures and name in found:
            ratio = found[name] / figures[name]
            within = abs(ratio - 1) <= TOLERANCE
            good = good and within
            print(f"{name:<32}{figures[name]:>14}{found[name]:>14}{ratio:>8.3f}"
                  f"{'' if within else '  <-- beyond 10 %'}")
        else:
            print(f"{name:<32}{figures.get(name, 'none'):>14}{found.get(name, 'none'):>14}")
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("build")
    parser.add_argument("--update", action="store_true", help="write the figures of this build")
    arguments = parser.parse_args()
    if not shutil.which("valgrind"):
        skip("valgrind is not installed (scripts/setup.sh does it)")
    if not has_avx2():
        skip("the processor has no AVX2, for whose code the figures are")
    known = json.loads(FIGURES.read_text()) if FIGURES.exists() else {"build": "", "instructions": {}}
    if known["build"] != arguments.build and not arguments.update:
        skip(f"the figures are of '{known['build']}', this is '{arguments.build}'")

    found = counts(arguments.program)
    if not all(found.values()):
        skip("the program was built where valgrind's header was not installed")
    good = compare(known["instructions"], found)
    if arguments.update:
        FIGURES.write_text(json.dumps({"build": arguments.build, "instructions": found}, indent=2)
                           + "\n")
    elif not good:
        sys.exit("More instructions: find out why. Fewer: well done, and the next loss would hide "
                 "in the gain.\nWhat is meant to stay is committed with the change that made it:\n"
                 "    cmake --build --preset ci --target update_instructions")


if __name__ == "__main__":
    main()
