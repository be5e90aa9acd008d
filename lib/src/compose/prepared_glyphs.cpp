// SPDX-License-Identifier: Apache-2.0
#include "compose/prepared_glyphs.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <opencv2/imgproc.hpp>

#include "compose/options.h"
#include "compose/stretch.h"
#include "core/ascii.h"
#include "glyphmill/error.h"
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
  return std::all_of(text.begin(), text.end(), core::is_digit);
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

/// Coverage that nobody can see, the fringe of interpolation, would only widen the boxes.
constexpr double kInvisible = 8;

bool is_huge(const Glyph& glyph, const Fit& fit) {
  constexpr double kMostPixels = 64e6;
  const double columns = glyph.coverage.cols * fit.scale;
  return columns > kWidestImage || columns * glyph.coverage.rows * fit.scale > kMostPixels;
}

/// A speck for ink, or beside digits of the same look that are specks, makes a tile huge.
void refuse_huge(const Glyph& glyph, const Fit& fit) {
  if (!is_huge(glyph, fit)) return;
  throw Error(ErrorCode::kFormat,
              fmt::format("tile '{}': must be at most {:.0f} pixels wide and have at most 64 "
                          "million at its size on the line; is there more paper than ink in it? "
                          "Got: {:.0f} x {:.0f}",
                          glyph.text, kWidestImage, glyph.coverage.cols * fit.scale,
                          glyph.coverage.rows * fit.scale));
}

