// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "glyphmill/labels.h"
#include "glyphmill/utf8.h"
#include "support/messages.h"

namespace glyphmill {
namespace {

using test::message_of;

using Counts = std::map<std::string, double>;

CodeOptions codes(const std::string& alphabet, const IntegerRange& length) {
  return {length, alphabet, Balance::kWeighted};
}

LabelWeights every_sort() {
  return {{{"a", 1.5}, {"é", 0.25}},
          {{"ab", 3}, {"aa", 2}, {"éa", 10}, {"bd", 0.001}},
          2.5,
          {{1, {{"b", 4}}}, {3, {{"a", 2}, {"é", 8}}}}};
}

Counts counts_of(const LabelSource& source, std::uint64_t n) {
  Counts counts;
  LabelText label;
  for (std::uint64_t k = 0; k < n; ++k) {
    source.at(k, label);
    ++counts[label.label];
  }
  return counts;
}

/// Every count within 4 sigma of n times its probability, and nothing of probability 0.
void expect_frequencies(const Counts& counts, const Counts& probabilities, std::uint64_t count) {
  const auto n = static_cast<double>(count);
  double sum = 0;
  for (const auto& [label, p] : probabilities) {
    const auto found = counts.find(label);
    const double seen = found == counts.end() ? 0 : found->second;
    EXPECT_NEAR(seen, n * p, 4 * std::sqrt(n * p * (1 - p)) + 1e-6) << label;
    sum += p;
  }
  EXPECT_NEAR(sum, 1, 1e-9);
  for (const auto& each : counts) EXPECT_EQ(probabilities.count(each.first), 1u) << each.first;
}

double factor(const std::map<std::string, double>& factors, const std::string& key) {
  const auto found = factors.find(key);
  return found == factors.end() ? 1 : found->second;
}

/// The law as label_weights.h states it: the probability of every code of that length.
Counts enumerated(const std::string& alphabet, std::size_t length, const LabelWeights& weights) {
  const std::vector<std::string> characters = utf8_characters(alphabet);
  Counts all{{"", 1}};
  for (std::size_t p = 1; p <= length; ++p) {
    Counts longer;
    for (const auto& [code, probability] : all) {
      const std::string b = code.empty() ? "" : utf8_characters(code).back();
      Counts next;
      double total = 0;
      for (const std::string& c : characters) {
        double w = factor(weights.characters, c);
        if (weights.positions.count(p) > 0) w *= factor(weights.positions.at(p), c);
        if (p > 1) w *= factor(weights.pairs, b + c) * (b == c ? weights.repeats : 1);
        next[c] = w;
        total += w;
      }
      for (const auto& [c, w] : next) longer[code + c] = probability * w / total;
    }
    all = longer;
  }
  return all;
}

TEST(LabelWeights, CodesFollowTheChain) {
  constexpr std::uint64_t kCount = 400000;
  const auto source = make_labels(codes("abéd", {3, 3}), 5, {}, every_sort());
  expect_frequencies(counts_of(*source, kCount), enumerated("abéd", 3, every_sort()), kCount);
}

// Between the few characters with factors of their own lie many without.
TEST(LabelWeights, LargeAlphabetsFollowTheChainToo) {
  constexpr std::uint64_t kCount = 400000;
  const std::string alphabet = "0123456789ABCDEFGHIJ";
  const LabelWeights weights{
      {{"3", 2}}, {{"J0", 9}, {"0J", 9}, {"55", 0.1}, {"5A", 7}, {"5B", 3}}, 3, {{2, {{"G", 5}}}}};
  const auto source = make_labels(codes(alphabet, {2, 2}), 6, {}, weights);
  expect_frequencies(counts_of(*source, kCount), enumerated(alphabet, 2, weights), kCount);
}

TEST(LabelWeights, OnesAreIndependentDraws) {
  constexpr std::uint64_t kCount = 100000;
  const LabelWeights ones{{{"a", 1}, {"b", 1}}, {{"ab", 1}}, 1, {{2, {{"c", 1}}}}};
  for (const LabelWeights& weights : {ones, LabelWeights{}}) {
    const auto source = make_labels(codes("abc", {3, 3}), 7, {}, weights);
    expect_frequencies(counts_of(*source, kCount), enumerated("abc", 3, {}), kCount);
  }
}

TEST(LabelWeights, LengthsStayEquallyOften) {
  const auto source = make_labels(codes("abéd", {2, 4}), 8, {}, every_sort());
  LabelText label;
  for (std::uint64_t run = 0; run < 200; ++run) {
    std::set<std::size_t> lengths;
    for (std::uint64_t k = 3 * run; k < 3 * run + 3; ++k) {
      source->at(k, label);
      lengths.insert(utf8_length(label.label));
    }
    EXPECT_EQ(lengths, (std::set<std::size_t>{2, 3, 4})) << run;
  }
}

TEST(LabelWeights, ProductsBeyondDoubleAreStillCompared) {
  LabelWeights weights{{{"a", 1000}, {"b", 1000}}, {{"ab", 1000}, {"ba", 1000}}, 0.001, {}};
  const auto source = make_labels(PatternOptions{"[abc]{256}"}, 1, {}, weights);
  const auto plain = make_labels(PatternOptions{"[abc]{256}"}, 1);
  const auto c_of = [](const LabelSource& labels) {
    std::size_t count = 0;
    LabelText label;
    for (std::uint64_t k = 0; k < 100; ++k) {
      labels.at(k, label);
      count += static_cast<std::size_t>(std::count(label.label.begin(), label.label.end(), 'c'));
    }
    return count;
  };
  EXPECT_LT(c_of(*source), c_of(*plain));
}

/// A run of a list of 16 texts is one sample's candidates, so its factors hold exactly.
TEST(LabelWeights, TextsOfAListFollowTheirProducts) {
  constexpr std::uint64_t kCount = 100000;
  ListOptions list;
  Counts expected;
  const LabelWeights weights{{{"7", 3}}, {{"12", 5}}, 4, {{2, {{"0", 0.5}}}}};
  double total = 0;
  for (int i = 0; i < 16; ++i) {
    list.texts.push_back(std::to_string(i * 11 % 100));  // 0, 11, 22, .. 99, 10, ..
    const std::string& text = list.texts.back();
    double w = text.size() == 2 && text[0] == text[1] ? 4 : 1;
    for (const char c : text) w *= c == '7' ? 3 : 1;
    if (text == "12") w *= 5;
    if (text.size() == 2 && text[1] == '0') w *= 0.5;
    expected[text] = w;
    total += w;
  }
  for (auto& each : expected) each.second /= total;
  const auto source = make_labels(list, 9, {}, weights);
  expect_frequencies(counts_of(*source, kCount), expected, kCount);
}

// Of 16 independent candidates J are "1", J binomial, and one of those is chosen with 3J / (3J +
// 16 - J).
TEST(LabelWeights, OneOfSixteenTextsOfAPatternIsChosen) {
  constexpr std::uint64_t kCount = 100000;
  double one = 0;
  double probability = std::pow(0.5, 16);
  for (int j = 0; j <= 16; ++j) {
    one += probability * 3 * j / (3 * j + 16 - j);
    probability *= (16.0 - j) / (j + 1);
  }
  EXPECT_NEAR(one, 0.75, 0.02);  // what many candidates would give
  const auto source = make_labels(PatternOptions{"[01]"}, 10, {}, {{{"1", 3}}, {}, 1, {}});
  expect_frequencies(counts_of(*source, kCount), {{"0", 1 - one}, {"1", one}}, kCount);
}

TEST(LabelWeights, NoLabelComesMoreThanSixteenTimesAsOften) {
  constexpr std::uint64_t kCount = 100000;
  const auto source =
      make_labels(PatternOptions{"[A-Z][A-Z]"}, 11, {}, {{{"Q", 1000}}, {{"QQ", 1000}}, 1, {}});
  const double most = 16.0 / (26 * 26);
  const double seen = counts_of(*source, kCount)["QQ"] / kCount;
  EXPECT_GT(seen, 0.9 * most);
  EXPECT_LT(seen, most + 4 * std::sqrt(most / kCount));
}

TEST(LabelWeights, AreOfTheLabelNotOfWhatIsDrawn) {
  DateOptions dates;  // drawn 2018年01月31日, answered 20180131
  const LabelWeights weights{{}, {}, 1, {{5, {{"1", 10}}}}};
  const auto source = make_labels(dates, 12, {}, weights);
  double late = 0;
  LabelText label;
  for (std::uint64_t k = 0; k < 2000; ++k) {
    source->at(k, label);
    late += label.label[4] == '1';
  }
  EXPECT_GT(late / 2000, 0.6);  // October to December are 92 of 365 days
  EXPECT_EQ(source->natural_count(), 3650u);
  EXPECT_EQ(source->longest_text(), 11u);
  EXPECT_EQ(message_of([&] {
              make_labels(dates, 1, {}, {{{"年", 2}}, {}, 1, {}});
            }),
            "labels.weights.characters.年: must be of characters that labels have (0123456789). "
            "Got: 年");
}

TEST(LabelWeights, SharesHaveNoLabelInCommon) {
  const LabelWeights weights{{{"1", 5}}, {}, 2, {}};
  const ListOptions list{{"11", "12", "13", "21", "22", "23", "31", "32", "33"}};
  for (const LabelOptions& options :
       {LabelOptions(codes("123", {2, 2})), LabelOptions(list), LabelOptions(DateOptions{}),
        LabelOptions(PatternOptions{"[123]{2}"})}) {
    std::vector<std::set<std::string>> seen;
    for (const LabelShare& share : {LabelShare{"a", {0, 0.5}, 3, 0}, {"b", {0.5, 1}, 3, 1000}}) {
      const auto source = make_labels(options, 13, share, weights);
      std::set<std::string>& labels = seen.emplace_back();
      LabelText label;
      for (std::uint64_t k = share.first; k < share.first + 1000; ++k) {
        source->at(k, label);
        EXPECT_TRUE(share.holds(label.label)) << label.label;
        labels.insert(label.label);
      }
      EXPECT_FALSE(labels.empty());
    }
  }
}

// Whether a character exists does not depend on which texts a share happens to have.
TEST(LabelWeights, AShareMayLackACharacter) {
  const ListOptions list{{"1", "2", "3", "4"}};
  for (const char* character : {"1", "2", "3", "4"}) {
    EXPECT_NO_THROW(make_labels(list, 1, {"a", {0, 0.5}, 3, 0}, {{{character, 2}}, {}, 1, {}}));
  }
}

TEST(LabelWeights, RefusesWhatNoLabelCanHave) {
  const double nan = std::nan("");
  const struct {
    LabelWeights weights;
    std::string message;
  } cases[] = {
      {{{{"x", 2}}, {}, 1, {}},
       ".characters.x: must be of characters that labels have (012). Got: x"},
      {{{{"01", 2}}, {}, 1, {}},
       ".characters.01: must be of characters that labels have (012). Got: 01"},
      {{{{"0", 0}}, {}, 1, {}}, ".characters.0: must be between 0.001 and 1000. Got: 0"},
      {{{{"0", nan}}, {}, 1, {}}, ".characters.0: must be between 0.001 and 1000. Got: nan"},
      {{{}, {{"0x", 2}}, 1, {}},
       ".pairs.0x: must be of characters that labels have (012). Got: 0x"},
      {{{}, {{"012", 2}}, 1, {}}, ".pairs.012: must be two characters. Got: 012"},
      {{{}, {{"01", 1001}}, 1, {}}, ".pairs.01: must be between 0.001 and 1000. Got: 1001"},
      {{{}, {}, -1, {}}, ".repeats: must be between 0.001 and 1000. Got: -1"},
      {{{}, {}, 1, {{0, {{"0", 2}}}}},
       ".positions.0: must be a place in the label, 1 to 3. Got: 0"},
      {{{}, {}, 1, {{4, {{"0", 2}}}}},
       ".positions.4: must be a place in the label, 1 to 3. Got: 4"},
      {{{}, {}, 1, {{3, {{"x", 2}}}}},
       ".positions.3.x: must be of characters that labels have (012). Got: x"},
      {{{}, {}, 1, {{3, {{"0", 1e-4}}}}},
       ".positions.3.0: must be between 0.001 and 1000. Got: 0.0001"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(message_of(
                  [&] {
                    make_labels(codes("012", {1, 3}), 1, {}, each.weights);
                  },
                  ErrorCode::kInvalidArgument),
              "labels.weights" + each.message);
  }
  LabelWeights many;
  for (int i = 0; i < 10001; ++i) many.pairs[std::to_string(i)] = 1;
  EXPECT_EQ(message_of([&] {
              make_labels(codes("012", {3, 3}), 1, {}, many);
            }),
            "labels.weights: must have at most 10000 factors. Got: 10001");
}

TEST(LabelWeights, OtherLawsOfCodesAreRefusedBesideThem) {
  const char* const kNames[] = {"iid", "position", "pairs", "unique"};
  for (int balance = 0; balance < 4; ++balance) {
    const CodeOptions options{{3, 3}, "012", static_cast<Balance>(balance)};
    EXPECT_EQ(message_of([&] {
                make_labels(options, 1, {}, {{}, {}, 2, {}});
              }),
              std::string("labels.balance: must be weighted beside labels.weights. Got: ") +
                  kNames[balance]);
    EXPECT_NO_THROW(make_labels(options, 1, {}, {}));
  }
}

}  // namespace
}  // namespace glyphmill
