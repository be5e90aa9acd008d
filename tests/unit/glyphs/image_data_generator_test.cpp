// SPDX-License-Identifier: Apache-2.0
// Laws of the draws, and the promises that need no reference. image_data_generator_test.py compares
// the pixels with SciPy's.
#include "glyphmill/image_data_generator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

#include "glyphs/augment/digit_warp.h"
#include "support/messages.h"

namespace glyphmill {
namespace {

using core::InstructionSet;
using test::message_of;
using Options = ImageDataGeneratorOptions;
using Params = ImageDataGeneratorParams;
using Pixels = std::vector<std::uint8_t>;

/// Repeatable pixels without any order.
Pixels scramble(std::size_t count) {
  Pixels pixels(count);
  std::uint32_t state = 1;
  for (std::uint8_t& pixel : pixels) {
    state = state * 1664525u + 1013904223u;
    pixel = static_cast<std::uint8_t>(state >> 24);
  }
  return pixels;
}

InkImages pictures(int rows, int cols, std::size_t count = 3) {
  InkImages images;
  images.rows = rows;
  images.cols = cols;
  images.characters.assign(count, '0');
  const auto pixels = std::make_shared<const Pixels>(scramble(count * images.area()));
  images.pixels = pixels->data();
  images.owner = pixels;
  return images;
}

Pixels first_of(const InkImages& images) { return {images.at(0), images.at(1)}; }

Pixels changed(const Options& options, const Params& params, const InkImages& images) {
  ImageDataGenerator::Scratch scratch;
  Pixels result(images.area());
  ImageDataGenerator(options, images).apply(images.at(0), params, result.data(), scratch);
  return result;
}

std::vector<float> values_of(const Options& options, const Params& params,
                             const InkImages& images) {
  ImageDataGenerator::Scratch scratch;
  std::vector<float> result(images.area());
  ImageDataGenerator(options, images).apply(images.at(0), params, result.data(), scratch);
  return result;
}

constexpr std::size_t kDraws = 20000;

/// `part` of many draws for pictures of 20 x 40.
std::vector<double> drawn(const Options& options,
                          const std::function<double(const Params&)>& part) {
  const ImageDataGenerator generator(options, pictures(20, 40));
  std::vector<double> values;
  for (std::size_t i = 0; i < kDraws; ++i) {
    SampleRng rng({7, i, stage_id("augment")});
    values.push_back(part(generator.draw(rng)));
  }
  return values;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The uniform law on [low, high): support, mean and second moment to 4 standard errors.
void expect_uniform(const std::vector<double>& values, double low, double high, const char* what) {
  const double width = high - low;
  const double root = std::sqrt(static_cast<double>(values.size()));
  std::vector<double> squares;
  for (double value : values) {
    ASSERT_TRUE(value >= low && value <= high) << what << " " << value;
    const double unit = (value - low) / width - 0.5;
    squares.push_back(unit * unit);
  }
  EXPECT_NEAR(mean_of(values), (low + high) / 2, 4 * width / std::sqrt(12.0) / root) << what;
  EXPECT_NEAR(mean_of(squares), 1.0 / 12, 4 / std::sqrt(180.0) / root) << what;
}

TEST(ImageDataGenerator, ZeroStrengthChangesNothing) {
  const InkImages images = pictures(9, 14);
  for (const double still : {0.0, 1.0}) {  // no integer but 0 is strictly inside (-1, 1)
    Options options;
    options.width_shift_range = still;
    options.height_shift_range = still;
    const ImageDataGenerator generator(options, images);
    EXPECT_TRUE(generator.is_identity());
    EXPECT_FALSE(generator.normalizes());
    SampleRng rng({1, 2, 3});
    const Params params = generator.draw(rng);
    EXPECT_EQ(changed(options, params, images), first_of(images));
    const std::vector<float> values = values_of(options, params, images);
    EXPECT_TRUE(std::equal(values.begin(), values.end(), images.at(0)));
  }
}

const std::map<std::string, std::function<void(Options&)>> kStrengths = {
    {"rotation_range", [](Options& o) { o.rotation_range = 5; }},
    {"width_shift_range", [](Options& o) { o.width_shift_range = 2; }},
    {"height_shift_range", [](Options& o) { o.height_shift_range = 0.1; }},
    {"shear_range", [](Options& o) { o.shear_range = 5; }},
    {"zoom_range",
     [](Options& o) {
       o.zoom_range = {0.9, 1.1};
     }},
    {"brightness_range",
     [](Options& o) {
       o.brightness_range = {0.5, 0.9};
     }},
    {"channel_shift_range", [](Options& o) { o.channel_shift_range = 30; }},
    {"horizontal_flip", [](Options& o) { o.horizontal_flip = true; }},
    {"vertical_flip", [](Options& o) { o.vertical_flip = true; }},
    {"rescale", [](Options& o) { o.rescale = 0.5; }},
    {"samplewise_center", [](Options& o) { o.samplewise_center = true; }},
    {"samplewise_std_normalization", [](Options& o) { o.samplewise_std_normalization = true; }},
    {"featurewise_center", [](Options& o) { o.featurewise_center = true; }},
    {"featurewise_std_normalization", [](Options& o) { o.featurewise_std_normalization = true; }},
    {"zca_whitening", [](Options& o) { o.zca_whitening = true; }},
};

TEST(ImageDataGenerator, EveryStrengthIsAChangeThatLeavesTheSourceAlone) {
  for (const auto& [name, set] : kStrengths) {
    Options options;
    set(options);
    const InkImages images = pictures(8, 8, 40);
    const ImageDataGenerator generator(options, images);
    EXPECT_FALSE(generator.is_identity()) << name;
    const bool normalizes =
        name == "rescale" || name == "zca_whitening" || name.find("wise_") != std::string::npos;
    EXPECT_EQ(generator.normalizes(), normalizes) << name;
    const Pixels before = first_of(images);
    int different = 0;
    for (std::uint64_t i = 0; i < 40; ++i) {
      SampleRng rng({1, i, 3});
      const Params params = generator.draw(rng);
      const Pixels once = changed(options, params, images);
      EXPECT_EQ(once, changed(options, params, images)) << name;
      different += once != before ? 1 : 0;
    }
    EXPECT_GT(different, 5) << name;
    EXPECT_EQ(first_of(images), before) << name;
  }
}

TEST(ImageDataGenerator, DrawsUniformlyWithinTheRanges) {
  Options options;
  options.rotation_range = 30;
  options.height_shift_range = 0.2;
  options.width_shift_range = 2.5;
  options.shear_range = 12;
  options.zoom_range = {0.8, 1.4};
  options.channel_shift_range = 50;
  options.brightness_range = {0.3, 0.9};
  const auto expect = [&](double low, double high, double Params::*part, const char* what) {
    expect_uniform(drawn(options, [part](const Params& p) { return p.*part; }), low, high, what);
  };
  expect(-30, 30, &Params::theta_deg, "theta");
  expect(-4, 4, &Params::shift_rows, "a fifth of 20 rows");
  expect(-2.5, 2.5, &Params::shift_cols, "pixels");
  expect(-12, 12, &Params::shear_deg, "shear");
  expect(0.8, 1.4, &Params::zoom_rows, "zoom of rows");
  expect(0.8, 1.4, &Params::zoom_cols, "zoom of columns");
  expect(-50, 50, &Params::channel_shift, "channel shift");
  expect(0.3, 0.9, &Params::brightness, "brightness");
  const auto product = [](const Params& p) { return (p.zoom_rows - 1.1) * (p.zoom_cols - 1.1); };
  EXPECT_NEAR(mean_of(drawn(options, product)), 0, 4 * 0.03 / std::sqrt(kDraws)) << "separate";
}

TEST(ImageDataGenerator, WholeShiftsAreTheIntegersStrictlyInside) {
  Options options;
  options.width_shift_range = 3;
  std::map<double, double> counts;
  for (double shift : drawn(options, [](const Params& p) { return p.shift_cols; })) ++counts[shift];
  ASSERT_EQ(counts.size(), 5u);
  for (int shift = -2; shift <= 2; ++shift) {
    const double expected = kDraws / 5.0;
    EXPECT_NEAR(counts[shift], expected, 4 * std::sqrt(expected * 0.8)) << shift;
  }
}

TEST(ImageDataGenerator, FlipsHalfOfThem) {
  Options options;
  options.horizontal_flip = true;
  const double share = mean_of(
      drawn(options, [](const Params& p) { return p.flip_horizontal && !p.flip_vertical; }));
  EXPECT_NEAR(share, 0.5, 4 * 0.5 / std::sqrt(kDraws));
}

TEST(ImageDataGenerator, StrengthOfOneLeavesTheOthersDrawsAlone) {
  Options options;
  options.brightness_range = {0.3, 0.9};
  const auto brightness = [](const Params& p) { return p.brightness; };
  const std::vector<double> alone = drawn(options, brightness);
  for (const auto& [name, set] : kStrengths) {
    if (name == "brightness_range" || name == "zca_whitening") continue;
    set(options);
    EXPECT_EQ(drawn(options, brightness), alone) << name;
  }
}

TEST(ImageDataGenerator, ShiftsMoveRowsAndColumnsUpAndLeft) {
  const InkImages images = pictures(6, 9);
  Options options;
  options.fill_mode = FillMode::kConstant;
  options.cval = 7;
  Params params;
  params.shift_rows = 2;
  params.shift_cols = -1;
  const Pixels moved = changed(options, params, images);
  for (int row = 0; row < 6; ++row) {
    for (int col = 0; col < 9; ++col) {
      const bool outside = row + 2 >= 6 || col < 1;
      const int expected = outside ? 7 : images.at(0)[(row + 2) * 9 + col - 1];
      EXPECT_EQ(moved[static_cast<std::size_t>(row * 9 + col)], expected) << row << " " << col;
    }
  }
}

TEST(ImageDataGenerator, FlipsAreExact) {
  const InkImages images = pictures(5, 8);
  Params params;
  params.flip_horizontal = true;
  params.flip_vertical = true;
  Pixels expected = first_of(images);
  std::reverse(expected.begin(), expected.end());
  EXPECT_EQ(changed({}, params, images), expected);
  params.flip_vertical = false;
  const Pixels mirrored = changed({}, params, images);
  for (std::size_t i = 0; i < mirrored.size(); ++i) {
    EXPECT_EQ(mirrored[i], images.at(0)[i / 8 * 8 + 7 - i % 8]) << i;
  }
}

TEST(ImageDataGenerator, NormalisedPicturesSpanAllGreyLevels) {
  const InkImages images = pictures(8, 8, 100);
  for (const char* name :
       {"rescale", "samplewise_center", "featurewise_std_normalization", "zca_whitening"}) {
    Options options;
    kStrengths.at(name)(options);
    const Pixels result = changed(options, {}, images);
    EXPECT_EQ(*std::min_element(result.begin(), result.end()), 0) << name;
    EXPECT_EQ(*std::max_element(result.begin(), result.end()), 255) << name;
  }
  Options dark;
  dark.rescale = 1;
  Params params;
  params.brightness = 0;
  EXPECT_EQ(changed(dark, params, images), Pixels(64, 0)) << "flat";
}

TEST(ImageDataGenerator, WhitenedDataHaveTheUnitAsCovariance) {
  constexpr int kSide = 4;
  constexpr std::size_t kArea = kSide * kSide;
  const InkImages images = pictures(kSide, kSide, 1500);
  Options options;
  options.zca_whitening = true;
  const ImageDataGenerator generator(options, images);
  ImageDataGenerator::Scratch scratch;
  std::vector<float> x(kArea);
  std::vector<double> covariance(kArea * kArea, 0);
  for (std::size_t n = 0; n < images.size(); ++n) {
    generator.apply(images.at(n), Params{}, x.data(), scratch);
    for (std::size_t i = 0; i < kArea * kArea; ++i) {
      covariance[i] += static_cast<double>(x[i / kArea] * x[i % kArea]) / 1500;
    }
  }
  for (std::size_t i = 0; i < kArea * kArea; ++i) {
    EXPECT_NEAR(covariance[i], i % (kArea + 1) == 0 ? 1 : 0, 1e-4) << i;
  }
}

TEST(ImageDataGenerator, RefusesByName) {
  const struct {
    std::function<void(Options&)> set;
    int rows, cols;
    std::size_t count;
    const char* message;
  } kCases[] = {
      {[](Options& o) { o.rotation_range = 181; }, 28, 28, 1,
       "augment.rotation_range: must be between 0 and 180. Got: 181"},
      {[](Options& o) { o.shear_range = -1; }, 28, 28, 1,
       "augment.shear_range: must be between 0 and 89. Got: -1"},
      {[](Options& o) {
         o.zoom_range = {0, 1};
       },
       28, 28, 1, "augment.zoom_range: must be between 0.01 and 100. Got: [0, 1]"},
      {[](Options& o) { o.zca_whitening = true; }, 28, 20, 1,
       "augment.zca_whitening: takes square pictures only. Got: 28 x 20"},
      {[](Options& o) { o.zca_whitening = true; }, 65, 65, 1,
       "augment.zca_whitening: takes pictures up to 64 x 64. Got: 65 x 65"},
      {[](Options& o) { o.featurewise_std_normalization = true; }, 28, 28, 0,
       "augment: featurewise normalisation and ZCA whitening need pictures. Got: 0 pictures"},
      {[](Options&) {}, 1001, 4, 1,
       "augment: the sides of pictures must be between 1 and 1000. Got: 1001 x 4"},
      {[](Options&) {}, 0, 0, 0,
       "augment: the sides of pictures must be between 1 and 1000. Got: 0 x 0"},
  };
  for (const auto& each : kCases) {
    Options options;
    each.set(options);
    const InkImages images = pictures(each.rows, each.cols, each.count);
    EXPECT_EQ(message_of([&] { ImageDataGenerator(options, images); }), each.message);
  }
}

/// Maps of every kind, some so wide that positions are brought near first.
std::vector<Params> maps() {
  std::vector<Params> all;
  SampleRng rng({5, 6, 7});
  for (int i = 0; i < 60; ++i) {
    const double strength = i % 3 == 0 ? 40 : 1;
    Params params;
    params.theta_deg = rng.uniform({-180, 180});
    params.shift_rows = strength * rng.uniform({-12, 12});
    params.shift_cols = strength * rng.uniform({-12, 12});
    params.shear_deg = rng.uniform({-40, 40});
    params.zoom_rows = rng.uniform({0.4, 1.5});
    params.flip_vertical = rng.bernoulli(0.5);
    all.push_back(params);
  }
  return all;
}

constexpr FillMode kFillModes[] = {FillMode::kNearest, FillMode::kConstant, FillMode::kReflect,
                                   FillMode::kWrap};

TEST(DigitWarp, EveryInstructionSetGivesTheSameLevels) {
  if (!core::available(InstructionSet::kAvx2)) GTEST_SKIP() << "no AVX2 here";
  for (const auto& [rows, cols] : {std::pair{28, 28}, {19, 9}, {30, 7}, {1, 40}, {500, 500}}) {
    const auto area = static_cast<std::size_t>(rows * cols);
    const Pixels source = scramble(area + glyphs::kWarpSlack);
    for (const FillMode mode : kFillModes) {
      for (const Params& params : maps()) {
        const glyphs::DigitWarp warp{rows, cols, mode, 77u << glyphs::kLevelDigits};
        const glyphs::DigitMap map = glyphs::output_to_input(params, rows, cols);
        std::vector<glyphs::Level> portable(area);
        std::vector<glyphs::Level> avx2(area);
        glyphs::warp_digit(source.data(), warp, map, portable.data(), InstructionSet::kPortable);
        glyphs::warp_digit(source.data(), warp, map, avx2.data(), InstructionSet::kAvx2);
        ASSERT_EQ(portable, avx2) << rows << " x " << cols << " theta " << params.theta_deg;
      }
    }
  }
}

TEST(DigitWarp, WholePeriodsFurtherOnIsTheSame) {
  constexpr int kRows = 12;
  constexpr int kCols = 9;
  const Pixels source = scramble(kRows * kCols + glyphs::kWarpSlack);
  const auto warped = [&](FillMode mode, double row_shift, double col_shift) {
    glyphs::DigitMap map;
    map.row.start = row_shift;
    map.col.start = col_shift;
    std::vector<glyphs::Level> levels(kRows * kCols);
    glyphs::warp_digit(source.data(), {kRows, kCols, mode, 0}, map, levels.data(), core::fastest());
    return levels;
  };
  for (int periods : {-40, -1, 3}) {
    EXPECT_EQ(warped(FillMode::kReflect, 2.25 + periods * 2 * kRows, 1.75),
              warped(FillMode::kReflect, 2.25, 1.75));
    EXPECT_EQ(warped(FillMode::kWrap, 2.25, 1.75 + periods * (kCols - 1)),
              warped(FillMode::kWrap, 2.25, 1.75));
  }
}

}  // namespace
}  // namespace glyphmill
