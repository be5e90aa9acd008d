// SPDX-License-Identifier: Apache-2.0
#include "ocr/model_files.h"

#include <gtest/gtest.h>

#include "support/messages.h"
#include "support/temp_dir.h"

namespace glyphmill::ocr {
namespace {

using test::message_of;

TEST(ModelFiles, ADescriptionIsReadBackAsItWasWritten) {
  for (const auto architecture :
       {Architecture::kTiny, Architecture::kSmall, Architecture::kCrnn, Architecture::kResidual,
        Architecture::kDense, Architecture::kConvolutional}) {
    ModelDescription model{model_options(architecture), {"0", "\"", "年"}};
    model.options.dropout = 0.1;
    const std::string yaml = to_yaml(model);
    EXPECT_EQ(to_yaml(parse_model(yaml, "model.yaml")), yaml);
    EXPECT_EQ(parse_model(yaml, "model.yaml").characters, model.characters);
  }
}

TEST(ModelFiles, TrainingOptionsAreReadBackAsTheyWereWritten) {
  TrainingOptions options;
  options.learning_rate = 0.1 + 0.2;
  options.steps = 17;
  options.optimizer = OptimizerKind::kSgd;
  const std::string yaml = to_yaml(options);
  EXPECT_EQ(to_yaml(parse_training(yaml, "training.yaml")), yaml);
  EXPECT_EQ(parse_training(yaml, "training.yaml").learning_rate, 0.1 + 0.2);
}

TEST(ModelFiles, WhatIsWrongWithADescriptionIsNamed) {
  EXPECT_EQ(message_of([] { parse_model("height: 1000\n", "m.yaml"); }, ErrorCode::kFormat),
            "m.yaml:1:9: height: must be between 16 and 256. Got: 1000");
  EXPECT_EQ(message_of([] { parse_model("hight: 32\n", "m.yaml"); }, ErrorCode::kFormat),
            "m.yaml:1:1: hight: unknown key, did you mean 'height'?");
  EXPECT_EQ(message_of([] { parse_model("kernel: 4\n", "m.yaml"); }, ErrorCode::kFormat),
            "m.yaml: model.kernel: must be odd. Got: 4");
}

TEST(ModelOptions, RulesAcrossFieldsAreChecked) {
  const auto broken = [](auto change) {
    ModelOptions options;
    change(options);
    return message_of([&] { validate(options); }, ErrorCode::kInvalidArgument);
  };
  EXPECT_EQ(broken([](ModelOptions& options) { options.channels = {}; }),
            "model.channels: must be 1 to 6 stages. Got: 0");
  EXPECT_EQ(broken([](ModelOptions& options) {
              options.lstm = {8, 8, 8, 8, 8};
            }),
            "model.lstm: must be at most 4 sizes. Got: 5");
  EXPECT_EQ(broken([](ModelOptions& options) { options.stride_px = 3; }),
            "model.stride_px: must be a power of 2. Got: 3");
  EXPECT_EQ(broken([](ModelOptions& options) {
              options.channels = {8};
              options.stride_px = 4;
            }),
            "model.stride_px: must be at most 2 to the power of the 1 stages. Got: 4");
  EXPECT_EQ(broken([](ModelOptions& options) {
              options.channels = {8, 8, 8, 8, 8, 8};
              options.height = 32;
            }),
            "model.height: must be at least 2 to the power of the 6 stages. Got: 32");
  EXPECT_EQ(broken([](ModelOptions& options) { options.channels = {0}; }),
            "model.channels: must be between 1 and 4096. Got: 0");
}

std::vector<Measurement> two_measurements() {
  return {{10, 320, 1.5, 0.002, 3.25, 2.5, 0, 1}, {20, 640, 3.125, 0.001, 0.5, 0.25, 0.75, 0.03}};
}

TEST(Metrics, AreReadBackAsTheyWereWritten) {
  const std::string csv = to_csv(two_measurements());
  EXPECT_EQ(
      csv,
      "step,samples,seconds,learning_rate,loss,validation_loss,accuracy,character_error_rate\n"
      "10,320,1.500,0.002,3.25,2.5,0,1\n"
      "20,640,3.125,0.001,0.5,0.25,0.75,0.03\n");
  EXPECT_EQ(to_csv(parse_csv(csv, "metrics.csv")), csv);
}

TEST(Metrics, DamagedLinesAreNamed) {
  const std::string csv = to_csv(two_measurements());
  EXPECT_EQ(message_of([&] { parse_csv(csv + "1,2\n", "m.csv"); }, ErrorCode::kFormat),
            "m.csv:4: must have 8 columns. Got: 2");
  EXPECT_EQ(
      message_of([&] { parse_csv("", "m.csv"); }, ErrorCode::kFormat).find("m.csv: must begin"),
      0U);
}

TEST(Metrics, TheCurveIsAPicture) {
  const test::TempDir dir;
  write_curve(two_measurements(), {}, dir.path() + "/curve.png");
  EXPECT_GT(boost::filesystem::file_size(dir.path() + "/curve.png"), 1000U);
}

TEST(OpenForModel, OnlyTheFilesOfAModelAreRemoved) {
  const test::TempDir dir;
  const std::string path = dir.path() + "/model";
  {
    const sinks::Directory directory = open_for_model(path, false);
    directory.replace(kModelFile, "");
    directory.replace(recipe_file(0), "");
    directory.replace(recipe_file(1), "");
  }
  EXPECT_EQ(message_of([&] { open_for_model(path, false); }, ErrorCode::kInvalidArgument),
            "output: " + path + " must be empty or absent. Got: model.yaml, ...");
  {
    const sinks::Directory directory = open_for_model(path, true);
    EXPECT_TRUE(directory.entries().empty());
    directory.replace("notes.txt", "mine");
    directory.replace(kWeightsFile, "");
  }
  EXPECT_EQ(message_of([&] { open_for_model(path, true); }, ErrorCode::kInvalidArgument),
            "output: " + path + " must be empty or absent. Got: notes.txt");
}

}  // namespace
}  // namespace glyphmill::ocr
