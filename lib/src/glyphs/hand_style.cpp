// SPDX-License-Identifier: Apache-2.0
#include "glyphs/hand_style.h"

#include <algorithm>
#include <cstdlib>
#include <opencv2/core.hpp>

namespace glyphmill::glyphs {
namespace {

__extension__ using Wide = __int128;

/// Raw moments and total variation of a picture, summed row by row.
struct Sums {
  std::int64_t m00 = 0, m10 = 0, m01 = 0, m11 = 0, m02 = 0;
  std::int64_t squares = 0;   // of the levels
  std::int64_t straight = 0;  // differences of neighbours in a row or a column
  std::int64_t diagonal = 0;
  int left = 0, right = -1, top = 0, bottom = -1;  // first and last column and row with ink
};

/// `row` has one 0 before its first and one after its last of `cols` pixels.
void add_moments(const std::uint8_t* row, int cols, int y, Sums& sums) {
  std::int64_t level = 0;
  std::int64_t moment = 0;
  std::int64_t squares = 0;
  for (int x = 0; x < cols; ++x) {
    level += row[x];
    moment += x * row[x];
    squares += row[x] * row[x];
  }
  if (level == 0) return;
  sums.m00 += level;
  sums.m10 += moment;
  sums.m01 += y * level;
  sums.m11 += y * moment;
  sums.m02 += static_cast<std::int64_t>(y) * y * level;
  sums.squares += squares;
  int first = 0;
  while (row[first] == 0) ++first;
  int last = cols - 1;
  while (row[last] == 0) --last;
  const bool none_before = sums.right < 0;
  sums.left = none_before ? first : std::min(sums.left, first);
  sums.right = std::max(sums.right, last);
  if (none_before) sums.top = y;
  sums.bottom = y;
}

/// Differences within `row`, and between it and `below`; both padded as above.
void add_variation(const std::uint8_t* row, const std::uint8_t* below, int cols, Sums& sums) {
  std::int64_t straight = 0;
  std::int64_t diagonal = 0;
  for (int x = -1; x < cols; ++x) {
    straight += std::abs(row[x + 1] - row[x]) + std::abs(below[x] - row[x]);
    diagonal += std::abs(below[x + 1] - row[x]) + std::abs(below[x] - row[x + 1]);
  }
  sums.straight += straight;
  sums.diagonal += diagonal;
}

Sums sums_of(const std::uint8_t* pixels, int rows, int cols, std::size_t stride) {
  const auto width = static_cast<std::size_t>(cols);
  cv::AutoBuffer<std::uint8_t, 512> lines(2 * (width + 2));
  std::fill_n(lines.data(), lines.size(), std::uint8_t{0});
  std::uint8_t* row = lines.data() + 1;
  std::uint8_t* below = row + width + 2;
  Sums sums;
  for (int y = -1; y < rows; ++y) {
    if (y + 1 < rows) {
      std::copy_n(pixels + static_cast<std::size_t>(y + 1) * stride, width, below);
    } else {
      std::fill_n(below, width, std::uint8_t{0});
    }
    if (y >= 0) add_moments(row, cols, y, sums);
    add_variation(row, below, cols, sums);
    std::swap(row, below);
  }
  return sums;
}

double slant_of(const Sums& s) {
  const Wide mu11 = Wide{s.m11} * s.m00 - Wide{s.m10} * s.m01;
  const Wide mu02 = Wide{s.m02} * s.m00 - Wide{s.m01} * s.m01;
  return mu02 == 0 ? 0 : static_cast<double>(-mu11) / static_cast<double>(mu02);
}

/// The outline is that of all level sets at once: its length times the level is the total variation
/// (the coarea formula). By Cauchy and Crofton's formula that is pi / 2 times the mean, over all
/// directions, of the variation along lines; of these we have four, 45 degrees apart, the diagonal
/// ones with lines 1 / sqrt(2) px apart. For a straight outline the length is 5.2 % short along
/// rows, columns and diagonals and 2.6 % long half-way between.
double stroke_width_of(const Sums& s) {
  // 1 / sqrt(2) = 985 / 1393 to 3e-7.
  constexpr std::int64_t kStraight = 1393;
  constexpr std::int64_t kDiagonal = 985;
  const Wide outline = Wide{kStraight} * s.straight + Wide{kDiagonal} * s.diagonal;
  return 16 / CV_PI * (static_cast<double>(Wide{kStraight} * s.m00) / static_cast<double>(outline));
}

}  // namespace

HandStyle measure_style(const std::uint8_t* pixels, int rows, int cols, std::size_t stride) {
  const Sums sums = sums_of(pixels, rows, cols, stride);
  HandStyle style;
  if (sums.m00 == 0) return style;
  const double width = sums.right - sums.left + 1;
  const double height = sums.bottom - sums.top + 1;
  style.slant = slant_of(sums);
  style.stroke_width = stroke_width_of(sums);
  style.aspect = width / height;
  style.size = height / rows;
  style.ink = static_cast<double>(sums.squares) / static_cast<double>(255 * sums.m00);
  return style;
}

}  // namespace glyphmill::glyphs
