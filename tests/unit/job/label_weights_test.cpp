// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdio>

#include "glyphmill/generator.h"
#include "glyphmill/jobs.h"
#include "glyphmill/recipe.h"
#include "support/messages.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

using test::message_of;
using test::TempDir;
using test::write_all;

constexpr char kWeights[] =
    "# by hand\n"
    "characters: {\"0\": 1.5, O: 2}\n"
    "pairs: {0O: 2.0, 'O0': 3}\n"
    "repeats: 2.5\n"
    "positions:\n"
    "  3: {\"8\": 2.0}\n";

LabelWeights expected_weights() {
  return {{{"0", 1.5}, {"O", 2}}, {{"0O", 2}, {"O0", 3}}, 2.5, {{3, {{"8", 2}}}}};
}

bool same(const LabelWeights& a, const LabelWeights& b) {
  return a.characters == b.characters && a.pairs == b.pairs && a.repeats == b.repeats &&
         a.positions == b.positions;
}

/// The labels of `yaml`, and of the recipe that it resolves to.
void expect_same_again(const std::string& yaml) {
  const Generator generator(parse_recipe(yaml, "r.yaml"));
  const std::string resolved = to_yaml(generator.recipe());
  const Generator again(parse_recipe(resolved, "resolved.yaml"));
  EXPECT_EQ(to_yaml(again.recipe()), resolved);
  for (std::uint64_t k = 0; k < generator.count(); ++k) {
    EXPECT_EQ(again.label(k).label, generator.label(k).label) << k;
  }
}

TEST(LabelWeightsFile, IsReadAndWritten) {
  const TempDir dir;
  write_all(dir.path("w.yaml"), kWeights);
  const LabelWeights weights = read_label_weights(dir.path("w.yaml"));
  EXPECT_TRUE(same(weights, expected_weights()));
  EXPECT_EQ(to_yaml(weights),
            "# how much more often than evenly; 1 is even\n"
            "characters: {\"0\": 1.5, \"O\": 2}\npairs: {\"0O\": 2, \"O0\": 3}\n"
            "repeats: 2.5\npositions: {3: {\"8\": 2}}\n");
}

TEST(LabelWeightsFile, ComesBackBitForBit) {
  const TempDir dir;
  LabelWeights weights{{}, {{"年\"", 0.1}, {"{:", 1e3}, {" #", 1e-3}}, 1.0 / 3, {}};
  for (const char* c : {"é", "\\", ":", ",", "#", "'", "\"", " ", "~", "}", "-", "!"}) {
    weights.characters[c] = 1.0 / 7;
    weights.positions[256][c] = 2.0 / 3;
  }
  for (const LabelWeights& each : {weights, LabelWeights{}}) {
    write_all(dir.path("w.yaml"), to_yaml(each));
    EXPECT_TRUE(same(read_label_weights(dir.path("w.yaml")), each)) << to_yaml(each);
  }
  EXPECT_EQ(to_yaml(LabelWeights{}), "# how much more often than evenly; 1 is even\n");
}

TEST(LabelWeightsFile, WithoutAnythingSaysNothing) {
  const TempDir dir;
  for (const char* text : {"", "# all is well\n", "{}", "characters:\npairs: {}\npositions:\n"}) {
    write_all(dir.path("w.yaml"), text);
    EXPECT_TRUE(read_label_weights(dir.path("w.yaml")).empty()) << text;
  }
}

