// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/inspect.h"

#include <gtest/gtest.h>

#include <cmath>

#include "report/copies.h"
#include "report/label_statistics.h"
#include "report/problems.h"
#include "support/stored_set.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

TEST(ChiSquare, IsPearsons) {
  const ChiSquare test = chi_square({10, 20, 30});
  EXPECT_DOUBLE_EQ(test.value, 10);
  EXPECT_EQ(test.degrees, 2U);
  EXPECT_NEAR(test.p, std::exp(-5), 1e-12) << "with two degrees exactly exp(-value / 2)";
  EXPECT_EQ(chi_square({7, 7, 7, 7}).p, 1);
  EXPECT_EQ(chi_square({7}).degrees, 0U);
  EXPECT_EQ(chi_square({}).p, 1);
  EXPECT_EQ(chi_square({0, 0}).p, 1);
}

TEST(LabelStatistics, CountsPlacesPairsAndRepeats) {
  report::LabelStatistics statistics;
  statistics.add("110");
  report::LabelStatistics other;
  other.add(
      "\xc3\xa9"
      "1");
  statistics.add(other);
  statistics.expect({"2"});
  const LabelReport report = statistics.report();
  EXPECT_EQ(report.characters, (std::vector<std::string>{"0", "1", "2", "\xc3\xa9"}));
  EXPECT_EQ(report.counts, (std::vector<std::uint64_t>{1, 3, 0, 1}));
  ASSERT_EQ(report.positions.size(), 3U);
  EXPECT_EQ(report.positions[0].counts, (std::vector<std::uint64_t>{0, 1, 0, 1}));
  EXPECT_EQ(report.positions[1].counts, (std::vector<std::uint64_t>{0, 2, 0, 0}));
  EXPECT_EQ(report.lengths, (std::map<std::uint64_t, std::uint64_t>{{2, 1}, {3, 1}}));
  EXPECT_EQ(report.pairs, 3U);
  EXPECT_EQ(report.different_pairs, 3U);
  EXPECT_EQ(report.least_pair, 0U);
  EXPECT_EQ(report.repeats, 1U);
}

TEST(LabelStatistics, ManyCharactersAndLongLabelsTakeNoMoreMemory) {
  report::LabelStatistics statistics;
  for (unsigned code = 0x4e00; code < 0x4e00 + 300; ++code) {
    const char text[] = {static_cast<char>(0xe0 | code >> 12),
                         static_cast<char>(0x80 | (code >> 6 & 0x3f)),
                         static_cast<char>(0x80 | (code & 0x3f)), 0};
    statistics.add(text);
  }
  statistics.add(std::string(1000, '7'));
  const LabelReport report = statistics.report();
  EXPECT_EQ(report.characters.size(), 255U);
  EXPECT_EQ(report.others, 45U + 1000U);
  EXPECT_EQ(report.positions.size(), 64U);
}

TEST(Copies, NamesTheFirstThatHasOne) {
  report::Copies copies;
  report::Copies later;
  for (std::uint64_t i = 0; i < 5; ++i) copies.add(i, std::to_string(i));
  later.add(5, "3");
  later.add(6, "1");
  later.add(7, "3");
  copies.take(later);
  const Duplicates found = copies.duplicates();
  EXPECT_EQ(found.count, 3U);
  EXPECT_EQ(found.first, 3U);
  EXPECT_EQ(found.second, 5U);
}

TEST(Problems, AreFewOfAKindAndAllCounted) {
  report::Problems first(2);
  report::Problems second(2);
  first.add("a", "label", "1", "2");
  for (const char* path : {"b", "c", "d"}) second.add(path, "label", "1", "2\x1b");
  first.add(second);
  InspectionReport report;
  first.put_into(report);
  ASSERT_EQ(report.problems.size(), 2U);
  EXPECT_EQ(report.problems[1].message, "b: label: expected 1, got 2\\x1b");
  EXPECT_EQ(report.problem_count, 4U);
  EXPECT_EQ(report.more_problems.at("label"), 2U);
}

TEST(Inspect, ThreadsDoNotMatter) {
  test::TempDir dir;
  std::vector<std::string> labels;
  for (int k = 0; k < 60; ++k) labels.push_back(std::to_string(k * 7919 % 1000));
  test::StoredSet stored(Format::kFolder, labels);
  stored.shard_size = 7;
  stored.write(dir.path("set"));
  for (const char* image : {"images/001/", "images/003/", "images/006/"}) {
    boost::filesystem::remove_all(dir.path("set/" + std::string(image)));
  }
  InspectOptions options;
  options.threads = 1;
  const std::string one = to_json(inspect_data_set(dir.path("set"), options));
  options.threads = 5;
  EXPECT_EQ(to_json(inspect_data_set(dir.path("set"), options)), one);
}

TEST(Compare, AcrossFormats) {
  test::TempDir dir;
  const std::vector<std::string> labels = {"01", "2", "345"};
  test::StoredSet(Format::kFolder, labels).write(dir.path("a"));
  test::StoredSet(Format::kLmdb, labels).write(dir.path("b"));
  test::StoredSet(Format::kIdx, labels).write(dir.path("c"));
  test::StoredSet other(Format::kFolder, labels);
  other.images[2].at<uchar>(0, 0) ^= 8;
  other.write(dir.path("d"));
  using Result = Comparison::Result;
  EXPECT_EQ(compare_data_sets(dir.path("a"), dir.path("b")).result, Result::kSameBytes);
  EXPECT_EQ(compare_data_sets(dir.path("b"), dir.path("c")).result, Result::kSamePixels);
  const Comparison different = compare_data_sets(dir.path("a"), dir.path("d"));
  EXPECT_EQ(different.result, Result::kDifferent);
  EXPECT_EQ(different.difference, "sample 2: pixels, by up to 8 levels");
}

}  // namespace
}  // namespace glyphmill
