// SPDX-License-Identifier: Apache-2.0
#include "ocr/network.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "glyphmill/ctc.h"
#include "glyphmill/error.h"
#include "glyphmill/random.h"
#include "ocr/checkpoint.h"
#include "support/messages.h"

namespace glyphmill::ocr {
namespace {

using test::message_of;

constexpr std::size_t kClasses = 5;

std::vector<ModelOptions> every_architecture() {
  std::vector<ModelOptions> all;
  for (const auto architecture :
       {Architecture::kTiny, Architecture::kSmall, Architecture::kCrnn, Architecture::kResidual,
        Architecture::kDense, Architecture::kConvolutional}) {
    all.push_back(model_options(architecture));
  }
  ModelOptions odd = model_options(Architecture::kTiny);
  odd.height = 27;
  odd.color = true;
  odd.stride_px = 8;
  odd.linear = {12, 9};
  odd.lstm_layers = 2;
  odd.dropout = 0.3;
  all.push_back(odd);
  return all;
}

Network network_of(const ModelOptions& options, std::uint64_t seed = 1) {
  torch::manual_seed(seed);
  return Network(options, kClasses);
}

LineImage noise(int width, const ModelOptions& options, std::uint64_t seed) {
  SampleRng rng({seed, 0, stage_id("test.noise")});
  const std::size_t planes = options.color ? 3 : 1;
  LineImage line;
  line.width = width;
  line.paper.assign(planes, 0.5F);
  line.pixels.resize(planes * options.height * static_cast<std::size_t>(width));
  for (float& value : line.pixels) value = static_cast<float>(rng.normal(0, 1));
  return line;
}

TEST(Network, SaysSomethingForEveryStepOfALine) {
  for (const ModelOptions& options : every_architecture()) {
    SCOPED_TRACE(static_cast<int>(options.architecture));
    Network network = network_of(options);
    const LineImage narrow = noise(41, options, 1);
    const LineImage wide = noise(96, options, 2);
    const std::vector<Frames> frames = frames_of(network, options, {&narrow, &wide});
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(frames[0].steps, steps_of(41, options));
    EXPECT_EQ(frames[1].steps, 96 / options.stride_px);
    for (const Frames& each : frames) {
      EXPECT_EQ(each.classes, kClasses);
      ASSERT_EQ(each.log_probabilities.size(), each.steps * kClasses);
      for (std::size_t step = 0; step < each.steps; ++step) {
        double sum = 0;
        for (std::size_t c = 0; c < kClasses; ++c) {
          sum += std::exp(each.log_probabilities[step * kClasses + c]);
        }
        EXPECT_NEAR(sum, 1, 1e-5);
      }
    }
  }
}

TEST(Network, APositionsHeadAnswersEachPosition) {
  ModelOptions options = model_options(Architecture::kTiny);
  options.head = Head::kPositions;
  options.positions = 7;
  Network network = network_of(options);
  const LineImage line = noise(80, options, 1);
  const std::vector<Frames> frames = frames_of(network, options, {&line});
  EXPECT_EQ(frames[0].steps, 7U);
  EXPECT_EQ(frames[0].log_probabilities.size(), 7 * kClasses);
}

TEST(Network, AnAnswerDoesNotDependOnTheOtherLines) {
  const ModelOptions options = model_options(Architecture::kTiny);
  Network network = network_of(options);
  const LineImage a = noise(64, options, 1);
  const LineImage b = noise(64, options, 2);
  const LineImage c = noise(200, options, 3);
  const Frames alone = frames_of(network, options, {&a})[0];
  const Frames among = frames_of(network, options, {&c, &b, &a})[2];
  ASSERT_EQ(alone.log_probabilities.size(), among.log_probabilities.size());
  for (std::size_t i = 0; i < alone.log_probabilities.size(); ++i) {
    EXPECT_NEAR(alone.log_probabilities[i], among.log_probabilities[i], 1e-4);
  }
}

TEST(Network, WeightsAreReadBackBitForBit) {
  for (const ModelOptions& options : every_architecture()) {
    const Network written = network_of(options, 1);
    Network read = network_of(options, 2);
    const std::string bytes = weights_bytes(written);
    load_weights(read, bytes, "weights.pt");
    EXPECT_EQ(weights_bytes(read), bytes);
  }
}

TEST(Network, OtherWeightsAreRefused) {
  const std::string bytes = weights_bytes(network_of(model_options(Architecture::kTiny)));
  Network network = network_of(model_options(Architecture::kSmall));
  for (const std::string& wrong :
       {bytes, std::string("no archive"), std::string(), bytes.substr(0, bytes.size() / 2)}) {
    const std::string message =
        message_of([&] { load_weights(network, wrong, "m/weights.pt"); }, ErrorCode::kFormat);
    EXPECT_EQ(message.find("m/weights.pt: "), 0U) << message;
  }
}

/// The loss that trains is the sum over alignments that recognition computes, which is tested
/// against all alignments one by one.
TEST(CtcLoss, IsTheLikelihoodOfTheLabel) {
  constexpr std::int64_t kSteps = 7;
  torch::manual_seed(5);
  const torch::Tensor log_probabilities =
      torch::log_softmax(torch::randn({kSteps, 3, static_cast<std::int64_t>(kClasses)}), 2);
  const std::vector<std::vector<std::uint32_t>> labels{{1}, {2, 2, 1}, {4, 3, 1, 1}};
  for (std::size_t line = 0; line < labels.size(); ++line) {
    const torch::Tensor own =
        log_probabilities.select(1, static_cast<std::int64_t>(line)).contiguous();
    const std::vector<std::int64_t> classes(labels[line].begin(), labels[line].end());
    const double loss = torch::ctc_loss(own.unsqueeze(1), torch::tensor(classes, torch::kInt64),
                                        torch::tensor({kSteps}),
                                        torch::tensor({static_cast<std::int64_t>(classes.size())}),
                                        0, at::Reduction::Sum)
                            .item<double>();
    EXPECT_NEAR(-loss, ctc_log_likelihood({own.data_ptr<float>(), kSteps, kClasses}, labels[line]),
                1e-4);
  }
}

TEST(Checkpoint, EverythingIsReadBack) {
  const ModelOptions options = model_options(Architecture::kTiny);
  const Network network = network_of(options, 1);
  Optimizer optimizer(OptimizerKind::kAdam, 0, network->parameter_count());
  optimizer.state().steps = 12;
  optimizer.state().first[3] = 0.5F;
  optimizer.state().second.back() = 0.25F;
  TrainingState state;
  state.step = 40;
  state.best_loss = 0.125;
  state.recent_loss = 1.0 / 3;
  const std::string bytes = checkpoint_bytes(network, optimizer, nullptr, state);

  Network other = network_of(options, 2);
  Optimizer restored(OptimizerKind::kAdam, 0, network->parameter_count());
  TrainingState found;
  load_checkpoint(bytes, "checkpoint.pt", other, restored, nullptr, found);
  EXPECT_EQ(weights_bytes(other), weights_bytes(network));
  EXPECT_EQ(restored.state().steps, 12U);
  EXPECT_EQ(restored.state().first, optimizer.state().first);
  EXPECT_EQ(restored.state().second, optimizer.state().second);
  EXPECT_EQ(found.step, 40U);
  EXPECT_EQ(found.best_loss, 0.125);
  EXPECT_EQ(found.recent_loss, 1.0 / 3);
  EXPECT_EQ(checkpoint_bytes(other, restored, nullptr, found), bytes);
}

TEST(Checkpoint, OneOfAnotherTrainingIsRefused) {
  const ModelOptions options = model_options(Architecture::kTiny);
  Network network = network_of(options);
  Optimizer sgd(OptimizerKind::kSgd, 0, network->parameter_count());
  Optimizer adam(OptimizerKind::kAdam, 0, network->parameter_count());
  TrainingState state;
  const std::string bytes = checkpoint_bytes(network, sgd, nullptr, state);
  for (const std::string& wrong : {bytes, bytes.substr(0, 1000), std::string("x")}) {
    const std::string message = message_of(
        [&] { load_checkpoint(wrong, "m/checkpoint.pt", network, adam, nullptr, state); },
        ErrorCode::kFormat);
    EXPECT_EQ(message.find("m/checkpoint.pt: "), 0U) << message;
  }
}

}  // namespace
}  // namespace glyphmill::ocr
