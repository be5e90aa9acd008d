// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "glyphmill/random.h"
#include "glyphmill/recognition.h"
#include "support/messages.h"
#include "unit/recognition/random_outputs.h"

namespace glyphmill {
namespace {

using test::message_of;

constexpr std::size_t kO = 10;  // its place in the alphabet

RecognitionStatistics by_hand() {
  RecognitionStatistics statistics(letters("0123456789O"), 3);
  statistics.add("0120", "0120", 0.995, 1);  // right
  statistics.add("0120", "O120", 0.97, 2);   // confused
  statistics.add("1123", "123", 0.42, 3);    // a run lost
  statistics.add("1123", "11123", 0.91, 4);  // a run grown
  statistics.add("12", "1223", 0.05, 5);     // doubled, and inserted
  statistics.add("O8", "08x", 0.5, 6);       // confused, and one beyond the alphabet
  statistics.add("77", "71", 0.3, 7);        // a misreading is no other length
  return statistics;
}

TEST(RecognitionStatistics, CountSequencesAndEdits) {
  const RecognitionReport report = by_hand().report();
  EXPECT_EQ(report.sequences.count, 7U);
  EXPECT_EQ(report.sequences.right, 1U);
  EXPECT_EQ(report.truth_characters, 22U);
  EXPECT_EQ(report.substituted, 3U);
  EXPECT_EQ(report.missing, 1U);
  EXPECT_EQ(report.inserted, 4U);
  EXPECT_DOUBLE_EQ(report.character_error_rate(), 8.0 / 22);
  EXPECT_EQ(report.length_differences,
            (std::map<int, std::uint64_t>{{-1, 1}, {0, 3}, {1, 2}, {2, 1}}));
}

TEST(RecognitionStatistics, CountPlacesCharactersAndConfusions) {
  const RecognitionReport report = by_hand().report();
  ASSERT_EQ(report.places.size(), 4U);
  EXPECT_EQ(report.place(0).count, 7U);
  EXPECT_EQ(report.place(0).right, 5U);
  EXPECT_EQ(report.place(1).right, 5U) << "the 1 that was lost and the 7";
  EXPECT_EQ(report.place(3).count, 4U);
  EXPECT_EQ(report.character(0).count, 4U);
  EXPECT_EQ(report.character(0).right, 3U);
  EXPECT_EQ(report.read_as(0, kO), 1U);
  EXPECT_EQ(report.read_as(kO, 0), 1U);
  EXPECT_EQ(report.read_as(1, report.none()), 1U);
  EXPECT_EQ(report.read_as(report.none(), report.other()), 1U);
  const auto confusions = report.confusions(5);
  ASSERT_EQ(confusions.size(), 2U);
  EXPECT_EQ(confusions[0].first + confusions[0].second, "0O");
  EXPECT_EQ(confusions[0].forth, 1U);
  EXPECT_EQ(confusions[0].back, 1U);
  EXPECT_EQ(confusions[1].first + confusions[1].second, "17");
  EXPECT_EQ(confusions[1].back, 1U);
  EXPECT_EQ(report.confusions(1).size(), 1U);
}

TEST(RecognitionStatistics, CountRuns) {
  const RecognitionReport report = by_hand().report();
  EXPECT_EQ(report.runs.count, 3U);
  EXPECT_EQ(report.runs.right, 1U);
  EXPECT_EQ(report.run_characters, 6U);
  EXPECT_EQ(report.doubled, 1U);
}

TEST(RecognitionStatistics, CountConfidence) {
  const RecognitionReport report = by_hand().report();
  EXPECT_EQ(report.bins[9].answers.count, 3U);
  EXPECT_EQ(report.bins[9].answers.right, 1U);
  EXPECT_DOUBLE_EQ(report.bins[9].confidence, 0.995 + 0.97 + 0.91);
  EXPECT_EQ(report.bins[5].answers.count, 1U);
  const double expected = (0.05 + 0.3 + 0.42 + 0.5 + (0.995 + 0.97 + 0.91 - 1)) / 7;
  EXPECT_NEAR(report.calibration_error(), expected, 1e-12);
  EXPECT_EQ(report.thresholds[0].count, 4U) << "0.5";
  EXPECT_EQ(report.thresholds[3].count, 2U) << "0.95";
  EXPECT_EQ(report.thresholds[5].count, 1U) << "0.995";
  EXPECT_EQ(report.thresholds[5].right, 1U);
  EXPECT_EQ(report.thresholds[6].count, 0U);
}

TEST(RecognitionStatistics, KeepTheWorst) {
  const RecognitionReport report = by_hand().report();
  ASSERT_EQ(report.worst.size(), 3U);
  EXPECT_EQ(report.worst[0].index, 2U) << "wrong and surest";
  EXPECT_EQ(report.worst[1].index, 4U);
  EXPECT_EQ(report.worst[2].index, 6U);
  RecognitionStatistics right(letters("1"));
  right.add("1", "1", 0.9, 0);
  right.add("1", "1", 0.4, 1);
  EXPECT_EQ(right.report().worst[0].index, 1U) << "right and least sure";
}

TEST(RecognitionStatistics, AddUpInAnyOrder) {
  const std::vector<std::string> texts = {"012", "11", "1O3", "", "999", "O0"};
  RecognitionStatistics whole(letters("0123456789O"), 5);
  std::vector<RecognitionStatistics> parts(3, whole);
  SampleRng rng({3, 0, stage_id("parts")});
  for (std::uint64_t i = 0; i < 200; ++i) {
    const auto& truth = texts[static_cast<std::size_t>(rng.uniform_int(0, 5))];
    const auto& answer = texts[static_cast<std::size_t>(rng.uniform_int(0, 5))];
    const double confidence = static_cast<double>(rng.uniform_int(0, 64)) / 64;  // sums are exact
    whole.add(truth, answer, confidence, i);
    parts[i % 3].add(truth, answer, confidence, i);
  }
  RecognitionStatistics sum = parts[2];
  sum.add(parts[0]);
  sum.add(parts[1]);
  EXPECT_EQ(to_json(sum.report()), to_json(whole.report()));
  EXPECT_EQ(to_text(sum.report()), to_text(whole.report()));
}

TEST(RecognitionStatistics, RefuseByName) {
  RecognitionStatistics statistics(letters("01"));
  EXPECT_EQ(message_of([&] { statistics.add("0", "0", 1.5); }),
            "confidence: must be between 0 and 1. Got: 1.5");
  EXPECT_EQ(message_of([&] { statistics.add("0", "\xff", 1); }),
            "text: must be UTF-8. Got: '\\xff'");
  EXPECT_EQ(statistics.report().sequences.count, 0U) << "nothing half counted";
  EXPECT_EQ(message_of([&] { statistics.add(RecognitionStatistics(letters("10"))); }),
            "statistics: must be of one alphabet. Got: '01' and '10'");
  EXPECT_EQ(message_of([] { RecognitionStatistics(letters("010")); }),
            "alphabet: characters must differ. Got: '0' twice");
}

TEST(WilsonInterval, IsAsPublished) {
  // R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
  const auto near = [](const Tally& tally, double low, double high) {
    const Interval interval = wilson_interval(tally);
    EXPECT_NEAR(interval.low, low, 5e-5);
    EXPECT_NEAR(interval.high, high, 5e-5);
  };
  near({263, 81}, 0.2553, 0.3662);
  near({148, 15}, 0.0624, 0.1605);
  near({20, 0}, 0, 0.1611);
  near({29, 1}, 0.0061, 0.1718);
  near({0, 0}, 0, 1);
}

TEST(RecognitionReport, IsToldToPeopleAndPrograms) {
  const RecognitionReport report = by_hand().report();
  const std::string text = to_text(report);
  for (const char* part :
       {"1 of 7 right: 14.29 %", "8 errors in 22: 36.364 %; 3 substituted, 1 missing, 4 inserted",
        "3 of 7 right; -1: 1; +1: 2; +2: 1", "2 of 3 runs of equal characters have another length",
        "0/O       2  (0 as O 1, O as 0 1)"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  const auto json = nlohmann::json::parse(to_json(report));
  EXPECT_EQ(json["sequences"]["right"], 1);
  EXPECT_EQ(json["matrix"]["0"]["O"], 1);
  EXPECT_EQ(json["matrix"]["1"]["missing"], 1);
  EXPECT_EQ(json["matrix"]["inserted"]["other"], 1);
  EXPECT_EQ(json["worst"][0]["index"], 2);
  EXPECT_EQ(json["calibration"]["bins"].size(), 10U);
  const RecognitionStatistics nothing(letters("0"));
  EXPECT_EQ(to_text(nothing.report()), "  no samples\n");
  EXPECT_EQ(nlohmann::json::parse(to_json(nothing.report()))["sequences"]["count"], 0);
}

TEST(RecognitionReport, HasPictures) {
  const RecognitionReport report = by_hand().report();
  std::vector<std::uint64_t> asked;
  const cv::Mat sheet = worst_sheet(report, [&](std::uint64_t index) {
    asked.push_back(index);
    return cv::Mat(20, 60, CV_8UC1, cv::Scalar(200));
  });
  EXPECT_EQ(asked, (std::vector<std::uint64_t>{2, 4, 6}));
  EXPECT_EQ(sheet.type(), CV_8UC3);
  const cv::Mat picture = confusion_picture(report);
  EXPECT_EQ(picture.rows, picture.cols);
  EXPECT_GT(reliability_picture(report).rows, 100);
  EXPECT_GT(confusion_picture(RecognitionStatistics({}).report()).rows, 10);
}

}  // namespace
}  // namespace glyphmill
