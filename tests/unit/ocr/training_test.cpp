// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "glyphmill/ctc.h"
#include "glyphmill/generator.h"
#include "ocr/model_files.h"
#include "support/easy_task.h"
#include "support/messages.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

using test::easy_task;
using test::message_of;

TrainingResult trained(const TrainingTask& task, const std::string& output, bool resume = false,
                       const std::atomic<bool>* stop = nullptr) {
  TrainingRun run;
  run.output = output;
  run.resume = resume;
  run.stop = stop;
  return train(task, run);
}

std::string bytes_of(const std::string& directory, const char* name) {
  return sinks::Directory(directory).read(name);
}

/// Of the columns all but the seconds.
std::vector<std::vector<double>> numbers_of(const std::string& directory) {
  std::vector<std::vector<double>> numbers;
  for (const ocr::Measurement& m :
       ocr::parse_csv(bytes_of(directory, ocr::kMetricsFile), "metrics.csv")) {
    numbers.push_back({static_cast<double>(m.step), m.learning_rate, m.loss, m.validation_loss,
                       m.accuracy, m.character_error_rate});
  }
  return numbers;
}

TEST(Training, AFewLabelsAreLearntToTheLast) {
  const test::TempDir dir;
  const TrainingTask task = easy_task(200);
  const TrainingResult result = trained(task, dir.path() + "/model");
  EXPECT_EQ(result.accuracy, 1);
  EXPECT_EQ(result.character_error_rate, 0);
  EXPECT_EQ(result.steps, 200U);

  // And the model that was written says so to those who load it.
  const Recognizer recognizer(dir.path() + "/model");
  EXPECT_EQ(recognizer.model().characters, (std::vector<std::string>{"1", "2"}));
  const Generator generator(task.streams.front().recipe);
  for (std::uint64_t k = 0; k < 4; ++k) {
    const Sample sample = generator.sample(k);
    const Frames frames = recognizer.recognize({sample.image}).front();
    const Decoded answer = decode({frames.log_probabilities.data(), frames.steps, frames.classes},
                                  recognizer.model().characters);
    EXPECT_EQ(answer.text, sample.label);
  }
}

TEST(Training, AHeadOfPositionsLearnsThemToo) {
  const test::TempDir dir;
  TrainingTask task = easy_task(200);
  task.model.head = Head::kPositions;
  task.model.positions = 4;
  task.model.stride_px = 2;
  EXPECT_EQ(trained(task, dir.path() + "/model").accuracy, 1);
}

TEST(Training, TheSameTaskHasTheSameLosses) {
  const test::TempDir dir;
  TrainingTask task = easy_task(30);
  task.options.validate_every = 10;
  task.model.dropout = 0.2;
  trained(task, dir.path() + "/a");
  trained(task, dir.path() + "/b");
  EXPECT_EQ(numbers_of(dir.path() + "/a"), numbers_of(dir.path() + "/b"));
  EXPECT_EQ(bytes_of(dir.path() + "/a", ocr::kWeightsFile),
            bytes_of(dir.path() + "/b", ocr::kWeightsFile));
  task.options.seed = 2;
  trained(task, dir.path() + "/c");
  EXPECT_NE(numbers_of(dir.path() + "/a"), numbers_of(dir.path() + "/c"));
}

TEST(Training, ResumedItEndsAsIfUninterrupted) {
  const test::TempDir dir;
  TrainingTask task = easy_task(40);
  task.options.validate_every = 2;
  task.model.dropout = 0.2;
  trained(task, dir.path() + "/whole");
  // Interrupted in the middle of an interval, once at once and once before the end.
  const std::string output = dir.path() + "/parts";
  std::atomic<bool> stop{false};
  TrainingRun run;
  run.output = output;
  run.stop = &stop;
  run.on_progress = [&stop](const TrainingProgress& progress) {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));  // after it every step reports
    if (progress.step >= 3) stop = true;
  };
  EXPECT_TRUE(train(task, run).interrupted);
  stop = true;
  EXPECT_TRUE(trained(task, output, true, &stop).interrupted);
  EXPECT_FALSE(trained(task, output, true).interrupted);
  EXPECT_EQ(numbers_of(output), numbers_of(dir.path() + "/whole"));
  EXPECT_EQ(bytes_of(output, ocr::kWeightsFile),
            bytes_of(dir.path() + "/whole", ocr::kWeightsFile));
}

