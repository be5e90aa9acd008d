# SPDX-License-Identifier: Apache-2.0
"""The interface of the package number-generator, drawn by glyphmill.

    from glyphmill.number_generator import generate_numbers_sequence

    image = generate_numbers_sequence([1, 2, 3], spacing_range=(4, 10), image_width=100)

Programs for number_generator need another import line and nothing else: `core` has its classes,
`helpers` its image functions. Every call draws other handwriting; `seed(7)` makes the calls that
follow repeat, and `generate_numbers_sequence(..., seed=7)` one image. Pictures come from the
built-in handwriting unless `set_default_dataset_filepath` or the environment variable
NG_DEFAULT_DIGIT_DATASET names a set. Nothing in a data set that is read is ever executed.

The command line programs are `augment_mnist --sequence` and `augment_phones`.
"""

from . import core, helpers
from .core import generate_numbers_sequence, seed, set_default_dataset_filepath

#: The same: the name that README files of the older package call it by.
generate_number_sequence = generate_numbers_sequence

__all__ = ["core", "generate_number_sequence", "generate_numbers_sequence", "helpers", "seed",
           "set_default_dataset_filepath"]
