// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <opencv2/core.hpp>
#include <utility>

namespace glyphmill::core {

/// As image.create(rows, cols, type), which allocates for every other size, but in the memory that
/// `image` alone has, where that is enough. The result lies in one piece unless `image` was of this
/// size and type before. Memory grows with room to spare, so widths that vary soon cost nothing.
inline void create_within(cv::Mat& image, int rows, int cols, int type) {
  if (image.rows == rows && image.cols == cols && image.type() == type && image.data) return;
  const auto wanted = static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols) *
                      static_cast<std::size_t>(CV_ELEM_SIZE(type));
  if (image.u == nullptr || image.u->refcount != 1 || image.u->size < wanted) {
    image.release();
    image.create(rows, cols + cols / 8, type);
  }
  cv::Mat part(rows, cols, type, image.u->data);
  part.u = image.u;
  part.addref();
  image = std::move(part);
}

}  // namespace glyphmill::core