TEST(LabelWeightsFile, FaultsAreNamedByPlace) {
  const TempDir dir;
  const std::string file = dir.path("w.yaml");
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {"[1]", ":1:1: must be a map of characters, pairs, repeats and positions. Got: [1]"},
      {"repeat: 2", ":1:1: repeat: unknown key, did you mean 'repeats'?"},
      {"repeats: 0", ":1:10: repeats: must be between 0.001 and 1000. Got: 0"},
      {"repeats: 1001", ":1:10: repeats: must be between 0.001 and 1000. Got: 1001"},
      {"repeats: {}", ":1:10: repeats: must be one number. Got: a map or a list of lists"},
      {"repeats:", ":1:1: repeats: must be one number. Got: nothing"},
      {"repeats: 2\nrepeats: 3", ":2:1: repeats: key given twice, first in line 1"},
      {"characters: 2", ":1:13: characters: must be a map of characters and numbers. Got: 2"},
      {"characters: {'00': 2}", ":1:14: characters.00: must be one character. Got: 00"},
      {"characters: {'': 2}", ":1:14: characters.'': must be one character. Got: ''"},
      {"characters: {a: b}",
       ":1:17: characters.a: must be a number between 0.001 and 1000. Got: b"},
      {"characters: {a: 1, 'a': 2}", ":1:20: characters.a: key given twice, first in line 1"},
      {"pairs: [ab]", ":1:8: pairs: must be a map of pairs of characters and numbers. Got: [ab]"},
      {"pairs: {é: 2}", ":1:9: pairs.é: must be two characters. Got: é"},
      {"positions: 3", ":1:12: positions: must be a map of places and maps. Got: 3"},
      {"positions: {0: {a: 2}}", ":1:13: positions.0: must be between 1 and 256. Got: 0"},
      {"positions: {x: {a: 2}}",
       ":1:13: positions.x: must be a whole number between 1 and 256. Got: x"},
      {"positions: {3: {a: 2}, 03: {a: 2}}", ":1:24: positions.03: place given twice. Got: 03"},
      {"positions: {3: 2}", ":1:16: positions.3: must be a map of characters and numbers. Got: 2"},
      {"positions: {3: {a: 0}}", ":1:20: positions.3.a: must be between 0.001 and 1000. Got: 0"},
  };
  for (const auto& each : cases) {
    write_all(dir.path("w.yaml"), each.text);
    EXPECT_EQ(message_of([&] { read_label_weights(file); }, ErrorCode::kInvalidArgument),
              file + each.message);
  }
  EXPECT_EQ(message_of([&] { read_label_weights(dir.path("none")); }, ErrorCode::kNotFound),
            dir.path("none") + ": cannot be opened: No such file or directory");
}

TEST(LabelWeightsInARecipe, AreAMapOrAFileAndResolveToTheMap) {
  const TempDir dir;
  write_all(dir.path("w.yaml"), kWeights);
  const std::string head = "{seed: 1, count: 40, labels: {alphabet: \"08O\", ";
  const std::string of_file = head + "weights: \"" + dir.path("w.yaml") + "\"}}";
  const Recipe recipe = parse_recipe(of_file, "r.yaml");
  EXPECT_TRUE(same(recipe.label_weights, expected_weights()));
  EXPECT_EQ(std::get<CodeOptions>(recipe.labels).balance, Balance::kWeighted);
  const std::string yaml = to_yaml(recipe);
  EXPECT_NE(yaml.find("  balance: weighted\n  weights:\n    characters: {\"0\": 1.5, \"O\": 2}\n"
                      "    pairs: {\"0O\": 2, \"O0\": 3}\n    repeats: 2.5\n"
                      "    positions: {3: {\"8\": 2}}\nglyphs:\n"),
            std::string::npos);
  expect_same_again(of_file);
  expect_same_again(head + "weights: {repeats: 5}}}");
  EXPECT_EQ(to_yaml(parse_recipe(head + "weights: {repeats: 5}, balance: weighted}}", "")),
            to_yaml(parse_recipe(head + "weights: {repeats: 5}}}", "")));
  EXPECT_NE(to_json(recipe).find("\"weights\":{\"characters\":{\"0\":1.5,\"O\":2},"),
            std::string::npos);
}

