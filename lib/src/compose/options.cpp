// SPDX-License-Identifier: Apache-2.0
#include "compose/options.h"

#include <algorithm>

namespace glyphmill {

void describe(ComposeOptions& options, FieldVisitor& visitor) {
  visitor.integer("height", options.height, {8, 1024}, "height of the image, px");
  visitor.number("ink_height_fraction", options.ink_height_fraction, {0.1, 1},
                 "height of a digit's ink as a share of the image's");
  visitor.range("spacing_px", options.spacing_px, {-1000, 1000},
                "gap between tiles, px, drawn for each; auto: 0.10 to 0.18 of the height");
  visitor.range("margin_px", options.margin_px, {0, 10000},
                "paper before the first and after the last tile, px; auto: 0.07 to 0.15 of the "
                "height");
  visitor.number("baseline_jitter_px", options.baseline_jitter_px, {0, 100},
                 "standard deviation of a glyph's vertical place, px; auto: 0.014 of the height");
  visitor.number("width_mean", options.width_mean, {1, compose::kWidestImage},
                 "mean of the image's width, px; auto: width_per_character a character");
  visitor.number("width_per_character", options.width_per_character, {1, 10000},
                 "px a character at height 50 when width_mean is auto");
  visitor.number(
      "width_stddev", options.width_stddev, {0, 10000},
      "standard deviation of the width, px; auto: 10 at height 50, at most 0.04 of the mean");
  visitor.choice_of("seams", options.seams, {"blend", "keep"},
                    "one paper under all glyphs, or every tile with its own ground");
  visitor.choice_of("ink", options.ink, {"shared", "own"},
                    "one ink colour for a sample's glyphs, or each its own");
  visitor.boolean("color", options.color, "three channels, otherwise one");
}

double narrowest_width(const ComposeOptions& options, std::size_t characters) {
  return 0.2 * static_cast<double>(options.height) *
         static_cast<double>(std::max<std::size_t>(1, characters));
}

namespace compose {

Range resolved_spacing(const ComposeOptions& options) {
  const auto height = static_cast<double>(options.height);
  return options.spacing_px.value_or(Range{0.10 * height, 0.18 * height});
}

Range resolved_margin(const ComposeOptions& options) {
  const auto height = static_cast<double>(options.height);
  return options.margin_px.value_or(Range{0.07 * height, 0.15 * height});
}

double resolved_jitter(const ComposeOptions& options) {
  return options.baseline_jitter_px.value_or(0.014 * static_cast<double>(options.height));
}

WidthLaw width_law(const ComposeOptions& options, std::size_t characters) {
  const double scale = static_cast<double>(options.height) / 50;
  WidthLaw law;
  law.mean = options.width_mean.value_or(options.width_per_character * scale *
                                         static_cast<double>(std::max<std::size_t>(1, characters)));
  law.stddev = options.width_stddev.value_or(std::min(10 * scale, 0.04 * law.mean));
  law.narrowest = narrowest_width(options, characters);
  law.widest = std::min(2 * law.mean, kWidestImage);
  return law;
}

}  // namespace compose
}  // namespace glyphmill
