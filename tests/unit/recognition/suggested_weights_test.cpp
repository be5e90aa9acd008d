// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <functional>

#include "glyphmill/random.h"
#include "glyphmill/recognition.h"
#include "support/messages.h"
#include "unit/recognition/random_outputs.h"

namespace glyphmill {
namespace {

const std::string kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Reads character `place` of `truth`.
using Reader = std::function<std::string(const std::string& truth, std::size_t place, SampleRng&)>;

RecognitionReport simulated(std::uint64_t samples, const Reader& read) {
  RecognitionStatistics statistics(letters(kAlphabet));
  SampleRng rng({11, 0, stage_id("recogniser")});
  for (std::uint64_t i = 0; i < samples; ++i) {
    std::string truth;
    for (int k = 0; k < 8; ++k) {
      truth += kAlphabet[static_cast<std::size_t>(rng.uniform_int(0, 35))];
    }
    std::string answer;
    for (std::size_t k = 0; k < truth.size(); ++k) answer += read(truth, k, rng);
    statistics.add(truth, answer, 0.9, i);
  }
  return statistics.report();
}

std::string any(SampleRng& rng) {
  return {kAlphabet[static_cast<std::size_t>(rng.uniform_int(0, 35))]};
}

TEST(SuggestedWeights, RaiseWhatIsConfused) {
  const auto report = simulated(5000, [](const std::string& truth, std::size_t k, SampleRng& rng) {
    if (rng.bernoulli(0.005)) return any(rng);
    if (truth[k] == '0' && rng.bernoulli(0.3)) return std::string("O");
    if (truth[k] == 'O' && rng.bernoulli(0.3)) return std::string("0");
    return truth.substr(k, 1);
  });
  const LabelWeights weights = suggested_weights(report);
  ASSERT_EQ(weights.characters.size(), 2U);
  EXPECT_GT(weights.characters.at("0"), 2.5);
  EXPECT_GT(weights.characters.at("O"), 2.5);
  ASSERT_EQ(weights.pairs.size(), 2U);
  EXPECT_GT(weights.pairs.at("0O"), 2);
  EXPECT_EQ(weights.pairs.at("0O"), weights.pairs.at("O0"));
  EXPECT_EQ(weights.repeats, 1);
  EXPECT_TRUE(weights.positions.empty());
  for (const double most : {1.0, 2.0}) {
    WeightOptions options;
    options.most = most;
    for (const auto& [character, weight] : suggested_weights(report, options).characters) {
      EXPECT_LE(weight, most) << character;
    }
  }
  WeightOptions strong;
  strong.strength = 0;
  EXPECT_TRUE(suggested_weights(report, strong).empty());
}

TEST(SuggestedWeights, LeaveTheNoiseOfASmallEvaluation) {
  const auto report = simulated(200, [](const std::string& truth, std::size_t k, SampleRng& rng) {
    return rng.bernoulli(0.02) ? any(rng) : truth.substr(k, 1);
  });
  ASSERT_GT(report.substituted, 10U);
  const LabelWeights weights = suggested_weights(report);
  for (const auto& [character, weight] : weights.characters) EXPECT_LT(weight, 1.2) << character;
  for (const auto& [pair, weight] : weights.pairs) EXPECT_LT(weight, 1.2) << pair;
  for (const auto& [place, found] : weights.positions) {
    for (const auto& [character, weight] : found) EXPECT_LT(weight, 1.2) << place << character;
  }
  EXPECT_EQ(weights.repeats, 1);
}

TEST(SuggestedWeights, RaiseRepeats) {
  const auto report = simulated(5000, [](const std::string& truth, std::size_t k, SampleRng& rng) {
    const bool repeats = k > 0 && truth[k] == truth[k - 1];
    if (repeats && rng.bernoulli(0.4)) return std::string();
    return rng.bernoulli(0.005) ? any(rng) : truth.substr(k, 1);
  });
  EXPECT_GT(suggested_weights(report).repeats, 2);
}

TEST(SuggestedWeights, RaiseWhatIsMisreadAtAPlace) {
  const auto report = simulated(5000, [](const std::string& truth, std::size_t k, SampleRng& rng) {
    if (k == 2 && truth[k] == '8' && rng.bernoulli(0.7)) return std::string("B");
    return rng.bernoulli(0.005) ? any(rng) : truth.substr(k, 1);
  });
  const LabelWeights weights = suggested_weights(report);
  ASSERT_EQ(weights.positions.size(), 1U);
  ASSERT_EQ(weights.positions.count(3), 1U);
  ASSERT_EQ(weights.positions.at(3).size(), 1U);
  EXPECT_GT(weights.positions.at(3).at("8"), 1.5);
}

TEST(SuggestedWeights, OfNothingAreEven) {
  EXPECT_TRUE(suggested_weights(RecognitionStatistics(letters("01")).report()).empty());
  EXPECT_TRUE(suggested_weights(RecognitionStatistics({}).report()).empty());
}

TEST(SuggestedWeights, RefuseByName) {
  const RecognitionReport report = RecognitionStatistics(letters("01")).report();
  WeightOptions options;
  options.prior_errors = 0;
  EXPECT_EQ(test::message_of([&] { suggested_weights(report, options); }),
            "prior_errors: must be above 0. Got: 0");
  options = {};
  options.most = 0.5;
  EXPECT_EQ(test::message_of([&] { suggested_weights(report, options); }),
            "most: must be between 1 and 1000. Got: 0.5");
}

}  // namespace
}  // namespace glyphmill
