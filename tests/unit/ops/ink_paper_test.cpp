// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ops/ink_paper.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/philox.h"

namespace glyphmill {
namespace {

/// Paper, on it ink in the middle, and a band half of ink.
cv::Mat page(int type, const cv::Scalar& paper, const cv::Scalar& ink) {
  cv::Mat image(30, 60, type, paper);
  image(cv::Rect(20, 5, 20, 10)) = ink;
  image(cv::Rect(20, 20, 20, 5)) = (paper + ink) * 0.5;
  return image;
}

InkPaperParams gray_params(double ink, double paper) {
  InkPaperParams params;
  params.ink = ink;
  params.paper = paper;
  return params;
}

double level_at(const cv::Mat& image, int x, int y) { return image.ptr(y)[x]; }

TEST(InkPaper, InkAndPaperAndWhatIsBetweenGetTheirNewLevels) {
  for (const auto& [paper, ink] : {std::pair{240.0, 40.0}, {10.0, 220.0}, {128.0, 0.0}}) {
    const cv::Mat image = page(CV_8UC1, cv::Scalar::all(paper), cv::Scalar::all(ink));
    const cv::Mat made = ink_paper(image, gray_params(0.2, 0.8), cv::Scalar::all(paper));
    EXPECT_EQ(level_at(made, 0, 0), 204) << paper;
    EXPECT_EQ(level_at(made, 25, 8), 51) << paper;
    EXPECT_NEAR(level_at(made, 25, 22), 127.5, 1.5) << paper;
  }
}

TEST(InkPaper, LightInkOnDarkPaperToo) {
  const cv::Mat image = page(CV_8UC1, cv::Scalar::all(250), cv::Scalar::all(20));
  const cv::Mat made = ink_paper(image, gray_params(0.9, 0.1), cv::Scalar::all(250));
  EXPECT_NEAR(level_at(made, 0, 0), 25.5, 0.6);
  EXPECT_NEAR(level_at(made, 25, 8), 229.5, 0.6);
}

TEST(InkPaper, ColoursHaveTheirHueAndKeepTheirLightness) {
  const cv::Mat image = page(CV_8UC3, {240, 240, 240}, {30, 30, 30});
  struct Case {
    double hue;
    int channel;  // the greatest
  };
  for (const auto& [hue, channel] : {Case{0, 2}, {120, 1}, {240, 0}, {-120, 0}, {360, 2}}) {
    InkPaperParams params = gray_params(0.4, 0.8);
    params.ink_saturation = 0.3;
    params.ink_hue_deg = hue;
    const cv::Mat made = ink_paper(image, params, {240, 240, 240});
    const auto ink = made.at<cv::Vec3b>(8, 25);
    for (int other = 0; other < 3; ++other) EXPECT_GE(ink[channel], ink[other]) << hue;
    EXPECT_GT(ink[channel], 102 + 10) << hue;
    EXPECT_NEAR(0.114 * ink[0] + 0.587 * ink[1] + 0.299 * ink[2], 0.4 * 255, 1) << hue;
    EXPECT_EQ(made.at<cv::Vec3b>(0, 0), cv::Vec3b(204, 204, 204)) << hue;
  }
}

TEST(InkPaper, TheSampleLearnsItsNewPaper) {
  Sample sample;
  sample.paper = {200, 210, 220};
  sample.image = page(CV_8UC3, sample.paper, {30, 20, 10});
  InkPaperParams params = gray_params(0.1, 0.9);
  params.paper_saturation = 0.1;
  params.paper_hue_deg = 50;
  cv::Mat scratch;
  apply(sample, params, {}, scratch);
  const auto corner = sample.image.at<cv::Vec3b>(0, 0);
  for (int channel = 0; channel < 3; ++channel) {
    EXPECT_EQ(sample.paper[channel], corner[channel]) << channel;
  }
}

TEST(InkPaper, NoiseOnAnEmptyPageDoesNotBecomeInk) {
  cv::Mat image(40, 80, CV_8UC1);
  for (int i = 0; i < 40 * 80; ++i) {
    image.data[i] = static_cast<std::uint8_t>(
        230 +
        static_cast<int>(core::philox_block({1, static_cast<std::uint64_t>(i), 0}, 0)[0] % 9) - 4);
  }
  cv::Scalar mean, deviation;
  cv::meanStdDev(ink_paper(image, gray_params(0, 0.9), cv::Scalar::all(230)), mean, deviation);
  EXPECT_NEAR(mean[0], 0.9 * 255, 4);
  EXPECT_LT(deviation[0], 20);
}

TEST(InkPaper, SaltAndPepperDoNotPassForInk) {
  cv::Mat image = page(CV_8UC1, cv::Scalar::all(220), cv::Scalar::all(120));
  for (const cv::Point place : {cv::Point(2, 2), cv::Point(50, 3), cv::Point(10, 28)}) {
    image.at<std::uint8_t>(place) = 0;
  }
  const cv::Mat made = ink_paper(image, gray_params(0.2, 0.8), cv::Scalar::all(220));
  EXPECT_NEAR(level_at(made, 25, 8), 51, 1);
}

}  // namespace
}  // namespace glyphmill
