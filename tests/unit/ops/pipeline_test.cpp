// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>

#include "glyphmill/balance.h"
#include "glyphmill/error.h"
#include "glyphmill/ops.h"

namespace glyphmill {
namespace {

Stage named(std::string name, OpOptions options, double probability = 1) {
  return {std::move(name), probability, std::move(options)};
}

std::string refusal_of(std::vector<Stage> stages) {
  try {
    const Pipeline pipeline(std::move(stages));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
    return error.what();
  }
  return "not refused";
}

Sample gray_sample(std::uint64_t index) {
  Sample sample;
  sample.index = index;
  sample.image = cv::Mat(20, 30, CV_8UC1, cv::Scalar(100));
  return sample;
}

TEST(OpTable, RowsAreInTheOrderOfTheAlternatives) {
  const auto& table = op_table();
  ASSERT_EQ(table.size(), std::variant_size_v<OpOptions>);
  for (std::size_t i = 0; i < table.size(); ++i) {
    EXPECT_EQ(table[i].defaults.index(), i) << table[i].name;
    EXPECT_EQ(&op_info(table[i].defaults), &table[i]);
    EXPECT_FALSE(table[i].help.empty()) << table[i].name;
  }
}

TEST(MakeStage, TakesNameAndDefaultsOfTheOperation) {
  const Stage stage = make_stage("salt_pepper");
  EXPECT_EQ(stage.name, "salt_pepper");
  EXPECT_EQ(stage.probability, 1);
  EXPECT_TRUE(std::holds_alternative<SaltPepperOptions>(stage.options));
}

TEST(MakeStage, NamesTheOperationsThereAre) {
  try {
    make_stage("sepia");
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "ops: operation must be one of affine, gaussian_noise, salt_pepper, "
                 "brightness_contrast, invert, blur, ink_paper, downscale, jpeg. Got: sepia");
  }
}

TEST(Pipeline, RefusesByName) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  AffineOptions turned_about;
  turned_about.angle_deg = {30, 20};
  AffineOptions no_border;
  no_border.border = static_cast<Border>(5);
  struct {
    std::vector<Stage> stages;
    const char* message;
  } const table[] = {
      {{make_stage("affine"), make_stage("affine")},
       "ops.affine: stage names must differ. Got: two of it"},
      {{make_stage("invert"), make_stage("invert"), make_stage("invert")},
       "ops.invert: stage names must differ. Got: 3 of it"},
      {{named("liquid", InvertOptions{}), named("costarring", InvertOptions{})},
       "ops.costarring: stage names must differ in their 32-bit hash. Got: the hash of liquid"},
      {{named("", InvertOptions{})}, "ops: a stage must have a name. Got: invert without one"},
      {{named("compose", InvertOptions{})}, "ops.compose: a stage must not have this name"},
      {{named("invert", InvertOptions{}, 1.5)},
       "ops.invert.probability: must be between 0 and 1. Got: 1.5"},
      {{named("invert", InvertOptions{}, kNaN)},
       "ops.invert.probability: must be between 0 and 1. Got: nan"},
      {{named("grain", GaussianNoiseOptions{{0, 7}})},
       "ops.grain.sigma: must be between 0 and 1. Got: [0, 7]"},
      {{named("turn", turned_about)},
       "ops.turn.angle_deg: min must not be above max. Got: [30, 20]"},
      {{named("turn", no_border)},
       "ops.turn.border: must be one of paper, constant, replicate, reflect, wrap. Got: 5"},
  };
  for (const auto& row : table) EXPECT_EQ(refusal_of(row.stages), row.message);
}

TEST(Pipeline, RunsStagesInTheirOrder) {
  const BrightnessContrastOptions darker{{-0.2, -0.2}, {1, 1}};
  Sample sample = gray_sample(0);
  cv::Mat scratch;
  Pipeline({named("darker", darker), named("invert", InvertOptions{})}).run(sample, 1, scratch);
  EXPECT_EQ(sample.image.at<std::uint8_t>(0, 0), 255 - 49);
  sample = gray_sample(0);
  Pipeline({named("invert", InvertOptions{}), named("darker", darker)}).run(sample, 1, scratch);
  EXPECT_EQ(sample.image.at<std::uint8_t>(0, 0), 155 - 51);
}

