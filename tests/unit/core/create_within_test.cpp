// SPDX-License-Identifier: Apache-2.0
#include "core/create_within.h"

#include <gtest/gtest.h>

namespace glyphmill::core {
namespace {

TEST(CreateWithin, KeepsMemoryThatIsLargeEnough) {
  cv::Mat image;
  create_within(image, 10, 80, CV_8UC3);
  const void* const memory = image.data;
  for (const auto& [cols, type] : {std::pair(70, CV_8UC3), {90, CV_8UC3}, {100, CV_16SC1}}) {
    create_within(image, 10, cols, type);
    EXPECT_EQ(image.data, memory);
    EXPECT_EQ(image.size(), cv::Size(cols, 10));
    EXPECT_EQ(image.type(), type);
    EXPECT_TRUE(image.isContinuous());
    EXPECT_FALSE(image.isSubmatrix());
  }
  create_within(image, 100, 80, CV_8UC3);
  EXPECT_GE(image.u->size, 100u * 80 * 3);
}

TEST(CreateWithin, LeavesMemoryThatOthersSee) {
  cv::Mat image(10, 80, CV_8UC1, cv::Scalar(7));
  const cv::Mat other = image;
  create_within(image, 10, 70, CV_8UC1);
  image.setTo(1);
  EXPECT_EQ(cv::countNonZero(other != 7), 0);
}

TEST(CreateWithin, LeavesMemoryThatIsTheCallers) {
  std::vector<std::uint8_t> pixels(100, 7);
  cv::Mat image(10, 10, CV_8UC1, pixels.data());
  create_within(image, 10, 9, CV_8UC1);
  image.setTo(1);
  EXPECT_EQ(pixels, std::vector<std::uint8_t>(100, 7));
}

}  // namespace
}  // namespace glyphmill::core
