// SPDX-License-Identifier: Apache-2.0
#include "sinks/data_set_sink.h"

#include <gtest/gtest.h>

#include "glyphmill/runner.h"
#include "sinks/encoder.h"
#include "sinks/files.h"
#include "sinks/layout.h"
#include "support/messages.h"
#include "support/recipes.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

namespace fs = boost::filesystem;

using sinks::Shards;
using test::message_of;
using test::TempDir;
using test::tree_of;
using test::write_all;

TEST(Shards, CoverEverySampleOnce) {
  for (std::uint64_t count : {0u, 1u, 49u, 50u, 51u, 3200u, 3201u, 640000u, 10000000u}) {
    const Shards shards(count, sinks::shard_size_of({}, count));
    std::uint64_t next = 0;
    for (std::uint64_t shard = 0; shard < shards.number(); ++shard) {
      EXPECT_EQ(shards.first(shard), next);
      EXPECT_GT(shards.end(shard), next);
      EXPECT_EQ(shards.of_sample(next), shard);
      EXPECT_LE(shards.end(shard) - next, 10000u);
      next = shards.end(shard);
    }
    EXPECT_EQ(next, count);
  }
}

TEST(Directory, ReadsLinesOfAnyLengthAndAnEndWithoutNewline) {
  const TempDir dir;
  const std::vector<std::string> written{"a", "", std::string(200000, 'b'), "c", "d"};
  std::string bytes;
  for (const std::string& line : written) bytes += (bytes.empty() ? "" : "\n") + line;
  write_all(dir.path("list"), bytes);
  std::vector<std::string> read;
  sinks::Directory(dir.path()).for_each_line("list", [&](std::string_view line) {
    read.emplace_back(line);
  });
  EXPECT_EQ(read, written);
}

/// Two shards, what a whole run makes of them, and a directory to be cut short in.
class FolderSink : public testing::Test {
 protected:
  FolderSink() { write_dataset(generator, {whole, 1}); }

  std::unique_ptr<sinks::Sink> open(bool resume = false) const {
    const Recipe& recipe = generator.recipe();
    return sinks::make_sink(
        {*recipe.seed, generator.count(), to_yaml(recipe), recipe.output, Format::kFolder},
        {out, false, resume});
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
  const Generator generator{test::codes(70)};
  const std::string whole = dir.path("whole");
  const std::string out = dir.path("out");
};

TEST_F(FolderSink, DeathAfterAnyCommitLeavesWhatResumeAndOverwriteComplete) {
  for (std::uint64_t shards = 0; shards <= 2; ++shards) {
    for (const bool resume : {true, false}) {
      fs::remove_all(out);
      die_after(shards);
      run(!resume, resume);
      EXPECT_EQ(tree_of(out), tree_of(whole)) << shards << " shards, resume " << resume;
    }
  }
}

TEST_F(FolderSink, DeathBetweenMoveAndRecordIsNoFinishedShard) {
  die_after(1);
  fs::remove(out + "/.glyphmill/000.json");
  fs::remove(out + "/images/000/" +
             fs::directory_iterator(out + "/images/000")->path().filename().string());
  run(false, true);
  EXPECT_EQ(tree_of(out), tree_of(whole));
}

TEST_F(FolderSink, ForeignFilesInAnUnrecordedShardAreKept) {
  die_after(1);
  fs::remove(out + "/.glyphmill/000.json");
  write_all(out + "/images/000/mine.jpg", "mine");
  EXPECT_NE(message_of([&] { run(false, true); }).find("'000' holds files that Glyphmill did not"),
            std::string::npos);
  EXPECT_EQ(test::read_all(out + "/images/000/mine.jpg"), "mine");
  // Whether another shard was finished meanwhile decides if abandoning has anything to refuse.
  message_of([&] { open(true)->abandon(); });
  EXPECT_EQ(test::read_all(out + "/images/000/mine.jpg"), "mine");
  fs::remove(out + "/images/000/mine.jpg");
  run(false, true);
  EXPECT_EQ(tree_of(out), tree_of(whole));
}

TEST_F(FolderSink, DeathWhileListsAreWrittenLeavesNoTemporaryFileInTheSet) {
  die_after(2);
  write_all(out + "/.glyphmill/.labels.tsv.1.tmp", "images/000/ha");
  run(false, true);
  EXPECT_EQ(tree_of(out), tree_of(whole));
}

TEST_F(FolderSink, DeathBehindTheManifestIsAFinishedSet) {
  run(false, false);
  write_all(out + "/.glyphmill/001.tsv", "");
  run(false, true);
  EXPECT_EQ(tree_of(out), tree_of(whole));
  write_all(out + "/.glyphmill/001.tsv", "");
  run(true, false);
  EXPECT_EQ(tree_of(out), tree_of(whole));
}

// The manifest of a set that was half removed made --resume call it finished.
TEST_F(FolderSink, ARemovalCutShortDoesNotPassForAFinishedSet) {
  run(false, false);
  write_all(out + "/images/000/mine.jpg", "mine");
  EXPECT_NE(message_of([&] { run(true, false); }), "");
  fs::remove(out + "/images/000/mine.jpg");
  run(false, true);
  EXPECT_EQ(tree_of(out), tree_of(whole));
}

// Two runs into one directory removed each other's unfinished shards.
TEST_F(FolderSink, TwoRunsNeverShareADirectory) {
  {
    const auto first = open();
    for (const bool resume : {false, true}) {
      EXPECT_EQ(message_of([&] { open(resume); }),
                out + ": another run is writing a data set there");
    }
  }
  run(false, true);
  EXPECT_EQ(tree_of(out), tree_of(whole));
}

// What the last report threw had the whole set removed.
TEST_F(FolderSink, AnErrorOfTheCallerCostsNoFinishedSet) {
  const auto throw_at_end = [](const Progress& progress) {
    if (progress.done == progress.total) throw std::runtime_error("the caller's");
  };
  EXPECT_THROW(write_dataset(generator, {out, 2}, throw_at_end), std::runtime_error);
  run(false, true);
  EXPECT_EQ(tree_of(out), tree_of(whole));
}

}  // namespace
}  // namespace glyphmill
