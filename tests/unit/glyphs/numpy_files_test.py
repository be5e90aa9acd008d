#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What NumPy and pickle write is read: numpy_files_test.py PRINT_DIGITS. Skipped without NumPy."""

import collections
import datetime
import io
import pathlib
import pickle
import subprocess
import sys
import tempfile
import unittest
import zipfile

try:
    import numpy
except ImportError:
    print("NumPy is not installed")
    sys.exit(77)

PRINT_DIGITS = sys.argv.pop(1)
IMAGES = (numpy.arange(3 * 4 * 5) * 4).astype(numpy.uint8).reshape(3, 4, 5)
LABELS = [7, 0, 9]
EXPECTED = f"709 4 5 {IMAGES.tobytes().hex()}"


def npy(array, version):
    file = io.BytesIO()
    numpy.lib.format.write_array(file, array, version)
    return file.getvalue()


class NumpyFiles(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.expected = {}  # by file

    def new_file(self, name, expected=EXPECTED):
        path = self.directory / f"{len(self.expected)} {name}"
        self.expected[str(path)] = expected
        return path

    def check(self):
        """Reads all files in one process, for starting it takes longer than reading."""
        run = subprocess.run([PRINT_DIGITS, *self.expected], check=True, capture_output=True,
                             text=True)
        lines = run.stdout.splitlines()
        self.assertEqual(len(lines), len(self.expected))
        for (path, expected), line in zip(self.expected.items(), lines):
            if line.startswith("error: ") and expected != EXPECTED:
                self.assertIn(expected, line, path)
            else:
                self.assertEqual(line, expected, path)

    def npz(self, name, images, labels, save=numpy.savez):
        with self.new_file(name).open("wb") as file:
            save(file, images=images, labels=labels)

    def pickles(self, name, value, expected=EXPECTED):
        for protocol in range(2, 6):
            path = self.new_file(f"{name} {protocol}", expected)
            path.write_bytes(pickle.dumps(value, protocol))

    def test_npz_of_every_label_type(self):
        for dtype in ("i1 u1 <i2 >i2 <u2 >u2 <i4 >i4 <u4 >u4 <i8 >i8 <u8 >u8 S1 <U1 >U1 <U9").split():
            labels = numpy.array(LABELS).astype(dtype)
            self.npz(dtype, IMAGES, labels)
            self.npz(dtype, IMAGES, labels.reshape(3, 1))
        self.check()

    def test_npz_of_every_image_type(self):
        for dtype in "<i2 >i2 <u4 >u8 <f2 >f2 <f4 >f4 <f8 >f8".split():
            images = IMAGES / 255 if "f" in dtype else IMAGES
            for order in "CF":
                for save in (numpy.savez, numpy.savez_compressed):
                    self.npz(dtype + order, images.astype(dtype, order=order), LABELS, save)
        self.check()

    def test_npz_by_position_and_with_four_sides(self):
        with self.new_file("npz").open("wb") as file:
            numpy.savez_compressed(file, numpy.asfortranarray(IMAGES[..., None]), LABELS)
        self.check()

    def test_npy_of_every_version(self):
        for version in ((1, 0), (2, 0), (3, 0)):
            with zipfile.ZipFile(self.new_file(version), "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("x_train.npy", npy(IMAGES, version))
                archive.writestr("y_train.npy", npy(numpy.array(LABELS), version))
        self.check()

    def test_zip_with_data_descriptors(self):
        class Unseekable(io.RawIOBase):
            """A pipe, so to say: sizes can only be written after the data."""

            def __init__(self):
                super().__init__()
                self.bytes = bytearray()

            def writable(self):
                return True

            def write(self, data):
                self.bytes += data
                return len(data)

        pipe = Unseekable()
        with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("arr_0.npy", npy(IMAGES, None))
            archive.writestr("arr_1.npy", npy(numpy.array(LABELS), None))
        self.new_file("descriptors").write_bytes(pipe.bytes)
        self.check()

    def test_npz_of_objects_is_refused(self):
        with self.new_file("objects", "arrays of objects are not read").open("wb") as file:
            numpy.savez(file, images=IMAGES, labels=numpy.array([7, "0", None], dtype=object))
        self.check()

    def test_pickles(self):
        metadata = {"created": "2020-01-02", "range": (1, 2), "seed": -3, "big": 1 << 40, "f": 2.5,
                    "none": None, "flag": True, "scalar": numpy.float32(1.5), "empty": b"",
                    "bytes": bytes(range(256)), "list": [[], {}, ()], "text": "年\0"}
        for labels in (LABELS, [str(label) for label in LABELS], tuple(LABELS),
                       list(numpy.array(LABELS, "u1")), list(numpy.array(LABELS).astype("U1")),
                       numpy.array(LABELS, "u1"), numpy.array(LABELS, ">i8"),
                       numpy.array(LABELS).astype("U1"), numpy.array(LABELS).astype("S2")):
            for images in (IMAGES, numpy.asfortranarray(IMAGES), IMAGES.astype(">i4"),
                           (IMAGES / 255).astype(numpy.float32)):
                self.pickles(f"{images.dtype} {type(labels).__name__}",
                             {"images": images, "labels": labels, "metadata": metadata})
        self.check()

    def test_pickles_of_an_array_over_a_bytearray(self):
        class Plain:
            def __reduce__(self):
                return numpy.ndarray, (IMAGES.shape, numpy.dtype("u1"), bytearray(IMAGES.tobytes()))

        self.pickles("plain", {"images": Plain(), "labels": LABELS, "metadata": {}})
        self.check()

    def test_large_pickles(self):
        # More than one frame, and lists of more than one batch.
        count = 20000
        value = {"images": numpy.zeros((count, 4, 4), numpy.uint8), "labels": [3] * count}
        self.pickles("large", value, "3" * count + " 4 4 " + "00" * 16 * count)
        self.check()

    def test_other_objects_are_refused_by_name(self):
        for thing, name in ((datetime.date(2020, 1, 2), "datetime.date"),
                            (collections.OrderedDict(), "collections.OrderedDict"),
                            (print, "builtin"), (numpy.array([{}]), "arrays of objects")):
            self.pickles(name, {"images": IMAGES, "labels": LABELS, "metadata": thing}, name)
        self.check()


if __name__ == "__main__":
    unittest.main()
