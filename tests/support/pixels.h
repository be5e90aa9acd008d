// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <opencv2/core.hpp>

namespace glyphmill::test {

/// Images of one size and type with the same bytes, each in one piece of memory.
inline bool same_pixels(const cv::Mat& a, const cv::Mat& b) {
  return a.size == b.size && a.type() == b.type() && a.isContinuous() && b.isContinuous() &&
         std::memcmp(a.data, b.data, a.total() * a.elemSize()) == 0;
}

}  // namespace glyphmill::test