cv::Mat scaled(const cv::Mat& image, double scale) {
  const cv::Size size(std::max(1, cvRound(image.cols * scale)),
                      std::max(1, cvRound(image.rows * scale)));
  if (size == image.size()) return image.clone();
  cv::Mat result;
  cv::resize(image, result, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  return result;
}

/// The boxes of a glyph's characters after scaling. Between characters the cut stays where it was;
/// within, scaling may have spread ink beyond the old box.
std::vector<cv::Rect> scaled_boxes(const Glyph& glyph, const cv::Mat& coverage) {
  const double sx = static_cast<double>(coverage.cols) / glyph.coverage.cols;
  std::vector<cv::Rect> boxes;
  int from = 0;
  for (std::size_t i = 0; i < glyph.character_boxes.size(); ++i) {
    const bool last = i + 1 == glyph.character_boxes.size();
    const int to = last ? coverage.cols : cvRound(glyph.character_boxes[i + 1].x * sx);
    boxes.push_back(glyphs::ink_bounds(coverage, {from, std::max(from, to)}));
    from = std::max(from, to);
  }
  return boxes;
}

/// Blank columns added up to a multiple of kSpareColumns.
cv::Mat with_spare_columns(const cv::Mat& coverage) {
  const int spare = (kSpareColumns - coverage.cols % kSpareColumns) % kSpareColumns;
  cv::Mat padded = cv::Mat::zeros(coverage.rows, coverage.cols + spare, CV_8UC1);
  if (coverage.rows > 0) coverage.copyTo(padded.colRange(0, coverage.cols));
  return padded;
}

PreparedGlyph prepare_glyph(const Glyph& glyph, const Fit& fit, double baseline,
                            const ComposeOptions& options) {
  refuse_huge(glyph, fit);
  PreparedGlyph prepared;
  cv::Mat coverage = scaled(glyph.coverage, fit.scale);
  cv::threshold(coverage, coverage, kInvisible, 0, cv::THRESH_TOZERO);
  const cv::Rect ink = glyphs::ink_bounds(coverage, {0, coverage.cols});
  // Digits stand on the row where their scaled ink really ends.
  const bool stands = is_digits(glyph.text) && ink.height > 0;
  prepared.tile_top =
      stands ? cvRound(baseline) - ink.y - ink.height : cvRound(baseline - fit.scale * fit.stand);
  prepared.ink_top = prepared.tile_top + ink.y;
  prepared.coverage = with_spare_columns(coverage.rowRange(ink.y, ink.y + ink.height));
  if (options.seams == Seams::kKeep) prepared.pixels = scaled(glyph.pixels, fit.scale);
  prepared.advance = coverage.cols;
  prepared.ink = glyph.ink;
  prepared.paper = glyph.paper;
  prepared.contrast = cv::norm(glyph.paper - glyph.ink);
  prepared.characters = utf8_characters(glyph.text);
  prepared.character_boxes = scaled_boxes(glyph, coverage);
  for (cv::Rect& box : prepared.character_boxes) box.y += prepared.tile_top;
  return prepared;
}

/// The rows that ink uses, counted from the line's top and perhaps outside the line.
struct InkRows {
  int top = std::numeric_limits<int>::max();
  int bottom = std::numeric_limits<int>::min();
  bool empty() const { return bottom < top; }
  int height() const { return empty() ? 0 : bottom - top; }
};

InkRows ink_rows(const std::vector<PreparedGlyph>& glyphs) {
  InkRows rows;
  for (const PreparedGlyph& glyph : glyphs) {
    if (glyph.coverage.rows == 0) continue;
    rows.top = std::min(rows.top, glyph.ink_top);
    rows.bottom = std::max(rows.bottom, glyph.ink_top + glyph.coverage.rows);
  }
  return rows;
}

std::vector<Fit> fits_of(const std::vector<Glyph>& glyphs, double ink_height) {
  const auto places = ink_places(glyphs);
  std::vector<Fit> fits;
  for (const Glyph& glyph : glyphs) {
    const auto place = places.find(glyph.look);
    fits.push_back(fit_of(glyph, place == places.end() ? InkPlace{} : place->second, ink_height));
  }
  return fits;
}

/// `ink_height`, or less where a glyph would be huge and have ink taller than `usable`: it will
/// have to shrink anyway, and is not made at that size first.
double affordable(const std::vector<Glyph>& glyphs, double ink_height, int usable) {
  const std::vector<Fit> fits = fits_of(glyphs, ink_height);
  double tallest = usable;
  for (std::size_t i = 0; i < glyphs.size(); ++i) {
    if (!is_huge(glyphs[i], fits[i])) continue;
    tallest = std::max(tallest, ink_of(glyphs[i]).height * fits[i].scale);
  }
  return ink_height * (usable / tallest);
}

std::vector<PreparedGlyph> prepare_at(const std::vector<Glyph>& glyphs, double ink_height,
                                      const ComposeOptions& options) {
  const std::vector<Fit> fits = fits_of(glyphs, ink_height);
  const double baseline = (static_cast<double>(options.height) + ink_height) / 2;
  std::vector<PreparedGlyph> prepared;
  for (std::size_t i = 0; i < glyphs.size(); ++i) {
    prepared.push_back(prepare_glyph(glyphs[i], fits[i], baseline, options));
  }
  return prepared;
}

void move_down(std::vector<PreparedGlyph>& glyphs, int rows) {
  for (PreparedGlyph& glyph : glyphs) {
    glyph.tile_top += rows;
    glyph.ink_top += rows;
    for (cv::Rect& box : glyph.character_boxes) box.y += rows;
  }
}

}  // namespace

PreparedGlyphs prepare(const GlyphSet& set, const ComposeOptions& options) {
  const auto height = static_cast<int>(options.height);
  const int usable = height - 2;  // a row of paper above and below
  double ink_height = affordable(set.glyphs(), options.ink_height_fraction * height, usable);
  PreparedGlyphs prepared;
  InkRows rows;
  for (;;) {
    prepared.glyphs = prepare_at(set.glyphs(), ink_height, options);
    rows = ink_rows(prepared.glyphs);
    if (rows.height() <= usable) break;
    ink_height *= std::min(0.98, static_cast<double>(usable) / rows.height());
  }
  if (rows.empty()) return prepared;
  // Digits in the middle, unless something taller needs the room.
  const int shift = std::max(1 - rows.top, std::min(0, height - 1 - rows.bottom));
  move_down(prepared.glyphs, shift);
  prepared.room_above = rows.top + shift - 1;
  prepared.room_below = height - 1 - rows.bottom - shift;
  return prepared;
}

}  // namespace glyphmill::compose
