// SPDX-License-Identifier: Apache-2.0
#include "glyphs/ink_bounds.h"

#include <algorithm>

namespace glyphmill::glyphs {

cv::Rect ink_bounds(const cv::Mat& coverage, const cv::Range& columns) {
  int left = columns.end, right = columns.start, top = coverage.rows, bottom = 0;
  for (int y = 0; y < coverage.rows; ++y) {
    const uchar* row = coverage.ptr(y);
    for (int x = columns.start; x < columns.end; ++x) {
      if (row[x] == 0) continue;
      left = std::min(left, x);
      right = std::max(right, x + 1);
      top = std::min(top, y);
      bottom = y + 1;
    }
  }
  if (right <= left) return {columns.start, 0, columns.end - columns.start, 0};
  return {left, top, right - left, bottom - top};
}

}  // namespace glyphmill::glyphs
