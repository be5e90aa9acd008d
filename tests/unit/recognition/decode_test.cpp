// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <regex>

#include "glyphmill/ctc.h"
#include "glyphmill/error.h"
#include "support/messages.h"
#include "unit/recognition/random_outputs.h"

namespace glyphmill {
namespace {

using test::message_of;

using Classes = std::vector<std::uint32_t>;

constexpr double kImpossible = -std::numeric_limits<double>::infinity();

Classes collapsed(OutputKind kind, const Classes& path) {
  Classes text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool repeats = kind == OutputKind::kCtc && i > 0 && path[i] == path[i - 1];
    if (path[i] != 0 && !repeats) text.push_back(path[i]);
  }
  return text;
}

/// The probability of every text, by going through every path.
std::map<Classes, double> all_texts(OutputKind kind, const LogProbabilities& outputs) {
  std::map<Classes, double> texts;
  Classes path(outputs.steps, 0);
  for (;;) {
    double log_p = 0;
    for (std::size_t i = 0; i < path.size(); ++i) {
      log_p += static_cast<double>(outputs.row(i)[path[i]]);
    }
    texts[collapsed(kind, path)] += std::exp(log_p);
    std::size_t i = 0;
    while (i < path.size() && ++path[i] == outputs.classes) path[i++] = 0;
    if (i == path.size()) return texts;
  }
}

template <class Accepts>
Classes best_of(const std::map<Classes, double>& texts, const Accepts& accepts) {
  Classes best;
  double most = -1;
  for (const auto& [classes, p] : texts) {
    if (p <= most || !accepts(classes)) continue;
    most = p;
    best = classes;
  }
  return best;
}

struct Case {
  OutputKind kind;
  std::size_t steps;
  std::string alphabet;
};

const std::vector<Case> kCases = {
    {OutputKind::kCtc, 1, "01"},       {OutputKind::kCtc, 4, "01"},
    {OutputKind::kCtc, 6, "01"},       {OutputKind::kCtc, 6, "012"},
    {OutputKind::kPositions, 1, "01"}, {OutputKind::kPositions, 5, "012"},
};

template <class Check>
void for_each_case(const Check& check) {
  for (std::size_t i = 0; i < kCases.size(); ++i) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      SCOPED_TRACE(testing::Message() << "case " << i << ", seed " << seed);
      const Case& each = kCases[i];
      // From hardly any preference to clear ones.
      const double contrast = 0.3 + 0.5 * static_cast<double>(seed);
      check(each, RandomOutputs(each.steps, each.alphabet.size() + 1, seed, contrast));
    }
  }
}

TEST(Likelihood, IsTheSumOverAllPaths) {
  for_each_case([](const Case& each, const RandomOutputs& outputs) {
    double sum = 0;
    for (const auto& [classes, p] : all_texts(each.kind, outputs.view())) {
      ASSERT_NEAR(log_likelihood(each.kind, outputs.view(), classes), std::log(p), 1e-9);
      sum += std::exp(log_likelihood(each.kind, outputs.view(), classes));
    }
    EXPECT_NEAR(sum, 1, 1e-5);
  });
}

TEST(Likelihood, OfWhatCannotBeIsZero) {
  const RandomOutputs outputs(3, 3, 1);
  EXPECT_EQ(ctc_log_likelihood(outputs.view(), {1, 1, 2}), kImpossible) << "needs 4 frames";
  EXPECT_GT(ctc_log_likelihood(outputs.view(), {1, 2, 1}), kImpossible);
  EXPECT_EQ(ctc_log_likelihood(outputs.view(), {1, 2, 1, 2}), kImpossible);
  EXPECT_EQ(log_likelihood(OutputKind::kPositions, outputs.view(), {1, 2, 1, 2}), kImpossible);
  EXPECT_EQ(ctc_log_likelihood({nullptr, 0, 3}, {}), 0);
  EXPECT_EQ(ctc_log_likelihood({nullptr, 0, 3}, {1}), kImpossible);
}

TEST(Likelihood, SurvivesVerySmallProbabilities) {
  const std::vector<float> values(400, -1000.0F);
  EXPECT_NEAR(ctc_log_likelihood({values.data(), 200, 2}, {1, 1}), -200000 + std::log(6.5e7), 1);
}

