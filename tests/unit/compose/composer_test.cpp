// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "glyphmill/compose.h"
#include "glyphmill/error.h"
#include "glyphmill/utf8.h"
#include "support/drawn_tiles.h"
#include "support/messages.h"

namespace glyphmill {
namespace {

using test::drawn_tile;
using test::message_of;

Sample composed(const Composer& composer, const std::string& text, std::uint64_t index = 0) {
  Sample sample;
  sample.index = index;
  sample.text = text;
  sample.label = text;
  Composer::Scratch scratch;
  composer.compose(sample, {1, index, stage_id("sample.compose")}, scratch);
  return sample;
}

GlyphSet digits() { return make_glyph_set(test::digit_tiles(), {}); }

/// True where a pixel differs from the paper.
cv::Mat1b ink_mask(const Sample& sample) {
  cv::Mat difference;
  cv::absdiff(sample.image, cv::Mat(sample.image.size(), sample.image.type(), sample.paper),
              difference);
  if (difference.channels() == 3) cv::transform(difference, difference, cv::Matx13f(1, 1, 1));
  cv::Mat1b mask;
  cv::compare(difference, 0, mask, cv::CMP_GT);
  return mask;
}

cv::Rect pixels_of(const Quad& quad) {
  const cv::Rect2f box = bounds_of(quad);
  const int left = static_cast<int>(std::floor(box.x));
  const int top = static_cast<int>(std::floor(box.y));
  return {left, top, static_cast<int>(std::ceil(box.x + box.width)) - left,
          static_cast<int>(std::ceil(box.y + box.height)) - top};
}

TEST(Composer, DrawsTheTextAtTheAskedHeight) {
  const GlyphSet set = digits();
  for (std::uint64_t height : {8u, 28u, 32u, 50u, 64u, 256u}) {
    ComposeOptions options;
    options.height = height;
    const Sample sample = composed(Composer(set, options), "0123456789");
    EXPECT_EQ(sample.image.rows, static_cast<int>(height));
    EXPECT_EQ(sample.image.type(), CV_8UC3);
    ASSERT_EQ(sample.characters.size(), 10u);
    const double ink = bounds_of(sample.characters[8].quad).height;
    EXPECT_NEAR(ink, 0.62 * static_cast<double>(height), 1.5 + 0.02 * static_cast<double>(height));
  }
}

TEST(Composer, BoxesHoldAllInkAndLittleElse) {
  const GlyphSet set = digits();
  for (const bool color : {true, false}) {
    ComposeOptions options;
    options.color = color;
    const Composer composer(set, options);
    for (std::uint64_t k = 0; k < 50; ++k) {
      const Sample sample = composed(composer, "3141592653", k);
      cv::Mat1b outside = ink_mask(sample);
      for (const CharacterBox& character : sample.characters) {
        const cv::Rect box = pixels_of(character.quad) & cv::Rect({0, 0}, outside.size());
        const cv::Rect ink = cv::boundingRect(ink_mask(sample)(box));
        EXPECT_LE(box.width - ink.width, 4) << k;
        EXPECT_LE(box.height - ink.height, 2) << k;
        outside(box).setTo(0);
      }
      EXPECT_EQ(cv::countNonZero(outside), 0) << k;
    }
  }
}

TEST(Composer, BoxesAreInReadingOrderAndSayTheirCharacter) {
  const GlyphSet set = digits();
  const Sample sample = composed(Composer(set, {}), "9081726354");
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(sample.characters[i].text, std::string(1, "9081726354"[i]));
    if (i > 0) {
      EXPECT_GE(sample.characters[i].quad[0].x, sample.characters[i - 1].quad[0].x);
    }
  }
}

TEST(Composer, DigitsStandOnOneBaselineAtOneHeight) {
  ComposeOptions options;
  options.baseline_jitter_px = 0;
  const GlyphSet set = digits();
  const Sample sample = composed(Composer(set, options), "0123456789");
  for (const CharacterBox& character : sample.characters) {
    const cv::Rect2f box = bounds_of(character.quad);
    EXPECT_NEAR(box.y + box.height, 40.5, 1.01) << character.text;
    EXPECT_NEAR(box.height, 31, 2) << character.text;
  }
}

TEST(Composer, TilesOfVeryDifferentHeightsAreNormalised) {
  std::vector<Glyph> glyphs;
  for (const double scale : {0.5, 1.0, 7.0}) {
    cv::Mat tile;
    cv::resize(drawn_tile("8"), tile, {}, scale, scale, cv::INTER_AREA);
    glyphs.push_back(take_apart(tile, "8"));
  }
  ComposeOptions options;
  options.baseline_jitter_px = 0;
  const GlyphSet set(std::move(glyphs));
  const Sample sample = composed(Composer(set, options), "88888888");
  for (const CharacterBox& character : sample.characters) {
    EXPECT_NEAR(bounds_of(character.quad).height, 31, 2.5);
  }
}

TEST(Composer, ADashKeepsItsPlaceBesideDigits) {
  std::vector<Glyph> glyphs;
  for (const char* text : {"-", "1", "8"}) glyphs.push_back(take_apart(drawn_tile(text), text));
  const GlyphSet set(std::move(glyphs));
  ComposeOptions options;
  options.baseline_jitter_px = 0;
  const Sample sample = composed(Composer(set, options), "8-8");
  const cv::Rect2f dash = bounds_of(sample.characters[1].quad);
  const cv::Rect2f digit = bounds_of(sample.characters[0].quad);
  EXPECT_LT(dash.height, digit.height / 3);
  EXPECT_NEAR(dash.y + dash.height / 2, digit.y + digit.height * 0.6, digit.height * 0.2);
}

TEST(Composer, NoStrokeIsCutWhateverTheJitter) {
  ComposeOptions options;
  options.baseline_jitter_px = 50;
  options.ink_height_fraction = 0.9;
  const GlyphSet set = digits();
  const Composer composer(set, options);
  for (std::uint64_t k = 0; k < 30; ++k) {
    const cv::Mat1b mask = ink_mask(composed(composer, "0123456789", k));
    EXPECT_EQ(cv::countNonZero(mask.row(0)) + cv::countNonZero(mask.row(mask.rows - 1)), 0) << k;
  }
}

TEST(Composer, BlendedTilesShowNoSeam) {
  // Two papers 30 levels apart: with seams kept the step shows, blended it is gone.
  std::vector<Glyph> glyphs;
  glyphs.push_back(take_apart(drawn_tile("1", {40, 40, 40}, {250, 250, 250}), "1"));
  glyphs.push_back(take_apart(drawn_tile("2", {40, 40, 40}, {220, 220, 220}), "2"));
  const GlyphSet set(std::move(glyphs));
  ComposeOptions options;
  options.width_stddev = 0;
  for (const Seams seams : {Seams::kBlend, Seams::kKeep}) {
    options.seams = seams;
    const Sample sample = composed(Composer(set, options), "1212");
    double low = 0;
    double high = 0;
    // Above the ink there is only paper.
    cv::minMaxLoc(sample.image.row(4).reshape(1), &low, &high);
    EXPECT_EQ(high - low > 20, seams == Seams::kKeep);
    EXPECT_EQ(high - low == 0, seams == Seams::kBlend);
  }
}

TEST(Composer, SharedInkIsOneColourAndOwnInkIsNot) {
  std::vector<Glyph> glyphs;
  glyphs.push_back(take_apart(drawn_tile("1", {40, 40, 200}), "1"));
  glyphs.push_back(take_apart(drawn_tile("2", {200, 40, 40}), "2"));
  const GlyphSet set(std::move(glyphs));
  for (const Ink ink : {Ink::kShared, Ink::kOwn}) {
    ComposeOptions options;
    options.ink = ink;
    const Sample sample = composed(Composer(set, options), "12");
    const auto redness = [&](std::size_t i) {
      const cv::Mat part = sample.image(pixels_of(sample.characters[i].quad) &
                                        cv::Rect({0, 0}, sample.image.size()));
      const cv::Scalar mean = cv::mean(part);
      return mean[2] - mean[0];
    };
    EXPECT_EQ(redness(0) * redness(1) > 0, ink == Ink::kShared);
  }
}

TEST(Composer, NegativeSpacingOverlapsButKeepsHalfOfEachTile) {
  ComposeOptions options;
  options.spacing_px = Range{-1000, -1000};
  options.width_mean = 200;
  const GlyphSet set = digits();
  const Sample sample = composed(Composer(set, options), "8888");
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_GT(sample.characters[i].quad[0].x, sample.characters[i - 1].quad[0].x + 5);
  }
}

