// SPDX-License-Identifier: Apache-2.0
#include "glyphs/ink_bounds.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <opencv2/core/utility.hpp>

namespace glyphmill::glyphs {
namespace {

/// Pixels looked at together.
constexpr int kTogether = 8;
using Pixels = std::uint64_t;

/// Where the `i`-th pixels of a row of `width` start. The last overlap those before them, which
/// does no harm to what is only ever or-ed.
int start_of(int i, int width) { return std::min(i * kTogether, width - kTogether); }

struct Rows {
  int top;
  int bottom;
};

/// The rows that have ink; leaves in `seen` all rows or-ed, pixels by pixels.
Rows rows_with_ink(const cv::Mat& coverage, const cv::Range& columns,
                   cv::AutoBuffer<Pixels, 32>& seen) {
  Rows rows{coverage.rows, 0};
  const int count = static_cast<int>(seen.size());
  std::fill_n(seen.data(), seen.size(), Pixels{0});
  for (int y = 0; y < coverage.rows; ++y) {
    const uchar* row = coverage.ptr(y) + columns.start;
    Pixels any = 0;
    for (int i = 0; i < count; ++i) {
      Pixels pixels;
      std::memcpy(&pixels, row + start_of(i, columns.size()), sizeof pixels);
      seen[static_cast<std::size_t>(i)] |= pixels;
      any |= pixels;
    }
    if (any == 0) continue;
    rows.top = std::min(rows.top, y);
    rows.bottom = y + 1;
  }
  return rows;
}

/// First and one past the last pixel of a row of `width` that is not 0.
cv::Range ink_of(const cv::AutoBuffer<Pixels, 32>& seen, int width) {
  cv::Range ink(width, 0);
  for (int i = 0; i < static_cast<int>(seen.size()); ++i) {
    uchar bytes[kTogether];
    std::memcpy(bytes, &seen[static_cast<std::size_t>(i)], sizeof bytes);
    for (int k = 0; k < kTogether; ++k) {
      if (bytes[k] == 0) continue;
      ink.start = std::min(ink.start, start_of(i, width) + k);
      ink.end = std::max(ink.end, start_of(i, width) + k + 1);
    }
  }
  return ink;
}

}  // namespace

cv::Rect ink_bounds(const cv::Mat& coverage, const cv::Range& columns) {
  const int width = columns.size();
  if (width < kTogether) {
    // Blank columns beside it do not count.
    cv::Mat wide = cv::Mat::zeros(coverage.rows, kTogether, CV_8UC1);
    if (width > 0 && coverage.rows > 0) coverage.colRange(columns).copyTo(wide.colRange(0, width));
    const cv::Rect ink = ink_bounds(wide, {0, kTogether});
    if (ink.empty()) return {columns.start, 0, width, 0};
    return ink + cv::Point(columns.start, 0);
  }
  cv::AutoBuffer<Pixels, 32> seen(static_cast<std::size_t>((width + kTogether - 1) / kTogether));
  const Rows rows = rows_with_ink(coverage, columns, seen);
  if (rows.bottom <= rows.top) return {columns.start, 0, width, 0};
  const cv::Range ink = ink_of(seen, width);
  return {columns.start + ink.start, rows.top, ink.size(), rows.bottom - rows.top};
}

}  // namespace glyphmill::glyphs
