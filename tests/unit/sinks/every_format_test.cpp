// SPDX-License-Identifier: Apache-2.0
// What holds for every format: interruptions, parts, several at once, and what is removed.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "glyphmill/error.h"
#include "glyphmill/runner.h"
#include "job/destinations.h"
#include "sinks/encoder.h"
#include "sinks/layout.h"
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

constexpr std::uint64_t kCount = 70;
constexpr std::uint64_t kShardSize = 20;
constexpr std::uint64_t kShards = 4;

/// Small gray codes of one size, which every format can hold, in four shards.
Recipe small_codes(const std::vector<Format>& formats) {
  Recipe recipe = test::codes(kCount);
  auto& compose = std::get<TileLook>(recipe.look).compose;
  compose.height = 20;
  compose.width_mean = 100;
  compose.width_stddev = 0;
  compose.color = false;
  recipe.output.format = formats;
  recipe.output.shard_size = kShardSize;
  recipe.output.annotations = true;
  return recipe;
}

RunOptions::Part part(std::uint64_t index, std::uint64_t of) { return {index, of}; }

class EveryFormat : public testing::TestWithParam<Format> {
 protected:
  EveryFormat() { write_dataset(generator, {whole, 1}); }

  std::unique_ptr<sinks::Sink> open(const sinks::FolderOptions& options) const {
    return open_sinks(destinations(generator.recipe(), kCount, options.path), options);
  }

  void make(sinks::Sink& sink, std::uint64_t shard) const {
    const auto writer = sink.begin(shard);
    ASSERT_NE(writer, nullptr);
    sinks::Encoder encoder(generator.recipe().output);
    for (std::uint64_t k = sink.shards().first(shard); k < sink.shards().end(shard); ++k) {
      const Sample sample = generator.sample(k);
      sinks::OutgoingSample outgoing(sample, encoder);
      writer->add(outgoing);
    }
    writer->commit();
  }

  /// Commits some shards, begins another and vanishes, as a process that is killed does.
  void die_after(std::uint64_t shards) const {
    const auto sink = open({out});
    for (std::uint64_t shard = 0; shard < shards; ++shard) make(*sink, shard);
  }

  RunResult run_part(std::uint64_t index, std::uint64_t of) const {
    return write_dataset(generator, {out, 1, false, false, part(index, of)});
  }

  const TempDir dir;
  const Generator generator{small_codes({GetParam()})};
  const std::string whole = dir.path("whole");
  const std::string out = dir.path("out");
};

/// The tests that start threads.
using EveryFormatInThreads = EveryFormat;

auto every_format() {
  return testing::Values(Format::kFolder, Format::kLmdb, Format::kWebDataset, Format::kJsonl,
                         Format::kHf, Format::kTesseract, Format::kEasyOcr, Format::kCoco,
                         Format::kIdx, Format::kNpz, Format::kPickle);
}

std::string name_of_format(const testing::TestParamInfo<Format>& format) {
  return std::string(sinks::name_of(format.param));
}

INSTANTIATE_TEST_SUITE_P(Formats, EveryFormat, every_format(), name_of_format);
INSTANTIATE_TEST_SUITE_P(Formats, EveryFormatInThreads, every_format(), name_of_format);

TEST_P(EveryFormatInThreads, ThreadsChangeNoByte) {
  write_dataset(generator, {out, 3});
  EXPECT_EQ(tree_of(out), tree_of(whole));
  EXPECT_FALSE(fs::exists(out + "/.glyphmill"));
}

TEST_P(EveryFormat, DeathAfterAnyCommitLeavesWhatResumeAndOverwriteComplete) {
  for (std::uint64_t shards = 0; shards <= kShards; ++shards) {
    for (const bool resume : {true, false}) {
      fs::remove_all(out);
      die_after(shards);
      EXPECT_FALSE(fs::exists(out + "/manifest.json"));
      write_dataset(generator, {out, 2, !resume, resume});
      EXPECT_EQ(tree_of(out), tree_of(whole)) << shards << " shards, resume " << resume;
    }
  }
}

