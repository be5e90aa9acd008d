#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Includes go downwards only: refuses one that points from a lower layer to a higher one."""

import pathlib
import re
import sys

# Each layer and those it may include; itself always.
MAY_INCLUDE = {
    "core": set(),
    "labels": {"core"},
    "glyphs": {"core"},
    "compose": {"core", "glyphs"},
    "ops": {"core"},
    "sinks": {"core"},
    "datasets": {"core", "sinks"},
    "job": {"core", "labels", "glyphs", "compose", "ops", "sinks", "datasets"},
    "report": {"core", "labels", "glyphs", "compose", "ops", "sinks", "datasets", "job"},
    "recognition": {"core", "labels", "sinks", "job", "report"},
    "search": {"core", "sinks", "datasets", "job", "report"},
    "ocr": {"core", "labels", "glyphs", "sinks", "job", "report", "recognition", "search"},
}

PUBLIC_HEADERS = {
    "core": "balance error fields geometry parse random range sample utf8 version",
    "labels": "label_weights labels",
    "glyphs": "digits glyphs handwriting image_data_generator ink_images tiles",
    "compose": "compose sequence",
    "ops": "ops",
    "sinks": "output",
    "datasets": "data_set",
    "job": "batch field_values generator jobs number_generator recipe runner schema",
    "report": "contact_sheet hand_report inspect",
    "recognition": "constraint ctc recognition",
    "search": "search search_space study study_report",
    "ocr": "center_loss evaluation ocr ocr_search projector training",
}

LAYER_OF_HEADER = {name: layer for layer, names in PUBLIC_HEADERS.items() for name in names.split()}


def layer_of_include(include):
    """The layer that an include path of ours belongs to; None for other libraries'."""
    public = re.fullmatch(r"glyphmill/(?:(ops)/\w+|(\w+))\.h", include)
    if public:
        return public[1] or LAYER_OF_HEADER.get(public[2], f"unknown header {include}")
    return include.split("/")[0] if "/" in include else None


def main():
    root = pathlib.Path(__file__).resolve().parents[2] / "lib"
    files = [(path, path.relative_to(root / "src").parts[0])
             for pattern in ("*/**/*.cpp", "*/**/*.h") for path in (root / "src").glob(pattern)]
    for path in (root / "include" / "glyphmill").rglob("*.h"):
        include = str(path.relative_to(root / "include"))
        files.append((path, layer_of_include(include)))
    problems = []
    for path, layer in sorted(files):
        if layer not in MAY_INCLUDE:
            problems.append(f"{path.relative_to(root)}: belongs to no layer: {layer}")
            continue
        for include in re.findall(r'^#include "([^"]+)"', path.read_text(), re.MULTILINE):
            target = layer_of_include(include)
            if target != layer and target not in MAY_INCLUDE[layer]:
                problems.append(f"{path.relative_to(root)}: {layer} must not include {include} "
                                f"({target})")
    print("\n".join(problems) or f"{len(files)} files point downwards only")
    return 1 if problems or len(files) < 30 else 0


if __name__ == "__main__":
    sys.exit(main())
