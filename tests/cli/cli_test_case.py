# SPDX-License-Identifier: Apache-2.0
"""What the tests of the programs have in common. GLYPHMILL_BIN is the directory that holds them."""

import os
import pathlib
import struct
import subprocess
import tempfile
import time
import unicodedata
import unittest
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMAGES = (".jpg", ".png")


def bin_path(program):
    return str(pathlib.Path(os.environ["GLYPHMILL_BIN"]) / program)


def columns(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def tree(folder):
    """Every file below a folder: relative path -> bytes."""
    folder = pathlib.Path(folder)
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*"))
            if p.is_file()}


def png_size(path):
    """(width, height)"""
    return struct.unpack(">II", path.read_bytes()[16:24])


def png_rows(path):
    """The rows of an 8-bit gray PNG as bytes, by the filters of its specification."""
    data = path.read_bytes()
    assert data[24:29] == b"\x08\0\0\0\0", "8 bits, gray, not interlaced"
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        packed += data[at + 8:at + 8 + size] if kind == b"IDAT" else b""
        at += 12 + size
    lines = zlib.decompress(packed)
    width = png_size(path)[0]
    rows, above = [], bytes(width)
    for start in range(0, len(lines), width + 1):
        row, left, corner = bytearray(), 0, 0
        for value, up in zip(lines[start + 1:start + 1 + width], above):
            guess = left + up - corner
            paeth = min((left, up, corner), key=lambda level: abs(guess - level))
            left = (value + (0, left, up, (left + up) // 2, paeth)[lines[start]]) & 255
            corner = up
            row.append(left)
        rows.append(bytes(row))
        above = rows[-1]
    return rows


def write_png(path, rows):
    """Rows of gray values as an 8-bit PNG."""
    def chunk(kind, content):
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    lines = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) +
                     chunk(b"IEND", b""))


class CliTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.dir = pathlib.Path(directory.name)
        self.environment = {name: value for name, value in os.environ.items()
                            if name != "NG_DEFAULT_DIGIT_DATASET"}

    def run_program(self, program, *arguments):
        return subprocess.run([bin_path(program), *map(str, arguments)], cwd=self.dir, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
                              check=False, env=self.environment)

    def ok(self, program, *arguments):
        done = self.run_program(program, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def as_typed(self, line):
        """Runs a line as a shell reads it."""
        path = os.environ["GLYPHMILL_BIN"] + ":" + os.environ["PATH"]
        done = subprocess.run(["bash", "-c", line], cwd=self.dir, text=True, capture_output=True,
                              timeout=120, check=False, env={**self.environment, "PATH": path})
        self.assertEqual(done.returncode, 0, f"{line}: {done.stderr}")

    def refused(self, message, program, *arguments, code=2):
        done = self.run_program(program, *arguments)
        self.assertEqual(done.stderr, f"{program}: {message}\n")
        self.assertEqual(done.returncode, code)
        self.assertEqual(done.stdout, "")
        self.assertEqual(list(self.dir.iterdir()), [], "something was written")

    def labels(self, folder):
        text = (self.dir / folder / "labels.tsv").read_text(encoding="utf-8")
        return [line.split("\t")[1] for line in text.splitlines()]

    def labelled_images(self, folder):
        """(label, path) of every image of a data set, in order."""
        text = (self.dir / folder / "labels.tsv").read_text(encoding="utf-8")
        pairs = (line.split("\t") for line in text.splitlines())
        return [(label, self.dir / folder / path) for path, label in pairs]

    def start(self, program, *arguments):
        """Runs a program beside the test, which it does not outlive."""
        process = subprocess.Popen([bin_path(program), *map(str, arguments)], cwd=self.dir,
                                   text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=self.environment)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def interrupt(self, number, ready, *command):
        """Sends a signal to a program as soon as a path is there; gives its exit code, output and
        errors."""
        with self.start(*command) as process:
            while not (self.dir / ready).exists() and process.poll() is None:
                time.sleep(0.001)
            process.send_signal(number)
            out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def write(self, name, text):
        (self.dir / name).write_text(text, encoding="utf-8")
        return name


