// SPDX-License-Identifier: Apache-2.0
#include "ocr/centers.h"

#include <gtest/gtest.h>

#include <cmath>

#include "ocr/center_distances.h"
#include "ocr/spoken_frames.h"
#include "support/messages.h"

namespace glyphmill::ocr {
namespace {

using test::message_of;
using Classes = std::vector<std::uint32_t>;

constexpr std::size_t kClasses = 5;

/// Outputs whose most probable class of each step is that of `path`, and then the one above.
std::vector<float> outputs_of(const Classes& path, const std::vector<float>& sureness = {}) {
  std::vector<float> values;
  for (std::size_t step = 0; step < path.size(); ++step) {
    std::vector<float> row(kClasses, 0.01F);
    row[(path[step] + 1) % kClasses] = 0.2F;
    row[path[step]] = sureness.empty() ? 0.7F : sureness[step];
    for (const float value : row) values.push_back(std::log(value));
  }
  return values;
}

std::vector<SpokenFrame> frames_of(const Classes& path, const Classes& label,
                                   const std::vector<float>& sureness = {}) {
  const std::vector<float> values = outputs_of(path, sureness);
  return spoken_frames({values.data(), path.size(), kClasses}, label);
}

/// "step:truth/answer" of each frame.
std::string shown_frames(const Classes& path, const Classes& label) {
  std::string text;
  for (const SpokenFrame& frame : frames_of(path, label)) {
    text += std::to_string(frame.step) + ":" + std::to_string(frame.truth) + "/" +
            std::to_string(frame.answer) + " ";
  }
  return text;
}

TEST(SpokenFrames, AreAlignedWithTheLabel) {
  struct Case {
    Classes path;
    Classes label;
    std::string frames;
  };
  const std::vector<Case> cases{
      {{0, 1, 0, 2, 3}, {1, 2, 3}, "1:1/1 3:2/2 4:3/3 "},  // right
      {{1, 1, 0, 1, 2, 2}, {1, 1, 2}, "0:1/1 3:1/1 4:2/2 "},
      {{1, 0, 4, 0, 3}, {1, 2, 3}, "0:1/1 2:2/4 4:3/3 "},     // one read as another
      {{2, 0, 3, 0, 4}, {1, 2, 3}, "0:2/2 2:3/3 "},           // as long, and shifted
      {{1, 0, 3}, {1, 2, 3}, "0:1/1 2:3/3 "},                 // one is missing
      {{1, 0, 4, 0, 2, 3}, {1, 2, 3}, "0:1/1 4:2/2 5:3/3 "},  // one too many
      {{1, 0, 1, 2}, {1, 2}, "0:1/1 3:2/2 "},                 // doubled
      {{0, 0, 0}, {1, 2}, ""},
      {{1, 2, 3}, {}, ""},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(shown_frames(cases[i].path, cases[i].label), cases[i].frames);
  }
}

TEST(SpokenFrames, AreThoseWhereTheCharacterIsSurest) {
  const std::vector<SpokenFrame> frames =
      frames_of({0, 2, 2, 2, 0, 2}, {2, 2}, {0.7F, 0.5F, 0.7F, 0.6F, 0.7F, 0.5F});
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].step, 2U);
  EXPECT_EQ(frames[1].step, 5U);
}

TEST(SpokenFrames, HaveTheMostProbableWrongCharacterAsRival) {
  // Behind class 4 comes the blank, which is no rival: then the first of the others.
  const std::vector<SpokenFrame> frames = frames_of({2, 0, 4}, {2, 4});
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].rival, 3U);
  EXPECT_EQ(frames[1].rival, 1U);
  // Where the label says another character, it is the answer.
  EXPECT_EQ(frames_of({4}, {2})[0].rival, 4U);
}

TEST(SpokenFrames, OfOneCharacterHaveNoRival) {
  const std::vector<float> values{std::log(0.1F), std::log(0.9F)};
  EXPECT_EQ(spoken_frames({values.data(), 1, 2}, {1})[0].rival, 0U);
}

