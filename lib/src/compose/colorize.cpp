// SPDX-License-Identifier: Apache-2.0
#include "compose/colorize.h"

#include <cstring>

namespace glyphmill::compose {

Palette make_palette(const cv::Vec3b& paper, const cv::Vec3b& ink, bool color) {
  Palette palette;
  const cv::Vec3b gray_paper = cv::Vec3b::all(gray_of(paper));
  const cv::Vec3b gray_ink = cv::Vec3b::all(gray_of(ink));
  for (std::uint32_t i = 0; i < palette.colors.size(); ++i) {
    const auto coverage = static_cast<uchar>(i);
    const cv::Vec3b bgr =
        color ? mixed(paper, ink, coverage) : mixed(gray_paper, gray_ink, coverage);
    palette.colors[i] = static_cast<std::uint32_t>(bgr[0] | (bgr[1] << 8) | (bgr[2] << 16));
  }
  palette.paper = color ? cv::Scalar(paper) : cv::Scalar(gray_paper);
  return palette;
}

void colorize(const cv::Mat& coverage, const Palette& palette, bool color, cv::Mat& image) {
  image.create(coverage.size(), color ? CV_8UC3 : CV_8UC1);
  for (int y = 0; y < coverage.rows; ++y) {
    const uchar* from = coverage.ptr(y);
    uchar* to = image.ptr(y);
    const int columns = coverage.cols;
    if (!color) {
      for (int x = 0; x < columns; ++x) to[x] = static_cast<uchar>(palette.colors[from[x]]);
      continue;
    }
    // Four bytes at a time, the next pixel overwriting the spare one; the last has no room for it.
    for (int x = 0; x < columns - 1; ++x, to += 3) std::memcpy(to, &palette.colors[from[x]], 4);
    std::memcpy(to, &palette.colors[from[columns - 1]], 3);
  }
}

}  // namespace glyphmill::compose
