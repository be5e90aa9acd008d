// SPDX-License-Identifier: Apache-2.0
#include "compose/prepared_glyphs.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <opencv2/imgproc.hpp>

#include "glyphmill/utf8.h"
#include "glyphs/ink_bounds.h"

namespace glyphmill::compose {
namespace {

/// Where ink lies in a tile, as shares of the tile's height.
struct InkPlace {
  double height = 0.75;
  double bottom = 0.9;
};

/// How one tile goes onto the line: y_line = baseline + scale * (y_tile - stand).
struct Fit {
  double scale = 1;
  double stand = 0;  ///< row of the tile that lies on the baseline
};

bool is_digits(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

cv::Rect ink_of(const Glyph& glyph) {
  return glyphs::ink_bounds(glyph.coverage, {0, glyph.coverage.cols});
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Median place of the digits' ink in the tiles of each look; of all glyphs where a look has none.
std::map<std::string, InkPlace> ink_places(const std::vector<Glyph>& glyphs) {
  struct Values {
    std::vector<double> heights;
    std::vector<double> bottoms;
  };
  std::map<std::string, Values> of_digits;
  std::map<std::string, Values> of_all;
  for (const Glyph& glyph : glyphs) {
    const cv::Rect ink = ink_of(glyph);
    if (ink.height == 0) continue;
    for (auto* values : {&of_all, is_digits(glyph.text) ? &of_digits : nullptr}) {
      if (values == nullptr) continue;
      (*values)[glyph.look].heights.push_back(static_cast<double>(ink.height) /
                                              glyph.coverage.rows);
      (*values)[glyph.look].bottoms.push_back(static_cast<double>(ink.y + ink.height) /
                                              glyph.coverage.rows);
    }
  }
  std::map<std::string, InkPlace> places;
  for (auto& [look, all] : of_all) {
    const auto digits = of_digits.find(look);
    const Values& values = digits == of_digits.end() ? all : digits->second;
    places[look] = {median(values.heights), median(values.bottoms)};
  }
  return places;
}

Fit fit_of(const Glyph& glyph, const InkPlace& place, double ink_height) {
  const cv::Rect ink = ink_of(glyph);
  if (is_digits(glyph.text) && ink.height > 0) {
    return {ink_height / ink.height, static_cast<double>(ink.y + ink.height)};
  }
  const double rows = glyph.coverage.rows;
  return {ink_height / (place.height * rows), place.bottom * rows};
}

cv::Mat scaled(const cv::Mat& image, double scale) {
  const cv::Size size(std::max(1, cvRound(image.cols * scale)),
                      std::max(1, cvRound(image.rows * scale)));
  if (size == image.size()) return image.clone();
  cv::Mat result;
  cv::resize(image, result, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  return result;
}

PreparedGlyph prepare_glyph(const Glyph& glyph, const Fit& fit, double baseline,
                            const ComposeOptions& options) {
  PreparedGlyph prepared;
  const cv::Mat coverage = scaled(glyph.coverage, fit.scale);
  prepared.advance = coverage.cols;
  prepared.tile_top = cvRound(baseline - fit.scale * fit.stand);
  prepared.ink = glyph.ink;
  prepared.paper = glyph.paper;
  prepared.characters = utf8_characters(glyph.text);
  const cv::Rect ink = glyphs::ink_bounds(coverage, {0, coverage.cols});
  prepared.ink_top = prepared.tile_top + ink.y;
  prepared.coverage = coverage.rowRange(ink.y, ink.y + ink.height).clone();
  if (options.seams == Seams::kKeep) prepared.pixels = scaled(glyph.pixels, fit.scale);
  const double sx = static_cast<double>(coverage.cols) / glyph.coverage.cols;
  for (std::size_t i = 0; i < glyph.character_boxes.size(); ++i) {
    // Between characters the cut stays where it was; scaling may spread ink beyond the old box.
    const bool first = i == 0;
    const bool last = i + 1 == glyph.character_boxes.size();
    const int from = first ? 0 : cvRound(glyph.character_boxes[i].x * sx);
    const int to = last ? coverage.cols : cvRound(glyph.character_boxes[i + 1].x * sx);
    cv::Rect box = glyphs::ink_bounds(coverage, {from, std::max(from, to)});
    box.y += prepared.tile_top;
    prepared.character_boxes.push_back(box);
  }
  return prepared;
}

}  // namespace

PreparedGlyphs prepare(const GlyphSet& set, const ComposeOptions& options) {
  const auto places = ink_places(set.glyphs());
  const auto height = static_cast<double>(options.height);
  const double ink_height = options.ink_height_fraction * height;
  std::vector<Fit> fits;
  double above = 0;  // ink rows above and below the baseline
  double below = 0;
  for (const Glyph& glyph : set.glyphs()) {
    const auto place = places.find(glyph.look);
    fits.push_back(fit_of(glyph, place == places.end() ? InkPlace{} : place->second, ink_height));
    const cv::Rect ink = ink_of(glyph);
    if (ink.height == 0) continue;
    above = std::max(above, fits.back().scale * (fits.back().stand - ink.y));
    below = std::max(below, fits.back().scale * (ink.y + ink.height - fits.back().stand));
  }
  const double shrink = std::min(1.0, (height - 2) / (above + below));
  above *= shrink;
  below *= shrink;
  // Digits in the middle, unless something taller needs the room.
  const double centred = (height + ink_height * shrink) / 2;
  const double baseline = std::clamp(centred, above + 1, std::max(above + 1, height - 1 - below));
  PreparedGlyphs prepared;
  for (std::size_t i = 0; i < fits.size(); ++i) {
    const Fit fit{fits[i].scale * shrink, fits[i].stand};
    prepared.glyphs.push_back(prepare_glyph(set.glyphs()[i], fit, baseline, options));
  }
  prepared.room_above = std::max(0.0, std::floor(baseline - above - 1));
  prepared.room_below = std::max(0.0, std::floor(height - 1 - baseline - below));
  return prepared;
}

}  // namespace glyphmill::compose
