#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the small files that the fuzzers start from: make_corpus.py [DIRECTORY]. That of LMDB is one
sample, written by augment_mnist --nums 1 --seed 1 --height 8 --width 60 --format lmdb."""

import gzip
import io
import json
import pathlib
import pickle
import struct
import sys
import tarfile
import zipfile

import numpy

IMAGES = (numpy.arange(2 * 3 * 4) * 10).astype(numpy.uint8).reshape(2, 3, 4)
LABELS = [7, 0]


def idx(array):
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


def idx_files():
    images = idx(IMAGES)
    labels = idx(numpy.array(LABELS, "u1"))
    for name, pack in ("plain", bytes), ("gzip", lambda data: gzip.compress(data, mtime=0)):
        yield name, struct.pack("<H", len(pack(images))) + pack(images) + pack(labels)


def npy(array, version=None):
    file = io.BytesIO()
    numpy.lib.format.write_array(file, array, version, allow_pickle=True)
    return file.getvalue()


def npz(names, method, force_zip64=False):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, array in zip(names, (IMAGES, numpy.array(LABELS))):
            entry = zipfile.ZipInfo(name + ".npy")  # dated 1980: the same bytes every time
            entry.compress_type = method
            with archive.open(entry, "w", force_zip64=force_zip64) as member:
                member.write(npy(array))
    return file.getvalue()


def npz_files():
    yield "stored", npz(("arr_0", "arr_1"), zipfile.ZIP_STORED)
    yield "deflated", npz(("images", "labels"), zipfile.ZIP_DEFLATED)
    yield "zip64", npz(("x_train", "y_train"), zipfile.ZIP_DEFLATED, True)
    for dtype in ("u1", ">i4", "<f4", "<f2", "?", "<U1", ">U2", "S1", "O"):
        name = dtype.translate(str.maketrans("<>?", "lbt"))
        yield f"images_{name}", npy(IMAGES.astype(dtype, order="F"))
        yield f"labels_{name}", npy(numpy.array(LABELS).astype(dtype), (2, 0))


def pickle_files():
    metadata = {"text": "年", "range": (1, -2), "number": 2.5, "big": 1 << 40, "none": None,
                "flag": True, "scalar": numpy.float32(1), "empty": b"", "list": [[], {}, ()]}
    for protocol in range(2, 6):
        for name, labels in (("list", LABELS), ("text", [str(label) for label in LABELS]),
                             ("array", numpy.array(LABELS)),
                             ("text_array", numpy.array(LABELS).astype("U1"))):
            value = {"images": IMAGES, "labels": labels, "metadata": metadata}
            yield f"{name}_{protocol}", pickle.dumps(value, protocol)
    yield "floats", pickle.dumps({"images": IMAGES / 255, "labels": LABELS}, 4)


def list_files():
    """A byte, the kind of the list, and the list."""
    yield "tabs", b"\0images/000/a.png\t007\n1\t\n"
    yield "jsonl", b'\1{"filename": "images/000/a.png", "text": "\\u0037"}\n'
    yield "hf_jsonl", b'\2{"file_name": "000/a.png", "text": "007"}\n'
    yield "hf_csv", b'\3000/a.png,007\n"000/b.png","a ""b"", c"\n'
    yield "easyocr", b"\4filename,words\na.png,1,5\n__dtype__.png," + 300 * b"x" + b"\n"
    yield "coco", b"\5" + json.dumps({"info": {"a": [{}]}, "images": [
        {"id": k, "file_name": f"images/000/{k}.png", "width": 9, "height": 5, "text": str(k)}
        for k in (1, 2)], "categories": []}).encode()


def manifest_files():
    checksum = "0123456789abcdef" * 2
    fields = {"glyphmill": "0.1.0", "seed": 1, "count": 3, "labels": "labels.tsv"}
    yield "shards", json.dumps({**fields, "format": "lmdb", "shards": [
        {"path": f"lmdb/{k:03}", "first": k, "count": k + 1, "bytes": 9, "xxh3_128": checksum}
        for k in (0, 1)]}).encode()
    yield "packed", json.dumps({**fields, "format": "npz", "shards": [{"first": 0, "count": 3}],
                                "files": [{"path": "dataset.npz", "bytes": 9,
                                           "xxh3_128": checksum}]}).encode()


def tar_files():
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in ("000000000.png", b"\x89PNG"), ("000000000.txt", b"007"):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    yield "sample", data.getvalue()[:6 * tarfile.BLOCKSIZE]


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                        pathlib.Path(__file__).parent / "corpus")
    for reader, files in (("idx", idx_files), ("npz", npz_files), ("pickle", pickle_files),
                          ("list", list_files), ("manifest", manifest_files), ("tar", tar_files)):
        (root / reader).mkdir(parents=True, exist_ok=True)
        for name, data in files():
            (root / reader / name).write_bytes(data)


if __name__ == "__main__":
    main()
