// SPDX-License-Identifier: Apache-2.0
#include "glyphs/ink_bounds.h"

#include <algorithm>

namespace glyphmill::glyphs {
namespace {

int first_ink(const uchar* row, const cv::Range& columns) {
  int x = columns.start;
  while (row[x] == 0) ++x;
  return x;
}

int last_ink(const uchar* row, const cv::Range& columns) {
  int x = columns.end - 1;
  while (row[x] == 0) --x;
  return x;
}

}  // namespace

cv::Rect ink_bounds(const cv::Mat& coverage, const cv::Range& columns) {
  int left = columns.end, right = columns.start, top = coverage.rows, bottom = 0;
  for (int y = 0; y < coverage.rows; ++y) {
    const uchar* row = coverage.ptr(y);
    uchar any = 0;  // vectorised, unlike a search
    for (int x = columns.start; x < columns.end; ++x) any |= row[x];
    if (any == 0) continue;
    left = std::min(left, first_ink(row, columns));
    right = std::max(right, last_ink(row, columns) + 1);
    top = std::min(top, y);
    bottom = y + 1;
  }
  if (right <= left) return {columns.start, 0, columns.end - columns.start, 0};
  return {left, top, right - left, bottom - top};
}

}  // namespace glyphmill::glyphs