// A training of 10 minutes took 10.4: the first steps, by which the others were planned, were
// faster.
TEST(Training, WhereTheTimeIsOverItEndsAndHasNothingToGoOnWith) {
  const test::TempDir dir;
  TrainingTask task = easy_task(1);
  task.options.steps.reset();
  task.options.minutes = 0.02;
  const std::string output = dir.path() + "/model";
  TrainingRun run;
  run.output = output;
  std::uint64_t expected = 0;
  run.on_progress = [&](const TrainingProgress& progress) {
    if (progress.steps == 0 || expected > 0) return;
    expected = std::min(progress.step + 1, progress.steps);
    std::this_thread::sleep_for(std::chrono::milliseconds(1300));  // longer than all the time
  };
  const TrainingResult result = train(task, run);
  EXPECT_EQ(result.steps, expected);
  EXPECT_EQ(numbers_of(output).back().front(), static_cast<double>(result.steps));
  const std::string metrics = bytes_of(output, ocr::kMetricsFile);
  EXPECT_EQ(trained(task, output, true).steps, result.steps);
  EXPECT_EQ(bytes_of(output, ocr::kMetricsFile), metrics);
}

TEST(Training, ALossThatIsNoNumberStopsAndTheLastCheckpointIsKept) {
  const test::TempDir dir;
  TrainingTask task = easy_task(60);
  task.options.validate_every = 5;
  task.options.warmup_steps = 0;
  task.options.clip_norm = 0;
  task.options.optimizer = OptimizerKind::kSgd;
  // Weights grow a hundredfold with each step.
  task.options.learning_rate = 100;
  task.options.weight_decay = 1;
  const std::string output = dir.path() + "/model";
  const std::string message = message_of([&] { trained(task, output); }, ErrorCode::kFormat);
  EXPECT_EQ(message.find("training: loss and weights must be numbers; a smaller learning_rate"), 0U)
      << message;
}

TEST(Training, AnotherTaskCannotGoOnWithIt) {
  const test::TempDir dir;
  const std::string output = dir.path() + "/model";
  TrainingTask task = easy_task(10);
  trained(task, output);
  task.options.batch = 4;
  EXPECT_EQ(message_of([&] { trained(task, output, true); }, ErrorCode::kInvalidArgument),
            "resume: must be of the options that the training began with, " + output +
                "/training.yaml. Got: 'batch: 4' in place of 'batch: 8'");
  task = easy_task(10);
  task.streams.front().recipe.seed = 9;
  EXPECT_EQ(message_of([&] { trained(task, output, true); }, ErrorCode::kInvalidArgument),
            "resume: must be of the options that the training began with, " + output +
                "/recipe-0.yaml. Got: 'seed: 9' in place of 'seed: 1'");
  task = easy_task(10);
  task.model.lstm = {20};
  EXPECT_EQ(message_of([&] { trained(task, output, true); }, ErrorCode::kInvalidArgument),
            "resume: must be of the options that the training began with, " + output +
                "/model.yaml. Got: 'lstm: [20]' in place of 'lstm: [16]'");
}

TEST(Training, WeightsOfAModelOfOtherSizesAreRefused) {
  const test::TempDir dir;
  trained(easy_task(10), dir.path() + "/model");
  TrainingTask task = easy_task(10);
  task.start_from = dir.path() + "/model";
  EXPECT_NO_THROW(trained(task, dir.path() + "/same"));
  task.model.lstm = {20};
  EXPECT_EQ(message_of([&] { trained(task, dir.path() + "/other"); }, ErrorCode::kInvalidArgument),
            "start_from: " + dir.path() +
                "/model/model.yaml must have the sizes and the characters of the model that is "
                "trained");
}

TEST(Training, ADirectoryThatIsNotEmptyIsRefused) {
  const test::TempDir dir;
  test::write_all(dir.path() + "/notes.txt", "mine");
  EXPECT_EQ(message_of([&] { trained(easy_task(10), dir.path()); }, ErrorCode::kInvalidArgument),
            "output: " + dir.path() + " must be empty or absent. Got: notes.txt");
}

}  // namespace
}  // namespace glyphmill
