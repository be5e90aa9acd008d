// SPDX-License-Identifier: Apache-2.0
#include "core/plain_picture.h"

#include <cstdint>
#include <opencv2/imgproc.hpp>

namespace glyphmill::core {
namespace {

void lay_on_white(const cv::Mat& alpha, cv::Mat& picture) {
  const int channels = picture.channels();
  for (int y = 0; y < picture.rows; ++y) {
    auto* const row = picture.ptr<std::uint8_t>(y);
    for (int x = 0; x < picture.cols * channels; ++x) {
      const int opaque = alpha.at<std::uint8_t>(y, x / channels);
      row[x] = static_cast<std::uint8_t>((row[x] * opaque + 255 * (255 - opaque)) / 255);
    }
  }
}

/// The colour conversion between two numbers of channels; -1 where there is none to make.
int conversion(int from, int to) {
  if (from == 1) return to == 3 ? cv::COLOR_GRAY2BGR : -1;
  if (from == 3) return to == 1 ? cv::COLOR_BGR2GRAY : -1;
  return to == 1 ? cv::COLOR_BGRA2GRAY : cv::COLOR_BGRA2BGR;
}

}  // namespace

cv::Mat plain_picture(const cv::Mat& picture, int channels) {
  const int from = picture.channels();
  const bool known = picture.depth() == CV_8U || picture.depth() == CV_16U;
  if (picture.empty() || !known || (from != 1 && from != 3 && from != 4)) return {};
  cv::Mat bytes = picture;
  if (picture.depth() == CV_16U) picture.convertTo(bytes, CV_8U, 1.0 / 257);
  const int code = conversion(from, channels);
  if (code < 0) return bytes;
  cv::Mat plain;
  cv::cvtColor(bytes, plain, code);
  if (from != 4) return plain;
  cv::Mat alpha;
  cv::extractChannel(bytes, alpha, 3);
  lay_on_white(alpha, plain);
  return plain;
}

}  // namespace glyphmill::core
