// SPDX-License-Identifier: Apache-2.0
#include "core/decode_picture.h"

#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>

#include "core/picture_size.h"
#include "glyphmill/ops.h"
#include "glyphs/tiles/embedded_tiles.h"

namespace glyphmill::core {
namespace {

using Bytes = std::vector<uchar>;

cv::Mat picture(int type) {
  cv::Mat image(37, 53, CV_MAKETYPE(CV_8U, CV_MAT_CN(type)), cv::Scalar(30, 120, 200, 250));
  for (int x = 0; x < image.cols; ++x) image.col(x) += cv::Scalar(x, 2 * x, 0, -3 * x);
  image.convertTo(image, CV_MAT_DEPTH(type), CV_MAT_DEPTH(type) == CV_16U ? 257 : 1);
  return image;
}

Bytes encoded(const std::string& extension, int type, const std::vector<int>& options = {}) {
  Bytes bytes;
  cv::imencode(extension, picture(type), bytes, options);
  return bytes;
}

void expect_as_opencv(const Bytes& bytes, const std::string& what) {
  const cv::Mat expected = cv::imdecode(bytes, cv::IMREAD_UNCHANGED);
  const cv::Mat decoded = decode_picture(text_of(bytes));
  ASSERT_EQ(decoded.type(), expected.type()) << what;
  ASSERT_EQ(decoded.size(), expected.size()) << what;
  EXPECT_TRUE(expected.empty() || cv::norm(decoded, expected, cv::NORM_INF) == 0) << what;
}

TEST(DecodePicture, GivesWhatOpenCvGives) {
  for (const int type : {CV_8UC1, CV_8UC3, CV_8UC4, CV_16UC1, CV_16UC3, CV_16UC4}) {
    expect_as_opencv(encoded(".png", type), "png " + cv::typeToString(type));
    expect_as_opencv(encoded(".tif", type), "tif " + cv::typeToString(type));
  }
  expect_as_opencv(encoded(".png", CV_8UC1, {cv::IMWRITE_PNG_BILEVEL, 1}), "png of two levels");
  for (const int type : {CV_8UC1, CV_8UC3}) {
    expect_as_opencv(encoded(".jpg", type), "jpg");
    expect_as_opencv(encoded(".jpg", type, {cv::IMWRITE_JPEG_PROGRESSIVE, 1}), "progressive jpg");
    expect_as_opencv(encoded(".bmp", type), "bmp");
  }
}

TEST(DecodePicture, ReadsThePalettesOfTheBuiltInTiles) {
  std::size_t pictures = 0;
  for (const glyphs::EmbeddedFile& file : glyphs::embedded_tiles()) {
    if (file.path.substr(file.path.size() - 4) != ".png") continue;
    expect_as_opencv({file.bytes, file.bytes + file.size}, std::string(file.path));
    ++pictures;
  }
  EXPECT_GT(pictures, 500u);
}

TEST(DecodePicture, LeavesDamagedFilesToOpenCv) {
  for (const char* extension : {".png", ".jpg"}) {
    const Bytes whole = encoded(extension, CV_8UC3);
    // The second is without the end mark, which is 12 bytes of a PNG.
    for (const std::size_t size : {whole.size() / 2, whole.size() - 13}) {
      expect_as_opencv({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)},
                       extension + std::to_string(size));
    }
    Bytes changed = whole;
    changed[changed.size() / 2] ^= 0x55;
    expect_as_opencv(changed, extension);
  }
  expect_as_opencv({'n', 'o', 'n', 'e'}, "no picture");
}

}  // namespace
}  // namespace glyphmill::core
