// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/projector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <sstream>

#include "glyphmill/generator.h"
#include "glyphmill/random.h"
#include "glyphmill/training.h"
#include "ocr/principal_axes.h"
#include "support/messages.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

using test::message_of;

std::vector<std::string> lines_of(const std::string& path) {
  std::istringstream stream(test::read_all(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(PrincipalAxes, AreThoseOfTheData) {
  // Along (3, 4, 0) / 5 with a deviation of 10, across (4, -3, 0) / 5 with one of 2.
  SampleRng rng({1, 0, stage_id("test.axes")});
  std::vector<float> vectors;
  std::vector<double> along;
  for (int i = 0; i < 2000; ++i) {
    const double a = rng.normal(0, 10);
    const double b = rng.normal(0, 2);
    along.push_back(a);
    vectors.push_back(static_cast<float>(7 + 0.6 * a + 0.8 * b));
    vectors.push_back(static_cast<float>(0.8 * a - 0.6 * b));
    vectors.push_back(5);
  }
  const ocr::Projection projection = ocr::on_principal_axes(vectors, 3);
  EXPECT_NEAR(projection.x_share, 100.0 / 104, 0.01);
  EXPECT_NEAR(projection.y_share, 4.0 / 104, 0.01);
  double error = 0;
  for (std::size_t i = 0; i < along.size(); ++i) {
    error = std::max(error, std::abs(projection.points[i].x - along[i]));
  }
  EXPECT_LT(error, 2);
}

TEST(PrincipalAxes, OfOneNumberOrOneVectorAreFlat) {
  const ocr::Projection thin = ocr::on_principal_axes({1, 2, 3}, 1);
  EXPECT_EQ(thin.points[2], cv::Point2d(1, 0));
  EXPECT_EQ(ocr::on_principal_axes({1, 2, 3}, 3).points[0], cv::Point2d(0, 0));
}

class ProjectorTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new test::TempDir;
    TrainingTask task;
    task.model = model_options(Architecture::kTiny);
    task.model.height = 16;
    task.model.channels = {8, 16};
    task.model.lstm = {16};
    task.options.steps = 150;
    task.options.batch = 8;
    task.options.learning_rate = 0.01;
    task.options.warmup_steps = 5;
    task.options.validation_samples = 16;
    task.streams = {{recipe()}};
    TrainingRun run;
    run.output = dir_->path("model");
    ASSERT_EQ(train(task, run).accuracy, 1);
    task.model.head = Head::kPositions;
    task.options.steps = 1;
    run.output = dir_->path("positions");
    train(task, run);
  }
  static void TearDownTestSuite() { delete dir_; }

  static Recipe recipe() {
    return parse_recipe(
        "labels: {kind: list, texts: ['12', '211', '1', '2212']}\n"
        "glyphs: {kind: tiles}\ncompose: {height: 16, width_stddev: 0}\nseed: 1\nops: []\n"
        "count: 4\n",
        "");
  }

  /// The four samples, over and over, with labels as `relabelled` makes them.
  static std::uint64_t written(const std::string& name, std::uint64_t images, std::uint64_t vectors,
                               const std::function<void(LabelledImage&)>& relabelled = {}) {
    const Recognizer model(dir_->path("model"));
    const Generator generator(recipe());
    std::uint64_t k = 0;
    ProjectorOptions options;
    options.vectors = vectors;
    return write_projector(
        model,
        [&](LabelledImage& image) {
          if (k == images) return false;
          const Sample sample = generator.sample(k % 4);
          image = {sample.image, sample.label, k++};
          if (relabelled) relabelled(image);
          return true;
        },
        dir_->path(name), options);
  }

  static test::TempDir* dir_;
};
test::TempDir* ProjectorTest::dir_ = nullptr;

TEST_F(ProjectorTest, EveryCharacterThatIsReadHasAVector) {
  EXPECT_EQ(written("all", 8, 100), 20U);  // 2 x (2 + 3 + 1 + 4)
  const std::vector<std::string> vectors = lines_of(dir_->path("all/vectors.tsv"));
  const std::vector<std::string> metadata = lines_of(dir_->path("all/metadata.tsv"));
  ASSERT_EQ(vectors.size(), 20U);
  ASSERT_EQ(metadata.size(), 21U);
  EXPECT_EQ(metadata[0], "label\tanswer\ttext\tindex");
  for (const std::string& line : vectors) {
    EXPECT_EQ(std::count(line.begin(), line.end(), '\t'), 31);  // two directions of 16
  }
  std::string labels;
  for (std::size_t i = 1; i < 11; ++i) labels += metadata[i].substr(0, 1);
  const Generator generator(recipe());
  std::string expected;
  for (std::uint64_t k = 0; k < 4; ++k) expected += generator.sample(k).label;
  EXPECT_EQ(labels, expected);
  EXPECT_EQ(vectors[0], vectors[10]);
  EXPECT_NE(vectors[0], vectors[1]);

  const cv::Mat sprite = cv::imread(dir_->path("all/sprite.png"), cv::IMREAD_UNCHANGED);
  EXPECT_EQ(sprite.size(), cv::Size(5 * 32, 4 * 32));
  EXPECT_FALSE(cv::imread(dir_->path("all/projection.png")).empty());
  EXPECT_NE(test::read_all(dir_->path("all/projector_config.pbtxt")).find("sprite.png"),
            std::string::npos);
}

TEST_F(ProjectorTest, ThereAreNoMoreThanAskedFor) {
  EXPECT_EQ(written("few", 1000, 7), 7U);
  EXPECT_EQ(lines_of(dir_->path("few/vectors.tsv")).size(), 7U);
}

TEST_F(ProjectorTest, WhatWasMisreadSaysSo) {
  EXPECT_GT(written("misread", 4, 100,
                    [](LabelledImage& image) {
                      std::replace(image.label.begin(), image.label.end(), '1', '2');
                    }),
            0U);
  bool any = false;
  for (const std::string& line : lines_of(dir_->path("misread/metadata.tsv"))) {
    EXPECT_NE(line.substr(0, 2), "1\t");
    any = any || line.substr(0, 4) == "2\t1\t";
  }
  EXPECT_TRUE(any);
}

TEST_F(ProjectorTest, WhatCannotBeShownIsRefused) {
  const auto relabelled = [](LabelledImage& image) { image.label = "x"; };
  EXPECT_EQ(message_of([&] { written("none", 4, 10, relabelled); }, ErrorCode::kInvalidArgument),
            "projector: needs images of which the model reads a character. Got: none");
  EXPECT_EQ(message_of([] { written("none", 4, 0); }, ErrorCode::kInvalidArgument),
            "vectors: must be 1 .. 60000. Got: 0");
  EXPECT_EQ(
      message_of(
          [] { written("none", 4, 10, [](LabelledImage& image) { image.image = cv::Mat(); }); },
          ErrorCode::kInvalidArgument),
      "sample 0: image: must be 8-bit gray or colour. Got: 0 x 0 px, type 0");
  const Recognizer positions(dir_->path("positions"));
  const auto nothing = [](LabelledImage&) { return false; };
  EXPECT_EQ(message_of([&] { write_projector(positions, nothing, dir_->path("none")); },
                       ErrorCode::kInvalidArgument),
            "projector: needs a model of head ctc, with features of each step. Got: positions");
  EXPECT_FALSE(boost::filesystem::exists(dir_->path("none")));
}

}  // namespace
}  // namespace glyphmill
