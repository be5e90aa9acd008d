// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>

#include "glyphmill/runner.h"
#include "sinks/checksum.h"
#include "sinks/encoder.h"
#include "sinks/layout.h"
#include "sinks/packed_files.h"
#include "support/messages.h"
#include "support/recipes.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

namespace fs = boost::filesystem;

using test::message_of;
using test::read_all;
using test::TempDir;
using test::tree_of;
using test::write_all;

/// 70 codes (two shards) of 28 x 200 gray.
Recipe recipe_of(Format format) {
  Recipe recipe = test::codes(70);
  std::get<TileLook>(recipe.look).compose.height = 28;
  std::get<TileLook>(recipe.look).compose.width_mean = 200;
  std::get<TileLook>(recipe.look).compose.width_stddev = 0;
  std::get<TileLook>(recipe.look).compose.color = false;
  recipe.output.format = {format};
  return recipe;
}

std::string file_of(Format format) {
  return format == Format::kNpz ? "dataset.npz" : "dataset.pickle";
}

sinks::DataSet data_set_of(const Generator& generator) {
  const Recipe& recipe = generator.recipe();
  return {*recipe.seed, generator.count(), to_yaml(recipe), recipe.output,
          recipe.output.format.front()};
}

/// What a whole run makes, and a directory to be cut short in.
class PackedSink : public testing::TestWithParam<Format> {
 protected:
  PackedSink() { write_dataset(generator, {whole, 1}); }

  std::unique_ptr<sinks::Sink> open(bool resume = false) const {
    return sinks::make_sink(data_set_of(generator), {out, false, resume});
  }

  /// Commits the first `shards` shards and then vanishes, as a process that is killed does.
  void die_after(std::uint64_t shards) const {
    const auto sink = open();
    sinks::Encoder encoder(generator.recipe().output);
    for (std::uint64_t shard = 0; shard < shards; ++shard) {
      const auto writer = sink->begin(shard);
      for (std::uint64_t k = sink->shards().first(shard); k < sink->shards().end(shard); ++k) {
        const Sample sample = generator.sample(k);
        sinks::OutgoingSample outgoing(sample, encoder);
        writer->add(outgoing);
      }
      writer->commit();
    }
  }

  void run(bool overwrite, bool resume) const {
    write_dataset(generator, {out, 2, overwrite, resume});
  }

  const TempDir dir;
  const Generator generator{recipe_of(GetParam())};
  const std::string whole = dir.path("whole");
  const std::string out = dir.path("out");
};

INSTANTIATE_TEST_SUITE_P(Formats, PackedSink, testing::Values(Format::kNpz, Format::kPickle),
                         [](const auto& format) {
                           return format.param == Format::kNpz ? "Npz" : "Pickle";
                         });

TEST_P(PackedSink, HasOneFileAndTheManifestSaysWhatIsInIt) {
  const auto files = tree_of(whole);
  ASSERT_EQ(files.size(), 6u);  // with recipe, labels, characters, dataset.json and manifest
  const std::string file = file_of(GetParam());
  ASSERT_EQ(files.count(file), 1u);
  EXPECT_EQ(files.count("recipe.yaml"), 1u);
  EXPECT_FALSE(fs::exists(whole + "/.glyphmill"));
  std::string labels;
  for (std::uint64_t k = 0; k < 70; ++k) {
    labels += std::to_string(k) + "\t" + generator.label(k).label + "\n";
  }
  EXPECT_EQ(files.at("labels.tsv"), labels);
  const auto manifest = nlohmann::json::parse(files.at("manifest.json"));
  EXPECT_EQ(manifest["format"], GetParam() == Format::kNpz ? "npz" : "pickle");
  ASSERT_EQ(manifest["files"].size(), 1u);
  EXPECT_EQ(manifest["files"][0]["path"], file);
  EXPECT_EQ(manifest["files"][0]["bytes"], files.at(file).size());
  EXPECT_EQ(manifest["files"][0]["xxh3_128"], sinks::checksum_of(files.at(file)));
  EXPECT_EQ(manifest["count"], 70);
  EXPECT_EQ(manifest["shards"][1], nlohmann::json({{"first", 50}, {"count", 20}}));
}

