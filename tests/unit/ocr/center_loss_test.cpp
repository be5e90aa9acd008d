// SPDX-License-Identifier: Apache-2.0
#include "ocr/center_loss.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "glyphmill/training.h"
#include "ocr/center_distances.h"
#include "support/easy_task.h"
#include "support/messages.h"
#include "support/temp_dir.h"

namespace glyphmill::ocr {
namespace {

using test::message_of;
using Labels = std::vector<std::vector<int>>;

constexpr std::int64_t kClasses = 4;
constexpr std::int64_t kFeatures = 3;

/// Lines whose most probable classes are `paths`, all of one length, with random features.
NetworkOutput output_of(const Labels& paths) {
  const auto steps = static_cast<std::int64_t>(paths.front().size());
  torch::Tensor values = torch::zeros({steps, static_cast<std::int64_t>(paths.size()), kClasses});
  for (std::size_t i = 0; i < paths.size(); ++i) {
    for (std::size_t step = 0; step < paths[i].size(); ++step) {
      values[static_cast<std::int64_t>(step)][static_cast<std::int64_t>(i)][paths[i][step]] = 3;
    }
  }
  torch::manual_seed(3);
  return {torch::log_softmax(values, 2),
          torch::randn({steps, static_cast<std::int64_t>(paths.size()), kFeatures})};
}

Centers some_centers() {
  Centers centers(kClasses, kFeatures);
  const std::vector<float> rows{1, 0, 0, 0, 1, 0.5F, -1, 2, 0};
  centers.follow(rows.data(), {1, 2, 3}, 1);
  return centers;
}

TEST(CenterLoss, ReachesTheFeaturesOfItsFramesAlone) {
  const Centers centers = some_centers();
  NetworkOutput output = output_of({{1, 0, 2, 2}, {3, 0, 0, 1}});
  output.features.requires_grad_();
  const Labels labels{{1, 2}, {3, 2}};  // of the second line, the last frame says another one
  const auto loss = [&] { return center_loss(labelled_features(output, {4, 4}, labels), centers); };
  loss().backward();
  const torch::Tensor gradient = output.features.grad().clone();
  constexpr float kStep = 1e-2F;
  const torch::NoGradGuard without_gradients;
  for (std::int64_t step = 0; step < 4; ++step) {
    for (std::int64_t line = 0; line < 2; ++line) {
      for (std::int64_t k = 0; k < kFeatures; ++k) {
        torch::Tensor value = output.features[step][line][k];
        value += kStep;
        const double above = loss().item<double>();
        value -= 2 * kStep;
        const double below = loss().item<double>();
        value += kStep;
        EXPECT_NEAR(gradient[step][line][k].item<double>(), (above - below) / (2 * kStep), 1e-3)
            << step << ' ' << line << ' ' << k;
      }
    }
  }
  const auto length = [&](std::int64_t step, std::int64_t line) {
    return gradient[step][line].norm().item<double>();
  };
  EXPECT_GT(length(0, 0), 0);
  EXPECT_EQ(length(1, 0), 0);  // a blank
  EXPECT_GT(length(2, 0) + length(3, 0), 0);
  EXPECT_EQ(length(3, 0), 0);  // the same character again
  EXPECT_GT(length(0, 1), 0);
  EXPECT_EQ(length(3, 1), 0);  // misread
}

TEST(CenterLoss, DoesNotDependOnTheSizeOfTheBatch) {
  const Centers centers = some_centers();
  const NetworkOutput once = output_of({{1, 0, 2}, {3, 3, 0}});
  const NetworkOutput twice{torch::cat({once.log_probabilities, once.log_probabilities}, 1),
                            torch::cat({once.features, once.features}, 1)};
  const Labels labels{{1, 2}, {3}};
  const Labels doubled{{1, 2}, {3}, {1, 2}, {3}};
  const double loss = center_loss(labelled_features(once, {3, 3}, labels), centers).item<double>();
  EXPECT_GT(loss, 0);
  EXPECT_NEAR(center_loss(labelled_features(twice, {3, 3, 3, 3}, doubled), centers).item<double>(),
              loss, 1e-6);
}

TEST(CenterLoss, PaddingIsNotLookedAt) {
  const NetworkOutput output = output_of({{1, 0, 2, 3}});
  EXPECT_EQ(labelled_features(output, {3}, {{1, 2, 3}}).characters,
            (std::vector<std::uint32_t>{1, 2}));
}

/// The trap of the plain method, which compares lengths alone.
TEST(CenterLoss, AWrongAnswerOfTheRightLengthMovesNoCenter) {
  Centers centers = some_centers();
  const Centers before = centers;
  const NetworkOutput output = output_of({{2, 0, 3, 0, 2}});
  const LabelledFeatures features = labelled_features(output, {5}, {{1, 2, 3}});
  // Shifted by one: the alignment finds the 2 and the 3 in their frames.
  EXPECT_EQ(features.characters, (std::vector<std::uint32_t>{2, 3}));
  EXPECT_TRUE(torch::equal(features.rows[0], output.features[0][0]));
  EXPECT_TRUE(torch::equal(features.rows[1], output.features[2][0]));
  const LabelledFeatures none = labelled_features(output, {5}, {{1, 1, 1}});
  EXPECT_TRUE(none.characters.empty());
  follow(none, 0.5, centers);
  EXPECT_EQ(centers.state().values, before.state().values);
  EXPECT_EQ(center_loss(none, centers).item<double>(), 0);
}

TEST(CenterLoss, ACharacterWithoutACenterAddsNothing) {
  Centers centers(kClasses, kFeatures);
  const LabelledFeatures features = labelled_features(output_of({{1, 0, 2}}), {3}, {{1, 2}});
  EXPECT_EQ(center_loss(features, centers).item<double>(), 0);
  follow(features, 0.05, centers);
  EXPECT_TRUE(centers.has(1));
  EXPECT_FALSE(centers.has(3));
  EXPECT_NEAR(center_loss(features, centers).item<double>(), 0, 1e-6);  // each its own center
}

TEST(CenterLoss, CentersAreReadBackBitForBit) {
  const Centers centers = some_centers();
  const std::string bytes = centers_bytes(centers);
  Centers read(kClasses, kFeatures);
  load_centers(read, bytes, "centers.pt");
  EXPECT_EQ(read.state().values, centers.state().values);
  EXPECT_EQ(read.state().seen, centers.state().seen);
  Centers other(kClasses + 1, kFeatures);
  EXPECT_EQ(message_of([&] { load_centers(other, bytes, "m/centers.pt"); }, ErrorCode::kFormat),
            "m/centers.pt: must be the centers of the network that model.yaml describes. Got: "
            "centers must be 15 values. Got: 12");
  EXPECT_NE(message_of([&] { load_centers(read, bytes.substr(0, 200), "m"); }, ErrorCode::kFormat),
            "");
}

/// Two classes that differ little and vary much in what does not matter, through a small network
/// whose last layer sees two features. Gives how far features are from their center, as a share of
/// the distance of the two centers.
double spread_of_a_toy(double weight, std::uint64_t seed) {
  torch::manual_seed(seed);
  torch::nn::Linear body(2, 2);
  body->weight.set_data(torch::eye(2));  // begins with what does not matter in full view
  torch::nn::Linear last(2, 3);
  std::vector<torch::Tensor> parameters = body->parameters();
  for (const torch::Tensor& parameter : last->parameters()) parameters.push_back(parameter);
  torch::optim::SGD optimizer(parameters, 0.1);
  constexpr std::int64_t kEach = 32;
  const torch::Tensor classes = torch::cat({torch::ones(kEach), 2 * torch::ones(kEach)});
  Centers centers(3, 2);
  LabelledFeatures features;
  features.characters.assign(kEach, 1);
  features.characters.resize(2 * kEach, 2);
  for (int step = 0; step < 400; ++step) {
    const torch::Tensor noise = torch::randn({2 * kEach, 2}) * torch::tensor({{0.3F, 2.0F}});
    const torch::Tensor offset = (classes.unsqueeze(1) - 1.5) * torch::tensor({{1.0F, 0.0F}});
    features.rows = body->forward(noise + offset);
    torch::Tensor loss = torch::nn::functional::cross_entropy(last->forward(features.rows),
                                                              classes.to(torch::kInt64));
    if (weight > 0) loss = loss + weight * center_loss(features, centers);
    follow(features, 0.5, centers);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  }
  const torch::Tensor rows = features.rows.detach().contiguous();
  double own = 0;
  for (std::size_t i = 0; i < features.characters.size(); ++i) {
    own += distance(rows.data_ptr<float>() + 2 * i, centers.of(features.characters[i]), 2);
  }
  return own / static_cast<double>(features.characters.size()) /
         distance(centers.of(1), centers.of(2), 2);
}

TEST(CenterLoss, SeparatesTwoClassesThatLookAlike) {
  double without = 0;
  double with = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    without += spread_of_a_toy(0, seed);
    with += spread_of_a_toy(0.1, seed);
  }
  EXPECT_LT(with, 0.7 * without);
}

TrainingTask task_of(std::uint64_t steps) {
  TrainingTask task = test::easy_task(steps);
  task.options.validate_every = 10;
  task.options.center_loss = 0.01;
  return task;
}

TrainingRun run_in(const std::string& output) {
  TrainingRun run;
  run.output = output;
  return run;
}

TEST(CenterLossTraining, MeasuresDistancesAndKeepsTheCentersOfTheBestWeights) {
  const test::TempDir dir;
  const TrainingResult result = train(task_of(150), run_in(dir.path("model")));
  EXPECT_EQ(result.accuracy, 1);
  ASSERT_TRUE(result.centers.has_value());
  EXPECT_EQ(result.centers->step, result.best_step);
  EXPECT_GT(result.centers->frames, 0U);
  EXPECT_LT(result.centers->own.mean, result.centers->rival.mean);
  const auto lines = parse_distances(test::read_all(dir.path("model/centers.csv")), "centers.csv");
  EXPECT_EQ(lines.size(), 15U);
  EXPECT_EQ(lines.back().step, 150U);

  // They are a start as well as the weights are; without center loss nobody needs them.
  TrainingTask task = task_of(1);
  task.start_from = dir.path("model");
  task.options.center_rate = 0;
  train(task, run_in(dir.path("next")));
  EXPECT_EQ(test::read_all(dir.path("next/centers.pt")),
            test::read_all(dir.path("model/centers.pt")));
  task.options.center_loss = 0;
  EXPECT_FALSE(train(task, run_in(dir.path("plain"))).centers.has_value());
  EXPECT_EQ(test::tree_of(dir.path("plain")).count("centers.pt"), 0U);

  // Also of the directory that it is to replace.
  TrainingRun over = run_in(dir.path("model"));
  over.overwrite = true;
  train(task, over);
  EXPECT_EQ(test::tree_of(dir.path("model")).count("centers.csv"), 0U);
}

TEST(CenterLossTraining, ResumedItEndsAsIfUninterrupted) {
  const test::TempDir dir;
  TrainingTask task = task_of(100);
  task.options.validate_every = 5;
  train(task, run_in(dir.path("whole")));
  std::atomic<bool> stop{false};
  TrainingRun run = run_in(dir.path("parts"));
  run.stop = &stop;
  run.on_progress = [&stop](const TrainingProgress& progress) {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));  // after it every step reports
    if (progress.step >= 7) stop = true;
  };
  EXPECT_TRUE(train(task, run).interrupted);
  run.resume = true;
  EXPECT_TRUE(train(task, run).interrupted);  // at once
  run.stop = nullptr;
  run.on_progress = {};
  EXPECT_FALSE(train(task, run).interrupted);
  for (const char* file : {"/centers.pt", "/centers.csv", "/weights.pt"}) {
    EXPECT_EQ(test::read_all(dir.path("parts") + file), test::read_all(dir.path("whole") + file))
        << file;
  }
}

TEST(CenterLossTraining, NeedsFeaturesOfEachStep) {
  const test::TempDir dir;
  TrainingTask task = task_of(5);
  task.model.head = Head::kPositions;
  EXPECT_EQ(
      message_of([&] { train(task, run_in(dir.path("model"))); }, ErrorCode::kInvalidArgument),
      "training.center_loss: must be 0 unless model.head is ctc. Got: 0.01");
}

}  // namespace
}  // namespace glyphmill::ocr
