# SPDX-License-Identifier: Apache-2.0
"""What trainers that are no libraries do to labels, by their published rules."""

import argparse
import os
import re
import shlex
import string


def dtrb_options(flags):
    """The options of deep-text-recognition-benchmark's train.py that decide which samples it keeps;
    an unknown one ends in an error."""
    parser = argparse.ArgumentParser(exit_on_error=False)
    parser.add_argument("--character", default=string.digits + string.ascii_lowercase)
    parser.add_argument("--batch_max_length", type=int, default=25)
    parser.add_argument("--sensitive", action="store_true")
    parser.add_argument("--data_filtering_off", action="store_true")
    parser.add_argument("--rgb", action="store_true")
    parser.add_argument("--PAD", action="store_true")
    for name in ("imgH", "imgW"):
        parser.add_argument(f"--{name}", type=int)
    for name in ("train_data", "valid_data"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--select_data", default="MJ-ST")
    parser.add_argument("--batch_ratio", default="0.5-0.5")
    options = parser.parse_args(shlex.split(flags))
    if options.sensitive:
        options.character = string.printable[:-6]
    return options


def keeps(label, options):
    """Whether the filter of deep-text-recognition-benchmark and EasyOCR lets a label through."""
    if options.data_filtering_off:
        return True
    if len(label) > options.batch_max_length:
        return False
    return re.search(f"[^{options.character}]", label.lower()) is None


def taught(label, options):
    """What they teach in place of the label."""
    return re.sub(f"[^{options.character}]", "", label if options.sensitive else label.lower())


def leaves(root):
    """The directories that hold no other, each of which their walk takes for a data set."""
    return sorted(path for path, folders, _ in os.walk(f"{root}/") if not folders)
