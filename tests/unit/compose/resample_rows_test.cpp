// SPDX-License-Identifier: Apache-2.0
#include "compose/resample_rows.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

namespace glyphmill {
namespace {

cv::Mat ramp(int rows, int cols) {
  cv::Mat image(rows, cols, CV_8UC1);
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < cols; ++x)
      image.at<uchar>(y, x) = static_cast<uchar>((31 * y + 7 * x) % 256);
  }
  return image;
}

TEST(ResampleRows, KeepsAnImageOfTheSameHeight) {
  const cv::Mat image = ramp(28, 40);
  cv::Mat result(28, 40, CV_8UC1);
  compose::resample_rows(image, result);
  EXPECT_EQ(cv::countNonZero(image != result), 0);
}

TEST(ResampleRows, AgreesWithBilinearResizingToOneLevel) {
  const cv::Mat image = ramp(28, 40);
  for (const int rows : {21, 22, 23, 24, 25, 26, 27, 28, 29, 32, 48, 56, 100}) {
    cv::Mat result(rows, 40, CV_8UC1);
    compose::resample_rows(image, result);
    cv::Mat exact, expected;
    image.convertTo(exact, CV_32F);
    cv::resize(exact, expected, {40, rows}, 0, 0, cv::INTER_LINEAR);
    cv::Mat ours;
    result.convertTo(ours, CV_32F);
    // Half a level of rounding, and weights of 1/128 on neighbours up to 255 apart.
    EXPECT_LE(cv::norm(ours, expected, cv::NORM_INF), 0.5 + 255.0 / 128) << rows;
  }
}

TEST(ResampleRows, WritesOnlyTheResult) {
  cv::Mat memory(30, 50, CV_8UC1, cv::Scalar(77));
  cv::Mat result = memory(cv::Rect(5, 2, 40, 24));
  compose::resample_rows(ramp(28, 40), result);
  cv::Mat outside = memory.clone();
  outside(cv::Rect(5, 2, 40, 24)).setTo(77);
  EXPECT_EQ(cv::countNonZero(outside != 77), 0);
}

}  // namespace
}  // namespace glyphmill
