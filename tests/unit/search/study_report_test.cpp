// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/study_report.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgcodecs.hpp>

#include "glyphmill/random.h"
#include "support/messages.h"
#include "support/temp_dir.h"

namespace glyphmill::search {
namespace {

/// Random points; x decides, optimizer matters a little, the rest does not.
std::vector<Trial> trials_of(const Space& space, std::size_t count) {
  Searcher searcher({space, Method::kRandom, 5});
  for (std::size_t i = 0; i < count; ++i) {
    const Trial trial = searcher.ask().value();
    const double x = trial.point.real("x");
    if (x > 0.95) {
      searcher.tell(trial.number, Outcome::failed("diverged"));
    } else {
      const double more = trial.point.text("optimizer") == "SGD" ? 0.2 : 0;
      searcher.tell(trial.number, Outcome::of(x + more));
    }
  }
  return searcher.trials();
}

Space space() {
  return parse_plan(R"(
parameters:
  nothing: {integer: [1, 100]}
  optimizer: [Adam, SGD, Adagrad]
  x: {real: [0, 1]}
  rare: {real: [1, 10], log: true, when: {optimizer: SGD}}
  height: 32
)",
                    "space")
      .space;
}

const Influence& influence_of(const std::vector<Influence>& all, const std::string& name) {
  for (const Influence& one : all) {
    if (one.parameter == name) return one;
  }
  throw Error(ErrorCode::kInternal, name);
}

TEST(Influences, TellWhatMatters) {
  const std::vector<Influence> all = influences(space(), trials_of(space(), 200));
  ASSERT_EQ(all.size(), 4U);  // not the fixed one
  EXPECT_EQ(all[0].parameter, "x");
  // Within one of five groups of a uniform value is 1/25 of its variance.
  EXPECT_GT(all[0].explained, 0.7);
  EXPECT_GT(all[0].correlation.value(), 0.85);
  EXPECT_EQ(all[1].parameter, "optimizer");
  EXPECT_FALSE(all[1].correlation);
  // Unbiased: without effect the standard deviation is about sqrt(2 (k - 1)) / n = 0.014.
  EXPECT_LT(influence_of(all, "nothing").explained, 4 * 0.014);
  EXPECT_LT(std::abs(influence_of(all, "nothing").correlation.value()), 4 / std::sqrt(200.0));
  EXPECT_LT(influence_of(all, "rare").trials, 120U);
}

TEST(Influences, OfFewTrialsOrEqualScoresAreNone) {
  for (const std::size_t count : {0U, 1U, 2U}) {
    for (const Influence& one : influences(space(), trials_of(space(), count))) {
      EXPECT_EQ(one.explained, 0) << one.parameter;
    }
  }
  std::vector<Trial> trials = trials_of(space(), 30);
  for (Trial& trial : trials) trial.outcome = Outcome::of(1);
  for (const Influence& one : influences(space(), trials)) {
    EXPECT_EQ(one.explained, 0);
    EXPECT_FALSE(one.correlation);
  }
}

TEST(StudyPicture, IsWrittenOfAnyTrials) {
  const test::TempDir directory;
  for (const std::size_t count : {0U, 1U, 60U}) {
    const std::string path = directory.path("study.png");
    write_study_picture(space(), trials_of(space(), count), path);
    EXPECT_EQ(cv::imread(path).size(), draw_study(space(), {}).size());
  }
  EXPECT_NE(test::message_of([] { write_study_picture(space(), {}, "study.txt"); }), "");
}

}  // namespace
}  // namespace glyphmill::search
