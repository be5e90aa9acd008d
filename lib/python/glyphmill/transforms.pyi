# SPDX-License-Identifier: Apache-2.0
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

_Range = float | tuple[float, float]

class Transform:
    def __call__(self, *images: Any, index: int | None = None,
                 quads: NDArray[np.float32] | None = None, paper: Sequence[int] | None = None,
                 **others: Any) -> Any: ...

class Compose(Transform):
    def __init__(self, transforms: Sequence[Transform], *, seed: int = 0) -> None: ...

class Affine(Transform):
    def __init__(self, *, probability: float = 1.0, angle_deg: _Range = (-3.0, 3.0),
                 shear_x: _Range = 0.0, shear_y: _Range = 0.0, zoom: _Range = 1.0,
                 shift_x_fraction: _Range = 0.0, shift_y_fraction: _Range = 0.0, fit: bool = True,
                 border: Literal["paper", "constant", "replicate", "reflect", "wrap"] = "paper",
                 border_value: float = 255.0, seed: int = 0, name: str | None = None) -> None: ...

class GaussianNoise(Transform):
    def __init__(self, *, probability: float = 1.0, sigma: _Range = 0.155, seed: int = 0,
                 name: str | None = None) -> None: ...

class SaltPepper(Transform):
    def __init__(self, *, probability: float = 1.0, amount: _Range = 0.01,
                 salt_share: _Range = 0.5, seed: int = 0, name: str | None = None) -> None: ...

class BrightnessContrast(Transform):
    def __init__(self, *, probability: float = 1.0, brightness: _Range = 0.0,
                 contrast: _Range = 1.0, seed: int = 0, name: str | None = None) -> None: ...

class Invert(Transform):
    def __init__(self, *, probability: float = 1.0, seed: int = 0,
                 name: str | None = None) -> None: ...

class Blur(Transform):
    def __init__(self, *, probability: float = 1.0, sigma_px: _Range = (0.4, 1.2),
                 motion_px: _Range = 0.0, motion_angle_deg: _Range = (-180.0, 180.0),
                 seed: int = 0, name: str | None = None) -> None: ...

class InkPaper(Transform):
    def __init__(self, *, probability: float = 1.0, ink: _Range = (0.0, 0.35),
                 ink_saturation: _Range = (0.0, 0.6), ink_hue_deg: _Range = (0.0, 360.0),
                 paper: _Range = (0.75, 1.0), paper_saturation: _Range = (0.0, 0.12),
                 paper_hue_deg: _Range = (0.0, 360.0), seed: int = 0,
                 name: str | None = None) -> None: ...

class Downscale(Transform):
    def __init__(self, *, probability: float = 1.0, factor: _Range = (0.4, 0.8), seed: int = 0,
                 name: str | None = None) -> None: ...

class Jpeg(Transform):
    def __init__(self, *, probability: float = 1.0, quality: _Range = (30.0, 90.0), seed: int = 0,
                 name: str | None = None) -> None: ...

CLASSES: dict[str, type[Transform]]
