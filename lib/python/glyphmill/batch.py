# SPDX-License-Identifier: Apache-2.0
"""Many samples in one array."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Batch(NamedTuple):
    """Many samples in one array."""

    #: uint8, (N, C, H, W) or (N, H, W, C); C is 1, or 3 in RGB.
    images: NDArray[np.uint8]
    labels: list[str]
    #: int64 (N,): characters of each label.
    lengths: NDArray[np.int64]
    #: int64 (N,): px of each image before it was padded.
    widths: NDArray[np.int64]
