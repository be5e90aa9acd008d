# SPDX-License-Identifier: Apache-2.0
"""What is made of arguments that can be given in more ways than one."""

from __future__ import annotations

import operator
import random
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def place_of(name: str, k: Any, count: int) -> int:
    """Place k of `count`, by Python's rules: a negative k counts from the end.

    Raises:
        TypeError: k is no whole number.
        IndexError: there is no such place.
    """
    index = operator.index(k)
    if not -count <= index < count:
        raise IndexError(f"{name}: index must be below {count}. Got: {k}")
    return index % count


def _integer(name: str, value: Any) -> int:
    try:
        return operator.index(value)
    except TypeError:
        raise ValueError(f"{name}: must be a whole number. Got: {value!r}") from None


def whole(name: str, value: Any) -> int:
    """A whole number of 32 bits.

    Raises:
        ValueError: anything else.
    """
    number = _integer(name, value)
    if not -(2**31) <= number < 2**31:
        raise ValueError(f"{name}: must be a whole number of 32 bits. Got: {number}")
    return number


def digits_of(name: str, digits: Iterable[Any]) -> list[int]:
    """Digits given as numbers, NumPy's too, or as text.

    Raises:
        ValueError: one that is not 0 .. 9, or no sequence.
    """
    try:
        given = list(digits)
    except TypeError:
        raise ValueError(f"{name}: must be a sequence of digits. Got: {digits!r}") from None
    for place, digit in enumerate(given):
        if isinstance(digit, str) and len(digit) == 1 and digit in "0123456789":
            given[place] = int(digit)
        elif not isinstance(digit, (int, np.integer)) or not 0 <= digit <= 9:
            raise ValueError(f"{name}: must be 0 .. 9. Got: {digit!r} (at {place})")
        else:
            given[place] = int(digit)
    return given


def spacing_of(name: str, spacing: Any) -> tuple[int, int]:
    """Least and greatest gap, from a pair or from {"min": .., "max": ..}.

    Raises:
        ValueError: negative, reversed or not whole numbers.
    """
    if isinstance(spacing, Mapping):
        if set(spacing) != {"min", "max"}:
            raise ValueError(f"{name}: must have the keys min and max. Got: {spacing!r}")
        ends = [spacing["min"], spacing["max"]]
    else:
        try:
            ends = list(spacing)
        except TypeError:
            ends = []
        if len(ends) != 2:
            raise ValueError(f"{name}: must be two numbers, min and max. Got: {spacing!r}")
    low, high = (whole(name, end) for end in ends)
    if low < 0:
        raise ValueError(f"{name}: must not be negative. Got: [{low}, {high}]")
    if low > high:
        raise ValueError(f"{name}: min must not be above max. Got: [{low}, {high}]")
    return low, high


def seed_of(seed: Any) -> int:
    """A seed of 64 bits.

    Raises:
        ValueError: anything else.
    """
    number = _integer("seed", seed)
    if not 0 <= number < 2**64:
        raise ValueError(f"seed: must be between 0 and {2**64 - 1}. Got: {number}")
    return number


def pictures_of(name: str, images: ArrayLike) -> NDArray[np.uint8]:
    """uint8 (N, H, W), contiguous; of no pictures (0, 0, 0).

    Raises:
        ValueError: another type or shape.
    """
    try:
        array = np.asarray(images)
    except ValueError:
        raise ValueError(f"{name}: must be uint8 (N, H, W), all of one size. "
                         "Got: several sizes") from None
    if array.size == 0 and (array.ndim < 3 or len(array) == 0):
        return np.empty((0, 0, 0), np.uint8)
    if array.dtype != np.uint8 or array.ndim != 3:
        raise ValueError(f"{name}: must be uint8 (N, H, W), all of one size. "
                         f"Got: {array.dtype} {array.shape}")
    return np.ascontiguousarray(array)


class Seeds:
    """A seed for each call that was given none: of a new sequence, or of one that repeats.

    Without a seed of its own it may be used after a fork: no two processes get the same.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._sequence = None if seed is None else random.Random(seed_of(seed))

    def next(self, given: int | None = None) -> int:
        """`given` or, without it, the next seed."""
        if given is not None:
            return seed_of(given)
        if self._sequence is None:
            return secrets.randbits(64)
        return self._sequence.getrandbits(64)
