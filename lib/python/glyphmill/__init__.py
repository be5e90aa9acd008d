# SPDX-License-Identifier: Apache-2.0
"""Labelled images of digit sequences, made while you train.

    import glyphmill

    g = glyphmill.Generator("configs/codes.yaml", count=10**9, seed=1)
    image, label = g[0]                # uint8 array (H, W, 3) in RGB, or (H, W); str
    batch = g.batch(0, 64)             # batch.images: uint8 (64, 3, H, W); batch.labels: 64 str

The same recipe and seed give the same bytes as the command line. `glyphmill.torch` has data sets
for PyTorch, `glyphmill.transforms` the operations for pictures of your own, `glyphmill.load` reads
data sets that were written; `glyphmill.number_generator` and `glyphmill.sequences` take the place
of two older packages.

Errors: ValueError (a rule was broken; of a recipe file with line and column, all at once),
FileNotFoundError, OSError, IndexError.
"""

from ._core import __version__
from .batch import Batch
from .data_set import DataSet, load
from .generator import Generator, Sample

__all__ = ["Batch", "DataSet", "Generator", "Sample", "__version__", "load"]
