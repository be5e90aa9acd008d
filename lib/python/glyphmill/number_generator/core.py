# SPDX-License-Identifier: Apache-2.0
"""Data sets in pickles, digit sets, and images of sequences of digits."""

from __future__ import annotations

import operator
import os
import pickle
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _core
from .._arguments import Seeds, digits_of, pictures_of, place_of, spacing_of, whole
from .._files import replace_file

#: What every file says about itself; other entries are the user's.
_METADATA = ("creation_timestamp", "spacing_range", "image_width")

_BUILT_IN_WRITERS = 1000

_seeds = Seeds()


def seed(n: int | None = None) -> None:
    """Makes what is drawn from now on, by this module's functions and classes, repeat.

    Args:
        n: 0 .. 2**64 - 1, or None for new handwriting every time, as it is at the start. A process
            that is forked later repeats its parent's sequence.

    Raises:
        ValueError: another n.
    """
    global _seeds
    _seeds = Seeds(n)


def _same_count(images: NDArray[np.uint8], labels: Sequence[Any] | NDArray[np.uint8]) -> None:
    if len(images) != len(labels):
        raise ValueError("labels: must be as many as the images. "
                         f"Got: {len(images)} images and {len(labels)} labels")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(label: Any) -> str:
    if isinstance(label, str):
        if not _is_utf8(label):
            raise ValueError(f"labels: must be text that UTF-8 can spell. Got: {label!r}")
        return str(label)
    try:
        return str(operator.index(label))
    except TypeError:
        raise ValueError(f"labels: must be text or whole numbers. Got: {label!r}") from None


