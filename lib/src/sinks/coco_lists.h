// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sinks/format_writer.h"

/// COCO's annotations.json: an object a character, with box and polygon.
namespace glyphmill::sinks {

/// The sample's lines of the pieces that `write_coco` joins. `file` is the image's path.
void write_coco_pieces(const Sample& sample, const std::string& file, ShardPieces& pieces);

/// Writes `name` into the work directory. Categories are the drawn characters by code point, from
/// 1. Boxes are cut to the image.
void write_coco(const FinishedSet& set, const std::string& name);

}  // namespace glyphmill::sinks
