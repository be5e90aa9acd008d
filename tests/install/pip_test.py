#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""pip_test.py WORK_DIR: `pip install .` in a fresh virtual environment, with the NumPy that PyPI has
today. Skipped where PyPI cannot be reached."""

import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = pathlib.Path(sys.argv[1])
SKIPPED = 77
TESTS = ("generator", "transforms", "data_set")


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", WORK], check=True)
    python = WORK / "bin" / "python"
    pip = [python, "-m", "pip", "-q", "--disable-pip-version-check", "--retries", "1",
           "--timeout", "20"]
    if subprocess.run([*pip, "download", "--no-deps", "-d", WORK / "reached", "pip"],
                      check=False, capture_output=True).returncode != 0:
        print("pip_test.py: skipped: PyPI cannot be reached")
        return SKIPPED
    subprocess.run([*pip, "install", ROOT, "pillow"], check=True)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    subprocess.run([python, "-c",
                    "import glyphmill, numpy; print(glyphmill.__file__, 'numpy', numpy.__version__)"],
                   check=True, env=environment, cwd=WORK)
    failed = [test for test in TESTS
              if subprocess.run([python, ROOT / "tests" / "python" / f"{test}_test.py"],
                                check=False, env=environment, cwd=WORK).returncode != 0]
    if failed:
        print(f"pip_test.py: failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
