// SPDX-License-Identifier: Apache-2.0
#include "compose/stretch.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

namespace glyphmill::compose {
namespace {

using core::InstructionSet;

const Colors kColors{{230, 255, 180}, {12, 0, 200}};

/// A coverage map whose spare columns are full ink: whatever reads them shows.
cv::Mat coverage_of(int rows, int cols) {
  cv::Mat buffer(rows, cols + kSpareColumns, CV_8UC1, cv::Scalar(255));
  cv::Mat coverage = buffer.colRange(0, cols);
  std::uint32_t state = 1;
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < cols; ++x) {
      state = state * 1664525u + 1013904223u;
      coverage.at<uchar>(y, x) = static_cast<uchar>(state >> 24);
    }
  }
  return coverage;
}

cv::Mat stretched(const cv::Mat& coverage, const Colors& colors, int width, int type,
                  InstructionSet set) {
  cv::Mat image(coverage.rows, width, type);
  stretch_and_color(coverage, colors, image, set);
  return image;
}

struct Widths {
  int from, to;
};

const Widths kWidths[] = {{300, 285}, {300, 225}, {285, 285}, {100, 999}, {17, 16},
                          {20, 15},   {1, 40},    {1, 1},     {2, 33},    {33, 31}};

double difference(const cv::Mat& a, const cv::Mat& b) { return cv::norm(a, b, cv::NORM_INF); }

TEST(Stretch, EveryInstructionSetGivesTheSameBytes) {
  if (!core::available(InstructionSet::kAvx2)) GTEST_SKIP() << "no AVX2 here";
  for (const auto [from, to] : kWidths) {
    const cv::Mat coverage = coverage_of(9, from);
    EXPECT_EQ(difference(stretched(coverage, kColors, to, CV_8UC3, InstructionSet::kPortable),
                         stretched(coverage, kColors, to, CV_8UC3, InstructionSet::kAvx2)),
              0)
        << from << " to " << to;
    const Colors grays = grays_of(kColors);
    EXPECT_EQ(difference(stretched(coverage, grays, to, CV_8UC1, InstructionSet::kPortable),
                         stretched(coverage, grays, to, CV_8UC1, InstructionSet::kAvx2)),
              0)
        << from << " to " << to;
  }
}

TEST(Stretch, ResamplesAsOpenCvDoes) {
  const Colors identity{{0, 0, 0}, {255, 255, 255}};
  for (const auto [from, to] : kWidths) {
    const cv::Mat coverage = coverage_of(9, from);
    cv::Mat expected;
    cv::resize(coverage, expected, {to, 9}, 0, 0, cv::INTER_LINEAR);
    // A weight is off by at most 1/256, each result by half a level.
    EXPECT_LE(difference(stretched(coverage, identity, to, CV_8UC1, core::fastest()), expected), 2)
        << from << " to " << to;
  }
}

TEST(Stretch, MixesEveryPairOfColorsExactly) {
  cv::Mat buffer(1, 256 + kSpareColumns, CV_8UC1);
  for (int x = 0; x < buffer.cols; ++x) buffer.at<uchar>(0, x) = static_cast<uchar>(x);
  const cv::Mat coverage = buffer.colRange(0, 256);
  for (int paper = 0; paper < 256; paper += 5) {
    for (int ink = 0; ink < 256; ++ink) {
      const Colors colors{cv::Vec3b::all(static_cast<uchar>(paper)),
                          cv::Vec3b::all(static_cast<uchar>(ink))};
      const cv::Mat image = stretched(coverage, colors, 256, CV_8UC1, core::fastest());
      for (int x = 0; x < 256; ++x) {
        ASSERT_EQ(image.at<uchar>(0, x),
                  mixed(colors.paper[0], colors.ink[0], static_cast<uchar>(x)))
            << paper << " " << ink << " " << x;
      }
    }
  }
}

}  // namespace
}  // namespace glyphmill::compose
