// SPDX-License-Identifier: Apache-2.0
#include "ocr/line_image.h"

#include <gtest/gtest.h>

#include <numeric>

#include "support/messages.h"

namespace glyphmill::ocr {
namespace {

using test::message_of;

cv::Mat ramp(cv::Size size, int type = CV_8UC1) {
  cv::Mat image(size, type);
  for (int row = 0; row < size.height; ++row) {
    for (int i = 0; i < size.width * image.channels(); ++i) {
      image.ptr<std::uint8_t>(row)[i] = static_cast<std::uint8_t>((7 * i + 13 * row) % 256);
    }
  }
  return image;
}

TEST(LineImage, HasTheModelsHeightAndTheImagesProportions) {
  LineImage line;
  const ModelOptions options;
  make_line(ramp({200, 50}), cv::Scalar(255), options, line);
  EXPECT_EQ(line.width, 128);
  EXPECT_EQ(line.pixels.size(), 128U * 32);
  make_line(ramp({30, 16}), cv::Scalar(255), options, line);
  EXPECT_EQ(line.width, 60);
  EXPECT_EQ(steps_of(line.width, options), 15U);
  EXPECT_EQ(steps_of(61, options), 16U);
}

TEST(LineImage, ContrastAndBrightnessDoNotMatter) {
  const cv::Mat image = ramp({64, 32});
  cv::Mat dim;
  image.convertTo(dim, CV_8U, 0.5, 64);
  LineImage a;
  LineImage b;
  make_line(image, cv::Scalar(255), {}, a);
  make_line(dim, cv::Scalar(255 / 2.0 + 64), {}, b);
  ASSERT_EQ(a.pixels.size(), b.pixels.size());
  for (std::size_t i = 0; i < a.pixels.size(); ++i) EXPECT_NEAR(a.pixels[i], b.pixels[i], 0.02);
  EXPECT_NEAR(a.paper[0], b.paper[0], 0.02);
  const double sum = std::accumulate(a.pixels.begin(), a.pixels.end(), 0.0);
  EXPECT_NEAR(sum / static_cast<double>(a.pixels.size()), 0, 1e-4);
}

TEST(LineImage, OfABlankImageTheNoiseIsNotMadeStrong) {
  cv::Mat image(32, 64, CV_8UC1, cv::Scalar(200));
  image.at<std::uint8_t>(3, 3) = 201;
  LineImage line;
  make_line(image, cv::Scalar(200), {}, line);
  for (const float value : line.pixels) EXPECT_LT(std::abs(value), 0.3);
}

TEST(LineImage, ColourIsKeptAsPlanesOrMadeGray) {
  const cv::Mat image = ramp({40, 32}, CV_8UC3);
  ModelOptions options;
  LineImage line;
  make_line(image, {10, 20, 30}, options, line);
  EXPECT_EQ(line.pixels.size(), 40U * 32);
  options.color = true;
  make_line(image, {10, 20, 30}, options, line);
  ASSERT_EQ(line.pixels.size(), 3 * 40U * 32);
  ASSERT_EQ(line.paper.size(), 3U);
  EXPECT_LT(line.paper[0], line.paper[1]);
  // The first plane is blue, row by row.
  const double scale = (line.pixels[1] - line.pixels[0]) / (image.data[3] - image.data[0]);
  EXPECT_NEAR(line.pixels[2] - line.pixels[0], scale * (image.data[6] - image.data[0]), 1e-4);
}

TEST(LineImage, AGrayImageHasThreeEqualPlanesForAModelInColour) {
  ModelOptions options;
  options.color = true;
  LineImage line;
  make_line(ramp({40, 32}), cv::Scalar(200), options, line);
  ASSERT_EQ(line.pixels.size(), 3 * 40U * 32);
  EXPECT_EQ(line.pixels[5], line.pixels[5 + 40 * 32]);
  EXPECT_EQ(line.paper[0], line.paper[2]);
}

TEST(LineImage, OtherImagesAreRefused) {
  LineImage line;
  EXPECT_EQ(message_of([&] { make_line(cv::Mat(), {}, {}, line); }),
            "image: must be 8-bit gray or colour. Got: 0 x 0 px, type 0");
  EXPECT_NE(message_of([&] { make_line(cv::Mat(4, 4, CV_32FC1), {}, {}, line); }), "");
}

TEST(LineBatch, LinesArePaddedWithTheirOwnPaper) {
  std::vector<LineImage> lines(2);
  make_line(ramp({20, 32}), cv::Scalar(255), {}, lines[0]);
  make_line(ramp({50, 32}), cv::Scalar(0), {}, lines[1]);
  LineBatch batch;
  make_batch(
      2, [&](std::size_t i) -> const LineImage& { return lines[i]; }, {}, batch);
  EXPECT_EQ(batch.width, 64);
  EXPECT_EQ(batch.widths, (std::vector<int>{20, 50}));
  ASSERT_EQ(batch.pixels.size(), 2U * 32 * 64);
  const auto at = [&](std::size_t line, std::size_t row, std::size_t column) {
    return batch.pixels[(line * 32 + row) * 64 + column];
  };
  EXPECT_EQ(at(0, 3, 19), lines[0].pixels[3 * 20 + 19]);
  EXPECT_EQ(at(0, 3, 20), lines[0].paper[0]);
  EXPECT_EQ(at(0, 31, 63), lines[0].paper[0]);
  EXPECT_EQ(at(1, 31, 49), lines[1].pixels[31 * 50 + 49]);
  EXPECT_EQ(at(1, 0, 50), lines[1].paper[0]);
}

}  // namespace
}  // namespace glyphmill::ocr
