#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No program loads a library that it does not use."""

import os
import re
import subprocess
import unittest

from cli_test_case import bin_path

PROGRAMS = ("augment_batch", "augment_codes", "augment_dates", "augment_mnist", "augment_phones",
            "inspect_dataset")
# These may load torch; of OpenCV no more than the others.
OCR_PROGRAMS = tuple(name for name in ("ocr_eval", "ocr_search", "ocr_train") if os.path.exists(bin_path(name)))
# imgcodecs brings 120 libraries more, and is loaded where a rare sort of picture needs it.
OPENCV_MODULES = {"core", "imgproc"}


def output_of(*command):
    return subprocess.run(command, text=True, capture_output=True, check=False,
                          env={**os.environ, "LC_ALL": "C"}).stdout


class LinkageTest(unittest.TestCase):
    def test_what_a_program_names_it_uses(self):
        for program in PROGRAMS:
            with self.subTest(program=program):
                # It lists direct dependencies from which no symbol is taken.
                self.assertEqual(output_of("ldd", "-u", bin_path(program)).strip(), "")

    def test_of_opencv_only_what_every_run_needs(self):
        for program in PROGRAMS + OCR_PROGRAMS:
            with self.subTest(program=program):
                needed = output_of("readelf", "-d", bin_path(program))
                self.assertIn("(NEEDED)", needed)
                modules = set(re.findall(r"\[libopencv_(\w+)\.so", needed))
                self.assertLessEqual(modules, OPENCV_MODULES)

    def test_neither_torch_nor_python_comes_with_any_of_them(self):
        for program in PROGRAMS:
            with self.subTest(program=program):
                loaded = output_of("ldd", bin_path(program))
                self.assertIn("libc.so", loaded)
                self.assertEqual(re.findall(r"lib(?:torch|c10|python|caffe)\S*", loaded), [])

    def test_what_trains_and_reads_loads_no_python(self):
        for program in OCR_PROGRAMS:
            with self.subTest(program=program):
                loaded = output_of("ldd", bin_path(program))
                self.assertIn("libtorch_cpu.so", loaded)
                self.assertNotIn("libpython", loaded)


if __name__ == "__main__":
    unittest.main()
