// SPDX-License-Identifier: Apache-2.0
#include "core/paper.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

namespace glyphmill {
namespace {

TEST(Paper, IsWhatLiesBehindTheText) {
  cv::Mat image(32, 100, CV_8UC3, cv::Scalar(200, 210, 220));
  cv::putText(image, "1234", {6, 26}, cv::FONT_HERSHEY_SIMPLEX, 1, cv::Scalar(0, 0, 80), 3);
  EXPECT_EQ(paper_of(image), cv::Scalar(200, 210, 220));
  cv::Mat gray(32, 100, CV_8UC1, cv::Scalar(17));
  EXPECT_EQ(paper_of(gray)[0], 17);
}

TEST(Paper, AFrameOfALineIsLookedPast) {
  cv::Mat image(64, 200, CV_8UC1, cv::Scalar(240));
  cv::rectangle(image, {0, 0, 200, 64}, cv::Scalar(10), 1);
  EXPECT_EQ(paper_of(image)[0], 240);
}

TEST(Paper, OfTheSmallestPictures) {
  for (const cv::Size size : {cv::Size(1, 1), cv::Size(1, 9), cv::Size(9, 1), cv::Size(2, 2)}) {
    EXPECT_EQ(paper_of(cv::Mat(size, CV_8UC1, cv::Scalar(99)))[0], 99) << size;
  }
}

TEST(Paper, OfPartOfAPicture) {
  cv::Mat image(40, 40, CV_8UC3, cv::Scalar(1, 2, 3));
  image(cv::Rect(10, 10, 20, 20)).setTo(cv::Scalar(7, 8, 9));
  EXPECT_EQ(paper_of(image(cv::Rect(10, 10, 20, 20))), cv::Scalar(7, 8, 9));
}

}  // namespace
}  // namespace glyphmill
