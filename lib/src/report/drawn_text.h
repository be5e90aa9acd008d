// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>
#include <string>

/// Text in pictures of ours, in OpenCV's stroked letters.
namespace glyphmill::report {

constexpr double kTextScale = 0.42;

/// OpenCV's strokes know ASCII only; what they cannot draw is named by its bytes, as \xx.
std::string ascii_of(const std::string& text);

/// px across of `text`, of letters without what hangs below the line.
cv::Size text_size(const std::string& text, double scale = kTextScale);

/// `text` from its left end at the line it stands on.
void draw_text(cv::Mat& picture, const std::string& text, const cv::Point& start,
               const cv::Scalar& colour, double scale = kTextScale);

}  // namespace glyphmill::report
