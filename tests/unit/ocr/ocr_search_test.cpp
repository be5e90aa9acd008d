// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ocr_search.h"

#include <gtest/gtest.h>

#include "support/easy_task.h"
#include "support/messages.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

using search::Point;
using search::Value;
using test::message_of;

Point point_of(const std::vector<std::pair<std::string, Value>>& values) {
  Point point;
  for (const auto& [name, value] : values) point.set(name, value);
  return point;
}

Value integer(std::int64_t value) { return value; }

TEST(ApplyPoint, ParametersAreFieldsOfModelAndTraining) {
  ModelOptions model;
  TrainingOptions training;
  apply_point(point_of({{"batch", integer(16)},
                        {"optimizer", std::string("AdamW")},
                        {"learning_rate", 0.003},
                        {"dropout", 0.25},
                        {"architecture", std::string("dense")}}),
              model, training);
  EXPECT_EQ(training.batch, 16U);
  EXPECT_EQ(training.optimizer, OptimizerKind::kAdamW);
  EXPECT_EQ(training.learning_rate, 0.003);
  EXPECT_EQ(model.blocks, Blocks::kDense);
  EXPECT_EQ(model.dropout, 0.25);
}

TEST(ApplyPoint, ChannelsGrowFromStageToStage) {
  ModelOptions model;
  TrainingOptions training;
  apply_point(point_of({{"conv_layers", integer(3)},
                        {"first_channels", integer(20)},
                        {"growth_2", 1.5},
                        {"growth_3", 2.0}}),
              model, training);
  EXPECT_EQ(model.channels, (std::vector<std::uint64_t>{20, 30, 60}));
  apply_point(point_of({{"conv_layers", integer(1)}, {"growth_1", 2.0}}), model, training);
  EXPECT_EQ(model.channels, (std::vector<std::uint64_t>{32}));
  EXPECT_EQ(model.stride_px, 2U) << "one stage halves the width once";
}

TEST(ApplyPoint, SizesAreListsAsFarAsTheyGo) {
  ModelOptions model;
  TrainingOptions training;
  apply_point(point_of({{"linear_1", integer(128)},
                        {"linear_2", integer(256)},
                        {"lstm_1", integer(64)},
                        {"lstm_layers", integer(2)}}),
              model, training);
  EXPECT_EQ(model.linear, (std::vector<std::uint64_t>{128, 256}));
  EXPECT_EQ(model.lstm, (std::vector<std::uint64_t>{64}));
  EXPECT_EQ(model.lstm_layers, 2U);
}

TEST(TrialSpace, WhatNoTrialCouldBeTrainedWithIsRefusedBeforeTheFirst) {
  const auto refused = [](const std::string& parameters) {
    const search::Plan plan = search::parse_plan("parameters: {" + parameters + "}", "space");
    return message_of([&] { check_trial_space(plan.space); }, ErrorCode::kInvalidArgument);
  };
  EXPECT_EQ(refused("learning_rat: {real: [1e-4, 1e-1]}"),
            "parameters.learning_rat: must be a size of the model or an option of its training. "
            "Got: 0.0001");
  EXPECT_EQ(refused("dropout: {real: [0, 1]}"),
            "parameters.dropout: must be between 0 and 0.9. Got: 1.0");
  EXPECT_EQ(
      refused("optimizer: [Adam, Adamm]"),
      "parameters.optimizer: must be one of adadelta, adagrad, adam, adamw, adamax, sgd. Got: "
      "adamm. Did you mean 'adam'?");
  EXPECT_EQ(refused("conv_layers: {integer: [1, 9]}"),
            "parameters.conv_layers: must be between 1 and 6. Got: 9");
  EXPECT_EQ(refused("conv_layers: {integer: [1, 3]}, growth_2: {real: [1, 2]}, batch: [16, 32]"),
            "");
}

TrialOptions quick_trials(const std::string& directory) {
  TrialOptions options;
  options.task = test::easy_task(20);
  options.models = directory + "/models";
  return options;
}

TEST(TrainTrial, TheScoreIsTheShareOfWrongCharactersAndNoModelIsLeft) {
  const test::TempDir dir;
  const TrialOptions options = quick_trials(dir.path());
  const search::Outcome outcome = train_trial({7, point_of({{"batch", integer(8)}})}, options);
  EXPECT_TRUE(outcome.is_complete());
  EXPECT_GE(outcome.value, 0);
  EXPECT_TRUE(boost::filesystem::is_empty(options.models));
}

TEST(TrainTrial, OneThatTakesTooLongHasFailed) {
  const test::TempDir dir;
  TrialOptions options = quick_trials(dir.path());
  options.task.options.steps = 1'000'000;
  options.timeout_minutes = 0.001;
  const search::Outcome outcome = train_trial({0, {}}, options);
  EXPECT_EQ(outcome.state, search::Outcome::State::kFailed);
  EXPECT_EQ(outcome.message, "took longer than 0.001 minutes");
  EXPECT_TRUE(boost::filesystem::is_empty(options.models));
}

TEST(TrainTrial, OneThatIsStoppedIsToBeTriedAgain) {
  const test::TempDir dir;
  TrialOptions options = quick_trials(dir.path());
  options.task.options.steps = 1'000'000;
  const std::atomic<bool> stop{true};
  options.stop = &stop;
  EXPECT_EQ(train_trial({0, {}}, options).state, search::Outcome::State::kInterrupted);
}

}  // namespace
}  // namespace glyphmill
