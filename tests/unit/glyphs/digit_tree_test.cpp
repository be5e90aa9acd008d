// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "glyphmill/error.h"
#include "glyphmill/ink_images.h"
#include "glyphmill/random.h"
#include "support/messages.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

using test::message_of;

std::string encoded(const cv::Mat& picture, const std::string& extension = ".png") {
  std::vector<unsigned char> bytes;
  cv::imencode(extension, picture, bytes);
  return {bytes.begin(), bytes.end()};
}

/// A bright square of `ink` on black, of 4 x 6 pixels unless told otherwise.
cv::Mat drawn(int ink, const cv::Size& size = {6, 4}) {
  cv::Mat picture = cv::Mat::zeros(size, CV_8UC1);
  picture(cv::Rect(size.width / 3, size.height / 4, size.width / 3, size.height / 2)) = ink;
  return picture;
}

cv::Mat picture_of(const InkImages& digits, std::size_t i) {
  cv::Mat picture(digits.rows, digits.cols, CV_8UC1);
  std::copy(digits.at(i), digits.at(i + 1), picture.data);
  return picture;
}

bool same(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && cv::norm(a, b, cv::NORM_INF) == 0;
}

TEST(DigitTree, IsReadClassByClassAndSortedByName) {
  const test::TempDir dir;
  test::write_all(dir.path("7/b.png"), encoded(drawn(100)));
  test::write_all(dir.path("7/a.pgm"), encoded(drawn(90), ".pgm"));
  test::write_all(dir.path("7/.hidden"), "x");
  test::write_all(dir.path("0/z.bmp"), encoded(drawn(80), ".bmp"));
  test::write_all(dir.path("README.md"), "where these are from");
  const InkImages digits = read_digits(dir.path());
  EXPECT_EQ(digits.characters, (std::vector<char>{'0', '7', '7'}));
  EXPECT_TRUE(same(picture_of(digits, 0), drawn(80)));
  EXPECT_TRUE(same(picture_of(digits, 1), drawn(90)));
  EXPECT_TRUE(same(picture_of(digits, 2), drawn(100)));
}

TEST(DigitTree, DarkOnLightIsInverted) {
  const test::TempDir dir;
  test::write_all(dir.path("3/dark.png"), encoded(255 - drawn(200)));
  test::write_all(dir.path("3/light.png"), encoded(drawn(200)));
  const InkImages digits = read_digits(dir.path());
  EXPECT_TRUE(same(picture_of(digits, 0), drawn(200)));
  EXPECT_TRUE(same(picture_of(digits, 1), drawn(200)));
}

TEST(DigitTree, PaperThatIsNotQuiteWhiteIsNoInk) {
  constexpr int kPaper = 235, kNoise = 4;
  const test::TempDir dir;
  const cv::Mat ink = drawn(255, {28, 28});
  SampleRng rng({5, 0, stage_id("noise")});
  for (int i = 0; i < 8; ++i) {
    cv::Mat scan(ink.size(), CV_8UC1);
    for (int y = 0; y < scan.rows; ++y) {
      for (int x = 0; x < scan.cols; ++x) {
        const int level = ink.at<std::uint8_t>(y, x) > 0 ? kNoise : kPaper;
        scan.at<std::uint8_t>(y, x) =
            static_cast<std::uint8_t>(level + rng.uniform_int(-kNoise, kNoise));
      }
    }
    test::write_all(dir.path("4/" + std::to_string(i) + ".png"), encoded(scan));
  }
  const InkImages digits = read_digits(dir.path());
  ASSERT_EQ(digits.size(), 8u);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const cv::Mat picture = picture_of(digits, i);
    double least_ink = 0, most_paper = 0;
    cv::minMaxLoc(picture, &least_ink, nullptr, nullptr, nullptr, ink);
    cv::minMaxLoc(picture, nullptr, &most_paper, nullptr, nullptr, ~ink);
    EXPECT_EQ(most_paper, 0) << i;
    EXPECT_GE(least_ink, 255 - 3 * kNoise) << i;
  }
}

TEST(DigitTree, RipplesOfJpegAreNoInk) {
  const test::TempDir dir;
  cv::Mat scan(28, 28, CV_8UC1, cv::Scalar(255));
  cv::line(scan, {9, 5}, {17, 22}, cv::Scalar(0), 3, cv::LINE_AA);
  test::write_all(dir.path("7/a.jpg"), encoded(scan, ".jpg"));
  const InkImages digits = read_digits(dir.path());
  const cv::Mat ink = cv::Mat(255 - scan) > 0;
  cv::Mat near;
  cv::dilate(ink, near, cv::Mat::ones(3, 3, CV_8UC1));
  EXPECT_EQ(cv::countNonZero(picture_of(digits, 0) & ~near), 0);
  double most = 0;
  cv::minMaxLoc(picture_of(digits, 0), nullptr, &most);
  EXPECT_GE(most, 240);
}