def _plain(name: str, value: Any) -> Any:
    """What a pickle can hold without naming anything that would have to be called."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value) in (bool, float, bytes):
        return value
    if type(value) is str and _is_utf8(value):
        return value
    if type(value) is int and -(2**63) <= value < 2**63:
        return value
    if isinstance(value, (list, tuple)):
        items = [_plain(name, item) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, dict):
        return {_plain(name, key): _plain(name, item) for key, item in value.items()}
    raise ValueError(f"metadata[{name!r}]: must be text, bytes, numbers, or lists, tuples and "
                     f"dicts of these. Got: {value!r}")


def _checked_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    for name in metadata:
        if not isinstance(name, str) or not _is_utf8(name):
            raise ValueError(f"metadata: must have keys of text. Got: {name!r}")
    checked = dict(metadata)
    spacing, width, created = (checked.get(name) for name in
                               ("spacing_range", "image_width", "creation_timestamp"))
    if spacing is not None:
        if not isinstance(spacing, (list, tuple, np.ndarray)) or len(spacing) != 2:
            raise ValueError(f"metadata['spacing_range']: must be two numbers. Got: {spacing!r}")
        checked["spacing_range"] = tuple(whole("metadata['spacing_range']", end)
                                         for end in spacing)
    if width is not None:
        checked["image_width"] = whole("metadata['image_width']", width)
    if created is not None:
        if not isinstance(created, (int, float, np.integer, np.floating)):
            raise ValueError(f"metadata['creation_timestamp']: must be a number. Got: {created!r}")
        checked["creation_timestamp"] = float(created)
    return {name: _plain(name, value) for name, value in checked.items()}


class GenericDataset:
    """Pictures of one size, each with a label, kept in a pickle

        {'images': uint8 (N, H, W), 'labels': list of str, 'metadata': dict}

    which plain pickle.load reads. Not to be changed by two threads at once.

    Args:
        images: uint8 (N, H, W), or a list of N pictures of one size.
        labels: N texts; whole numbers become text.
        metadata: what the set says about itself. Files keep `creation_timestamp` (seconds since
            1970), `spacing_range` (min, max) and `image_width` (px), and under other names text,
            bytes, numbers, None, and lists, tuples and dicts of these.

    Raises:
        ValueError: what is not as said here.
    """

    def __init__(self, images: ArrayLike | None = None,
                 labels: Iterable[Any] | None = None,
                 metadata: Mapping[str, Any] | None = None) -> None:
        self._parts: list[NDArray[np.uint8]] = []
        self._labels: Any = self._checked_labels(())
        self._metadata = _checked_metadata(metadata or {})
        if images is not None or labels is not None:
            self.add_examples(() if images is None else images, () if labels is None else labels)

    def add_examples(self, images: ArrayLike, labels: Iterable[Any]) -> None:
        """Appends copies of pictures, uint8 (N, H, W), and their N labels.

        Raises:
            ValueError: another type, another size than those that are there, or more of the one
                than of the other; the set is as it was.
        """
        added = pictures_of("images", images)
        names = self._checked_labels(labels)
        _same_count(added, names)
        if len(added) == 0:
            return
        if self._parts and added.shape[1:] != self._parts[0].shape[1:]:
            raise ValueError(f"images: must be {self._parts[0].shape[1:]} as the others. "
                             f"Got: {added.shape[1:]}")
        self._parts.append(added.copy())
        self._add_labels(names)

    def get_data(self) -> tuple[NDArray[np.uint8], Any]:
        """Pictures, uint8 (N, H, W), and labels: a list of N str. The set's own, not copies."""
        return self._images(), self._labels

    def get_metadata(self) -> dict[str, Any]:
        """What the set says about itself. Once loaded or saved it has `creation_timestamp`,
        `spacing_range` and `image_width`; the last two are None where nothing is known."""
        return self._metadata

    def save(self, output_filepath: str | os.PathLike[str],
             metadata: Mapping[str, Any] | None = None) -> None:
        """Writes the pickle; a file of this name is whole at any time, the old or the new.

        Args:
            output_filepath: where to.
            metadata: laid over what the set says about itself, for good. Without a
                `creation_timestamp` the time is now; give one for equal files of equal data.

        Raises:
            ValueError: metadata that files do not keep.
            OSError: the file cannot be written.
        """
        merged = _checked_metadata({**self._metadata, **(metadata or {})})
        if merged.get("creation_timestamp") is None:
            merged["creation_timestamp"] = time.time()
        for name in _METADATA:
            merged.setdefault(name, None)
        images, labels = self._images(), list(self._labels)
        if set(merged) == set(_METADATA):
            _core.save_data_set(os.fsencode(output_filepath), images, labels,
                                *(merged[name] for name in _METADATA))
        else:
            data = {"images": images, "labels": labels, "metadata": merged}
            replace_file(output_filepath, lambda file: pickle.dump(data, file, protocol=4))
        self._metadata = merged

    def load(self, input_filepath: str | os.PathLike[str]) -> None:
        """Fills this object with a file, also a gzipped one, in place of what it held.

        Nothing in the file is executed; one that asks for it is refused. Metadata that are not
        plain values are left out.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: it is no pickle of this layout.
            OSError: it cannot be read.
        """
        images, labels, metadata = _core.load_data_set(os.fsencode(input_filepath))
        self._set_data(images, labels)
        self._metadata = metadata

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, index: int) -> tuple[NDArray[np.uint8], Any]:
        """(picture, label); a negative index counts from the end.

        Raises:
            IndexError: there is no such picture.
        """
        place = place_of("picture", index, len(self))
        return self._images()[place], self._labels[place]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} pictures>"

    @staticmethod
    def _checked_labels(labels: Iterable[Any]) -> Any:
        return [_text(label) for label in labels]

    def _add_labels(self, labels: Any) -> None:
        self._labels.extend(labels)

    def _set_data(self, images: NDArray[np.uint8], labels: Any) -> None:
        self._parts = [images] if len(images) > 0 else []
        self._labels = labels

    def _images(self) -> NDArray[np.uint8]:
        """In one array, made when it is asked for, so that pictures may be added one by one."""
        if not self._parts:
            return np.empty((0, 0, 0), np.uint8)
        if len(self._parts) > 1:
            self._parts = [np.concatenate(self._parts)]
        return self._parts[0]


