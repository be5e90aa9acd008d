// SPDX-License-Identifier: Apache-2.0
#include "sinks/encoder.h"

#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>

#include "glyphmill/error.h"
#include "glyphmill/generator.h"
#include "glyphmill/ops.h"
#include "support/messages.h"

namespace glyphmill::sinks {
namespace {

using test::message_of;

TEST(Encoder, RefusesWhatAFormatDoesNotHold) {
  OutputOptions options;
  const auto encoded = [&](int rows, int cols) {
    return message_of([&] { Encoder(options).encode(cv::Mat::zeros(rows, cols, CV_8UC1)); },
                      ErrorCode::kInvalidArgument);
  };
  EXPECT_EQ(encoded(1, 65500), "");
  EXPECT_EQ(encoded(1, 65501), "image: JPEG holds at most 65500 rows and columns. Got: 1 x 65501");
  options.image_ext = ImageExt::kPng;
  EXPECT_EQ(encoded(1000000, 1), "");
  EXPECT_EQ(encoded(1000001, 1),
            "image: PNG holds at most 1000000 rows and columns. Got: 1000001 x 1");
}

TEST(Encoder, RefusesWhatIsNoGrayOrColourImage) {
  for (const ImageExt ext : {ImageExt::kJpg, ImageExt::kPng}) {
    const auto refusal = [&](const cv::Mat& image) {
      return message_of([&] { Encoder(ext, 95).encode(image); }, ErrorCode::kInvalidArgument);
    };
    EXPECT_EQ(refusal({}), "image: must be 8-bit with 1 or 3 channels. Got: an empty image");
    EXPECT_EQ(refusal(cv::Mat::zeros(2, 2, CV_8UC4)),
              "image: must be 8-bit with 1 or 3 channels. Got: CV_8UC4");
    EXPECT_EQ(refusal(cv::Mat::zeros(2, 2, CV_32FC1)),
              "image: must be 8-bit with 1 or 3 channels. Got: CV_32FC1");
  }
}

/// Noise on a ramp, as part of a larger image, so that its rows are apart in memory.
cv::Mat noisy(int rows, int cols, int type) {
  cv::Mat image(rows + 3, cols + 5, type, cv::Scalar(40, 120, 200));
  for (int x = 0; x < image.cols; ++x) image.col(x) += cv::Scalar::all(x % 90);
  image = gaussian_noise(image, {0.1}, {1, 2, 3});
  return image(cv::Rect(2, 1, cols, rows));
}

std::vector<cv::Mat> pictures() {
  std::vector<cv::Mat> images;
  for (const int type : {CV_8UC1, CV_8UC3}) {
    for (const cv::Size& size : {cv::Size(285, 50), cv::Size(1, 1), cv::Size(17, 3),
                                 cv::Size(1, 200), cv::Size(3000, 64)}) {
      images.push_back(noisy(size.height, size.width, type));
      images.push_back(cv::Mat(size, type, cv::Scalar::all(255)));
    }
  }
  return images;
}

std::vector<uchar> encoded(Encoder& encoder, const cv::Mat& image) {
  const std::string_view bytes = encoder.encode(image);
  return {bytes.begin(), bytes.end()};
}

TEST(Encoder, JpegIsTheBytesOfOpenCvs) {
  for (const int quality : {1, 50, 95, 100}) {
    Encoder encoder(ImageExt::kJpg, static_cast<std::uint64_t>(quality));
    for (const cv::Mat& image : pictures()) {
      std::vector<uchar> expected;
      cv::imencode(".jpg", image, expected, {cv::IMWRITE_JPEG_QUALITY, quality});
      EXPECT_EQ(encoded(encoder, image), expected) << image.size() << " quality " << quality;
    }
  }
}

TEST(Encoder, PngHoldsTheImageExactly) {
  Encoder encoder(ImageExt::kPng, 95);
  for (const cv::Mat& image : pictures()) {
    const cv::Mat read = cv::imdecode(encoded(encoder, image), cv::IMREAD_UNCHANGED);
    ASSERT_EQ(read.type(), image.type()) << image.size();
    ASSERT_EQ(read.size(), image.size());
    EXPECT_EQ(cv::norm(read, image, cv::NORM_INF), 0) << image.size();
  }
}

TEST(Encoder, PngOfSamplesIsNoLargerThanOpenCvsQuickest) {
  Encoder encoder(ImageExt::kPng, 95);
  for (Recipe recipe : {codes_recipe(), dates_recipe(), digits_recipe()}) {
    recipe.seed = 1;
    recipe.count = 100;
    const Generator generator(recipe);
    std::size_t ours = 0;
    std::size_t quickest = 0;
    std::vector<uchar> bytes;
    for (std::uint64_t k = 0; k < 100; ++k) {
      const cv::Mat image = generator.sample(k).image;
      ours += encoder.encode(image).size();
      cv::imencode(".png", image, bytes, {cv::IMWRITE_PNG_COMPRESSION, 1});
      quickest += bytes.size();
    }
    EXPECT_LE(ours, quickest);
  }
}

}  // namespace
}  // namespace glyphmill::sinks
