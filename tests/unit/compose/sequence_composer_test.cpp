// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <set>

#include "glyphmill/error.h"
#include "glyphmill/sequence.h"
#include "support/drawn_digits.h"
#include "support/messages.h"

namespace glyphmill {
namespace {

using test::bars;
using test::message_of;

constexpr StreamKey kKey{7, 0, stage_id("sample.compose")};

/// A composer on bars: '0' is 2 px wide, '1' 3 px, ...
struct Row {
  explicit Row(const SequenceOptions& options, const ImageDataGeneratorOptions& augmentation = {},
               int each = 1, int rows = 28)
      : images(bars("0123456789", each, rows)),
        set({images}, {"bars", {{0, 1}}, 0, false}),
        augment(augmentation, images),
        composer(set, augment, options, 0) {}

  Sample operator()(const std::string& text, std::uint64_t index = 0) const {
    Sample sample;
    sample.text = sample.label = text;
    composer.compose(sample, {kKey.seed, index, kKey.stage}, 0, scratch);
    return sample;
  }

  InkImages images;
  DigitSet set;
  ImageDataGenerator augment;
  SequenceComposer composer;
  mutable SequenceComposer::Scratch scratch;
};

SequenceOptions spaced(std::int64_t min, std::int64_t max,
                       std::optional<std::uint64_t> width = std::nullopt) {
  SequenceOptions options;
  options.spacing_px = {min, max};
  options.width = width;
  options.ground = Ground::kBlack;
  return options;
}

/// Ink widths and gaps of a row, from the left edge: gap, width, gap, ..., gap.
std::vector<int> runs(const cv::Mat& image) {
  std::vector<int> result(1, 0);
  bool ink = false;
  for (int x = 0; x < image.cols; ++x) {
    const bool here = image.at<uchar>(image.rows / 2, x) > 0;
    if (here != ink) result.push_back(0);
    ink = here;
    ++result.back();
  }
  if (ink) result.push_back(0);
  return result;
}

TEST(SequenceComposer, CutsCharactersToTheirInkAndSpacesThem) {
  const Row row(spaced(5, 5));
  const Sample sample = row("025");
  EXPECT_EQ(sample.image.size(), cv::Size(2 + 5 + 4 + 5 + 7, 28));
  EXPECT_EQ(runs(sample.image), (std::vector<int>{0, 2, 5, 4, 5, 7, 0}));
}

TEST(SequenceComposer, RowsStayWhereThePicturesHaveThem) {
  const Sample sample = Row(spaced(0, 0))("0");
  for (int y = 0; y < 28; ++y) {
    EXPECT_EQ(sample.image.at<uchar>(y, 0), y >= 4 && y < 24 ? 255 : 0) << y;
  }
}

TEST(SequenceComposer, EveryGapIsADrawOfItsOwnFromTheWholeRange) {
  const Row row(spaced(2, 6));
  std::set<int> seen;
  bool differ = false;
  for (std::uint64_t k = 0; k < 100; ++k) {
    const std::vector<int> r = runs(row("0000", k).image);
    ASSERT_EQ(r.size(), 9u);
    for (const std::size_t gap : {2u, 4u, 6u}) seen.insert(r[gap]);
    differ = differ || r[2] != r[4];
  }
  EXPECT_EQ(seen, (std::set<int>{2, 3, 4, 5, 6}));
  EXPECT_TRUE(differ);
}

TEST(SequenceComposer, CentresWhatIsNarrower) {
  const Sample sample = Row(spaced(3, 3, 30))("01");
  EXPECT_EQ(sample.image.size(), cv::Size(30, 28));
  EXPECT_EQ(runs(sample.image), (std::vector<int>{11, 2, 3, 3, 11}));
}

TEST(SequenceComposer, ReducesWhatIsWiderAndKeepsItsAspect) {
  for (const std::uint64_t width : {90u, 60u, 20u}) {
    const Row row(spaced(4, 4, width));
    const Sample sample = row("9999999999");  // 110 + 36 = 146 px
    ASSERT_EQ(sample.image.size(), cv::Size(static_cast<int>(width), 28));
    const double share = static_cast<double>(width) / 146;
    const cv::Rect2f box = bounds_of(sample.characters.front().quad);
    EXPECT_NEAR(box.height, 20 * share, 0.5);
    EXPECT_NEAR(box.width, 11 * share, 1e-3);
    EXPECT_NEAR(box.y + box.height / 2, 14, 0.6);
    // As much ink as there was, in the smaller area.
    const double rows = std::round(28 * share) / 28;
    EXPECT_NEAR(cv::sum(sample.image)[0], 255.0 * 110 * 20 * share * rows, 255.0 * 110);
  }
}

TEST(SequenceComposer, GroundIsWhiteOrBlack) {
  SequenceOptions options = spaced(1, 3, 40);
  const Sample black = Row(options)("31");
  options.ground = Ground::kWhite;
  const Sample white = Row(options)("31");
  EXPECT_EQ(black.paper, cv::Scalar::all(0));
  EXPECT_EQ(white.paper, cv::Scalar::all(255));
  EXPECT_EQ(cv::countNonZero((255 - black.image) != white.image), 0);
  options.width = 4;
  const Sample reduced_white = Row(options)("31");
  options.ground = Ground::kBlack;
  const Sample reduced_black = Row(options)("31");
  EXPECT_LE(cv::norm(255 - reduced_black.image, reduced_white.image, cv::NORM_INF), 1);
}

TEST(SequenceComposer, NegativeSpacingOverlapsButLeavesEachHalfItsWidth) {
  const Row row(spaced(-200, -200));
  const Sample sample = row("999");  // 11 px each, at most 2 px of overlap on either side
  EXPECT_EQ(sample.image.cols, 3 * 11 - 2 * 2);
  EXPECT_EQ(runs(sample.image), (std::vector<int>{0, 29, 0}));
  EXPECT_EQ(Row(spaced(-1, -1))("99").image.cols, 21);
}

TEST(SequenceComposer, TheStrongerInkShowsWhereTwoOverlap) {
  const Row row(spaced(-2, -2), {}, 40);
  for (std::uint64_t k = 0; k < 20; ++k) {
    const Sample sample = row("99", k);
    const auto level = [&](int x) { return sample.image.at<uchar>(14, x); };
    EXPECT_EQ(level(9), std::max(level(0), level(19)));
    EXPECT_EQ(level(10), std::max(level(0), level(19)));
  }
}

TEST(SequenceComposer, AutoSpacingFillsTheWidthWithWholePictures) {
  SequenceOptions options = spaced(0, 10, 200);
  options.spacing = SpacingLaw::kAuto;
  const Sample sample = Row(options)("000000");  // (200 - 6 * 28) / 5 = 6.4 px
  const std::vector<int> r = runs(sample.image);
  ASSERT_EQ(r.size(), 13u);
  EXPECT_EQ(r.front(), 13);  // the bar in its picture
  EXPECT_EQ(r.back(), 13);
  for (std::size_t i = 2; i < 12; i += 2) EXPECT_NEAR(r[i], 26 + 6.4, 1);
}

TEST(SequenceComposer, AutoSpacingOutOfTheRangeIsOneDrawForAllGaps) {
  SequenceOptions options = spaced(2, 9, 1000);
  options.spacing = SpacingLaw::kAuto;
  const Row row(options);
  std::set<int> gaps;
  for (std::uint64_t k = 0; k < 60; ++k) {
    const std::vector<int> r = runs(row("0000", k).image);
    ASSERT_EQ(r.size(), 9u);
    EXPECT_EQ(r[2], r[4]);
    EXPECT_EQ(r[4], r[6]);
    gaps.insert(r[2] - 26);
  }
  EXPECT_EQ(gaps, (std::set<int>{2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(SequenceComposer, OneCharacterHasNoGap) {
  SequenceOptions options = spaced(3, 9, 50);
  options.spacing = SpacingLaw::kAuto;
  EXPECT_EQ(runs(Row(options)("0").image), (std::vector<int>{24, 2, 24}));
  EXPECT_EQ(Row(spaced(3, 9))("0").image.cols, 2);
}

TEST(SequenceComposer, AnEmptyTextIsGroundAlone) {
  const Sample sample = Row(spaced(0, 5, 37))("");
  EXPECT_EQ(sample.image.size(), cv::Size(37, 28));
  EXPECT_EQ(cv::countNonZero(sample.image), 0);
  EXPECT_TRUE(sample.characters.empty());
  EXPECT_EQ(Row(spaced(0, 5))("").image.cols, 1);
}

TEST(SequenceComposer, ScalesPicturesToAnotherHeight) {
  for (const std::uint64_t height : {56u, 14u}) {
    SequenceOptions options = spaced(6, 6);
    options.height = height;
    const Sample sample = Row(options)("99");
    const double scale = static_cast<double>(height) / 28;
    EXPECT_EQ(sample.image.rows, static_cast<int>(height));
    EXPECT_NEAR(sample.image.cols, 22 * scale + 6, 4);  // the gap is px of the image
    const cv::Rect2f box = bounds_of(sample.characters[1].quad);
    EXPECT_NEAR(box.height, 20 * scale, 2);
  }
}

TEST(SequenceComposer, QuadrilateralsHoldTheInk) {
  for (const std::uint64_t width : {400u, 100u, 70u}) {
    const Sample sample = Row(spaced(0, 7, width))("0918273645");
    ASSERT_EQ(sample.characters.size(), 10u);
    cv::Mat outside = sample.image.clone();
    for (std::size_t i = 0; i < 10; ++i) {
      EXPECT_EQ(sample.characters[i].text, std::string(1, sample.text[i]));
      const cv::Rect2f box = bounds_of(sample.characters[i].quad);
      const cv::Point from(cvFloor(box.x), cvFloor(box.y));
      const cv::Point to(cvCeil(box.x + box.width), cvCeil(box.y + box.height));
      outside(cv::Rect(from, to) & cv::Rect({0, 0}, outside.size())).setTo(0);
    }
    // Reduction spreads ink by less than a pixel: what is left is faint.
    double greatest = 0;
    cv::minMaxLoc(outside, nullptr, &greatest);
    EXPECT_LE(greatest, width == 400 ? 0 : 127) << width;
  }
}

TEST(SequenceComposer, AugmentsEveryPictureOnItsOwn) {
  ImageDataGeneratorOptions augmentation;
  augmentation.channel_shift_range = 0;
  augmentation.height_shift_range = 4;
  augmentation.fill_mode = FillMode::kConstant;
  const Row row(spaced(3, 3), augmentation);
  std::set<float> tops;
  for (std::uint64_t k = 0; k < 30; ++k) {
    for (const CharacterBox& character : row("555", k).characters) {
      tops.insert(bounds_of(character.quad).y);
    }
  }
  EXPECT_EQ(tops, (std::set<float>{1, 2, 3, 4, 5, 6, 7}));
}

TEST(SequenceComposer, APictureShiftedOutOfSightIsDrawnAsItWas) {
  ImageDataGeneratorOptions augmentation;
  augmentation.width_shift_range = 999.5;
  augmentation.fill_mode = FillMode::kConstant;
  const Row row(spaced(3, 3), augmentation);
  const Sample sample = row("88");
  EXPECT_EQ(runs(sample.image), (std::vector<int>{0, 10, 3, 10, 0}));
  int lost = 0;
  for (const DrawnValue& value : sample.drawn) lost += value.name == "lost_ink";
  EXPECT_EQ(lost, 2);
}

TEST(SequenceComposer, AnImageThatIsPartOfAnotherLeavesTheOtherAlone) {
  for (const int width : {40, 20}) {  // centred and reduced
    const Row row(spaced(3, 3, static_cast<std::uint64_t>(width)));
    cv::Mat whole(60, 100, CV_8UC1, cv::Scalar(77));
    Sample sample;
    sample.text = "0123";
    sample.image = whole(cv::Rect(60, 20, width, 28));
    row.composer.compose(sample, kKey, 0, row.scratch);
    EXPECT_EQ(cv::countNonZero(sample.image != row("0123").image), 0);
    EXPECT_EQ(cv::countNonZero(whole != 77), 0);
  }
}

TEST(SequenceComposer, ReducedLinesOfEveryLengthShareTheirMemory) {
  const Row row(spaced(0, 9, 130));  // lines of 110 to 191 px, in 28 down to 19 rows
  std::set<float> heights;
  const auto compose_all = [&] {
    for (std::uint64_t k = 0; k < 100; ++k) {
      heights.insert(bounds_of(row("9999999999", k).characters.front().quad).height);
    }
  };
  compose_all();
  EXPECT_GE(heights.size(), 4u);
  const cv::Mat line = row.scratch.line, shrunk = row.scratch.shrunk;  // what is held is not freed
  compose_all();
  EXPECT_EQ(row.scratch.line.data, line.data);
  EXPECT_EQ(row.scratch.shrunk.data, shrunk.data);
}

TEST(SequenceComposer, RefusesLinesThatWouldBeHuge) {
  SequenceOptions options = spaced(0, 10000, 65536);
  options.height = 1024;  // the pictures become as wide
  const Row row(options);
  row.composer.check_width(24);
  EXPECT_EQ(message_of([&] { row.composer.check_width(25); }, ErrorCode::kInvalidArgument),
            "compose: a line of 25 characters must be at most 262144 px long at height 1024. "
            "Got: up to 265600");
}

TEST(SequenceComposer, RefusesWhatItCannotDraw) {
  const InkImages images = bars("012", 1);
  const DigitSet set({images}, {"bars", {{0, 1}}, 0, false});
  const ImageDataGenerator augment({}, images);
  const SequenceComposer composer(set, augment, spaced(0, 1, 9), 0);
  composer.check("r", "2101", 0);
  EXPECT_EQ(message_of([&] { composer.check("labels", "2103", 0); }, ErrorCode::kInvalidArgument),
            "labels: no picture of '3' in bars");
  EXPECT_EQ(message_of([&] { composer.check("labels", "1年", 0); }, ErrorCode::kInvalidArgument),
            "labels: no picture of '年' in bars");
  composer.check_width(9);
  EXPECT_EQ(message_of([&] { composer.check_width(10); }, ErrorCode::kInvalidArgument),
            "compose.width: must be at least a pixel for each of 10 characters. Got: 9");
  EXPECT_EQ(message_of([&] { SequenceComposer(set, augment, spaced(9, 3), 0); },
                       ErrorCode::kInvalidArgument),
            "compose.spacing_px: min must not be above max. Got: [9, 3]");
}

}  // namespace
}  // namespace glyphmill