TEST(Centers, FollowTheirFeatures) {
  Centers centers(3, 2);
  EXPECT_FALSE(centers.has(1));
  // First the mean of what is seen first, whatever the rate.
  const std::vector<float> first{1, 2, 3, 6};
  centers.follow(first.data(), {1, 1}, 0.05);
  EXPECT_TRUE(centers.has(1));
  EXPECT_FALSE(centers.has(2));
  EXPECT_FLOAT_EQ(centers.of(1)[0], 2);
  EXPECT_FLOAT_EQ(centers.of(1)[1], 4);
  // Then c - rate * ((c - f1) + (c - f2)) / 3.
  const std::vector<float> second{5, 4, 2, 10, 7, 7};
  centers.follow(second.data(), {1, 1, 2}, 0.5);
  EXPECT_FLOAT_EQ(centers.of(1)[0], 2 - 0.5F * (-3 + 0) / 3);
  EXPECT_FLOAT_EQ(centers.of(1)[1], 4 - 0.5F * (0 - 6) / 3);
  EXPECT_FLOAT_EQ(centers.of(2)[0], 7);
}

/// Classes 1 .. 4 at the corners of a square of side 10.
Centers corners() {
  Centers centers(kClasses, 2);
  const std::vector<float> rows{0, 0, 10, 0, 10, 10, 0, 10};
  centers.follow(rows.data(), {1, 2, 3, 4}, 1);
  return centers;
}

TEST(CenterStatistics, MeasureMeansAndExtremes) {
  const Centers centers = corners();
  const std::vector<std::string> characters{"a", "b", "c", "\""};
  CenterStatistics statistics(centers, characters);
  EXPECT_EQ(statistics.distances().frames, 0U);
  Frames line;
  line.steps = 3;
  line.classes = kClasses;
  line.log_probabilities = outputs_of({1, 0, 3});
  line.features = {0, 1, 50, 50, 10, 13};  // 1 from its corner; of a blank; 3 from it
  statistics.add(line, {1, 3});
  const CenterDistances d = statistics.distances();
  EXPECT_EQ(d.frames, 2U);
  EXPECT_DOUBLE_EQ(d.loss, (0.5 * 1 + 0.5 * 9) / 2);
  EXPECT_DOUBLE_EQ(d.own.mean, 2);
  EXPECT_EQ(d.own.least.character, "a");
  EXPECT_EQ(d.own.least.rival, "b");
  EXPECT_EQ(d.own.most.character, "c");
  EXPECT_EQ(d.own.most.rival, "\"");
  EXPECT_DOUBLE_EQ(d.own.most.distance, 3);
  EXPECT_DOUBLE_EQ(d.rival.least.distance, std::sqrt(101.0));
  EXPECT_DOUBLE_EQ(d.rival.most.distance, std::sqrt(109.0));
  EXPECT_DOUBLE_EQ(d.between.mean, 10);
  EXPECT_NE(to_text(d).find("distances of 2 characters"), std::string::npos);

  const std::string csv = to_csv({d, d});
  EXPECT_EQ(to_csv(parse_distances(csv, "centers.csv")), csv);
}

TEST(CenterStatistics, LeaveOutWhatWasMisread) {
  const Centers centers = corners();
  const std::vector<std::string> characters{"a", "b", "c", "d"};
  CenterStatistics statistics(centers, characters);
  Frames line;
  line.steps = 1;
  line.classes = kClasses;
  line.log_probabilities = outputs_of({1});
  line.features = {3, 3};
  statistics.add(line, {2});
  EXPECT_EQ(statistics.distances().frames, 0U);
  EXPECT_EQ(to_text(statistics.distances()), "centers: no two characters have been read yet\n");
}

TEST(CenterStatistics, OtherFilesAreRefused) {
  EXPECT_EQ(message_of([] { parse_distances("step\n", "m/centers.csv"); }, ErrorCode::kFormat)
                .find("m/centers.csv: must begin with step,frames,loss,own_mean,"),
            0U);
  const std::string head = to_csv({});
  EXPECT_EQ(
      message_of([&] { parse_distances(head + "1,2\n", "m/centers.csv"); }, ErrorCode::kFormat),
      "m/centers.csv:2: must have 24 columns. Got: 2");
}

}  // namespace
}  // namespace glyphmill::ocr
