// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "glyphmill/tiles.h"

namespace glyphmill {

/// Reads a tiles.yaml, which says of a tile folder what file names cannot:
///
///     license: CC0-1.0
///     source: photographed in 2024
///     tiles:
///       7_receipt.png: {text: "7", look: receipt, paper: [250, 248, 240]}
///
/// Every key may be left out; `paper` is red, green, blue, each 0 .. 255. As strict as recipes;
/// throws Error(kFormat) with every problem, each as "name:line:col: key: rule. Got: value".
TileManifest parse_tile_manifest(const std::string& yaml, const std::string& name);

}  // namespace glyphmill
