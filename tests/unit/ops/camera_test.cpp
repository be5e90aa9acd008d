// SPDX-License-Identifier: Apache-2.0
// What cameras and files do to an image: blur, downscale, jpeg.
#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/decode_picture.h"
#include "core/jpeg_encoder.h"
#include "glyphmill/ops.h"

namespace glyphmill {
namespace {

/// A bright pixel in the middle of the dark.
cv::Mat dot(int type = CV_8UC1) {
  cv::Mat image(61, 81, type, cv::Scalar::all(0));
  image(cv::Rect(39, 29, 3, 3)) = cv::Scalar::all(255);
  return image;
}

cv::Mat flat(int type, double level) { return {23, 41, type, cv::Scalar::all(level)}; }

double difference(const cv::Mat& a, const cv::Mat& b) { return cv::norm(a, b, cv::NORM_INF); }

/// Second moments about the centre of light, px^2.
struct Spread {
  double along_x = 0;
  double along_y = 0;
};

Spread spread_of(const cv::Mat& image) {
  const cv::Moments moments = cv::moments(image);
  return {moments.mu20 / moments.m00, moments.mu02 / moments.m00};
}

TEST(Blur, SigmaIsTheStandardDeviationOfWhatAPointBecomes) {
  const Spread before = spread_of(dot());
  for (const double sigma : {1.0, 2.0, 4.0}) {
    const Spread after = spread_of(blur(dot(), {sigma, 0, 0}));
    EXPECT_NEAR(std::sqrt(after.along_x - before.along_x), sigma, 0.08 * sigma) << sigma;
    EXPECT_NEAR(std::sqrt(after.along_y - before.along_y), sigma, 0.08 * sigma) << sigma;
  }
}

TEST(Blur, MotionSmearsAPointToALineOfItsLength) {
  const Spread before = spread_of(dot());
  for (const double length : {3.0, 8.5, 20.0}) {
    // A line of length L has the variance L^2 / 12.
    const double variance = length * length / 12;
    const Spread flat = spread_of(blur(dot(), {0, length, 0}));
    EXPECT_NEAR(flat.along_x - before.along_x, variance, 0.08 * variance + 0.2) << length;
    EXPECT_NEAR(flat.along_y, before.along_y, 0.02) << length;
    const Spread upright = spread_of(blur(dot(), {0, length, 90}));
    EXPECT_NEAR(upright.along_y - before.along_y, variance, 0.08 * variance + 0.2) << length;
    EXPECT_NEAR(upright.along_x, before.along_x, 0.02) << length;
  }
}

TEST(Blur, MotionTurnsCounterClockwise) {
  const cv::Mat image = blur(dot(), {0, 20, 30});
  const cv::Moments moments = cv::moments(image);
  // Upwards to the right: x grows where y falls.
  EXPECT_LT(moments.mu11, 0);
  const double angle = 0.5 * std::atan2(2 * moments.mu11, moments.mu20 - moments.mu02);
  EXPECT_NEAR(angle * 180 / CV_PI, -30, 1.5);
}

TEST(Blur, MovesNoLight) {
  for (const BlurParams& params : {BlurParams{2, 0, 0}, {0, 9, 77}, {1.5, 12, -140}}) {
    const cv::Moments before = cv::moments(dot()), after = cv::moments(blur(dot(), params));
    EXPECT_NEAR(after.m00 / before.m00, 1, 0.08);  // roundings of faint pixels
    EXPECT_NEAR(after.m10 / after.m00, before.m10 / before.m00, 0.1);
    EXPECT_NEAR(after.m01 / after.m00, before.m01 / before.m00, 0.1);
  }
}

TEST(Blur, AFlatImageStaysToItsEdges) {
  for (const int type : {CV_8UC1, CV_8UC3}) {
    for (const double level : {0.0, 1.0, 128.0, 255.0}) {
      EXPECT_EQ(difference(blur(flat(type, level), {3, 100, 20}), flat(type, level)), 0) << level;
    }
  }
}

TEST(Blur, ChannelsDoNotMix) {
  cv::Mat red(40, 40, CV_8UC3, cv::Scalar::all(0));
  red(cv::Rect(15, 15, 10, 10)) = cv::Scalar(0, 0, 200);
  std::vector<cv::Mat> channels;
  cv::split(blur(red, {1, 7, 45}), channels);
  EXPECT_EQ(cv::countNonZero(channels[0]) + cv::countNonZero(channels[1]), 0);
  EXPECT_GT(cv::countNonZero(channels[2]), 100);
}

TEST(Downscale, LosesWhatIsFinerThanThePixelsThatAreLeft) {
  cv::Mat lines(48, 64, CV_8UC1);
  for (int x = 0; x < lines.cols; ++x) lines.col(x).setTo(x % 2 == 0 ? 0 : 255);
  cv::Mat left;
  downscale(lines, {0.5}).convertTo(left, CV_64F);
  cv::Scalar mean, deviation;
  cv::meanStdDev(left, mean, deviation);
  EXPECT_NEAR(mean[0], 127.5, 1);
  EXPECT_LT(deviation[0], 1);
}

TEST(Downscale, KeepsWhatIsCoarse) {
  cv::Mat ramp(40, 200, CV_8UC3);
  for (int x = 0; x < ramp.cols; ++x) ramp.col(x).setTo(cv::Scalar::all(20 + x));
  const cv::Rect inside(10, 0, 180, 40);
  EXPECT_LE(difference(downscale(ramp, {0.4})(inside), ramp(inside)), 2);
}

TEST(Downscale, LeavesAtLeastAPixel) {
  const cv::Mat left = downscale(dot()(cv::Rect(30, 20, 20, 20)), {0.02});
  EXPECT_EQ(difference(left, cv::Mat(20, 20, CV_8UC1, left.at<std::uint8_t>(0, 0))), 0);
}

TEST(Jpeg, IsWhatAFileWouldGive) {
  cv::Mat image(37, 53, CV_8UC3);
  for (int y = 0; y < image.rows; ++y) {
    for (int i = 0; i < image.cols * 3; ++i) {
      image.ptr(y)[i] = static_cast<std::uint8_t>((y * 31 + i * i) % 256);
    }
  }
  cv::Mat gray;
  cv::extractChannel(image, gray, 1);
  for (const cv::Mat& each : {image, gray}) {
    for (const int quality : {1, 20, 75, 100}) {
      core::JpegEncoder encoder(quality);
      const cv::Mat read = core::decode_picture(encoder.encode(each));
      EXPECT_EQ(difference(jpeg(each, {static_cast<double>(quality)}), read), 0) << quality;
    }
  }
  EXPECT_EQ(difference(jpeg(image, {49.6}), jpeg(image, {50})), 0);
}

TEST(Jpeg, LosesMoreOfALowerQuality) {
  cv::Mat image = dot(CV_8UC3);
  cv::putText(image, "0123", {2, 30}, cv::FONT_HERSHEY_SIMPLEX, 1, {255, 200, 90}, 2);
  double before = 1e9;
  for (const double quality : {5.0, 30.0, 60.0, 100.0}) {
    const double lost = cv::norm(jpeg(image, {quality}), image, cv::NORM_L2);
    EXPECT_LT(lost, before) << quality;
    before = lost;
  }
}

}  // namespace
}  // namespace glyphmill