TEST_P(EveryFormat, DeathBetweenMoveAndRecordIsNoFinishedShard) {
  die_after(2);
  fs::remove(out + "/.glyphmill/001.json");
  write_dataset(generator, {out, 2, false, true});
  EXPECT_EQ(tree_of(out), tree_of(whole));
}

// A run that was killed before it had written its recipe was taken for one of another recipe.
TEST_P(EveryFormat, DeathBeforeAnythingIsMadeCanBeResumed) {
  fs::create_directories(out + "/.glyphmill");
  write_dataset(generator, {out, 2, false, true});
  EXPECT_EQ(tree_of(out), tree_of(whole));
}

TEST_P(EveryFormat, AFinishedShardIsNotMadeAgain) {
  die_after(kShards - 1);
  Progress progress;
  write_dataset(generator, {out, 1, false, true}, [&](const Progress& now) { progress = now; });
  EXPECT_EQ(progress.resumed, (kShards - 1) * kShardSize);
  EXPECT_EQ(progress.done, kCount);
}

TEST_P(EveryFormat, PartsInAnyOrderMakeTheWholeSet) {
  for (const std::uint64_t of : {1u, 2u, 3u, 4u, 7u}) {
    fs::remove_all(out);
    for (std::uint64_t i = 0; i < of; ++i) {
      const RunResult result = run_part(of - 1 - i, of);
      EXPECT_FALSE(result.interrupted);
      const bool last = i + 1 == of;
      EXPECT_TRUE(last ? result.complete : of > kShards || !result.complete) << i << " of " << of;
    }
    EXPECT_EQ(tree_of(out), tree_of(whole)) << of << " parts";
  }
}

TEST_P(EveryFormatInThreads, PartsAtOnceMakeTheWholeSet) {
  for (int round = 0; round < 5; ++round) {
    fs::remove_all(out);
    std::vector<std::thread> threads;
    std::atomic<int> complete{0};
    for (std::uint64_t i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] { complete += run_part(i, 4).complete ? 1 : 0; });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_GE(complete, 1);
    EXPECT_EQ(tree_of(out), tree_of(whole)) << "round " << round;
  }
}

// A shard that another part finished meanwhile was missing in the count, and the run passed for
// interrupted.
TEST_P(EveryFormatInThreads, PartsThatOverlapAtOnceAreNotInterrupted) {
  for (int round = 0; round < 5; ++round) {
    fs::remove_all(out);
    std::vector<std::thread> threads;
    std::atomic<int> interrupted{0};
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] { interrupted += run_part(0, 1).interrupted ? 1 : 0; });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(interrupted, 0);
    EXPECT_EQ(tree_of(out), tree_of(whole)) << "round " << round;
  }
}

TEST_P(EveryFormat, PartsThatOverlapTakeOtherShards) {
  const auto first = open({out, false, false, true});
  const auto second = open({out, false, false, true});
  const auto writer = first->begin(0);
  ASSERT_NE(writer, nullptr);
  EXPECT_EQ(second->begin(0), nullptr);
  make(*second, 1);
  EXPECT_TRUE(first->is_finished(1));
  EXPECT_EQ(first->begin(1), nullptr);
  EXPECT_FALSE(first->finish());
}

TEST_P(EveryFormat, AWholeRunAndPartsExcludeEachOther) {
  {
    const auto whole_run = open({out});
    EXPECT_EQ(message_of([&] { run_part(0, 2); }),
              out + ": another run is writing a data set there");
  }
  const auto one_part = open({out, false, false, true});
  EXPECT_EQ(message_of([&] {
              write_dataset(generator, {out, 1, false, true});
            }),
            out + ": another run is writing a data set there");
}

