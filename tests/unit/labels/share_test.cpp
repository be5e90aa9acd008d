// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "glyphmill/labels.h"
#include "support/messages.h"

namespace glyphmill {
namespace {

using test::message_of;

const Range kFirst{0, 0.8};
const Range kSecond{0.8, 1};

LabelShare share_of(const Range& interval, std::uint64_t first = 0) {
  return {"part", interval, 7, first};
}

std::vector<std::string> labels_of(const LabelOptions& options, const LabelShare& share,
                                   std::uint64_t count) {
  const auto source = make_labels(options, 3, share);
  std::vector<std::string> labels;
  LabelText label;
  for (std::uint64_t k = share.first; k < share.first + count; ++k) {
    source->at(k, label);
    labels.push_back(label.label);
  }
  return labels;
}

CodeOptions independent(std::int64_t length) {
  CodeOptions options;
  options.length = {length, length};
  options.balance = Balance::kIid;
  return options;
}

TEST(LabelShare, DividesLabelsByTheirPlaces) {
  int first = 0;
  constexpr int kLabels = 100000;
  for (int i = 0; i < kLabels; ++i) {
    const std::string label = std::to_string(i);
    const bool in_first = share_of(kFirst).holds(label);
    EXPECT_NE(in_first, share_of(kSecond).holds(label));  // in exactly one
    EXPECT_TRUE(share_of({0, 1}).holds(label));
    first += in_first;
  }
  EXPECT_NEAR(first, 0.8 * kLabels, 4 * 127);  // four standard deviations
}

TEST(LabelShare, TellsLabelsApartThatHaveTheSameBytesInFront) {
  // Lengths about the eight bytes of a step: no two may share their place.
  std::set<bool> seen;
  for (std::size_t i = 0; i < 64; ++i) seen.insert(share_of({0, 0.5}).holds(std::string(i, '0')));
  EXPECT_EQ(seen.size(), 2u);
}

TEST(LabelShare, OtherKeysDivideOtherwise) {
  LabelShare other = share_of({0, 0.5});
  other.seed = 8;
  int same = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string label = std::to_string(i);
    same += share_of({0, 0.5}).holds(label) == other.holds(label);
  }
  EXPECT_NEAR(same, 500, 4 * 16);
}

TEST(LabelShare, NoLabelIsInTwoSets) {
  ListOptions list;
  for (int i = 0; i < 200; ++i) list.texts.push_back(std::to_string(i * i));
  DateOptions months;  // thirty days have one label
  months.label_layout = "{YYYY}{MM}";
  CodeOptions lengths = independent(2);
  lengths.length = {2, 4};
  PatternOptions pattern{"[a-c]{1,3}\\d"};
  for (const LabelOptions& options :
       {LabelOptions(independent(2)), LabelOptions(lengths), LabelOptions(pattern),
        LabelOptions(PhoneOptions{}), LabelOptions(list), LabelOptions(DateOptions{}),
        LabelOptions(months)}) {
    const auto first = labels_of(options, share_of(kFirst), 800);
    const auto second = labels_of(options, share_of(kSecond, 800), 200);
    const std::set<std::string> known(first.begin(), first.end());
    for (const std::string& label : second) {
      EXPECT_EQ(known.count(label), 0u) << label << ", kind " << options.index();
      EXPECT_TRUE(share_of(kSecond).holds(label));
    }
  }
}

TEST(LabelShare, ListsAndDatesStayEven) {
  ListOptions list;
  for (int i = 0; i < 100; ++i) list.texts.push_back(std::to_string(i));
  for (const LabelOptions& options : {LabelOptions(list), LabelOptions(DateOptions{})}) {
    const LabelShare share = share_of(kSecond, 805);  // begins in the middle of a cycle
    std::map<std::string, int> times;
    for (const std::string& label : labels_of(options, share, 300)) ++times[label];
    const auto [least, most] = std::minmax_element(
        times.begin(), times.end(), [](auto& a, auto& b) { return a.second < b.second; });
    EXPECT_LE(most->second - least->second, 1);
  }
}

TEST(LabelShare, TheWholeChangesNothing) {
  for (const LabelOptions& options :
       {LabelOptions(independent(10)), LabelOptions(CodeOptions{}), LabelOptions(DateOptions{}),
        LabelOptions(PatternOptions{}), LabelOptions(PhoneOptions{})}) {
    EXPECT_EQ(labels_of(options, share_of({0, 1}), 50), labels_of(options, {}, 50));
  }
}

TEST(LabelShare, UniqueCodesAreLeftAlone) {
  CodeOptions unique;
  unique.balance = Balance::kUnique;
  EXPECT_EQ(labels_of(unique, share_of(kFirst), 50), labels_of(unique, {}, 50));
}

TEST(LabelShare, RefusesLawsThatLoseTheirEvenness) {
  for (const Balance balance : {Balance::kPairs, Balance::kPosition}) {
    CodeOptions options;
    options.balance = balance;
    const std::string name = balance == Balance::kPairs ? "pairs" : "position";
    EXPECT_EQ(message_of([&] { make_labels(options, 1, share_of(kFirst)); }),
              "disjoint: labels of balance " + name +
                  " cannot be divided and stay even; take balance iid or unique, or leave labels "
                  "out of `disjoint`. Got: " +
                  name);
  }
}

TEST(LabelShare, RefusesASetWithoutLabels) {
  const std::string rule =
      "splits.part: has no label of its own: there must be more different ones, or `disjoint` must "
      "leave labels out";
  CodeOptions one = independent(1);
  one.alphabet = "7";
  DateOptions day;
  day.to = day.from;
  const bool low = share_of({0, 0.5}).holds("7");
  const Range other = low ? Range{0.5, 1} : Range{0, 0.5};
  const Range other_day = share_of({0, 0.5}).holds("20180101") ? Range{0.5, 1} : Range{0, 0.5};
  EXPECT_EQ(message_of([&] { make_labels(one, 1, share_of(other)); }), rule);
  EXPECT_EQ(message_of([&] { make_labels(PatternOptions{"7"}, 1, share_of(other)); }), rule);
  EXPECT_EQ(message_of([&] { make_labels(ListOptions{{"7"}}, 1, share_of(other)); }), rule);
  EXPECT_EQ(message_of([&] { make_labels(day, 1, share_of(other_day)); }), rule);
}

}  // namespace
}  // namespace glyphmill
