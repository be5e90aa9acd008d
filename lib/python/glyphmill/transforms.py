# SPDX-License-Identifier: Apache-2.0
"""The operations of recipes as functions of pictures of your own.

    from glyphmill import transforms as T

    augment = T.Compose([T.Affine(angle_deg=(-5, 5)), T.GaussianNoise(sigma=0.1, probability=0.5)],
                        seed=1)
    changed = augment(image)                      # as torchvision calls it
    changed = augment(image=image, label="7")     # as albumentations does: {"image": .., "label": ..}
    changed = augment(image, index=42)            # the same for ever

There is a class for every operation that recipes know, with its fields and their meaning; ranges
are (min, max) or one number. `CLASSES` has them by the operation's name. Every transform has

    seed: 0 .. 2**64 - 1
    name: of the stage, which seeds its draws; the operation's own unless it comes twice

and is called with

    image: uint8 array (H, W), (H, W, 1) or (H, W, 3) in RGB, or a PIL image; never changed
    index: which of the seed's draws to take: a pure function. Without it calls are counted from 0;
        in a worker of a torch DataLoader each worker and epoch has draws of its own, which
        torch.manual_seed repeats
    quads: float32 (n, 4, 2), corners of n characters, which geometric operations move with the
        pixels and Affine's `fit` keeps inside; in the second form only, which returns them
    paper: (red, green, blue) that corners are filled with; without it the median of the outermost
        pixels

The result is a new array of the image's shape, or the dict of what was given with what was changed.
`probability=0.3` changes 3 of every 10 indices, exactly.

Raises ValueError for options and arrays that break these rules.
"""

from __future__ import annotations

import inspect
import itertools
import json
import operator
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import _core
from ._arguments import seed_of


class Transform:
    """One operation, or several in a row. See the module."""

    def __init__(self, ops: list[dict[str, Any]], seed: int) -> None:
        self._ops = ops
        self._seed = seed_of(seed)
        self._core = _core.Transform(json.dumps(ops, ensure_ascii=False))
        self._calls = itertools.count()

    def __call__(self, *images: Any, index: int | None = None, quads: Any = None,
                 paper: Sequence[int] | None = None, **others: Any) -> Any:
        if len(images) == 1 and quads is None and not others:
            return self._apply(images[0], index, None, paper)[0]
        if images or "image" not in others:
            raise TypeError("must be called with one image, or with image=... and what belongs to "
                            "it")
        image, moved = self._apply(others["image"], index, quads, paper)
        return {**others, "image": image} | ({} if quads is None else {"quads": moved})

    def _apply(self, image: Any, index: int | None, quads: Any, paper: Sequence[int] | None
               ) -> tuple[np.ndarray, np.ndarray | None]:
        seed = self._seed
        if index is None:
            seed, index = self._seed_of_worker(), next(self._calls)
        if not 0 <= operator.index(index) < 2**64:
            raise ValueError(f"index: must be between 0 and 2**64 - 1. Got: {index}")
        if quads is not None:
            quads = np.ascontiguousarray(quads, dtype=np.float32)
        if paper is not None:
            paper = [operator.index(level) for level in paper]
            if len(paper) != 3 or not all(0 <= level <= 255 for level in paper):
                raise ValueError(f"paper: must be three numbers of 0 .. 255. Got: {paper}")
        return self._core.apply(np.asarray(image), seed, operator.index(index), quads, paper)

    def _seed_of_worker(self) -> int:
        """Workers are copies and would all make the same draws, in every epoch."""
        torch_data = sys.modules.get("torch.utils.data")
        worker = torch_data.get_worker_info() if torch_data is not None else None
        if worker is None:
            return self._seed
        return _core.derived_seed(self._seed, worker.seed % 2**64)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._ops}, seed={self._seed})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (type(self), self._ops, self._seed)


def _rebuilt(cls: type[Transform], ops: list[dict[str, Any]], seed: int) -> Transform:
    transform = cls.__new__(cls)
    Transform.__init__(transform, ops, seed)
    return transform


class Compose(Transform):
    """Several transforms, one after the other, with one seed in place of theirs."""

    def __init__(self, transforms: Sequence[Transform], *, seed: int = 0) -> None:
        for transform in transforms:
            if not isinstance(transform, Transform):
                raise TypeError(f"transforms: must be of this module. Got: {transform!r}")
        super().__init__([op for transform in transforms for op in transform._ops], seed)


def _class_of(op: str, summary: str, fields: list[tuple[str, Any, str]]) -> type[Transform]:
    """The class of a row of the table of operations."""

    def __init__(self: Transform, *, seed: int = 0, name: str | None = None,
                 **options: Any) -> None:
        Transform.__init__(self, [{op: options if name is None else {"name": name, **options}}],
                           seed)

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
    parameters += [inspect.Parameter(key, keyword, default=default) for key, default, _ in fields]
    parameters += [inspect.Parameter("seed", keyword, default=0),
                   inspect.Parameter("name", keyword, default=None)]
    __init__.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    lines = [f"    {key} ({default}): {text}" for key, default, text in fields]
    title = "".join(word.capitalize() for word in op.split("_"))
    return type(title, (Transform,), {"__init__": __init__, "__module__": __name__,
                                      "__doc__": "\n".join([summary, "", *lines])})


CLASSES: dict[str, type[Transform]] = {op: _class_of(op, summary, fields)
                                       for op, summary, fields in _core.op_table()}
globals().update({cls.__name__: cls for cls in CLASSES.values()})
__all__ = ["CLASSES", "Compose", "Transform", *(cls.__name__ for cls in CLASSES.values())]
