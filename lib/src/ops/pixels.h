// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <opencv2/core.hpp>
#include <string_view>

#include "glyphmill/error.h"
#include "glyphmill/fields.h"

/// What the operations share.
namespace glyphmill::ops {

inline void check_image(const cv::Mat& image, std::string_view op) {
  const bool empty = image.empty();
  if (!empty && image.dims == 2 && (image.type() == CV_8UC1 || image.type() == CV_8UC3)) return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("{}: image must be 8-bit with 1 or 3 channels. Got: {}", op,
                          empty ? "an empty image" : cv::typeToString(image.type())));
}

/// For parameters that a caller may have filled in by hand.
inline void check_param(std::string_view op, std::string_view name, double value,
                        const Bounds& bounds) {
  if (value >= bounds.min && value <= bounds.max) return;  // false for NaN
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("{}.{}: {}. Got: {}", op, name, rule_of(bounds), value));
}

/// Calls `change(values, count)` on each stretch of `image` that lies in one piece in memory.
template <class Change>
void for_each_stretch(cv::Mat& image, Change change) {
  const bool whole = image.isContinuous();
  const int rows = whole ? 1 : image.rows;
  const std::size_t count = (whole ? image.total() : static_cast<std::size_t>(image.cols)) *
                            static_cast<std::size_t>(image.channels());
  for (int y = 0; y < rows; ++y) change(image.ptr(y), count);
}

}  // namespace glyphmill::ops
