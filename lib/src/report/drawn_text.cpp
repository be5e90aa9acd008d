// SPDX-License-Identifier: Apache-2.0
#include "report/drawn_text.h"

#include <fmt/format.h>

#include <opencv2/imgproc.hpp>

namespace glyphmill::report {

std::string ascii_of(const std::string& text) {
  std::string ascii;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      ascii += c;
    } else {
      ascii += fmt::format("\\{:02x}", byte);
    }
  }
  return ascii;
}

cv::Size text_size(const std::string& text, double scale) {
  return cv::getTextSize(ascii_of(text), cv::FONT_HERSHEY_SIMPLEX, scale, 1, nullptr);
}

void draw_text(cv::Mat& picture, const std::string& text, const cv::Point& start,
               const cv::Scalar& colour, double scale) {
  cv::putText(picture, ascii_of(text), start, cv::FONT_HERSHEY_SIMPLEX, scale, colour, 1,
              cv::LINE_AA);
}

}  // namespace glyphmill::report
