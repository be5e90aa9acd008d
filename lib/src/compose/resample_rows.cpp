// SPDX-License-Identifier: Apache-2.0
#include "compose/resample_rows.h"

#include <algorithm>

namespace glyphmill::compose {
namespace {

constexpr int kUnit = 128;

void mix_rows(const uchar* above, const uchar* below, int weight_below, int columns, uchar* out) {
  const int weight_above = kUnit - weight_below;
  for (int x = 0; x < columns; ++x) {
    out[x] =
        static_cast<uchar>((above[x] * weight_above + below[x] * weight_below + kUnit / 2) / kUnit);
  }
}

}  // namespace

void resample_rows(const cv::Mat& coverage, cv::Mat& result) {
  const int rows = coverage.rows;
  for (int y = 0; y < result.rows; ++y) {
    // The centre of row y, in 1/128 rows of the source and from its first centre.
    const int at = ((2 * y + 1) * rows * kUnit) / (2 * result.rows) - kUnit / 2;
    const int clamped = std::clamp(at, 0, (rows - 1) * kUnit);
    const int above = clamped / kUnit;
    const int below = std::min(above + 1, rows - 1);
    mix_rows(coverage.ptr(above), coverage.ptr(below), clamped % kUnit, coverage.cols,
             result.ptr(y));
  }
}

}  // namespace glyphmill::compose
