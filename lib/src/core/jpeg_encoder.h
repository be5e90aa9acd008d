// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <string_view>
#include <vector>

namespace glyphmill::core {

/// JPEG by libjpeg-turbo's own interface: the bytes of cv::imencode, without its copies. Baseline,
/// colour at half the resolution (4:2:0). One per thread.
class JpegEncoder {
 public:
  static constexpr const char* kName = "JPEG";
  static constexpr int kMostSide = 65500;  ///< rows or columns

  /// `quality` from 1 to 100.
  explicit JpegEncoder(int quality);

  void set_quality(int quality) { quality_ = quality; }

  /// `image` is CV_8UC1 or CV_8UC3 (BGR) and no larger than the format holds. Valid until the next
  /// call.
  std::string_view encode(const cv::Mat& image);

 private:
  std::unique_ptr<void, int (*)(void*)> handle_;
  std::vector<unsigned char> buffer_;
  int quality_;
};

}  // namespace glyphmill::core
