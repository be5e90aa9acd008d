// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "glyphmill/compose.h"
#include "glyphmill/glyphs.h"

namespace glyphmill::compose {

/// A glyph at the size at which it is composed.
struct PreparedGlyph {
  cv::Mat coverage;                     ///< CV_8UC1, rows of the ink only, all columns of the tile
                                        ///< and blank ones up to a multiple of kSpareColumns
  cv::Mat pixels;                       ///< CV_8UC3, the whole tile; only where seams are kept
  int ink_top = 0;                      ///< first row of `coverage`, from the line's top
  int tile_top = 0;                     ///< first row of `pixels`, from the line's top
  int advance = 0;                      ///< columns of the tile
  cv::Scalar ink;                       ///< BGR
  cv::Scalar paper;                     ///< BGR
  double contrast = 0;                  ///< distance of the two colours
  std::vector<std::string> characters;  ///< of the glyph's text
  std::vector<cv::Rect> character_boxes;  ///< ink of each, in the columns of the tile, line rows
};

/// Glyphs of one set, scaled so that they sit together on a line.
///
/// Glyphs made of digits get one ink height, `ink_height_fraction` of the line, and stand on one
/// baseline; the others are scaled with the digits of their look by their tile's height, so that a
/// dash keeps its place and 年 its size beside them. If something would leave the line, everything
/// shrinks.
struct PreparedGlyphs {
  std::vector<PreparedGlyph> glyphs;  ///< in the order of the set
  double room_above = 0;              ///< rows that every glyph may move up by
  double room_below = 0;              ///< and down
};

PreparedGlyphs prepare(const GlyphSet& set, const ComposeOptions& options);

}  // namespace glyphmill::compose
