# SPDX-License-Identifier: Apache-2.0
"""Data sets that were written by the programs, in any format."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from . import _core
from ._arguments import place_of
from .batch import Batch


class DataSet(Sequence[tuple[NDArray[np.uint8], str]]):
    """A finished data set, read when it is asked for.

        >>> data = glyphmill.load("codes")
        >>> image, label = data[0]
        >>> images, labels, lengths, widths = data.arrays()

    Any order will do; samples in a row are read fastest, and those of `npz` in no other order
    without reading all before them. Safe to use from several threads and in forked processes;
    pickles as its path.

    Raises:
        FileNotFoundError: there is no such directory.
        ValueError: it holds no finished data set, or a damaged one; also when samples are read.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._core = _core.DataSet(os.fsencode(path))

    def __len__(self) -> int:
        return self._core.count

    def __getitem__(self, k: int) -> tuple[NDArray[np.uint8], str]:  # type: ignore[override]
        """Image, uint8 (H, W) or (H, W, 3) in RGB, and label of sample k; a negative k counts from
        the end. Float images of npz and pickle become 0 .. 255.

        Raises:
            IndexError: there is no sample k.
        """
        return self._core.image_and_label(place_of("sample", k, len(self)))

    def __iter__(self) -> Iterator[tuple[NDArray[np.uint8], str]]:
        for k in range(len(self)):
            yield self._core.image_and_label(k)

    @property
    def labels(self) -> list[str]:
        """The labels of all samples, read anew each time and without the images."""
        return self._core.labels()

    def arrays(self, *, pad: int = 255, layout: Literal["NCHW", "NHWC"] = "NCHW") -> Batch:
        """Everything in memory: the arrays that `Generator.batch` gives. Smaller images are padded
        with `pad` to the right and below; gray ones among coloured ones are repeated in all
        channels.
        """
        if layout not in ("NCHW", "NHWC"):
            raise ValueError(f"layout: must be NCHW or NHWC. Got: {layout}")
        samples = [(image.reshape(*image.shape[:2], -1), label) for image, label in self]
        height, width, channels = (
            (max(image.shape[axis] for image, _ in samples) if samples else 0) for axis in range(3))
        images = np.full((len(samples), height, width, channels), pad, np.uint8)
        for target, (image, _) in zip(images, samples):
            target[:image.shape[0], :image.shape[1]] = image
        if layout == "NCHW":
            images = np.ascontiguousarray(images.transpose(0, 3, 1, 2))
        labels = [label for _, label in samples]
        return Batch(images, labels, np.array([len(label) for label in labels], np.int64),
                     np.array([image.shape[1] for image, _ in samples], np.int64))

    @property
    def characters(self) -> str:
        """The characters that labels are made of; "" if the data set does not say."""
        return "".join(self._core.characters)

    @property
    def format(self) -> str:
        """"folder", "lmdb", ... as `--format` names it."""
        return self._core.format

    @property
    def seed(self) -> int:
        """What its recipe was run with."""
        return self._core.seed

    @property
    def path(self) -> str:
        """As it was given."""
        return os.fsdecode(self._core.path)

    def __repr__(self) -> str:
        return f"<glyphmill.DataSet {self.path!r} of {len(self)} samples, {self.format}>"

    def __reduce__(self) -> tuple:
        return DataSet, (self.path,)


def load(path: str | os.PathLike[str]) -> DataSet:
    """Opens a data set that Glyphmill wrote, in whatever format."""
    return DataSet(path)