TEST_P(PackedSink, ThreadsChangeNoByte) {
  run(false, false);
  EXPECT_EQ(tree_of(out), tree_of(whole));
}

TEST_P(PackedSink, DeathAfterAnyCommitLeavesWhatResumeAndOverwriteComplete) {
  for (std::uint64_t shards = 0; shards <= 2; ++shards) {
    for (const bool resume : {true, false}) {
      fs::remove_all(out);
      die_after(shards);
      EXPECT_FALSE(fs::exists(out + "/" + file_of(GetParam())));
      run(!resume, resume);
      EXPECT_EQ(tree_of(out), tree_of(whole)) << shards << " shards, resume " << resume;
    }
  }
}

TEST_P(PackedSink, AFinishedShardIsNotMadeAgain) {
  die_after(1);
  const RunResult result = write_dataset(generator, {out, 1, false, true});
  const auto records = fs::file_size(whole + "/" + file_of(GetParam()));
  EXPECT_LT(result.bytes, records / 2);
  EXPECT_EQ(tree_of(out), tree_of(whole));
}

// The file is in place and its manifest is not yet.
TEST_P(PackedSink, DeathBetweenTheLastStepsIsResumedAndOverwritten) {
  const std::string file = file_of(GetParam());
  for (const bool resume : {true, false}) {
    fs::remove_all(out);
    die_after(2);
    write_all(out + "/" + file, read_all(whole + "/" + file));
    write_all(out + "/.glyphmill/manifest.json", read_all(whole + "/manifest.json"));
    write_all(out + "/.glyphmill/labels.part", "");
    run(!resume, resume);
    EXPECT_EQ(tree_of(out), tree_of(whole)) << "resume " << resume;
  }
}

TEST_P(PackedSink, AForeignFileOfItsNameIsKeptAndReported) {
  const std::string file = file_of(GetParam());
  write_all(out + "/" + file, "mine");
  EXPECT_NE(message_of([&] { run(true, false); }).find("'" + file + "' is not Glyphmill's"),
            std::string::npos);
  EXPECT_EQ(read_all(out + "/" + file), "mine");
  fs::remove(out + "/" + file);
  die_after(1);
  write_all(out + "/" + file, "mine");
  EXPECT_NE(message_of([&] { run(false, true); }).find("'" + file + "' is not Glyphmill's"),
            std::string::npos);
  EXPECT_EQ(read_all(out + "/" + file), "mine");
  fs::remove(out + "/" + file);
  run(false, true);
  EXPECT_EQ(tree_of(out), tree_of(whole));
}

TEST_P(PackedSink, ForeignFilesBesideItOutliveAReplacement) {
  run(false, false);
  write_all(out + "/notes.txt", "mine");
  write_all(out + "/images/000/photo.jpg", "mine");
  run(true, false);
  EXPECT_EQ(read_all(out + "/notes.txt"), "mine");
  EXPECT_EQ(read_all(out + "/images/000/photo.jpg"), "mine");
  EXPECT_EQ(read_all(out + "/manifest.json"), read_all(whole + "/manifest.json"));
}

TEST_P(PackedSink, FormatsReplaceEachOther) {
  for (const Format other : {Format::kFolder, Format::kNpz, Format::kPickle}) {
    const Generator before(recipe_of(other));
    fs::remove_all(out);
    write_dataset(before, {out, 2});
    const auto other_files = tree_of(out);
    run(true, false);
    EXPECT_EQ(tree_of(out), tree_of(whole));
    EXPECT_FALSE(fs::exists(out + "/images"));
    write_dataset(before, {out, 2, true});
    EXPECT_EQ(tree_of(out), other_files);
  }
}

