#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The processor that a data set is made on does not show in its bytes.

A run that takes all there is here is compared with one whose code, OpenCV, libjpeg-turbo and C
library are all kept from everything beyond x86-64's own SSE2.
"""

import os
import platform
import sys
import unittest

from cli_test_case import CliTest, tree

# Bad names would make this test compare a run with itself; OpenCV tells them, see below.
BASELINE = {
    "GLYPHMILL_INSTRUCTION_SET": "portable",
    "OPENCV_CPU_DISABLE": "AVX512-SKX,AVX2,FMA3,AVX,FP16,POPCNT,SSE4.2,SSE4.1,SSSE3,SSE3",
    "JSIMD_FORCENONE": "1",
    # sin, exp and their like have variants with fused multiplication.
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX2,-FMA,-FMA4,-AVX,-SSE4_2,-SSE4_1,"
                      "-SSSE3,-POPCNT,-BMI2",
}

TURNED = ["--rotate-fraction", 1, "--rotate-degrees", 90]
CHANGED = ["--rotation-range", 20, "--width-shift-range", 0.1, "--height-shift-range", 0.1,
           "--shear-range", 20, "--zoom-range", 0.3, "--brightness-range", 0.5, 1.5,
           "--channel-shift-range", 40]
# Every operation with ranges for all that it draws.
ALL_OPERATIONS = """
seed: 5
count: 60
labels: {kind: code, length: [4, 12]}
compose: {color: %s}
ops:
  - affine: {angle_deg: [-30, 30], shear_x: [-0.3, 0.3], shear_y: [-0.1, 0.1], zoom: [0.7, 1.2],
             shift_x_fraction: [-0.05, 0.05], shift_y_fraction: [-0.05, 0.05], border: %s}
  - affine: {name: nearly, probability: 0.5, angle_deg: [-4, 4]}
  - brightness_contrast: {brightness: [-0.2, 0.2], contrast: [0.7, 1.4]}
  - invert: {probability: 0.5}
  - ink_paper: {probability: 0.5}
  - blur: {sigma_px: [0, 2], motion_px: [0, 9]}
  - downscale: {factor: [0.2, 1]}
  - gaussian_noise: {sigma: [0, 0.3]}
  - salt_pepper: {amount: [0, 0.1], salt_share: [0, 1]}
  - jpeg: {quality: [1, 100]}
"""


class InstructionSetTest(CliTest):
    def run_with(self, variables, program, *arguments):
        plain = {name: value for name, value in self.environment.items() if name not in BASELINE}
        before, self.environment = self.environment, {**plain, **variables}
        try:
            return self.run_program(program, *arguments)
        finally:
            self.environment = before

    def made(self, name, variables, program, *arguments):
        done = self.run_with(variables, program, *arguments, "-q", "-o", name)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return tree(self.dir / name)

    def same_everywhere(self, program, *arguments):
        if program != "augment_batch":
            arguments = ("--nums", 60, "--seed", 5, "--annotations", *arguments)
        here = self.made("here", {}, program, *arguments)
        baseline = self.made("baseline", BASELINE, program, *arguments)
        self.assertGreater(len(here), 4)
        different = [path for path in here if here[path] != baseline.get(path)]
        self.assertEqual((list(here), different), (list(baseline), []))

    def test_codes_in_colour(self):
        self.same_everywhere("augment_codes", "--format", "folder", "npz", "--width-stddev", 0)

    def test_codes_in_gray(self):
        self.same_everywhere("augment_codes", "--gray", "--image-ext", "png")

    def test_codes_of_other_heights(self):
        self.same_everywhere("augment_codes", "--height", 32, "--image-ext", "png")

    def test_large_codes(self):
        self.same_everywhere("augment_codes", "--height", 128, "--image-ext", "png")

    def test_codes_with_their_seams(self):
        self.same_everywhere("augment_codes", "--seams", "keep", "--image-ext", "png")

    def test_codes_that_are_turned_far(self):
        self.same_everywhere("augment_codes", "--image-ext", "png", *TURNED)

    def test_every_operation_in_colour(self):
        self.write("all.yaml", ALL_OPERATIONS % ("true", "paper"))
        self.same_everywhere("augment_batch", "all.yaml")

    def test_every_operation_in_gray(self):
        self.write("all.yaml", ALL_OPERATIONS % ("false", "reflect"))
        self.same_everywhere("augment_batch", "all.yaml")

    def test_dates(self):
        self.same_everywhere("augment_dates", "--image-ext", "png")

    def test_sequences(self):
        self.same_everywhere("augment_mnist", "--width", 200)

    def test_sequences_that_are_reduced(self):
        self.same_everywhere("augment_mnist", "--width", 120, "--writer-consistency", 1)

    def test_sequences_of_another_height(self):
        self.same_everywhere("augment_mnist", "--height", 48, "--ground", "black")

    def test_sequences_of_changed_digits(self):
        self.same_everywhere("augment_mnist", "--width", 200, *CHANGED)

    def test_whitened_digits(self):
        self.same_everywhere("augment_mnist", "--single", "--zca-whitening", "--writers", 50,
                             *CHANGED)

    def test_phones(self):
        self.same_everywhere("augment_phones", "--image-ext", "jpg", "--dashes")

    def test_an_instruction_set_of_another_name_is_refused(self):
        done = self.run_with({"GLYPHMILL_INSTRUCTION_SET": "neon"}, "augment_codes")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"augment_codes: GLYPHMILL_INSTRUCTION_SET: must be portable"
                                      r".*\. Got: neon\n$")
        self.assertEqual(list(self.dir.iterdir()), [], "something was written")


if __name__ == "__main__":
    if platform.machine() != "x86_64":
        print("needs an x86-64 processor, for it restricts one")
        sys.exit(77)
    unittest.main()