class DigitImageDataset(GenericDataset):
    """Pictures of the digits 0 .. 9, bright ink on 0, to make sequences from.

    Args:
        images: uint8 (N, S, S), N pictures of one size, each with ink.
        labels: N numbers 0 .. 9.

    Raises:
        ValueError: what is not as said here; pictures without ink where they are first used.

    A set without pictures is filled by `load` or `add_examples`. What it hands out is its own and
    read only.
    """

    def __init__(self, images: ArrayLike | None = None,
                 labels: Iterable[Any] | None = None) -> None:
        self._set: _core.DigitImageDataset | None = None
        super().__init__(images, labels)

    def add_examples(self, images: ArrayLike, labels: Any) -> None:
        super().add_examples(images, labels)
        self._set = None

    def get_data(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Pictures, uint8 (N, S, S), and labels, uint8 (N,)."""
        return self._images(), self._labels

    def get_digit_examples(self, digit: int) -> NDArray[np.uint8]:
        """All pictures of a digit, uint8 (M, S, S); M may be 0.

        Raises:
            ValueError: the digit is not 0 .. 9.
        """
        return self._images()[self._labels == digits_of("digit", [digit])[0]]

    def random_sample_digit(self, digit: int, *, seed: int | None = None) -> NDArray[np.uint8]:
        """One picture of a digit, evenly drawn, uint8 (S, S); the same for the same seed.

        Raises:
            ValueError: the digit is not 0 .. 9, or there is no picture of it.
        """
        return self._digits().random_sample_digit(digits_of("digit", [digit])[0],
                                                  _seeds.next(seed))

    def get_example_shape(self) -> tuple[int, int]:
        """(width, height) of every picture, px; (0, 0) if there is none."""
        height, width = self._images().shape[1:]
        return width, height

    def save(self, output_filepath: str | os.PathLike[str],
             metadata: Mapping[str, Any] | None = None) -> None:
        """Writes {'images': uint8 (N, S, S), 'labels': uint8 (N,), 'metadata': dict}.

        Args:
            output_filepath: a pickle; whole at any time, the old or the new.
            metadata: of this object alone, files of digits say nothing about themselves.

        Raises:
            ValueError: there are no pictures, or one has no ink.
            OSError: the file cannot be written.
        """
        self._digits().save(os.fsencode(output_filepath))
        self._metadata = _checked_metadata({**self._metadata, **(metadata or {})})

    def load(self, input_filepath: str | os.PathLike[str]) -> None:
        """Fills this object with the digits of a file, in place of what it held.

        Args:
            input_filepath: a pickle of this layout; or MNIST's files, a .npz or a folder
                0/ .. 9/ of pictures.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: it holds no digits. Nothing in it is executed.
            OSError: it cannot be read.
        """
        images, labels = _core.read_digits(os.fsencode(input_filepath))
        self._set_data(images, labels)

    @staticmethod
    def _checked_labels(labels: Iterable[Any]) -> NDArray[np.uint8]:
        if isinstance(labels, np.ndarray):
            labels = labels.reshape(-1).tolist()
        return np.array(digits_of("labels", labels), np.uint8)

    def _add_labels(self, labels: NDArray[np.uint8]) -> None:
        self._labels = np.concatenate([self._labels, labels])
        self._labels.flags.writeable = False

    def _set_data(self, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> None:
        labels.flags.writeable = False
        super()._set_data(images, labels)
        self._set = None

    def _images(self) -> NDArray[np.uint8]:
        images = super()._images()
        images.flags.writeable = False  # the drawing set has copies, which must not differ
        return images

    def _digits(self) -> _core.DigitImageDataset:
        if self._set is None:
            self._set = _core.DigitImageDataset(self._images(), self._labels)
        return self._set


class ImageGenerator:
    """Makes an image of data."""

    def generate_from_data(self, data: Any) -> NDArray[np.uint8]:
        """The image.

        Raises:
            NotImplementedError: this class leaves it to others.
        """
        raise NotImplementedError(f"{type(self).__name__}.generate_from_data")


class DigitSequenceImageGenerator(ImageGenerator):
    """Makes images of sequences of digits, dark on white, 28 px high.

    For each digit one of its pictures is drawn evenly and cut to the columns that have ink; every
    gap is a whole number of its own, drawn evenly, with none at the ends. A line that is narrower
    than the image is centred; a wider one is reduced, aspect kept, and centred in both directions.

    Args:
        dataset: where the pictures come from; those it has now.
        spacing_range: least and greatest gap, px, both included, 0 .. 10000.
        output_image_width: px, 1 .. 65536.

    Raises:
        ValueError: another range or width; a set without pictures, or with one that has no ink.
    """

    def __init__(self, dataset: DigitImageDataset, spacing_range: Sequence[int],
                 output_image_width: int) -> None:
        low, high = spacing_of("spacing_range", spacing_range)
        width = whole("image_width", output_image_width)
        self._generator = _core.DigitSequenceImageGenerator(dataset._digits(), low, high, width)

    def generate_from_data(self, digits: Iterable[int] | str, *,  # type: ignore[override]
                           seed: int | None = None) -> NDArray[np.uint8]:
        """An image of the digits, other handwriting every time.

        Args:
            digits: 0 .. 9, as numbers or text. None at all: white paper.
            seed: makes the image repeat: the first one of a recipe of the same digits, spacing,
                width and seed. 0 .. 2**64 - 1.

        Returns:
            uint8 (28, output_image_width), paper 255.

        Raises:
            ValueError: a digit that is not 0 .. 9 or that the set has no picture of, and more
                digits than the image has columns.
        """
        return self._generator.generate_from_data(digits_of("digits", digits), _seeds.next(seed))


_default_lock = threading.Lock()
_default_path: str | None = None
_default_set: DigitImageDataset | None = None


def _load_default() -> DigitImageDataset:
    path = _default_path or os.environ.get("NG_DEFAULT_DIGIT_DATASET")
    dataset = DigitImageDataset()
    if path:
        dataset.load(path)
    else:
        dataset._set_data(*_core.handwriting(_BUILT_IN_WRITERS))
    return dataset


def get_or_load_default_dataset(force_reload: bool = False) -> DigitImageDataset:
    """The digit set that `generate_numbers_sequence` draws with; read at the first use and kept.

    It is the file that was set or, where none was, the one that the environment variable
    NG_DEFAULT_DIGIT_DATASET names or, where it names none, the built-in handwriting of 1000
    writers.

    Args:
        force_reload: read it again.

    Raises:
        FileNotFoundError, ValueError, OSError: as `DigitImageDataset.load`.
    """
    global _default_set
    with _default_lock:
        if _default_set is None or force_reload:
            _default_set = _load_default()
        return _default_set


def set_default_dataset_filepath(filepath: str | os.PathLike[str] | None) -> DigitImageDataset:
    """Makes the digit set in a file the default of this process.

    Args:
        filepath: what `DigitImageDataset.load` reads; None or "": as if never set.

    Returns:
        The set.

    Raises:
        FileNotFoundError, ValueError, OSError: it cannot be read; the default stays what it was.
    """
    global _default_path, _default_set
    with _default_lock:
        before = _default_path
        _default_path = os.fspath(filepath) if filepath else None
        try:
            _default_set = _load_default()
        except BaseException:
            _default_path = before
            raise
        return _default_set


def generate_numbers_sequence(digits: Iterable[int] | str, spacing_range: Sequence[int],
                              image_width: int, *, seed: int | None = None) -> NDArray[np.uint8]:
    """An image of handwritten digits, other handwriting every time.

    Args:
        digits: 0 .. 9 each, as numbers or text. None at all: white paper.
        spacing_range: least and greatest gap between the ink of neighbours, px, both included;
            each gap is a draw of its own. 0 .. 10000.
        image_width: px, 1 .. 65536. A shorter line is centred, a longer one reduced.
        seed: makes the image repeat. 0 .. 2**64 - 1.

    Returns:
        uint8 (28, image_width), dark on white.

    Raises:
        ValueError: an argument that is not as said here, a digit that the default set has no
            picture of, more digits than columns.
        FileNotFoundError, OSError: the default set cannot be read.
    """
    generator = DigitSequenceImageGenerator(get_or_load_default_dataset(), spacing_range,
                                            image_width)
    return generator.generate_from_data(digits, seed=seed)