TEST_P(EveryFormat, APartOfAnotherRecipeIsRefused) {
  run_part(0, 2);
  Recipe other = small_codes({GetParam()});
  other.seed = 2;
  EXPECT_NE(message_of([&] {
              write_dataset(Generator(other), {out, 1, false, false, part(1, 2)});
            }).find("holds the data of another recipe or seed"),
            std::string::npos);
  run_part(1, 2);
  EXPECT_EQ(tree_of(out), tree_of(whole));
}

TEST_P(EveryFormat, APartOfAFinishedSetHasNothingToDo) {
  const RunResult result = write_dataset(generator, {whole, 1, false, false, part(1, 2)});
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(result.bytes, 0u);
}

TEST_P(EveryFormat, FinishingByHandNamesWhatIsMissingAndEndsWhatIsNot) {
  {
    const auto sink = open({out, false, false, true});
    for (std::uint64_t shard = 0; shard < kShards; ++shard) {
      if (shard != 2) make(*sink, shard);
    }
  }
  EXPECT_EQ(message_of([&] { finish_dataset(out); }, ErrorCode::kFormat),
            out + ": 1 of 4 shards are missing: 2. --resume makes them");
  make(*open({out, false, false, true}), 2);
  EXPECT_TRUE(finish_dataset(out).complete);
  EXPECT_EQ(tree_of(out), tree_of(whole));
  EXPECT_TRUE(finish_dataset(out).complete);
}

TEST_P(EveryFormat, OverwriteRemovesWhatWasWrittenAndNothingElse) {
  Recipe folder = small_codes({Format::kFolder});
  folder.seed = 9;
  const Generator other(folder);
  for (const bool finished : {true, false}) {
    fs::remove_all(out);
    if (finished) {
      write_dataset(generator, {out, 1});
    } else {
      die_after(2);
    }
    write_all(out + "/notes.txt", "mine");
    write_dataset(other, {out, 1, true});
    EXPECT_EQ(read_all(out + "/notes.txt"), "mine");
    fs::remove(out + "/notes.txt");
    fs::remove_all(dir.path("fresh"));
    write_dataset(other, {dir.path("fresh"), 1});
    EXPECT_EQ(tree_of(out), tree_of(dir.path("fresh"))) << "finished " << finished;
  }
}

TEST_P(EveryFormat, ADamagedSetIsNotTakenForAFinishedOne) {
  write_dataset(generator, {whole, 1, false, true});
  const auto manifest = nlohmann::json::parse(read_all(whole + "/manifest.json"));
  const auto& pieces = manifest.contains("files") ? manifest["files"] : manifest["shards"];
  fs::remove_all(whole + "/" + pieces.back()["path"].get<std::string>());
  EXPECT_NE(message_of([&] {
              write_dataset(generator, {whole, 1, false, true});
            }).find("has been damaged since"),
            std::string::npos);
}

TEST_P(EveryFormat, SummaryAndCharactersTellOfTheLabels) {
  const auto summary = nlohmann::json::parse(read_all(whole + "/dataset.json"));
  EXPECT_EQ(summary["format"], std::string(sinks::name_of(GetParam())));
  EXPECT_EQ(summary["count"], kCount);
  EXPECT_EQ(summary["characters"], "0123456789");
  EXPECT_EQ(summary["longest_label"], 10);
  std::map<std::string, std::uint64_t> counts;
  for (std::uint64_t k = 0; k < kCount; ++k) {
    for (const char c : generator.label(k).label) ++counts[std::string(1, c)];
  }
  EXPECT_EQ(summary["character_counts"], nlohmann::json(counts));
  EXPECT_FALSE(summary["trainers"].empty());
  EXPECT_EQ(read_all(whole + "/characters.txt"), "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n");
}

TEST(SeveralFormats, AreEachWhatTheyAreAlone) {
  const std::vector<Format> formats{Format::kFolder, Format::kLmdb, Format::kWebDataset,
                                    Format::kHf, Format::kIdx};
  const TempDir dir;
  write_dataset(Generator(small_codes(formats)), {dir.path("out"), 2});
  for (const Format format : formats) {
    write_dataset(Generator(small_codes({format})), {dir.path("alone"), 1, true});
    const std::string own = dir.path("out/" + std::string(sinks::name_of(format)));
    EXPECT_EQ(tree_of(own), tree_of(dir.path("alone"))) << sinks::name_of(format);
  }
}

