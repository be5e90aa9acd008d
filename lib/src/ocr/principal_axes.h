// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>
#include <vector>

namespace glyphmill::ocr {

/// Points on the two axes along which they vary most.
struct Projection {
  std::vector<cv::Point2d> points;
  double x_share = 0;  ///< of the variance, 0 .. 1
  double y_share = 0;
};

/// `vectors`: rows of `size` numbers each. Of an axis, the end is positive to which its largest
/// component points. Principal component analysis (K. Pearson 1901) by the covariance's
/// eigenvectors.
Projection on_principal_axes(const std::vector<float>& vectors, std::size_t size);

}  // namespace glyphmill::ocr