TEST(Composer, WiderSpacingSpreadsTheGlyphs) {
  const GlyphSet set = digits();
  const auto ink_share = [&](double spacing) {
    ComposeOptions options;
    options.spacing_px = Range{spacing, spacing};
    const Sample sample = composed(Composer(set, options), "8888888888");
    double ink = 0;
    for (const auto& character : sample.characters) ink += bounds_of(character.quad).width;
    return ink / sample.image.cols;
  };
  EXPECT_GT(ink_share(2), ink_share(20) + 0.2);
}

TEST(Composer, EmptyTextIsPaper) {
  ComposeOptions options;
  options.width_mean = 100;
  options.width_stddev = 0;
  const GlyphSet set = digits();
  const Sample sample = composed(Composer(set, options), "");
  EXPECT_EQ(sample.image.cols, 100);
  EXPECT_TRUE(sample.characters.empty());
  EXPECT_EQ(cv::countNonZero(ink_mask(sample)), 0);
}

/// A glyph of `size` with ink of `strength` in `ink` alone.
Glyph glyph_of(const std::string& text, const cv::Size& size, const cv::Rect& ink,
               double strength = 255) {
  Glyph glyph;
  glyph.text = text;
  glyph.coverage = cv::Mat1b::zeros(size);
  glyph.coverage(ink) = strength;
  glyph.pixels = cv::Mat(size, CV_8UC3, cv::Scalar::all(255));
  glyph.character_boxes.assign(utf8_length(text), ink);
  return glyph;
}

