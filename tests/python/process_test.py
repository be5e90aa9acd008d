#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The package as a guest of a process: forks, signals, threads, memory, imports."""

import multiprocessing
import os
import pathlib
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest

import glyphmill
import numpy as np

#: Sanitizers keep memory that was given back.
SANITIZED = "asan" in os.environ.get("LD_PRELOAD", "")


def generator(**fields):
    return glyphmill.Generator(labels={"kind": "code"}, count=200, seed=1, **fields)


#: Ten samples take more than a second: long lines, each digit changed.
SLOW = {"labels": {"kind": "code", "length": 256}, "glyphs": {"kind": "digits", "writers": 2},
        "augment": {"rotation_range": 10}, "compose": {"width": 256, "height": 128}, "seed": 1}


def sums(g, indices):
    return [int(g[k][0].sum()) for k in indices] + [int(g.batch(0, 30).images.sum())]


def in_child(work):
    """What `work` returns, a number, from a process forked from this one."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, struct.pack("q", work()))
        os._exit(0)
    os.close(writing)
    deadline = time.monotonic() + 120
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            raise AssertionError("the child hangs")
        time.sleep(0.01)
    with os.fdopen(reading, "rb") as pipe:
        return struct.unpack("q", pipe.read())[0]


class ProcessTest(unittest.TestCase):
    def test_a_generator_that_was_used_works_on_after_a_fork(self):
        g = generator()
        expected = int(g.batch(0, 100, threads=4).images.sum())
        for _ in range(3):
            self.assertEqual(
                in_child(lambda: int(g.batch(0, 100, threads=4).images.sum())), expected)
        self.assertEqual(int(g.batch(0, 100).images.sum()), expected)

    def test_a_fork_while_another_thread_makes_samples(self):
        g = generator()
        expected = int(g.batch(0, 100).images.sum())
        done = threading.Event()

        def make():
            while not done.is_set():
                g.batch(0, 100)
                g[3]

        thread = threading.Thread(target=make)
        thread.start()
        try:
            for _ in range(5):
                self.assertEqual(in_child(lambda: int(g.batch(0, 100).images.sum())), expected)
        finally:
            done.set()
            thread.join()

    def test_pools_of_either_kind(self):
        g = generator()
        expected = [sums(g, range(start, 200, 40)) for start in range(2)]
        for method in ("fork", "spawn"):
            with self.subTest(method=method), multiprocessing.get_context(method).Pool(2) as pool:
                self.assertEqual(
                    pool.starmap(sums, [(g, range(start, 200, 40)) for start in range(2)]),
                    expected)

    def test_other_threads_run_during_a_batch(self):
        g = glyphmill.Generator(**SLOW)
        ticks = []
        done = threading.Event()

        def tick():
            while not done.is_set():
                ticks.append(1)
                time.sleep(0.001)

        thread = threading.Thread(target=tick)
        thread.start()
        while not ticks:
            time.sleep(0.001)
        before = len(ticks)
        g.batch(0, 30, threads=1)
        during = len(ticks) - before
        done.set()
        thread.join()
        self.assertGreater(during, 10)

    def test_ctrl_c_ends_a_long_batch(self):
        script = textwrap.dedent(f"""
            import glyphmill, sys
            g = glyphmill.Generator(**{SLOW!r}, count=10**6)
            print("begins", flush=True)
            try:
                g.batch(0, 100000, threads=3)
            except KeyboardInterrupt:
                print("interrupted", len(g.batch(0, 2).labels))
            """)
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE,
                              text=True) as process:
            try:
                self.assertEqual(process.stdout.readline(), "begins\n")
                time.sleep(0.5)
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.communicate(timeout=60)[0], "interrupted 2\n")
                self.assertEqual(process.returncode, 0)
            finally:
                process.kill()

    @unittest.skipIf(SANITIZED, "the sanitizers keep memory")
    def test_ten_thousand_generators_leave_nothing_behind(self):
        with tempfile.TemporaryDirectory() as directory:
            images = np.zeros((20, 12, 12), np.uint8)
            images[:, 3:9, 4:8] = 255
            pathlib.Path(directory, "t-images-idx3-ubyte").write_bytes(
                struct.pack(">4I", 0x803, 20, 12, 12) + images.tobytes())
            pathlib.Path(directory, "t-labels-idx1-ubyte").write_bytes(
                struct.pack(">2I", 0x801, 20) + bytes(range(10)) * 2)

            def make(number):
                for seed in range(number):
                    g = glyphmill.Generator(
                        labels={"kind": "code", "length": 3}, seed=seed, count=10,
                        glyphs={"kind": "digits",
                                "digits": str(pathlib.Path(directory, "t-images-idx3-ubyte"))})
                    g.batch(0, 2, threads=1)
                    g[0]

            make(2000)
            before = resident_bytes()
            make(8000)
            self.assertLess(resident_bytes() - before, 4 << 20)

    def test_an_import_brings_nothing_that_was_not_asked_for(self):
        script = ("import sys, glyphmill, glyphmill.transforms, glyphmill.number_generator, "
                  "glyphmill.sequences; "
                  "print(sorted({'torch', 'pandas', 'PIL', 'cv2', 'matplotlib', 'yaml', 'scipy'} "
                  "& set(sys.modules)))")
        self.assertEqual(self.run_bare(script), "[]\n")

    def test_needs_no_environment_and_no_files_of_opencv(self):
        script = ("import glyphmill; "
                  "print(glyphmill.Generator(labels={'kind': 'code'}, seed=1)[0][1])")
        self.assertEqual(self.run_bare(script), generator()[0][1] + "\n")

    def run_bare(self, script):
        """In an empty environment and directory. Debian keeps OpenCV's data files in a package of
        its own, which nothing here installs."""
        keep = {key: os.environ[key] for key in ("LD_PRELOAD", "ASAN_OPTIONS") if key in os.environ}
        keep["PYTHONPATH"] = str(pathlib.Path(glyphmill.__file__).parents[1])
        with tempfile.TemporaryDirectory() as directory:
            return subprocess.run([sys.executable, "-c", script], check=True, cwd=directory,
                                  env=keep, text=True, stdout=subprocess.PIPE).stdout


def resident_bytes():
    pages = int(pathlib.Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


if __name__ == "__main__":
    unittest.main()
