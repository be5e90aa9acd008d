// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "glyphmill/generator.h"
#include "glyphmill/recipe.h"
#include "job/mix_law.h"
#include "support/messages.h"
#include "support/pixels.h"

namespace glyphmill {
namespace {

using job::MixLaw;
using test::message_of;

const std::vector<std::vector<double>> kWeights{{1},
                                                {60, 30, 10},
                                                {0.6, 0.3, 0.1},
                                                {1, 2},
                                                {2, 1},
                                                {1, 1, 1},
                                                {5, 1, 1, 1},
                                                {0.000001, 1},
                                                {1e6, 1e-6},
                                                {0.333333, 0.333333, 0.333334},
                                                {7, 5, 3, 2, 1, 1, 1},
                                                std::vector<double>(64, 1.0)};

/// What a part may have too much or too little.
double slack(std::size_t parts) {
  double harmonic = 0;
  for (std::size_t i = 1; i < parts; ++i) harmonic += 1.0 / static_cast<double>(i);
  return std::max(1.0, harmonic);
}

TEST(MixLaw, EveryPrefixHasItsShares) {
  for (const std::vector<double>& weights : kWeights) {
    const MixLaw law(weights);
    double sum = 0;
    for (const double weight : weights) sum += weight;
    std::vector<std::uint64_t> counts(weights.size());
    for (std::uint64_t k = 0; k < 3000; ++k) {
      const MixLaw::Place place = law.at(k);
      ASSERT_EQ(place.index, counts[place.part])
          << k;  // each part's samples in order, none left out
      ++counts[place.part];
      for (std::size_t part = 0; part < weights.size(); ++part) {
        ASSERT_EQ(law.count(part, k + 1), counts[part]);
        const double due = static_cast<double>(k + 1) * weights[part] / sum;
        const double excess = static_cast<double>(counts[part]) - due;
        ASSERT_GT(excess, -slack(weights.size()) - 1e-6) << "part " << part << " of " << k + 1;
        ASSERT_LT(excess, slack(weights.size()) + 1e-6) << "part " << part << " of " << k + 1;
      }
    }
  }
}

TEST(MixLaw, WholeRoundsAreExact) {
  const MixLaw law({60, 30, 10});
  for (std::uint64_t n = 10; n <= 100000; n *= 10) {
    EXPECT_EQ(law.count(0, n), n * 6 / 10);
    EXPECT_EQ(law.count(1, n), n * 3 / 10);
    EXPECT_EQ(law.count(2, n), n / 10);
  }
}

TEST(MixLaw, ABillionBillionIsNoTrouble) {
  const std::uint64_t most = 1000000000000u;
  const MixLaw law({999999.999999, 0.000001, 123456.654321});
  std::uint64_t sum = 0;
  for (std::size_t part = 0; part < 3; ++part) sum += law.count(part, most);
  EXPECT_EQ(sum, most);
  const double share = 123456.654321 / (999999.999999 + 0.000001 + 123456.654321);
  EXPECT_NEAR(static_cast<double>(law.count(2, most)), share * 1e12, 1e6 * 1e-9 * 1e3 + 2);
  for (std::uint64_t k = most - 1000; k < most; ++k) {
    const MixLaw::Place place = law.at(k);
    EXPECT_EQ(law.count(place.part, k), place.index);
    EXPECT_EQ(law.count(place.part, k + 1), place.index + 1);
  }
}

Recipe mixed(std::uint64_t count = 200) {
  Recipe recipe = parse_recipe(
      "seed: 5\n"
      "mix:\n"
      "- {name: codes, weight: 50, labels: {length: 4, balance: position},\n"
      "   ops: [affine: {probability: 0.5, angle_deg: [1, 2]}]}\n"
      "- {name: dates, weight: 30, labels: {kind: date}, ops: []}\n"
      "- {name: phones, weight: 20, labels: {kind: phone}, glyphs: {kind: digits, writers: 20}}\n",
      "mixed.yaml");
  recipe.count = count;
  return recipe;
}

TEST(Mix, IsSpelledAndReadBack) {
  const Recipe recipe = mixed();
  const std::string yaml = to_yaml(recipe);
  EXPECT_EQ(to_yaml(parse_recipe(yaml, "r.yaml")), yaml);
  const std::string resolved = to_yaml(Generator(recipe).recipe());
  EXPECT_EQ(to_yaml(Generator(parse_recipe(resolved, "r.yaml")).recipe()), resolved);
}

TEST(Mix, EachPartKeepsItsLaws) {
  const Generator generator(mixed());
  std::map<std::string, std::vector<std::string>> labels;
  std::size_t turned = 0;
  for (std::uint64_t k = 0; k < generator.count(); ++k) {
    const Sample sample = generator.sample(k);
    EXPECT_EQ(sample.index, k);
    EXPECT_EQ(sample.label, generator.label(k).label);
    labels[generator.part(k)].push_back(sample.label);
    turned += static_cast<std::size_t>(
        std::count_if(sample.drawn.begin(), sample.drawn.end(), [](const DrawnValue& value) {
          return value.stage == "affine" && value.name == "angle_deg";
        }));
  }
  ASSERT_EQ(labels["codes"].size(), 100u);
  EXPECT_EQ(labels["dates"].size(), 60u);
  EXPECT_EQ(labels["phones"].size(), 40u);
  EXPECT_EQ(turned, 50u);  // exactly half of the codes
  std::map<char, int> first;
  for (const std::string& label : labels["codes"]) ++first[label[0]];
  for (const auto& [digit, times] : first) EXPECT_EQ(times, 10) << digit;
  EXPECT_EQ(std::set<std::string>(labels["dates"].begin(), labels["dates"].end()).size(), 60u);
}

TEST(Mix, APartIsTheSameInEveryMixThatHasIt) {
  // Neither other parts nor their weights change what a part's j-th sample is.
  Recipe alone = mixed(40);
  alone.mix.erase(alone.mix.begin(), alone.mix.begin() + 2);
  const Generator whole(mixed());
  const Generator phones(alone);
  std::uint64_t j = 0;
  for (std::uint64_t k = 0; k < whole.count(); ++k) {
    if (whole.part(k) != "phones") continue;
    const Sample sample = whole.sample(k);
    const Sample same = phones.sample(j++);
    ASSERT_EQ(sample.label, same.label);
    ASSERT_TRUE(test::same_pixels(sample.image, same.image));
  }
  EXPECT_EQ(j, 40u);
}

TEST(Mix, PartsWithOtherNamesAreOtherSamples) {
  Recipe twins = mixed(100);
  twins.mix = {twins.mix[0], twins.mix[0]};
  twins.mix[1].name = "sedoc";
  const Generator generator(twins);
  std::map<std::string, std::set<std::string>> labels;
  for (std::uint64_t k = 0; k < 100; ++k)
    labels[generator.part(k)].insert(generator.label(k).label);
  EXPECT_NE(labels["codes"], labels["sedoc"]);
}

TEST(Mix, APrefixIsTheSameInALongerRun) {
  const Generator shorter(mixed(50));
  const Generator longer(mixed(500));
  for (std::uint64_t k = 0; k < 50; ++k) {
    EXPECT_EQ(shorter.label(k).label, longer.label(k).label);
    EXPECT_TRUE(test::same_pixels(shorter.sample(k).image, longer.sample(k).image));
  }
}

TEST(Mix, ImagesArePngOnlyWhereAllIsHandwriting) {
  EXPECT_EQ(Generator(mixed()).recipe().output.image_ext, ImageExt::kJpg);
  Recipe hand = mixed();
  hand.mix.erase(hand.mix.begin(), hand.mix.begin() + 2);
  EXPECT_EQ(Generator(hand).recipe().output.image_ext, ImageExt::kPng);
}

TEST(Mix, WithoutACountIsAHundred) {
  Recipe recipe = mixed();
  recipe.count.reset();
  EXPECT_EQ(Generator(recipe).count(), 100u);
  EXPECT_EQ(sample_count(recipe), 100u);
}

TEST(Mix, FaultsAreNamedByThePart) {
  const auto refused = [](const std::string& change, const std::string& message) {
    const std::string yaml = "seed: 1\ncount: 300\nmix: [{name: a}, {name: b, " + change + "}]\n";
    EXPECT_EQ(message_of([&] { Generator(parse_recipe(yaml, "r")); }), message) << change;
  };
  refused("labels: {alphabet: '☃'}", "mix.b.labels.alphabet: no tile for '☃'");
  refused("labels: {length: 2, balance: unique}",
          "mix.b: count: must not exceed the 100 different labels that there are. Got: 150");
  refused("glyphs: {tiles: nowhere}", "mix.b: nowhere: no such tile folder");
  refused("labels: {kind: list}",
          "r:3:36: mix.b.labels.texts: must have between 1 and 1000000 "
          "texts. Got: 0");
}

TEST(Mix, RefusesPartsBuiltWrongly) {
  const auto refused = [](const auto& change, const std::string& message) {
    Recipe recipe = mixed();
    change(recipe);
    EXPECT_EQ(message_of([&] { Generator generator(recipe); }), message);
  };
  refused([](Recipe& r) { r.mix[0].weight = 0; },
          "mix.codes.weight: must be between 1e-06 and 1000000. Got: 0");
  refused([](Recipe& r) { r.mix[0].weight = std::nan(""); },
          "mix.codes.weight: must be between 1e-06 and 1000000. Got: nan");
  refused([](Recipe& r) { r.mix[0].name = "a.b"; },
          "mix: names must be letters, digits, '_' and '-'. Got: a.b");
  refused([](Recipe& r) { r.mix[1].name = "codes"; }, "mix: names must differ. Got: codes twice");
  refused([](Recipe& r) { r.mix.assign(65, r.mix[0]); },
          "mix: must have at most 64 parts. Got: 65");
}

TEST(Mix, FieldsOfPartsHaveNoFlags) {
  Recipe recipe = mixed();
  EXPECT_EQ(message_of([&] { set_field(recipe, "labels.length", {"4"}, "--length"); }),
            "--length: must not be in a part of the recipe's mix. Got: labels.length");
  set_field(recipe, "seed", {"9"}, "--seed");
  EXPECT_EQ(recipe.seed, 9u);
}

}  // namespace
}  // namespace glyphmill