// What a tampered manifest names must not lead a removal out of the directory.
TEST_P(PackedSink, ATamperedManifestRemovesNothingElse) {
  for (const char* name : {"../victim.npz", "sub/victim.npz", "victim.txt", "recipe.yaml/.npz"}) {
    fs::remove_all(out);
    run(false, false);
    write_all(dir.path("victim.npz"), "mine");
    write_all(out + "/sub/victim.npz", "mine");
    write_all(out + "/victim.txt", "mine");
    auto manifest = nlohmann::json::parse(read_all(out + "/manifest.json"));
    manifest["layout"]["files"] = {name};
    write_all(out + "/manifest.json", manifest.dump());
    message_of([&] { run(true, false); });
    EXPECT_EQ(read_all(dir.path("victim.npz")), "mine") << name;
    EXPECT_EQ(read_all(out + "/sub/victim.npz"), "mine") << name;
    EXPECT_EQ(read_all(out + "/victim.txt"), "mine") << name;
  }
}

TEST_P(PackedSink, AForeignManifestRemovesNoFileThatItNames) {
  const std::string file = file_of(GetParam());
  write_all(out + "/manifest.json", R"({"format": "npz", "files": [{"path": ")" + file + R"("}]})");
  write_all(out + "/" + file, "mine");
  EXPECT_NE(message_of([&] { run(true, false); }), "");
  EXPECT_EQ(read_all(out + "/" + file), "mine");
}

TEST_P(PackedSink, AFinishedSetWhoseFileIsCutIsNoWholeOne) {
  run(false, false);
  run(false, true);
  fs::resize_file(out + "/" + file_of(GetParam()), 1000);
  EXPECT_NE(message_of([&] { run(false, true); }).find("has been damaged since"),
            std::string::npos);
  run(true, false);
  EXPECT_EQ(tree_of(out), tree_of(whole));
}

TEST_P(PackedSink, ADamagedShardIsNotPacked) {
  die_after(1);
  std::string part = read_all(out + "/.glyphmill/000.part");
  part[part.size() / 2] = static_cast<char>(part[part.size() / 2] ^ 1);
  write_all(out + "/.glyphmill/000.part", part);
  EXPECT_NE(message_of([&] { run(false, true); }).find("000.part: the finished shard has been"),
            std::string::npos);
  EXPECT_FALSE(fs::exists(out + "/" + file_of(GetParam())));
}

TEST_P(PackedSink, TwoRunsNeverShareADirectory) {
  const auto first = open();
  for (const bool resume : {false, true}) {
    EXPECT_EQ(message_of([&] { open(resume); }), out + ": another run is writing a data set there");
  }
}

/// Refuses files beyond a size, as a full disk does.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_P(PackedSink, AFullDiskInAShardLeavesNothing) {
  {
    const FileSizeLimit limit(50000);  // less than either shard
    EXPECT_NE(message_of([&] { run(false, false); }).find(".glyphmill/00"), std::string::npos);
  }
  EXPECT_FALSE(fs::exists(out));
}

TEST_P(PackedSink, AFullDiskAtTheEndLeavesWhatResumeCompletes) {
  const auto size = fs::file_size(whole + "/" + file_of(GetParam()));
  {
    const FileSizeLimit limit(size - 1);
    const std::string message = message_of([&] { run(false, false); });
    EXPECT_NE(message.find(file_of(GetParam()) + ".tmp: cannot write"), std::string::npos)
        << message;
  }
  EXPECT_FALSE(fs::exists(out + "/" + file_of(GetParam())));
  EXPECT_FALSE(fs::exists(out + "/.glyphmill/" + file_of(GetParam()) + ".tmp"));
  run(false, true);
  EXPECT_EQ(tree_of(out), tree_of(whole));
}

