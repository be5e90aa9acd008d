# SPDX-License-Identifier: Apache-2.0
"""The samples of a recipe, by index."""

from __future__ import annotations

import json
import operator
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from . import _core
from ._arguments import place_of
from .batch import Batch


@dataclass(frozen=True)
class Sample:
    """A labelled image and everything that is known about it."""

    #: Place among the samples of all splits.
    index: int
    #: uint8, (H, W) or (H, W, 3) in RGB.
    image: NDArray[np.uint8]
    #: What a recogniser must answer.
    label: str
    #: What is drawn: "2018年08月16日" for the label "20180816".
    text: str
    #: The characters of `text`, n of them.
    characters: list[str]
    #: float32 (n, 4): x, y, width, height of the upright box around each character, px.
    boxes: NDArray[np.float32]
    #: float32 (n, 4, 2): corners (x, y) of each character, from its top left clockwise, px.
    quads: NDArray[np.float32]
    #: Red, green, blue of the ground that corners are filled with, 0 .. 255.
    paper: tuple[int, int, int]
    #: What was drawn at random: {"affine.angle_deg": 1.5, ...}; a list where it was drawn for each
    #: character.
    params: dict[str, float | list[float]]


def _plain(value: Any) -> Any:
    """What JSON has no word for and is meant all the same."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    raise TypeError(f"recipe: must be made of dicts, lists, text and numbers. Got: {value!r}")


def _json(fields: Mapping[str, Any]) -> bytes:
    text = json.dumps(fields, ensure_ascii=False, default=_plain)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("recipe: must be Unicode text. "
                         f"Got: {error.object[error.start]!r}") from None


class Generator:
    """Makes the samples of a recipe; sample k is a pure function of (recipe, seed, k).

    Args:
        recipe: path of a recipe file (YAML), or its keys and values as a dict; without it the
            keyword arguments are the whole recipe. A list of jobs is for `augment_batch`.
        seed: 0 .. 2**64 - 1. Without it the recipe's own or, where it has none, a new one is drawn:
            see `seed`.
        fields: further keys of the recipe, laid over it: maps key by key, and all else replaced. As
            in files, the keys that are not given have the defaults of the kind of labels.

    Raises:
        ValueError: what is wrong with the recipe, one line for each: "file:line:col: key: rule.
            Got: value".
        FileNotFoundError, OSError: a file that the recipe names, or the recipe itself.

    Safe to use from several threads, and in processes that were forked from the one that made it.
    Pickles as recipe and seed.

        >>> g = Generator(labels={"kind": "code", "length": 6}, count=1000, seed=1)
        >>> image, label = g[0]
    """

    def __init__(self, recipe: str | os.PathLike[str] | Mapping[str, Any] | None = None, *,
                 seed: int | None = None, **fields: Any) -> None:
        if seed is not None:
            fields["seed"] = operator.index(seed)
        if recipe is None:
            path, base = None, b"{}"
        elif isinstance(recipe, Mapping):
            path, base = None, _json(recipe)
        elif isinstance(recipe, (str, os.PathLike)):
            path, base = os.fsencode(recipe), b"{}"
        else:
            raise TypeError(f"recipe: must be a path or a dict. Got: {recipe!r}")
        self._core = _core.Generator(path, base, _json(fields), secrets.randbits(64))

    def __len__(self) -> int:
        """Samples: the recipe's `count`; of a recipe that names one of its splits, that split's."""
        return self._core.count

    def __getitem__(self, k: int) -> tuple[NDArray[np.uint8], str]:
        """Image and label of sample k; a negative k counts from the end.

        Returns:
            uint8 array (H, W), or (H, W, 3) in RGB, of the caller's own; the label.

        Raises:
            IndexError: there is no sample k.
        """
        return self._core.image_and_label(self._index(k))

    def __iter__(self) -> Iterator[tuple[NDArray[np.uint8], str]]:
        for k in range(len(self)):
            yield self._core.image_and_label(k)

    def sample(self, k: int) -> Sample:
        """Sample k with the places of its characters and what was drawn for it.

        Raises:
            IndexError: there is no sample k.
        """
        return Sample(*self._core.sample(self._index(k)))

    def label(self, k: int) -> str:
        """The label of sample k, without drawing it.

        Raises:
            IndexError: there is no sample k.
        """
        return self._core.label(self._index(k))

    def part(self, k: int) -> str:
        """The name of the part of the recipe's mix that sample k is of; "" without a mix.

        Raises:
            IndexError: there is no sample k.
        """
        return self._core.part(self._index(k))

    def batch(self, start: int, n: int, *, pad: int | Literal["paper"] = "paper",
              width: int | None = None, layout: Literal["NCHW", "NHWC"] = "NCHW",
              out: NDArray[np.uint8] | None = None, threads: int = 0) -> Batch:
        """Samples start .. start + n - 1 in one array, made by several threads at once.

        Args:
            start: first sample; negative counts from the end.
            n: how many; start + n must not exceed len(self).
            pad: value of the pixels to the right of (and below) an image that is smaller than the
                batch's, 0 .. 255, or the image's own paper.
            width: px of the batch's images; without it, that of the widest.
            layout: the order of the array's axes.
            out: a C-contiguous, writable uint8 array of n images in that order to write to, which
                gives the batch its size; it becomes `images`.
            threads: at most 1024; 0 for as many as this process may use.

        Raises:
            IndexError: samples that there are not.
            ValueError: an image that is larger than `width` or `out`; an `out` of another shape.
            KeyboardInterrupt: Ctrl-C, within a tenth of a second; `out` is then partly written.

        Other Python threads run meanwhile.
        """
        start, n, threads = map(operator.index, (start, n, threads))
        if n < 0:
            raise ValueError(f"n: must not be negative. Got: {n}")
        if out is not None and not isinstance(out, np.ndarray):
            raise TypeError(f"out: must be an array of uint8. Got: {type(out).__name__}")
        if out is not None and width is not None:
            raise ValueError("width: must not be given beside out, which has its own")
        if width is not None and not 0 < operator.index(width) <= 1 << 20:
            raise ValueError(f"width: must be between 1 and {1 << 20}. Got: {width}")
        if pad != "paper" and not (isinstance(pad, (int, np.integer)) and 0 <= pad <= 255):
            raise ValueError(f"pad: must be 'paper' or between 0 and 255. Got: {pad!r}")
        if not 0 <= threads <= 1024:
            raise ValueError(f"threads: must be between 0 and 1024. Got: {threads}")
        first = start + len(self) if start < 0 else start
        if first < 0 or first + n > len(self):
            raise IndexError(f"batch: must lie within the {len(self)} samples. "
                             f"Got: {n} from {start} on")
        return Batch(*self._core.batch(first, n, None if pad == "paper" else int(pad), layout,
                                       width or 0, out, threads))

    @property
    def seed(self) -> int:
        """The seed, given or drawn."""
        return self._core.seed

    @property
    def recipe(self) -> dict[str, Any]:
        """The resolved recipe: every key, with seed, count and the checksum of the pictures.
        `Generator(g.recipe)` makes the same samples."""
        return json.loads(self._core.json())

    def to_yaml(self) -> str:
        """The resolved recipe as the programs read it (`augment_batch recipe.yaml`)."""
        return self._core.yaml()

    @property
    def characters(self) -> str:
        """The characters that labels are made of, each once, in the order of their code points."""
        return "".join(self._core.characters())

    @property
    def shape(self) -> tuple[int | None, int | None, int | None]:
        """Height, width and channels of every image; None for one that differs between images."""
        height, width, channels = self._core.shape
        return height or None, width or None, channels or None

    def __repr__(self) -> str:
        return f"<glyphmill.Generator of {len(self)} samples, seed {self.seed}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Generator, (self.recipe,)

    def _index(self, k: int) -> int:
        return place_of("sample", k, len(self))
