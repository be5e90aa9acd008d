#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""package_test.py BUILD_DIR PACKAGE_DIR: what `cmake --install` puts into a prefix is the whole
package."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD, PACKAGE = sys.argv.pop(1), sys.argv.pop(1)
SOURCE = pathlib.Path(__file__).resolve().parents[2] / "lib" / "python" / "glyphmill"


class PackageTest(unittest.TestCase):
    def test_an_installed_package_works_without_the_build(self):
        with tempfile.TemporaryDirectory() as prefix:
            subprocess.run([shutil.which("cmake"), "--install", BUILD, "--prefix", prefix],
                           check=True, stdout=subprocess.DEVNULL)
            root = pathlib.Path(prefix, PACKAGE)
            wanted = {str(path.relative_to(SOURCE)) for pattern in ("*.py", "*.pyi", "py.typed")
                      for path in SOURCE.rglob(pattern)}
            there = {str(path.relative_to(root / "glyphmill")) for path in root.rglob("*")
                     if path.is_file() and path.suffix != ".so"}
            self.assertEqual(there, wanted)
            script = ("import glyphmill; print(glyphmill.__file__); "
                      "print(glyphmill.Generator(labels={'kind': 'code'}, seed=1).batch(0, 5)"
                      ".images.shape)")
            told = subprocess.run([sys.executable, "-B", "-c", script], check=True, text=True,
                                  cwd=prefix, env={**os.environ, "PYTHONPATH": str(root)},
                                  stdout=subprocess.PIPE).stdout.splitlines()
            self.assertEqual(told[0], str(root / "glyphmill" / "__init__.py"))
            self.assertRegex(told[1], r"\(5, 3, 50, \d+\)")


if __name__ == "__main__":
    unittest.main()