TEST(LabelWeightsInARecipe, BelongToEveryKindAndToPartsOfAMix) {
  expect_same_again("{seed: 1, labels: {kind: date, per_date: 1, weights: {repeats: 5}}}");
  expect_same_again("{seed: 1, labels: {kind: phone, weights: {characters: {'7': 5}}}}");
  expect_same_again(
      "{seed: 1, labels: {kind: pattern, pattern: \"[AB]{9}\", weights: {pairs: {AB: 5}}}}");
  expect_same_again("{seed: 1, labels: {kind: list, texts: ['1', '2'], weights: {repeats: 5}}}");
  expect_same_again(
      "{seed: 1, mix: [{name: a, labels: {weights: {characters: {'0': 9}}}}, {name: b}]}");
}

// A round in which nothing was wrong keeps the law of the others.
TEST(LabelWeightsInARecipe, ThatSayNothingMakeIndependentCodes) {
  const Recipe recipe = parse_recipe("labels: {weights: {}}", "r.yaml");
  EXPECT_EQ(std::get<CodeOptions>(recipe.labels).balance, Balance::kWeighted);
  expect_same_again("{seed: 1, labels: {weights: {}}}");
  EXPECT_EQ(to_yaml(parse_recipe("labels: {weights: }", "r.yaml")), to_yaml(codes_recipe()));
}

TEST(LabelWeightsInARecipe, FaultsAreNamedByPlace) {
  const TempDir dir;
  write_all(dir.path("w.yaml"), "repeats: 0\ncharacters: {é: x}");
  const std::string file = dir.path("w.yaml");
  const struct {
    std::string yaml;
    std::string message;
  } cases[] = {
      {"labels:\n  weights: {characters: {a: 2}}",
       "r.yaml:2:29: labels.weights.characters.a: must be of characters that labels have "
       "(0123456789). Got: a"},
      {"labels:\n  weights: {positions: {11: {'0': 2}}}",
       "r.yaml:2:29: labels.weights.positions.11: must be a place in the label, 1 to 10. Got: 11"},
      {"labels:\n  weights: [a]",
       "r.yaml:2:12: labels.weights: must be a map of characters, pairs, repeats and positions. "
       "Got: [a]"},
      {"labels:\n  weights: {repeats: 2}\n  balance: iid",
       "r.yaml:3:12: labels.balance: must be weighted beside labels.weights. Got: iid"},
      {"labels:\n  weights: " + dir.path("none"),
       "r.yaml:2:12: labels.weights: " + dir.path("none") +
           ": cannot be opened: No such file or directory"},
      {"labels:\n  weights: " + file,
       "r.yaml:2:12: labels.weights: " + file +
           ":1:10: repeats: must be between 0.001 and 1000. Got: 0\n" + file +
           ":2:17: characters.é: must be a number between 0.001 and 1000. Got: x"},
      {"mix:\n  - {name: a, labels: {weights: {repeats: 0}}}",
       "r.yaml:2:43: mix.a.labels.weights.repeats: must be between 0.001 and 1000. Got: 0"},
      {"mix:\n  - {name: a, labels: {weights: {pairs: {ab: 2}}}}",
       "r.yaml:2:46: mix.a.labels.weights.pairs.ab: must be of characters that labels have "
       "(0123456789). Got: ab"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(message_of([&] { parse_recipe(each.yaml, "r.yaml"); }, ErrorCode::kInvalidArgument),
              each.message);
  }
}

TEST(LabelWeightsInARecipe, AFlagTakesThemFromAFile) {
  const TempDir dir;
  write_all(dir.path("w.yaml"), kWeights);
  Recipe recipe = codes_recipe();
  EXPECT_EQ(field_text(recipe, "labels.weights").value, "none");
  set_field(recipe, "labels.weights", {dir.path("w.yaml")}, "--weights");
  EXPECT_TRUE(same(recipe.label_weights, expected_weights()));
  EXPECT_EQ(std::get<CodeOptions>(recipe.labels).balance, Balance::kWeighted);
  EXPECT_EQ(field_text(recipe, "labels.weights").value, "the recipe's");
  EXPECT_EQ(message_of([&] { set_field(recipe, "labels.weights", {"none"}, "--weights"); }),
            "--weights: none: cannot be opened: No such file or directory");
}

}  // namespace
}  // namespace glyphmill
