#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The README's Python blocks run, in its order and in one directory."""

import contextlib
import io
import os
import pathlib
import re
import shutil
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = os.environ.get("GLYPHMILL_BIN", "")


def blocks():
    """Of the section Python: (line in the README, code)."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    begin = text.index("\n## Python\n")
    end = text.index("\n## ", begin + 1)
    for match in re.finditer(r"```python\n(.*?)```", text[begin:end], re.DOTALL):
        yield text.count("\n", 0, begin + match.start(1)) + 1, match.group(1)


@unittest.skipUnless(BIN, "no programs here")
class ReadmeTest(unittest.TestCase):
    def test_every_block_runs(self):
        try:
            import torch  # noqa: F401
        except ImportError:
            torch = None
        os.environ["PATH"] = f"{BIN}:{os.environ['PATH']}"
        seen = {"__name__": "readme"}
        with tempfile.TemporaryDirectory() as directory:
            os.chdir(directory)
            shutil.copytree(ROOT / "configs", "configs")
            for line, code in blocks():
                if torch is None and "torch" in code:
                    continue
                with self.subTest(line=line), contextlib.redirect_stdout(io.StringIO()) as told:
                    exec(compile("\n" * (line - 1) + code, "README.md", "exec"), seen)
                # What a comment says that it prints.
                for said in re.findall(r"print\(.*#\s*(.*)", code):
                    self.assertIn(said, told.getvalue())
            os.chdir(ROOT)
        self.assertEqual(len(list(blocks())), 6)


if __name__ == "__main__":
    unittest.main()
