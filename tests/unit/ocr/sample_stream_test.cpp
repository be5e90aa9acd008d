// SPDX-License-Identifier: Apache-2.0
#include "ocr/sample_stream.h"

#include <gtest/gtest.h>

#include <set>

#include "support/messages.h"
#include "support/recipes.h"

namespace glyphmill::ocr {
namespace {

using test::message_of;
using Use = SampleStream::Use;

Recipe recipe_of(const std::string& yaml) { return parse_recipe(yaml, ""); }

std::string label_of(const SampleStream& stream, std::uint64_t k) {
  Sample sample;
  Generator::Scratch scratch;
  stream.sample(k, sample, scratch);
  return sample.label;
}

ParallelLoop one_thread() {
  return [](std::size_t count, const auto& work) {
    for (std::size_t i = 0; i < count; ++i) work(0, i);
  };
}

TEST(SampleStream, HasNoEndWhateverTheRecipesCount) {
  const SampleStream stream({{test::plain(test::codes(3))}}, Use::kTraining, 1);
  EXPECT_EQ(label_of(stream, 123'456'789'012).size(), 10U);
}

TEST(SampleStream, CodesThatAreAllDifferentBeginAgainWhenTheyHaveAllBeen) {
  const SampleStream stream({{recipe_of("labels: {length: 1, balance: unique}\nseed: 3\nops: []")}},
                            Use::kTraining, 1);
  EXPECT_EQ(stream.count(), 10U);
  EXPECT_EQ(label_of(stream, 2), label_of(stream, 12));
}

TEST(SampleStream, StreamsHaveTheirSharesInEveryPrefix) {
  const SampleStream stream({{recipe_of("labels: {length: 3}\nops: []"), 3},
                             {recipe_of("labels: {length: 5}\nops: []"), 1}},
                            Use::kTraining, 1);
  int longer = 0;
  for (std::uint64_t k = 0; k < 40; ++k) {
    if (label_of(stream, k).size() == 5) ++longer;
    EXPECT_NEAR(longer, static_cast<double>(k + 1) / 4, 1);
  }
}

TEST(SampleStream, ValidationHasOtherSamplesOfTheSameLaw) {
  const std::vector<TrainingStream> streams{{test::plain(test::codes(100))}};
  const SampleStream training(streams, Use::kTraining, 1);
  const SampleStream validation(streams, Use::kValidation, 1);
  std::set<std::string> labels;
  for (std::uint64_t k = 0; k < 100; ++k) labels.insert(label_of(training, k));
  for (std::uint64_t k = 0; k < 100; ++k) labels.insert(label_of(validation, k));
  EXPECT_GE(labels.size(), 199U);
}

TEST(SampleStream, SplitsNamedTrainAndValAreTheirs) {
  const std::vector<TrainingStream> streams{
      {recipe_of("labels: {length: 4, balance: iid}\nsplits: {train: 0.5, val: 0.5}\n"
                 "disjoint: labels\nops: []\nseed: 1")}};
  const SampleStream training(streams, Use::kTraining, 1);
  const SampleStream validation(streams, Use::kValidation, 1);
  std::set<std::string> trained;
  for (std::uint64_t k = 0; k < 300; ++k) trained.insert(label_of(training, k));
  for (std::uint64_t k = 0; k < 300; ++k) {
    EXPECT_EQ(trained.count(label_of(validation, k)), 0U);
  }
}

TEST(SampleStream, ItsCharactersAreThoseOfAllStreams) {
  const SampleStream stream({{recipe_of("labels: {alphabet: '31'}\nops: []")},
                             {recipe_of("labels: {alphabet: '12'}\nops: []")}},
                            Use::kTraining, 1);
  EXPECT_EQ(stream.characters(), (std::vector<std::string>{"1", "2", "3"}));
}

TEST(SampleStream, NoneAndWeightsOutOfBoundsAreRefused) {
  EXPECT_EQ(message_of([] { SampleStream({}, Use::kTraining, 1); }),
            "streams: must be at least one recipe. Got: none");
  EXPECT_EQ(message_of([] {
              SampleStream({{test::codes(1), 0}}, Use::kTraining, 1);
            }),
            "weight: must be between 1e-06 and 1000000. Got: 0");
}

TEST(Alphabet, ClassesBeginAtOne) {
  const Alphabet alphabet({"7", "年", "a"});
  EXPECT_EQ(alphabet.classes(), 4U);
  EXPECT_EQ(alphabet.classes_of("a7年7"), (std::vector<int>{3, 1, 2, 1}));
  EXPECT_EQ(message_of([&] { alphabet.classes_of("7b"); }),
            "label: must be of the 3 characters that the model knows. Got: 'b' in '7b'");
}

TEST(Alphabet, CharactersMustBeSuchAndDiffer) {
  EXPECT_EQ(message_of([] { Alphabet({}); }), "characters: must be at least one. Got: none");
  EXPECT_EQ(message_of([] { Alphabet({"1", "1"}); }), "characters: must differ. Got: '1' twice");
  EXPECT_EQ(message_of([] { Alphabet({"12"}); }),
            "characters: must be one character each. Got: '12'");
}

TEST(LineMaker, MakesTheSamplesOfTheStream) {
  const SampleStream stream({{test::plain(test::codes(10))}}, Use::kTraining, 1);
  const ModelOptions options;
  const Alphabet alphabet(stream.characters());
  LineMaker lines(options, alphabet, 1, one_thread());
  lines.make(stream, 5, 3);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines.classes(2), alphabet.classes_of(label_of(stream, 7)));
  EXPECT_GT(lines.line(2).width, 100);
}

TEST(LineMaker, AnImageTooNarrowForItsLabelIsNamed) {
  const SampleStream stream(
      {{recipe_of("labels: {kind: list, texts: ['11111']}\nseed: 1\nops: []\n"
                  "glyphs: {kind: tiles}\ncompose: {width_mean: 50, width_stddev: 0}")}},
      Use::kTraining, 1);
  const ModelOptions options;
  const Alphabet alphabet(stream.characters());
  LineMaker lines(options, alphabet, 1, one_thread());
  EXPECT_EQ(message_of([&] { lines.make(stream, 4, 8); }),
            "sample 4: image: scaled to 32 px of height must be at least 33 px wide, 9 steps for "
            "the label '11111'. Got: 32; a smaller model.stride_px or a larger model.height gives "
            "more steps");
}

TEST(LineMaker, ALabelLongerThanThePositionsIsNamed) {
  const SampleStream stream({{test::plain(test::codes(10))}}, Use::kTraining, 1);
  ModelOptions options;
  options.head = Head::kPositions;
  options.positions = 9;
  const Alphabet alphabet(stream.characters());
  LineMaker lines(options, alphabet, 1, one_thread());
  const std::string message = message_of([&] { lines.make(stream, 0, 4); });
  EXPECT_EQ(message.find("sample 0: label: must have at most the model's 9 positions. Got: '"), 0U)
      << message;
}

TEST(LineMaker, OfSeveralStreamsTheErrorsSayWhich) {
  const SampleStream stream({{recipe_of("labels: {alphabet: '12'}\nops: []")},
                             {recipe_of("labels: {alphabet: '34'}\nops: []")}},
                            Use::kTraining, 1);
  const ModelOptions options;
  const Alphabet alphabet({"1", "2"});
  LineMaker lines(options, alphabet, 1, one_thread());
  const std::string message = message_of([&] { lines.make(stream, 0, 4); });
  EXPECT_EQ(message.find("stream 1, sample 0: label: must be of the 2 characters"), 0U) << message;
}

}  // namespace
}  // namespace glyphmill::ocr
