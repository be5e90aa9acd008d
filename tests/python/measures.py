# SPDX-License-Identifier: Apache-2.0
"""What tests of drawn sequences measure."""

import math

import numpy as np


def runs(row):
    """[(value, first column, length)] of the stretches of equal values."""
    edges = np.flatnonzero(np.diff(row.astype(int))) + 1
    starts = [0, *edges]
    ends = [*edges, len(row)]
    return [(int(row[a]), int(a), int(b - a)) for a, b in zip(starts, ends)]


def four_sigma(n, p):
    """Four standard deviations of how often something of probability p comes in n draws."""
    return 4 * math.sqrt(n * p * (1 - p))
