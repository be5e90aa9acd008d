// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/runner.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <set>
#include <sstream>
#include <thread>

#include "glyphmill/error.h"
#include "support/messages.h"
#include "support/recipes.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

using test::message_of;
using test::TempDir;
using test::tree_of;
using test::write_all;

RunOptions into(const std::string& path) {
  RunOptions options;
  options.output = path;
  options.threads = 2;
  return options;
}

std::vector<std::pair<std::string, std::string>> labels_of(const std::string& data_set) {
  std::istringstream lines(test::read_all(data_set + "/labels.tsv"));
  std::vector<std::pair<std::string, std::string>> labels;
  for (std::string line; std::getline(lines, line);) {
    labels.emplace_back(line.substr(0, line.find('\t')), line.substr(line.find('\t') + 1));
  }
  return labels;
}

TEST(Runner, WritesAsManyLabelledImagesAsAsked) {
  const TempDir dir;
  const Generator generator(test::codes(120));
  const RunResult result = write_dataset(generator, into(dir.path("out")));
  EXPECT_EQ(result.samples, 120u);
  EXPECT_FALSE(result.interrupted);
  const auto labels = labels_of(dir.path("out"));
  ASSERT_EQ(labels.size(), 120u);
  for (std::uint64_t k = 0; k < 120; ++k) {
    EXPECT_EQ(labels[k].second, generator.label(k).label);
    const cv::Mat image = cv::imread(dir.path("out/" + labels[k].first), cv::IMREAD_UNCHANGED);
    const Sample sample = generator.sample(k);
    ASSERT_EQ(image.size(), sample.image.size());
    EXPECT_EQ(image.type(), CV_8UC3);
  }
  EXPECT_EQ(tree_of(dir.path("out")).size(), 125u);  // and recipe, labels, characters, summary, manifest
}

TEST(Runner, ManifestCountsShardsAndRecipeRunsAgain) {
  const TempDir dir;
  const Generator generator(test::codes(120));
  write_dataset(generator, into(dir.path("out")));
  const auto manifest = nlohmann::json::parse(test::read_all(dir.path("out/manifest.json")));
  EXPECT_EQ(manifest["count"], 120);
  EXPECT_EQ(manifest["seed"], 1);
  std::uint64_t total = 0;
  for (const auto& shard : manifest["shards"]) {
    total += shard["count"].get<std::uint64_t>();
    EXPECT_EQ(shard["xxh3_128"].get<std::string>().size(), 32u);
  }
  EXPECT_EQ(total, 120u);
  const Generator again(read_recipe(dir.path("out/recipe.yaml")));
  write_dataset(again, into(dir.path("again")));
  EXPECT_EQ(tree_of(dir.path("out")), tree_of(dir.path("again")));
}

TEST(Runner, PngAndGrayAreWrittenAsAsked) {
  const TempDir dir;
  Recipe recipe = test::codes(4);
  std::get<TileLook>(recipe.look).compose.color = false;
  recipe.output.image_ext = ImageExt::kPng;
  const Generator generator(recipe);
  write_dataset(generator, into(dir.path("out")));
  for (const auto& [file, label] : labels_of(dir.path("out"))) {
    EXPECT_EQ(cv::imread(dir.path("out/" + file), cv::IMREAD_UNCHANGED).type(), CV_8UC1);
    EXPECT_EQ(file.substr(file.size() - 4), ".png");
  }
}

// The source program lost an image whenever two had one name.
TEST(Runner, EqualNamesNeverReplaceAnImage) {
  const TempDir dir;
  Recipe recipe = test::codes(60);
  recipe.output.name_pattern = "same.{ext}";
  const Generator generator(recipe);
  write_dataset(generator, into(dir.path("out")));
  std::set<std::string> files;
  for (const auto& [file, label] : labels_of(dir.path("out"))) files.insert(file);
  EXPECT_EQ(files.size(), 60u);
  EXPECT_EQ(tree_of(dir.path("out")).size(), 65u);
  const std::string one = write_one(generator, 57, into(dir.path("one")));
  EXPECT_EQ(test::read_all(one), test::read_all(dir.path("out/images/001/same_8.jpg")));
  EXPECT_EQ(one, dir.path("one/images/001/same_8.jpg"));
}

TEST(Runner, RefusesADirectoryThatIsNotEmpty) {
  const TempDir dir;
  write_all(dir.path("out/notes.txt"), "mine");
  const Generator generator(test::codes(10));
  const std::string message = message_of([&] { write_dataset(generator, into(dir.path("out"))); });
  EXPECT_EQ(message.rfind(dir.path("out") + ": must be an empty directory", 0), 0u) << message;
  EXPECT_EQ(tree_of(dir.path("out")).size(), 1u);
}

TEST(Runner, OverwriteRemovesOnlyWhatGlyphmillWrote) {
  const TempDir dir;
  write_dataset(Generator(test::codes(120)), into(dir.path("out")));
  write_all(dir.path("out/notes.txt"), "mine");
  RunOptions options = into(dir.path("out"));
  options.overwrite = true;
  write_dataset(Generator(test::codes(10)), options);
  EXPECT_EQ(tree_of(dir.path("out")).size(), 16u);
  EXPECT_EQ(test::read_all(dir.path("out/notes.txt")), "mine");
}