// Ink above the line's top, beside ink too faint to be seen, was taken for none and written outside
// the image.
TEST(Composer, InkFarAboveTheBaselineIsBroughtOntoTheLine) {
  const GlyphSet set({glyph_of("a", {20, 10000}, {0, 9900, 1, 100}, 9),
                      glyph_of("b", {20, 10000}, {0, 0, 20, 100})});
  const Sample sample = composed(Composer(set, {}), "bab");
  for (const CharacterBox& character : sample.characters) {
    const cv::Rect2f box = bounds_of(character.quad);
    if (character.text != "b") continue;
    EXPECT_GE(box.y, 1);
    EXPECT_LE(box.y + box.height, 49);
  }
  EXPECT_GT(cv::countNonZero(ink_mask(sample)), 0);
}

TEST(Composer, OddTilesStayOnTheLineAtEveryHeight) {
  std::vector<Glyph> glyphs = digits().glyphs();
  glyphs.push_back(glyph_of("_", {90, 4}, {0, 0, 90, 4}));                   // wide and full of ink
  glyphs.push_back(glyph_of("|", {1, 3000}, {0, 0, 1, 3000}));               // tall
  glyphs.push_back(glyph_of("'", {30, 300}, {10, 0, 5, 1}));                 // at the top
  glyphs.push_back(glyph_of(".", {30, 300}, {10, 299, 5, 1}));               // at the bottom
  glyphs.push_back(glyph_of(" ", {1, 1}, {0, 0, 0, 0}));                     // blank
  glyphs.push_back(glyph_of("12345678901234567890", {1, 9}, {0, 2, 1, 5}));  // narrower than text
  const GlyphSet set(std::move(glyphs));
  const std::string text = "1 23_|'.9012345678901234567890 ";
  for (const std::uint64_t height : {8u, 9u, 50u, 1024u}) {
    for (const Seams seams : {Seams::kBlend, Seams::kKeep}) {
      for (const Ink ink : {Ink::kShared, Ink::kOwn}) {
        ComposeOptions options;
        options.height = height;
        options.seams = seams;
        options.ink = ink;
        options.spacing_px = Range{-1000, 3};
        options.margin_px = Range{0, 0};
        options.baseline_jitter_px = 100;
        options.ink_height_fraction = 1;
        const Composer composer(set, options);
        for (std::uint64_t k = 0; k < 2; ++k) {
          const Sample sample = composed(composer, text, k);
          ASSERT_EQ(sample.image.rows, static_cast<int>(height));
          const cv::Rect2f image(0, 0, static_cast<float>(sample.image.cols),
                                 static_cast<float>(height));
          for (const CharacterBox& character : sample.characters) {
            const cv::Rect2f box = bounds_of(character.quad);
            EXPECT_TRUE(box.height == 0 || (box & image) == box) << height << character.text;
          }
        }
      }
    }
  }
}

// A speck of dirt for ink made a tile of a gigapixel.
TEST(Composer, RefusesTilesThatWouldBeHuge) {
  const GlyphSet speck({glyph_of("7", {8000, 1000}, {4000, 500, 1, 1})});
  EXPECT_EQ(message_of([&] { Composer(speck, {}); }),
            "tile '7': must be at most 32766 pixels wide and have at most 64 million at its size "
            "on the line; is there more paper than ink in it? Got: 248000 x 31000");
  const GlyphSet wide({glyph_of("7", {10000, 31}, {0, 0, 1, 31})});
  const Composer composer(wide, {});
  EXPECT_EQ(message_of([&] { composer.check_width(100); }), "");
  EXPECT_EQ(message_of([&] { composer.check_width(256); }),
            "compose: a line of 256 characters must be at most 1048576 px long before its width is "
            "drawn. Got: up to 2562319");
}

TEST(Composer, RefusesWhatItCannotDo) {
  const GlyphSet set = digits();
  EXPECT_EQ(message_of([&] { Composer(set, {}).check("code 'A'", "A"); }),
            "code 'A': no tile for 'A'");
  ComposeOptions options;
  options.width_mean = 30;
  EXPECT_EQ(message_of([&] { Composer(set, options).check_width(10); }),
            "compose.width_mean: must be between 100 and 32766 for 10 characters at height 50. "
            "Got: 30");
  options.height = 4;
  EXPECT_EQ(message_of([&] { Composer(set, options); }),
            "compose.height: must be between 8 and 1024. Got: 4");
  options = {};
  options.spacing_px = Range{5, 3};
  EXPECT_EQ(message_of([&] { Composer(set, options); }),
            "compose.spacing_px: min must not be above max. Got: [5, 3]");
  options = {};
  options.width_stddev = std::nan("");
  EXPECT_NE(message_of([&] { Composer(set, options); }), "");
}

}  // namespace
}  // namespace glyphmill