TEST_P(PackedSink, ImagesOfDifferentSizesAreRefusedAndLeaveNothing) {
  Recipe recipe = recipe_of(GetParam());
  std::get<TileLook>(recipe.look).compose.width_mean.reset();  // by the length of the code
  std::get<CodeOptions>(recipe.labels).length = {9, 10};
  const Generator uneven(recipe);
  const auto columns = [&](std::uint64_t k) { return uneven.sample(k).image.cols; };
  std::uint64_t k = 1;
  while (columns(k) == columns(0)) ++k;
  const std::string name = GetParam() == Format::kNpz ? "npz" : "pickle";
  for (const unsigned threads : {1u, 2u}) {
    EXPECT_EQ(message_of([&] {
                write_dataset(uneven, {out, threads});
              }),
              "output.format: " + name +
                  " needs images of one size; give the width a fixed number. Got: 28 x " +
                  std::to_string(columns(k)) + " after 28 x " + std::to_string(columns(0)));
    EXPECT_FALSE(fs::exists(out)) << threads << " threads";
  }
}

TEST_P(PackedSink, ShardsOfDifferentSizesAreRefusedInTheOrderOfTheSamples) {
  Sample narrow = generator.sample(0);
  Sample wide = generator.sample(60);
  cv::copyMakeBorder(generator.sample(60).image, wide.image, 0, 0, 0, 5, cv::BORDER_REPLICATE);
  sinks::Encoder encoder(generator.recipe().output);
  sinks::OutgoingSample outgoing_narrow(narrow, encoder);
  sinks::OutgoingSample outgoing_wide(wide, encoder);
  for (const bool backwards : {false, true}) {
    const auto sink = open();
    const auto first = sink->begin(backwards ? 1 : 0);
    first->add(backwards ? outgoing_wide : outgoing_narrow);
    first->commit();
    const auto second = sink->begin(backwards ? 0 : 1);
    const std::string message =
        message_of([&] { second->add(backwards ? outgoing_narrow : outgoing_wide); });
    EXPECT_NE(message.find("Got: 28 x 205 after 28 x 200"), std::string::npos) << message;
    sink->abandon();
    EXPECT_FALSE(fs::exists(out));
  }
}

TEST_P(PackedSink, OneImageAloneIsAnImageFile) {
  const std::string path = write_one(generator, 3, {out});
  EXPECT_EQ(fs::path(path).extension(), ".jpg");
  EXPECT_TRUE(fs::is_regular_file(path));
}

TEST_P(PackedSink, HostileNamesAreRefusedBeforeAnythingIsMade) {
  for (const char* name : {"", "..", ".hidden", "a/b", "../out", "/tmp/x", "a\nb", "{label}",
                           "{count", "x}", "a:b", "CON*", "\xff\xfe", "{count}{cnt}"}) {
    sinks::DataSet data_set = data_set_of(generator);
    data_set.output.pack_name = name;
    const std::string message = message_of([&] { sinks::make_sink(data_set, {out}); });
    EXPECT_EQ(message.rfind("output.pack_name: ", 0), 0u) << name << " -> " << message;
    EXPECT_FALSE(fs::exists(out)) << name;
  }
  sinks::DataSet data_set = data_set_of(generator);
  data_set.output.pack_name = std::string(241, 'a');
  EXPECT_NE(message_of([&] { sinks::packed_names(data_set); }), "");
  data_set.output.pack_name = "phones-{count}-{count}年";
  const std::string end = GetParam() == Format::kNpz ? ".npz" : ".pickle";
  EXPECT_EQ(sinks::packed_names(data_set), std::vector<std::string>{"phones-70-70年" + end});
}

TEST_P(PackedSink, TheFileHasTheNameThatIsAskedFor) {
  Recipe recipe = recipe_of(GetParam());
  recipe.output.pack_name = "images";  // stands beside no folder of ours
  write_dataset(Generator(recipe), {out, 2});
  const std::string file = "images" + fs::path(file_of(GetParam())).extension().string();
  EXPECT_EQ(read_all(out + "/" + file), read_all(whole + "/" + file_of(GetParam())));
}

}  // namespace
}  // namespace glyphmill
