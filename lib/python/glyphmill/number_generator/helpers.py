# SPDX-License-Identifier: Apache-2.0
"""Functions of single images, ink above 0."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import _core
from .._arguments import whole


def zero_pad_centered_axis(image: NDArray[Any], axis: int, new_size: int) -> NDArray[Any]:
    """The image in the middle of zeros, so that one axis has a new size.

    Args:
        image: of any type and shape.
        axis: which; negative counts from the last.
        new_size: px, not below the axis' size. Before the image come half of the new ones, rounded
            down.

    Returns:
        A new array of the image's type.

    Raises:
        ValueError: no such axis, or a size that the image does not fit in.
    """
    array = np.asarray(image)
    if not -array.ndim <= operator.index(axis) < array.ndim:
        raise ValueError(f"axis: must be one of {array.ndim}. Got: {axis}")
    missing = whole("new_size", new_size) - array.shape[axis]
    if missing < 0:
        raise ValueError(f"new_size: must be at least the {array.shape[axis]} px that the image "
                         f"has. Got: {new_size}")
    widths = [(0, 0)] * array.ndim
    widths[axis] = (missing // 2, missing - missing // 2)
    return np.pad(array, widths)


def rescale_to_width(image: NDArray[Any], new_width: int) -> NDArray[Any]:
    """The image at another width and of the same height.

    Args:
        image: uint8, float32 or float64 (H, W).
        new_width: px, at least 1.

    Returns:
        (H, new_width), of the image's type. The image itself at its own width. A narrower one is
        centred among zeros; a wider one is reduced, aspect kept, each pixel the mean of those that
        it stands for, and centred among zeros in its height.

    Raises:
        ValueError: an image of another type or shape, or without pixels; another width.
    """
    array = np.asarray(image)
    width = whole("new_width", new_width)
    if width < 1:
        raise ValueError(f"new_width: must be at least 1. Got: {width}")
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"image: must be (H, W), with pixels. Got: {array.shape}")
    height, present = array.shape
    if width == present:
        return array
    if width > present:
        return zero_pad_centered_axis(array, 1, width)
    rows = max(1, round(height * width / present))
    reduced = _core.reduced_image(np.ascontiguousarray(array), rows, width)
    return zero_pad_centered_axis(reduced, 0, height)


def calculate_binary_image_contents_bbox(
        binary_image: NDArray[Any]) -> tuple[int, int, int, int]:
    """The smallest box that holds every pixel above 0.

    Args:
        binary_image: (H, W), of numbers or truth values.

    Returns:
        (xmin, ymin, xmax, ymax): columns and rows, the last ones included.

    Raises:
        ValueError: another shape, or no pixel above 0.
    """
    ink = np.asarray(binary_image)
    if ink.ndim != 2:
        raise ValueError(f"binary_image: must be (H, W). Got: {ink.shape}")
    rows, columns = (np.flatnonzero((ink > 0).any(axis=axis)) for axis in (1, 0))
    if len(rows) == 0:
        raise ValueError("binary_image: must have a pixel above 0. Got: none")
    return int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])