TEST(Likelihood, NeededSteps) {
  EXPECT_EQ(ctc_needed_steps(""), 0U);
  EXPECT_EQ(ctc_needed_steps("0123"), 4U);
  EXPECT_EQ(ctc_needed_steps("1001110"), 10U);
  EXPECT_EQ(ctc_needed_steps("年年月"), 4U);
}

TEST(Decode, UnboundedBeamFindsTheBestTexts) {
  for_each_case([](const Case& each, const RandomOutputs& outputs) {
    const auto texts = all_texts(each.kind, outputs.view());
    DecodeOptions options;
    options.outputs = each.kind;
    options.width = kUnboundedWidth;
    const auto alphabet = letters(each.alphabet);
    const auto found = decode_several(outputs.view(), alphabet, texts.size() + 5, options);
    ASSERT_EQ(found.size(), texts.size());
    EXPECT_EQ(found.front().text,
              text_of(best_of(texts, [](const Classes&) { return true; }), alphabet));
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto known = texts.find(classes_of(found[i].text, alphabet));
      ASSERT_NE(known, texts.end());
      EXPECT_NEAR(found[i].log_probability, std::log(known->second), 1e-9);
      EXPECT_LE(found[i].log_probability, i == 0 ? 0 : found[i - 1].log_probability);
      EXPECT_TRUE(found[i].accepted);
    }
  });
}

TEST(Decode, ConstrainedBeamFindsTheBestAcceptedText) {
  for (const char* pattern : {"[01]{2}", "0?1{1,3}", "(00|11|010)", "1{2}|0", "0{1,3}1"}) {
    const std::regex rule(pattern);
    for_each_case([&](const Case& each, const RandomOutputs& outputs) {
      const auto alphabet = letters(each.alphabet);
      const auto texts = all_texts(each.kind, outputs.view());
      const auto accepts = [&](const Classes& classes) {
        return std::regex_match(text_of(classes, alphabet), rule);
      };
      const Classes best = best_of(texts, accepts);
      DecodeOptions options;
      options.outputs = each.kind;
      options.constraint = Constraint::pattern(pattern, alphabet);
      for (const std::size_t width : {kUnboundedWidth, std::size_t{1}, std::size_t{3}}) {
        options.width = width;
        const Decoded found = decode(outputs.view(), alphabet, options);
        EXPECT_EQ(found.accepted, accepts(best)) << pattern << " width " << width;
        if (!found.accepted) continue;
        EXPECT_TRUE(std::regex_match(found.text, rule)) << pattern << " gave " << found.text;
        const bool is_best = found.text == text_of(best, alphabet);
        EXPECT_TRUE(is_best || width != kUnboundedWidth) << pattern << " gave " << found.text;
      }
    });
  }
}

TEST(Decode, NarrowBeamsFindAcceptedTextsWheneverThereAreFramesEnough) {
  const auto alphabet = letters("0123456789");
  DecodeOptions options;
  options.width = 1;
  options.constraint = Constraint::pattern(R"(\d11\d22(\d|00000))", alphabet);
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    for (const std::size_t steps : {9U, 10U, 20U}) {
      const RandomOutputs outputs(steps, 11, seed, 6);
      const Decoded found = decode(outputs.view(), alphabet, options);
      EXPECT_TRUE(found.accepted) << steps << " steps, seed " << seed;
      EXPECT_TRUE(options.constraint.accepts(found.text)) << found.text;
    }
  }
  const RandomOutputs outputs(8, 11, 1);
  const Decoded free = decode(outputs.view(), alphabet, {});
  const Decoded found = decode(outputs.view(), alphabet, options);
  EXPECT_FALSE(found.accepted);
  options.constraint = {};
  EXPECT_EQ(found.text, decode(outputs.view(), alphabet, options).text);
  EXPECT_TRUE(free.accepted);
}

