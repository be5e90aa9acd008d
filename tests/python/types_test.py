#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The package's type hints agree with each other, by mypy; skipped where it is not installed."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

PACKAGE = pathlib.Path(__file__).resolve().parents[2] / "lib" / "python" / "glyphmill"


def main():
    mypy = shutil.which("mypy", path="/usr/bin")
    if mypy is None:
        print("types_test.py: skipped: there is no mypy")
        return 77
    with tempfile.TemporaryDirectory() as cache:
        return subprocess.run([mypy, "--python-executable", sys.executable, "--cache-dir", cache,
                               "--ignore-missing-imports", PACKAGE], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