TEST(DigitTree, APictureWithoutContrastIsRefusedByPath) {
  for (const int level : {0, 128, 255}) {
    const test::TempDir dir;
    test::write_all(dir.path("3/a.png"), encoded(drawn(255)));
    test::write_all(dir.path("3/b.png"), encoded(cv::Mat(4, 6, CV_8UC1, cv::Scalar(level))));
    EXPECT_EQ(message_of([&] { read_digits(dir.path()); }),
              dir.path("3/b.png") +
                  ": a picture of a digit must show ink on paper. Got: nothing that stands out");
  }
}

TEST(DigitTree, ColourDepthAndTransparencyAreMadeGray) {
  const test::TempDir dir;
  cv::Mat deep;
  drawn(200).convertTo(deep, CV_16U, 257);
  test::write_all(dir.path("1/a.png"), encoded(deep));
  cv::Mat colour;
  cv::cvtColor(drawn(200), colour, cv::COLOR_GRAY2BGR);
  test::write_all(dir.path("1/b.png"), encoded(colour));
  // Black ink on nothing: without its transparency all of it is black.
  cv::Mat clear(4, 6, CV_8UC4, cv::Scalar(0, 0, 0, 0));
  cv::insertChannel(drawn(200), clear, 3);
  test::write_all(dir.path("1/c.png"), encoded(clear));
  const InkImages digits = read_digits(dir.path());
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(same(picture_of(digits, i), drawn(200))) << i;
}

TEST(DigitTree, DifferentSizesAreFittedInto28) {
  const test::TempDir dir;
  test::write_all(dir.path("1/a.png"), encoded(drawn(200, {60, 120})));
  test::write_all(dir.path("1/b.png"), encoded(drawn(200, {60, 120})));
  test::write_all(dir.path("2/a.png"), encoded(drawn(200, {280, 140})));
  const InkImages digits = read_digits(dir.path());
  ASSERT_EQ(digits.size(), 3u);
  EXPECT_EQ(digits.rows, 28);
  EXPECT_EQ(digits.cols, 28);
  EXPECT_TRUE(same(picture_of(digits, 0), picture_of(digits, 1)));
  // 60 x 120 becomes 14 x 28 with 7 columns free on either side.
  const cv::Mat tall = picture_of(digits, 0);
  EXPECT_EQ(cv::countNonZero(tall.colRange(0, 7)) + cv::countNonZero(tall.colRange(21, 28)), 0);
  EXPECT_EQ(tall.at<std::uint8_t>(14, 14), 200);
  // The mean is kept by area averaging: a sixth of the picture is ink, and it is half of 28 x 28.
  EXPECT_NEAR(cv::mean(tall)[0], 200.0 / 6 / 2, 0.5);
  const cv::Mat wide = picture_of(digits, 2);
  EXPECT_EQ(cv::countNonZero(wide.rowRange(0, 7)) + cv::countNonZero(wide.rowRange(21, 28)), 0);
  EXPECT_EQ(wide.at<std::uint8_t>(14, 14), 200);
}

TEST(DigitTree, BadFilesAreNamed) {
  const std::string good = encoded(drawn(200));
  const struct {
    const char* name;
    std::string bytes;
    const char* message;
  } kCases[] = {
      {"5/notes.txt", "x",
       "/5/notes.txt: must be a PNG, JPEG, BMP, TIFF or PGM picture. Got: another file"},
      {"5/empty.png", "",
       "/5/empty.png: must be a PNG, JPEG, BMP, TIFF or PGM picture. Got: another file"},
      {"5/half.png", good.substr(0, good.size() / 2),
       "/5/half.png: must be a PNG, JPEG, BMP, TIFF or PGM picture. Got: a part of one"},
      {"5/huge.pgm", "P5 100000 100000 255 x",
       "/5/huge.pgm: a picture of a digit must have 1 to 64 million pixels. Got: 100000 x 100000"},
      {"5/flat.pgm", "P5 # 9\n0 7 255 x",
       "/5/flat.pgm: a picture of a digit must have 1 to 64 million pixels. Got: 0 x 7"},
      {"5/long.pgm", "P5 20000 1 255 x",
       "/5/long.pgm: pictures must have 1 to 16384 rows and columns. Got: 20000"},
      {"5/deep/a.png", good, "/5/deep: must be a file"},
      {"ten/a.png", good,
       ": the sub-directories of a directory of digits must be 0 .. 9. Got: ten"},
  };
  for (const auto& each : kCases) {
    const test::TempDir dir;
    test::write_all(dir.path("5/0.png"), good);
    test::write_all(dir.path(each.name), each.bytes);
    EXPECT_EQ(message_of([&] { read_digits(dir.path()); }), dir.path() + each.message);
  }
}

TEST(DigitTree, DirectoriesWithoutDigitsAreRefused) {
  const test::TempDir dir;
  EXPECT_EQ(message_of([&] { read_digits(dir.path()); }),
            dir.path() +
                ": a directory of digits must hold a pair of IDX files, or the "
                "sub-directories 0 .. 9 of pictures. Got: neither");
  boost::filesystem::create_directory(dir.path("3"));
  EXPECT_EQ(message_of([&] { read_digits(dir.path()); }),
            dir.path() + ": a data set must have images. Got: none");
}

}  // namespace
}  // namespace glyphmill
