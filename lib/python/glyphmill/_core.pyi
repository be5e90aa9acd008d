# SPDX-License-Identifier: Apache-2.0
"""The compiled part. Arguments are checked for their meaning, not for the conventions of Python:
that is what the modules around it are for."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__version__: str

def op_table() -> list[tuple[str, str, list[tuple[str, Any, str]]]]:
    """Name, help and fields (key, default, help) of every operation."""

def derived_seed(seed: int, part: int) -> int:
    """A seed that has nothing to do with `seed` or that of another part."""

class Generator:
    def __init__(self, path: bytes | None, recipe: bytes, changes: bytes, spare_seed: int) -> None:
        """`recipe` (JSON) counts where there is no path; `changes` (JSON) are laid over either."""

    @property
    def count(self) -> int: ...
    @property
    def seed(self) -> int: ...
    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width, channels; 0 where images differ."""

    def characters(self) -> list[str]: ...
    def yaml(self) -> str: ...
    def json(self) -> str: ...
    def label(self, k: int) -> str: ...
    def part(self, k: int) -> str: ...
    def image_and_label(self, k: int) -> tuple[NDArray[np.uint8], str]: ...
    def sample(self, k: int) -> tuple[Any, ...]:
        """The fields of glyphmill.Sample."""

    def batch(self, first: int, count: int, pad: int | None, layout: str, width: int,
              out: NDArray[np.uint8] | None, threads: int
              ) -> tuple[NDArray[np.uint8], list[str], NDArray[np.int64], NDArray[np.int64]]:
        """The fields of glyphmill.Batch. No pad is the images' own paper; a width of 0 is that of
        the widest."""

class Transform:
    def __init__(self, ops: str) -> None:
        """`ops` is the list of that name of a recipe, as JSON."""

    def apply(self, image: NDArray[np.uint8], seed: int, index: int,
              quads: NDArray[np.float32] | None, paper: Sequence[int] | None
              ) -> tuple[NDArray[np.uint8], NDArray[np.float32] | None]: ...

class DataSet:
    def __init__(self, path: bytes) -> None: ...
    @property
    def path(self) -> bytes: ...
    @property
    def count(self) -> int: ...
    @property
    def seed(self) -> int: ...
    @property
    def format(self) -> str: ...
    @property
    def characters(self) -> list[str]: ...
    def labels(self) -> list[str]: ...
    def image_and_label(self, k: int) -> tuple[NDArray[np.uint8], str]: ...

def read_digits(path: bytes) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Pictures (N, H, W) and labels (N,)."""

def handwriting(writers: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The same of the built-in hand, each writer's 0 .. 9, 28 x 28."""

def load_data_set(path: bytes) -> tuple[NDArray[np.uint8], list[str], dict[str, Any]]:
    """Pictures (N, H, W), labels and metadata of a pickle."""

def save_data_set(path: bytes, images: NDArray[np.uint8], labels: list[str],
                  creation_timestamp: float, spacing_range: tuple[int, int] | None,
                  image_width: int | None) -> None: ...
def reduced_image(image: NDArray[Any], rows: int, cols: int) -> NDArray[Any]:
    """uint8, float32 or float64 (H, W), each pixel the mean of those that it stands for."""

class DigitImageDataset:
    def __init__(self, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> None:
        """Copies (N, H, W) and (N,)."""

    def save(self, path: bytes) -> None: ...
    def random_sample_digit(self, digit: int, seed: int) -> NDArray[np.uint8]: ...

class DigitSequenceImageGenerator:
    def __init__(self, dataset: DigitImageDataset, min: int, max: int,
                 image_width: int) -> None: ...
    def generate_from_data(self, digits: Sequence[int], seed: int) -> NDArray[np.uint8]: ...

class DigitLines:
    def __init__(self, images: NDArray[np.uint8], labels: NDArray[np.uint8],
                 name: bytes) -> None:
        """`name` stands for the digits in messages."""

    def draw(self, texts: Sequence[str], min: int, max: int, width: int,
             seed: int) -> NDArray[np.uint8]:
        """(N, 28, width), white on black; image k is of sample k of the seed."""

def random_codes(count: int, length: int, seed: int) -> list[str]: ...
def augmented(images: NDArray[np.uint8], labels: NDArray[np.uint8], augment: str, seed: int,
              count: int, first: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Values (count, H, W) and the picture that each is of, from `first` on. `augment` is the part
    of a recipe of that name, as JSON."""

def encode_png(image: NDArray[np.uint8]) -> bytes: ...
def encode_sheet(pictures: Sequence[tuple[NDArray[np.uint8], str]]) -> bytes:
    """A PNG of pictures (H, W) in rows, each with its label under it."""