TEST(Runner, OverwriteStopsAtForeignFilesInItsWay) {
  const TempDir dir;
  write_dataset(Generator(test::codes(10)), into(dir.path("out")));
  write_all(dir.path("out/images/000/mine.jpg"), "mine");
  RunOptions options = into(dir.path("out"));
  options.overwrite = true;
  const std::string message =
      message_of([&] { write_dataset(Generator(test::codes(10)), options); });
  EXPECT_NE(message.find("'000' holds files that Glyphmill did not write"), std::string::npos);
  EXPECT_EQ(test::read_all(dir.path("out/images/000/mine.jpg")), "mine");

  write_all(dir.path("other/labels.tsv"), "mine");
  options.output = dir.path("other");
  EXPECT_NE(message_of([&] {
              write_dataset(Generator(test::codes(10)), options);
            }).find("'labels.tsv' is not Glyphmill's"),
            std::string::npos);
  EXPECT_EQ(test::read_all(dir.path("other/labels.tsv")), "mine");
}

TEST(Runner, OverwriteKeepsForeignFilesInItsWorkDirectory) {
  const TempDir dir;
  write_all(dir.path("out/.glyphmill/mine"), "mine");
  RunOptions options = into(dir.path("out"));
  options.overwrite = true;
  const std::string message =
      message_of([&] { write_dataset(Generator(test::codes(10)), options); });
  EXPECT_NE(message.find("'.glyphmill' holds files that Glyphmill did not write"),
            std::string::npos)
      << message;
  EXPECT_EQ(test::read_all(dir.path("out/.glyphmill/mine")), "mine");
}

TEST(Runner, ResumeSaysWhenThereIsNothingToComplete) {
  const TempDir dir;
  write_all(dir.path("out/notes.txt"), "mine");
  RunOptions options = into(dir.path("out"));
  options.resume = true;
  EXPECT_NE(message_of([&] {
              write_dataset(Generator(test::codes(10)), options);
            }).find("holds no data set of Glyphmill's that could be completed"),
            std::string::npos);
}

TEST(Runner, OverwriteFollowsNoPathOutOfTheDataSet) {
  const TempDir dir;
  write_all(dir.path("precious.txt"), "mine");
  write_dataset(Generator(test::codes(10)), into(dir.path("out")));
  write_all(
      dir.path("out/labels.tsv"),
      "../precious.txt\t1\nimages/../../precious.txt\t1\nimages/000/../../../precious.txt\t1\n"
      "images/000/..\t1\n" +
          test::read_all(dir.path("out/labels.tsv")));
  RunOptions options = into(dir.path("out"));
  options.overwrite = true;
  write_dataset(Generator(test::codes(10)), options);
  EXPECT_EQ(test::read_all(dir.path("precious.txt")), "mine");
}

TEST(Runner, AnInterruptedRunIsCompletedByResume) {
  const TempDir dir;
  const Generator generator(test::codes(1000));
  write_dataset(generator, into(dir.path("whole")));
  std::atomic<bool> stop{false};
  RunOptions options = into(dir.path("out"));
  std::thread interrupter([&] {
    while (!boost::filesystem::exists(dir.path("out/.glyphmill/001.json")) &&
           !boost::filesystem::exists(dir.path("out/manifest.json"))) {
      std::this_thread::yield();
    }
    stop = true;
  });
  RunResult result = write_dataset(generator, options, {}, &stop);
  interrupter.join();
  EXPECT_TRUE(result.interrupted);
  EXPECT_LT(result.samples, 1000u);
  EXPECT_FALSE(boost::filesystem::exists(dir.path("out/manifest.json")));
  for (const auto& [path, bytes] : tree_of(dir.path("out"))) {
    EXPECT_EQ(path.find(".tmp"), std::string::npos) << path;
  }
  EXPECT_NE(message_of([&] { write_dataset(generator, options); }).find("--resume"),
            std::string::npos);
  options.resume = true;
  result = write_dataset(generator, options);
  EXPECT_FALSE(result.interrupted);
  EXPECT_EQ(tree_of(dir.path("out")), tree_of(dir.path("whole")));
  // A finished set is left as it is.
  result = write_dataset(generator, options);
  EXPECT_EQ(result.samples, 1000u);
  EXPECT_EQ(result.bytes, 0u);
  EXPECT_EQ(tree_of(dir.path("out")), tree_of(dir.path("whole")));
}

TEST(Runner, ResumeRefusesAnotherRecipe) {
  const TempDir dir;
  write_dataset(Generator(test::codes(10)), into(dir.path("out")));
  RunOptions options = into(dir.path("out"));
  options.resume = true;
  EXPECT_NE(message_of([&] {
              write_dataset(Generator(test::codes(10, 2)), options);
            }).find("another recipe or seed"),
            std::string::npos);
}

TEST(Runner, StoppedAtOnceLeavesNothing) {
  const TempDir dir;
  const std::atomic<bool> stop{true};
  const RunResult result =
      write_dataset(Generator(test::codes(100)), into(dir.path("out")), {}, &stop);
  EXPECT_TRUE(result.interrupted);
  EXPECT_FALSE(boost::filesystem::exists(dir.path("out")));
}

TEST(Runner, AFileInPlaceOfTheDirectoryIsNamed) {
  const TempDir dir;
  write_all(dir.path("out"), "a file");
  const std::string message =
      message_of([&] { write_dataset(Generator(test::codes(10)), into(dir.path("out"))); });
  EXPECT_EQ(message.rfind(dir.path("out") + ": cannot", 0), 0u) << message;
  EXPECT_EQ(test::read_all(dir.path("out")), "a file");
}

TEST(Runner, DefaultThreadsFollowTheScheduler) {
  setenv("SLURM_CPUS_PER_TASK", "3", 1);
  EXPECT_EQ(default_threads(), 3u);
  setenv("SLURM_CPUS_PER_TASK", "many", 1);
  setenv("SLURM_CPUS_ON_NODE", "5", 1);
  EXPECT_EQ(default_threads(), 5u);
  unsetenv("SLURM_CPUS_PER_TASK");
  unsetenv("SLURM_CPUS_ON_NODE");
  EXPECT_GE(default_threads(), 1u);
}

}  // namespace
}  // namespace glyphmill