TEST(SeveralFormats, AreResumedWhereOneIsAheadOfTheOther) {
  const std::vector<Format> formats{Format::kFolder, Format::kNpz};
  const TempDir dir;
  const Generator generator(small_codes(formats));
  write_dataset(generator, {dir.path("whole"), 1});
  Recipe ahead = small_codes({Format::kNpz});
  write_dataset(Generator(ahead), {dir.path("out/npz"), 1});
  write_dataset(generator, {dir.path("out"), 2, false, true});
  EXPECT_EQ(tree_of(dir.path("out")), tree_of(dir.path("whole")));
}

TEST(Layout, GroupsShardsSoThatNoDirectoryHasMoreThanTenThousand) {
  const sinks::Layout layout = sinks::layout_of(Format::kFolder, "");
  const sinks::Shards few(100000000, 10000);
  EXPECT_EQ(few.number(), 10000u);
  EXPECT_EQ(shard_path(layout, few, 9999), "09999");
  const sinks::Shards many(1000000000, 10000);
  EXPECT_EQ(shard_path(layout, many, 99999), "099/099999");
}

TEST(Layout, GroupedShardsAreWrittenReadAndRemoved) {
  Recipe recipe = small_codes({Format::kFolder});
  recipe.count = 10001;
  recipe.output.shard_size = 1;
  recipe.output.annotations = false;
  recipe.ops.clear();
  const TempDir dir;
  const Generator generator(recipe);
  const sinks::DataSet data_set = destinations(generator.recipe(), 10001, "").front().data_set;
  const auto sink = sinks::make_sink(data_set, {dir.path("out")});
  const auto writer = sink->begin(10000);
  sinks::Encoder encoder(generator.recipe().output);
  const Sample sample = generator.sample(10000);
  sinks::OutgoingSample outgoing(sample, encoder);
  writer->add(outgoing);
  writer->commit();
  EXPECT_TRUE(fs::is_directory(dir.path("out/images/010/10000")));
  EXPECT_TRUE(sink->is_finished(10000));
  sink->abandon();  // there is a finished shard: it stays
  EXPECT_TRUE(fs::exists(dir.path("out/images/010/10000")));
}

TEST(Layout, DefaultShardSizesSuitTheFormat) {
  const auto size = [](Format format, std::uint64_t count) {
    OutputOptions output;
    output.format = {format};
    return sinks::shard_size_of(output, count);
  };
  EXPECT_EQ(size(Format::kFolder, 100), 50u);
  EXPECT_EQ(size(Format::kFolder, 10000000), 10000u);
  EXPECT_EQ(size(Format::kTesseract, 10000000), 5000u);
  EXPECT_EQ(size(Format::kLmdb, 100), 1000u);
  for (const std::uint64_t count : {100001u, 1000000u, 7777777u, 100000000u}) {
    const sinks::Shards shards(count, size(Format::kWebDataset, count));
    EXPECT_EQ(shards.number() % 64, 0u) << count;
  }
}

TEST(Layout, AShardIsNoDirectoryOfMoreThanTenThousandFiles) {
  for (const auto& [format, most] :
       {std::pair(Format::kFolder, 10000u), std::pair(Format::kTesseract, 5000u),
        std::pair(Format::kLmdb, 1000000u)}) {
    Recipe recipe = small_codes({format});
    recipe.output.shard_size = most;
    EXPECT_EQ(message_of([&] { Generator{recipe}; }), "");
    recipe.output.shard_size = most + 1;
    EXPECT_EQ(
        message_of([&] { Generator{recipe}; }).rfind("output.shard_size: must be at most ", 0), 0u);
  }
}

}  // namespace
}  // namespace glyphmill