/// What seems best leads to a step where it is impossible.
TEST(Decode, ImpossibleClassesMakeTheBeamWiden) {
  const auto alphabet = letters("0123456789AB");
  RandomOutputs outputs(3, 13, 1);
  for (float& value : outputs.values) value = -std::numeric_limits<float>::infinity();
  for (std::size_t c = 1; c <= 11; ++c)
    outputs.values[c] = static_cast<float>(-2 - 0.1 * double(c));
  outputs.values[13] = 0;       // a blank
  outputs.values[26 + 12] = 0;  // B
  DecodeOptions options;
  options.width = 1;
  options.constraint = Constraint::pattern("[0-9]0|AB", alphabet);
  const Decoded found = decode(outputs.view(), alphabet, options);
  EXPECT_EQ(found.text, "AB");
  EXPECT_TRUE(found.accepted);
  options.constraint = Constraint::pattern("[0-9]0", alphabet);
  EXPECT_FALSE(decode(outputs.view(), alphabet, options).accepted);
}

TEST(Decode, GreedyIsTheBestPath) {
  for_each_case([](const Case& each, const RandomOutputs& outputs) {
    Classes path;
    for (std::size_t step = 0; step < outputs.steps; ++step) {
      const float* const row = outputs.view().row(step);
      path.push_back(
          static_cast<std::uint32_t>(std::max_element(row, row + outputs.classes) - row));
    }
    DecodeOptions options;
    options.outputs = each.kind;
    options.search = Search::kGreedy;
    const auto alphabet = letters(each.alphabet);
    const Decoded found = decode(outputs.view(), alphabet, options);
    EXPECT_EQ(found.text, text_of(collapsed(each.kind, path), alphabet));
    for (const DecodedCharacter& character : found.characters) {
      EXPECT_EQ(path[character.step], character.number) << "what it says on its best path";
    }
  });
}

TEST(Decode, CharactersHaveTheirSteps) {
  // Frames: - 1 1 - 1 2, the second surer of the first 1.
  const std::vector<float> p = {.9F, .05F, .05F, .2F, .7F, .1F, .05F, .9F, .05F,
                                .9F, .05F, .05F, .1F, .8F, .1F, .1F,  .1F, .8F};
  std::vector<float> values;
  for (const float each : p) values.push_back(std::log(each));
  for (const Search search : {Search::kGreedy, Search::kBeam}) {
    DecodeOptions options;
    options.search = search;
    const Decoded found = decode({values.data(), 6, 3}, letters("12"), options);
    EXPECT_EQ(found.text, "112");
    ASSERT_EQ(found.characters.size(), 3U);
    EXPECT_EQ(found.characters[0].step, 2U);
    EXPECT_NEAR(found.characters[0].probability, 0.9, 1e-6);
    EXPECT_EQ(found.characters[1].step, 4U);
    EXPECT_EQ(found.characters[2].step, 5U);
    EXPECT_EQ(found.characters[2].number, 2U);
    EXPECT_NEAR(found.confidence(), std::exp(ctc_log_likelihood({values.data(), 6, 3}, {1, 1, 2})),
                1e-12);
  }
}

TEST(Decode, NoStepsSayNothing) {
  const Decoded found = decode({nullptr, 0, 3}, letters("12"), {});
  EXPECT_EQ(found.text, "");
  EXPECT_EQ(found.confidence(), 1);
  DecodeOptions options;
  options.constraint = Constraint::pattern("1", letters("12"));
  EXPECT_FALSE(decode({nullptr, 0, 3}, letters("12"), options).accepted);
}

TEST(Decode, RefusesWhatDoesNotFit) {
  const auto alphabet = letters("01");
  RandomOutputs outputs(2, 3, 1);
  EXPECT_EQ(message_of([&] { decode(outputs.view(), letters("012")); }),
            "outputs: must have 4 classes, one more than the alphabet. Got: 3");
  DecodeOptions options;
  options.width = 0;
  EXPECT_EQ(message_of([&] { decode(outputs.view(), alphabet, options); }),
            "width: must be at least 1. Got: 0");
  options = {};
  options.constraint = Constraint::pattern("1", letters("10"));
  EXPECT_EQ(message_of([&] { decode(outputs.view(), alphabet, options); }),
            "constraint: must be made for the alphabet of the outputs. Got: one for '10'");
  outputs.values[4] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(message_of([&] { decode(outputs.view(), alphabet); }),
            "outputs: must be logarithms of probabilities. Got: nan for class 1 of step 1");
  EXPECT_EQ(message_of([&] { classes_of("0x", alphabet); }),
            "text: must hold characters of the alphabet only. Got: 'x' in '0x'");
}

}  // namespace
}  // namespace glyphmill
