#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""python_bench.py THREADS: the Python package at the work of batch_bench.cpp, 10,000 sequences of
ten digits in 28 x 200.

Prints a JSON list of {"name": ..., "ns": median for all of them}, and of {"name": ..., "skipped":
why} for what this Python has not.
"""

import json
import statistics
import sys
import time

import glyphmill
import numpy as np

IMAGES = 10000
REPETITIONS = 9
THREADS = int(sys.argv[1])


def generator():
    return glyphmill.Generator(labels={"kind": "code"}, glyphs={"kind": "digits"},
                               compose={"width": 200}, seed=1, count=IMAGES)


def batch_in_kept_array():
    g = generator()
    out = np.zeros((IMAGES, 1, 28, 200), np.uint8)
    return lambda: g.batch(0, IMAGES, out=out, threads=THREADS)


def batch_in_new_array():
    g = generator()
    return lambda: g.batch(0, IMAGES, threads=THREADS)


def singles():
    g = generator()

    def all_of_them():
        for k in range(IMAGES):
            g[k]

    return all_of_them


def loader(**options):
    """Of one worker; from its start to its end, less the time to start one with nothing to do."""
    import torch
    from glyphmill.torch import StreamDataset

    torch.set_num_threads(1)
    g = generator()

    def epoch(samples):
        data = StreamDataset(g, samples_per_epoch=samples, **options)
        start = time.perf_counter()
        if "batch_size" in options:
            batches = torch.utils.data.DataLoader(data, batch_size=None, num_workers=1)
        else:
            from glyphmill.torch import ctc_collate
            batches = torch.utils.data.DataLoader(data, batch_size=64, num_workers=1,
                                                  collate_fn=ctc_collate)
        for _ in batches:
            pass
        return time.perf_counter() - start

    return lambda: epoch(IMAGES) - epoch(64)


def median_ns(call):
    call()
    times = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        told = call()
        times.append(told if isinstance(told, float) else time.perf_counter() - start)
    return statistics.median(times) * 1e9


def main():
    rows = {f"batch_in_kept_array/threads:{THREADS}": batch_in_kept_array,
            f"batch_in_new_array/threads:{THREADS}": batch_in_new_array}
    if THREADS == 1:
        rows["singles"] = singles
    else:
        rows["loader/batches"] = lambda: loader(batch_size=64)
        rows["loader/items"] = loader
    told = []
    for name, prepare in rows.items():
        try:
            told.append({"name": name, "ns": median_ns(prepare())})
        except ImportError as missing:
            told.append({"name": name, "skipped": str(missing)})
    print(json.dumps(told))


if __name__ == "__main__":
    main()