TEST(Pipeline, HappensToTheExactShareAndRecordsOnlyThen) {
  const Pipeline pipeline({named("turned_over", InvertOptions{}, 0.25),
                           named("brighter", BrightnessContrastOptions{{0, 0.1}, {1, 1}}, 0.5)});
  int inverted = 0;
  int brightened = 0;
  cv::Mat scratch;
  for (std::uint64_t k = 0; k < 1000; ++k) {
    Sample sample = gray_sample(k);
    pipeline.run(sample, 42, scratch);
    inverted += sample.image.at<std::uint8_t>(0, 0) > 130;
    brightened += !sample.drawn.empty();
    if (sample.drawn.empty()) continue;
    ASSERT_EQ(sample.drawn.size(), 2u);
    EXPECT_EQ(sample.drawn[0].stage, "brighter");
    EXPECT_EQ(sample.drawn[0].name, "brightness");
  }
  EXPECT_EQ(inverted, 250);
  EXPECT_EQ(brightened, 500);
}

// Streams whose names hold a '.' are the library's own: a stage must not be able to share one.
TEST(Pipeline, StageNamesAreWords) {
  for (const char* name : {"sample.compose", "a b", "grain\n", "\xc3\xa9"}) {
    EXPECT_THROW(Pipeline({named(name, GaussianNoiseOptions{})}), Error) << name;
  }
}

TEST(Pipeline, DrawsFromTheStreamOfSeedIndexAndName) {
  const GaussianNoiseOptions options{{0.05, 0.3}};
  const Pipeline pipeline({named("grain", options)});
  Sample sample = gray_sample(17);
  cv::Mat scratch;
  pipeline.run(sample, 42, scratch);
  const StreamKey key{42, 17, stage_id("grain")};
  SampleRng rng(key);
  const GaussianNoiseParams params = draw(options, rng);
  const cv::Mat expected = gaussian_noise(gray_sample(17).image, params, key);
  EXPECT_EQ(cv::norm(sample.image, expected, cv::NORM_INF), 0);
  ASSERT_EQ(sample.drawn.size(), 1u);
  EXPECT_EQ(sample.drawn[0].value, params.sigma);
}

TEST(Pipeline, AnotherStageLeavesTheDrawsOfTheRestAsTheyWere) {
  const Stage grain = named("grain", GaussianNoiseOptions{{0.05, 0.3}});
  Sample alone = gray_sample(3);
  Sample after = gray_sample(3);
  cv::Mat scratch;
  Pipeline({grain}).run(alone, 42, scratch);
  Pipeline({make_stage("affine"), grain}).run(after, 42, scratch);
  EXPECT_EQ(after.drawn.back().value, alone.drawn.back().value);
}

TEST(Pipeline, WithoutStagesLeavesTheSampleAlone) {
  Sample sample = gray_sample(0);
  cv::Mat scratch;
  Pipeline().run(sample, 1, scratch);
  EXPECT_EQ(cv::countNonZero(sample.image != 100), 0);
}

TEST(Pipeline, KeepsTheImagesMemoryInUse) {
  const Pipeline pipeline({make_stage("affine"), make_stage("gaussian_noise"),
                           make_stage("salt_pepper"), make_stage("brightness_contrast"),
                           make_stage("invert")});
  Sample sample = gray_sample(0);
  cv::Mat scratch(sample.image.size(), sample.image.type());
  const auto* first = sample.image.data;
  const auto* second = scratch.data;
  for (sample.index = 0; sample.index < 5; ++sample.index) {
    pipeline.run(sample, 1, scratch);
    EXPECT_TRUE(sample.image.data == first || sample.image.data == second);
  }
}

}  // namespace
}  // namespace glyphmill
