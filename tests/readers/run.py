#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py TEST.py: runs a test with the Python of build/readers; without that it is skipped."""

import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
PYTHON = HERE.parents[1] / "build" / "readers" / "bin" / "python"

if not PYTHON.exists():
    print(f"{sys.argv[1]}: skipped: scripts/setup.sh --readers has not made {PYTHON}")
    sys.exit(77)
os.execv(PYTHON, [str(PYTHON), str(HERE / sys.argv[1]), *sys.argv[2:]])
