// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/recipe.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <limits>

#include "glyphmill/error.h"
#include "glyphmill/version.h"
#include "job/tile_manifest.h"

namespace glyphmill {
namespace {

template <class Function>
std::string message_of(const Function& function, ErrorCode code = ErrorCode::kInvalidArgument) {
  try {
    function();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    return error.what();
  }
  return "accepted";
}

std::string parse_message(const std::string& yaml) {
  return message_of([&] { parse_recipe(yaml, "r.yaml"); });
}

const CodeOptions& codes_of(const Recipe& recipe) { return std::get<CodeOptions>(recipe.labels); }
const DateOptions& dates_of(const Recipe& recipe) { return std::get<DateOptions>(recipe.labels); }

/// No field at its default.
Recipe unusual_recipe() {
  Recipe recipe = codes_recipe();
  recipe.seed = std::numeric_limits<std::uint64_t>::max();
  recipe.count = 12345678901;
  recipe.labels = CodeOptions{{7, 7}, "0aé年\"\\ #:'{}[],&*!|>%@`", Balance::kUnique};
  std::get<TileLook>(recipe.look).glyphs.tiles = "my tiles: # of 'rain'";
  std::get<TileLook>(recipe.look).compose.spacing_px = Range{-3.25, 1.0 / 3};
  std::get<TileLook>(recipe.look).compose.margin_px = Range{4, 4};
  std::get<TileLook>(recipe.look).compose.width_mean = 255.0 / 11;
  std::get<TileLook>(recipe.look).compose.seams = Seams::kKeep;
  std::get<TileLook>(recipe.look).compose.ink = Ink::kOwn;
  std::get<TileLook>(recipe.look).compose.color = false;
  recipe.ops = {{"invert", 0.25, InvertOptions{}},
                {"grain-2", 1, GaussianNoiseOptions{{1e-5, 0.1}}},
                {"gaussian_noise", 1, GaussianNoiseOptions{}}};
  recipe.output = {{Format::kPickle}, ImageExt::kPng, 1, "{index}.{ext}", "set-{count}", true};
  return recipe;
}

TEST(Recipe, YamlComesBackTheSame) {
  Recipe no_ops = dates_recipe();
  no_ops.ops.clear();
  for (const Recipe& recipe : {codes_recipe(), dates_recipe(), unusual_recipe(), no_ops}) {
    const std::string yaml = to_yaml(recipe);
    EXPECT_EQ(to_yaml(parse_recipe(yaml, "r.yaml")), yaml);
  }
}

TEST(Recipe, UnusualValuesComeBackBitForBit) {
  const Recipe recipe = unusual_recipe();
  const Recipe back = parse_recipe(to_yaml(recipe), "r.yaml");
  EXPECT_EQ(back.seed, recipe.seed);
  EXPECT_EQ(back.count, recipe.count);
  EXPECT_EQ(codes_of(back).alphabet, codes_of(recipe).alphabet);
  EXPECT_EQ(codes_of(back).balance, Balance::kUnique);
  EXPECT_EQ(std::get<TileLook>(back.look).glyphs.tiles,
            std::get<TileLook>(recipe.look).glyphs.tiles);
  EXPECT_EQ(std::get<TileLook>(back.look).compose.spacing_px,
            std::get<TileLook>(recipe.look).compose.spacing_px);
  EXPECT_EQ(std::get<TileLook>(back.look).compose.width_mean,
            std::get<TileLook>(recipe.look).compose.width_mean);
  EXPECT_EQ(std::get<TileLook>(back.look).compose.width_stddev, std::nullopt);
  EXPECT_FALSE(std::get<TileLook>(back.look).compose.color);
  ASSERT_EQ(back.ops.size(), 3u);
  EXPECT_EQ(back.ops[1].name, "grain-2");
  EXPECT_EQ(std::get<GaussianNoiseOptions>(back.ops[1].options).sigma, (Range{1e-5, 0.1}));
  EXPECT_EQ(back.ops[0].probability, 0.25);
  EXPECT_EQ(back.output.image_ext, ImageExt::kPng);
  EXPECT_EQ(back.output.name_pattern, "{index}.{ext}");
}

TEST(Recipe, YamlIsForPeople) {
  const std::string yaml = to_yaml(codes_recipe());
  const std::string head =
      std::string("glyphmill: \"") + version() + "\"\nseed: auto\n" +
      "count: auto\nlabels:\n  kind: code\n  length: 10\n" +
      "  alphabet: \"0123456789\"\n  balance: pairs\nglyphs:\n" +
      "  kind: tiles\n  tiles: \"builtin:codes\"\n  checksum: \"\"\ncompose:\n  height: 50\n";
  EXPECT_EQ(yaml.substr(0, head.size()), head);
  EXPECT_NE(yaml.find("\nops:\n  - affine: {probability: 0.5, angle_deg: [-3, 3], "),
            std::string::npos);
  EXPECT_NE(yaml.find("\n  - gaussian_noise: {probability: 1, sigma: 0.155}\n"), std::string::npos);
  EXPECT_NE(yaml.find("\noutput:\n  format: folder\n  image_ext: auto\n  quality: 95\n"),
            std::string::npos);
}

TEST(Recipe, DefaultsFollowTheKindOfLabels) {
  const Recipe codes = parse_recipe("{}", "r.yaml");
  EXPECT_EQ(to_yaml(codes), to_yaml(codes_recipe()));
  const Recipe dates = parse_recipe("labels: {kind: date, per_date: 2}", "r.yaml");
  EXPECT_EQ(dates_of(dates).per_date, 2u);
  EXPECT_EQ(dates_of(dates).from, "2018-01-01");
  EXPECT_EQ(std::get<TileLook>(dates.look).glyphs.tiles, "builtin:dates");
  EXPECT_EQ(std::get<TileLook>(dates.look).compose.width_per_character, 23.2);
  EXPECT_EQ(dates.ops.size(), 3u);
}

TEST(Recipe, GivenOpsReplaceTheDefaults) {
  const Recipe recipe = parse_recipe(
      "ops:\n"
      "  - invert\n"
      "  - gaussian_noise: {name: grain, sigma: 0.2}\n"
      "  - affine:\n"
      "      zoom: [0.9, 1.1]\n"
      "  - brightness_contrast:\n",
      "r.yaml");
  ASSERT_EQ(recipe.ops.size(), 4u);
  EXPECT_EQ(recipe.ops[0].name, "invert");
  EXPECT_EQ(recipe.ops[1].name, "grain");
  EXPECT_EQ(std::get<GaussianNoiseOptions>(recipe.ops[1].options).sigma, (Range{0.2, 0.2}));
  EXPECT_EQ(recipe.ops[2].probability, 1);
  EXPECT_EQ(std::get<AffineOptions>(recipe.ops[2].options).zoom, (Range{0.9, 1.1}));
  EXPECT_EQ(recipe.ops[3].name, "brightness_contrast");
  EXPECT_TRUE(parse_recipe("ops: []", "r.yaml").ops.empty());
}

TEST(Recipe, TextIsReadAsItIsWritten) {
  const auto alphabet = [](const std::string& text) {
    return codes_of(parse_recipe("labels: {alphabet: " + text + "}", "r.yaml")).alphabet;
  };
  EXPECT_EQ(alphabet("0123456789"), "0123456789");
  EXPECT_EQ(alphabet("0127"), "0127");
  EXPECT_EQ(alphabet("0x1F"), "0x1F");
  EXPECT_EQ(alphabet("1e3"), "1e3");
  EXPECT_EQ(alphabet("true"), "true");
  EXPECT_EQ(alphabet("'~'"), "~");
  EXPECT_EQ(alphabet("\"a\\u5e74\""), "a年");
}

TEST(Recipe, EverySeedIsASeed) {
  for (const char* seed : {"0", "1", "18446744073709551615"}) {
    EXPECT_EQ(parse_recipe(std::string("seed: ") + seed, "r.yaml").seed, std::stoull(seed));
  }
  EXPECT_EQ(parse_recipe("seed: auto", "r.yaml").seed, std::nullopt);
}

using MessageTable = std::vector<std::pair<std::string, std::string>>;

void expect_messages(const MessageTable& table) {
  for (const auto& [yaml, message] : table) EXPECT_EQ(parse_message(yaml), message) << yaml;
}

TEST(Recipe, RefusesFilesThatAreNoRecipes) {
  expect_messages({
      // the file as a whole
      {"", "r.yaml:1:1: recipe: must be a map. Got: nothing"},
      {"# nothing\n", "r.yaml:1:1: recipe: must be a map. Got: nothing"},
      {"codes", "r.yaml:1:1: recipe: must be a map. Got: codes"},
      {"- a\n- b", "r.yaml:1:1: must be one recipe. Got: a list of jobs, which augment_batch runs"},
      {"seed: 1\n---\nseed: 2\n", "r.yaml:2:1: must be one document with nothing after it"},
      {"seed: 1\n...\n...\nseed: 2\n", "r.yaml:4:1: must be one document with nothing after it"},
      {", ",
       "r.yaml:1:1: must be one document with nothing after it\n"
       "r.yaml:1:1: recipe: must be a map. Got: nothing"},
      {"seed: \xff", "r.yaml:1:1: must be UTF-8 text"},
      {"seed: 1\nc\x04: 2", "r.yaml:2:2: must not have control characters. Got: \\x04"},
      {std::string(1u << 21, ' '), "r.yaml:1:1: must be at most 1048576 bytes"},
      {std::string(17, '[') + std::string(17, ']'),
       "r.yaml:1:17: must not be nested deeper than 16"},
      // YAML's own grammar
      {"labels: {length: 3", "r.yaml:1:19: a quotation or bracket is not closed"},
      {"glyphs:\n  tiles: \"x\n", "r.yaml:2:12: a quotation or bracket is not closed"},
      {"年: 1\n年月: @\n", "r.yaml:2:5: unknown token"},
      {"a: b: c", "r.yaml:1:5: illegal map value"},
  });
}

TEST(Recipe, RefusesKeysByPlaceAndName) {
  expect_messages({
      {"seed: 1\nlabels:\n  kind: code\n  lenght: 4\n",
       "r.yaml:4:3: labels.lenght: unknown key, did you mean 'length'?"},
      {"labels: {from: 3}", "r.yaml:1:10: labels.from: unknown key with labels of kind code"},
      {"sede: 1", "r.yaml:1:1: sede: unknown key, did you mean 'seed'?"},
      {"compose:\n  height: 40\n  color: true\n  height: 50\n",
       "r.yaml:4:3: compose.height: key given twice, first in line 2"},
      {"? [a]\n: 1\n", "r.yaml:1:3: a key must be text\nr.yaml:1:3: '': unknown key"},
      {"seed: &x 1\ncount: *x\n",
       "r.yaml:1:7: seed: anchors (&name) are not allowed\n"
       "r.yaml:2:1: count: must be a whole number or auto. Got: nothing\n"
       "r.yaml:2:8: count: aliases (*name) are not allowed"},
      {"seed: !!int 3", "r.yaml:1:7: seed: tags (!name) are not allowed"},
  });
}

TEST(Recipe, RefusesValuesByPlaceAndName) {
  expect_messages({
      {"seed: -1", "r.yaml:1:7: seed: must be a whole number of at least 0. Got: -1"},
      {"seed: 18446744073709551616",
       "r.yaml:1:7: seed: must be at most 18446744073709551615. Got: 18446744073709551616"},
      {"count:\n", "r.yaml:1:1: count: must be a whole number or auto. Got: nothing"},
      {"count: 0", "r.yaml:1:8: count: must be between 1 and 1000000000000. Got: 0"},
      {"count: 1e3",
       "r.yaml:1:8: count: must be a whole number between 1 and 1000000000000. Got: 1e3"},
      {"glyphmill: [1]", "r.yaml:1:12: glyphmill: must be text. Got: [1]"},
      {"glyphs: here", "r.yaml:1:9: glyphs: must be a map. Got: here"},
      {"glyphs: {tiles: {a: b}}",
       "r.yaml:1:17: glyphs.tiles: must be text. Got: a map or a list of lists"},
      {"labels: {alphabet: ~}", "r.yaml:1:10: labels.alphabet: must be text. Got: nothing"},
      {"labels: {kind: codes, lenght: 3}",
       "r.yaml:1:16: labels.kind: must be one of code, date, pattern, phone, list. Got: codes. Did "
       "you mean "
       "'code'?"},
      {"labels: {balance: pair}",
       "r.yaml:1:19: labels.balance: must be one of iid, position, pairs, unique, weighted. Got: "
       "pair. "
       "Did you mean 'pairs'?"},
      {"compose: {spacing_px: [3, 1]}",
       "r.yaml:1:23: compose.spacing_px: min must not be above max. Got: [3, 1]"},
      {"compose: {color: yes}", "r.yaml:1:18: compose.color: must be true or false. Got: yes"},
      {"output: {quality: 101}",
       "r.yaml:1:19: output.quality: must be between 1 and 100. Got: 101"},
  });
}

TEST(Recipe, RefusesOperationsByPlaceAndName) {
  expect_messages({
      {"ops: {invert: {}}", "r.yaml:1:6: ops: must be a list. Got: a map or a list of lists"},
      {"ops:\n  - gausian_noise: {}",
       "r.yaml:2:5: ops.gausian_noise: unknown operation, did you mean 'gaussian_noise'?"},
      {"ops:\n  - sepia",
       "r.yaml:2:5: ops.sepia: unknown operation. Known: affine, gaussian_noise, salt_pepper, "
       "brightness_contrast, invert, blur, ink_paper, downscale, jpeg"},
      {"ops:\n  - affine:\n    zoom: 1\n",
       "r.yaml:2:5: ops: each item must be one operation, as in '- invert' or "
       "'- affine: {zoom: 1}'"},
      {"ops:\n  - invert\n  - invert: {}\n",
       "r.yaml:3:5: ops.invert: another stage has this name, in line 2: give one of them a 'name' "
       "of its own"},
      {"ops:\n  - invert: {name: a.b}",
       "r.yaml:2:20: ops.invert.name: must be letters, digits, '_' and '-'. Got: a.b"},
      {"ops:\n  - invert: {name: compose}",
       "r.yaml:2:20: ops.invert.name: must not be compose. Got: compose"},
      {"ops:\n  - gaussian_noise: {name: grain, sigma: 7}",
       "r.yaml:2:42: ops.grain.sigma: must be between 0 and 1. Got: 7"},
      {"ops: [affine: {probability: nan}]",
       "r.yaml:1:29: ops.affine.probability: must be a number between 0 and 1. Got: nan"},
  });
}

TEST(Recipe, ReportsEverythingAtOnceInOrder) {
  EXPECT_EQ(parse_message("output: {quality: 0}\n"
                          "count: -5\n"
                          "ops:\n"
                          "  - affine: {angle_deg: [-200, 3], zom: 1}\n"
                          "labels: {length: ten, kind: code}\n"),
            "r.yaml:1:19: output.quality: must be between 1 and 100. Got: 0\n"
            "r.yaml:2:8: count: must be a whole number between 1 and 1000000000000. Got: -5\n"
            "r.yaml:4:25: ops.affine.angle_deg: must be between -180 and 180. Got: -200\n"
            "r.yaml:4:36: ops.affine.zom: unknown key, did you mean 'zoom'?\n"
            "r.yaml:5:18: labels.length: must be a whole number between 1 and 256. Got: ten");
}

TEST(Recipe, LongListsOfProblemsAreCut) {
  std::string yaml;
  for (int i = 0; i < 25; ++i) yaml += "unheard_of_" + std::to_string(i) + ": 1\n";
  const std::string message = parse_message(yaml);
  EXPECT_EQ(message.substr(message.rfind('\n') + 1), "r.yaml: and 5 more");
}

TEST(Recipe, EveryBeginningOfAFileIsReadOrRefused) {
  const std::string yaml = to_yaml(unusual_recipe());
  for (std::size_t size = 0; size < yaml.size(); ++size) {
    try {
      parse_recipe(yaml.substr(0, size), "r.yaml");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
    }
  }
}

TEST(ReadRecipe, ReadsFilesAndNamesThoseItCannot) {
  const std::string path = testing::TempDir() + "glyphmill_recipe_test.yaml";
  std::ofstream(path) << "count: 7\n";
  EXPECT_EQ(read_recipe(path).count, 7u);
  std::ofstream(path) << "cuont: 7\n";
  EXPECT_EQ(message_of([&] { read_recipe(path); }),
            path + ":1:1: cuont: unknown key, did you mean 'count'?");
  std::remove(path.c_str());
  EXPECT_EQ(message_of([&] { read_recipe(path); }, ErrorCode::kNotFound),
            path + ": cannot be opened: No such file or directory");
  EXPECT_EQ(message_of([] { read_recipe("/"); }, ErrorCode::kIo),
            "/: must be a file. Got: a directory");
}

TEST(SetField, ReachesEverySection) {
  Recipe recipe = codes_recipe();
  set_field(recipe, "seed", {"9"}, "--seed");
  set_field(recipe, "count", {"12"}, "--nums");
  set_field(recipe, "labels.length", {"4"}, "--length");
  set_field(recipe, "glyphs.tiles", {"here"}, "--tiles");
  set_field(recipe, "compose.spacing_px", {"-3", "5"}, "--spacing");
  set_field(recipe, "ops.gaussian_noise.sigma", {"0.1"}, "--gaussian-sigma");
  set_field(recipe, "output.image_ext", {"png"}, "--image-ext");
  EXPECT_EQ(recipe.seed, 9u);
  EXPECT_EQ(recipe.count, 12u);
  EXPECT_EQ(codes_of(recipe).length, (IntegerRange{4, 4}));
  EXPECT_EQ(std::get<TileLook>(recipe.look).glyphs.tiles, "here");
  EXPECT_EQ(std::get<TileLook>(recipe.look).compose.spacing_px, (Range{-3, 5}));
  EXPECT_EQ(std::get<GaussianNoiseOptions>(recipe.ops[1].options).sigma, (Range{0.1, 0.1}));
  EXPECT_EQ(recipe.output.image_ext, ImageExt::kPng);
  set_field(recipe, "seed", {"auto"}, "--seed");
  EXPECT_EQ(recipe.seed, std::nullopt);
}

TEST(SetField, FindsTheStageOfAnOperationByAnyName) {
  Recipe recipe = parse_recipe("ops: [gaussian_noise: {name: grain}]", "r.yaml");
  set_field(recipe, "ops.gaussian_noise.sigma", {"0.2"}, "--gaussian-sigma");
  ASSERT_EQ(recipe.ops.size(), 1u);
  EXPECT_EQ(std::get<GaussianNoiseOptions>(recipe.ops[0].options).sigma, (Range{0.2, 0.2}));
  set_field(recipe, "ops.invert.probability", {"0.5"}, "--invert");
  ASSERT_EQ(recipe.ops.size(), 2u);
  EXPECT_EQ(recipe.ops[1].name, "invert");
  EXPECT_EQ(recipe.ops[1].probability, 0.5);
  recipe.ops.push_back({"specks", 1, GaussianNoiseOptions{}});
  EXPECT_EQ(message_of([&] {
              set_field(recipe, "ops.gaussian_noise.sigma", {"0.2"}, "--gaussian-sigma");
            }),
            "--gaussian-sigma: the recipe has several stages of gaussian_noise: 'grain', 'specks'");
}

TEST(SetField, NamesWhatWasTyped) {
  Recipe recipe = codes_recipe();
  const auto message = [&](const std::string& path, const std::vector<std::string>& values) {
    return message_of([&] { set_field(recipe, path, values, "--flag"); });
  };
  EXPECT_EQ(message("seed", {"-1"}), "--flag: must be a whole number of at least 0. Got: -1");
  EXPECT_EQ(message("compose.width_mean", {"1e9999"}).substr(0, 21), "--flag: must be a num");
  EXPECT_EQ(message("compose.spacing_px", {"1", "2", "3"}),
            "--flag: must be one number or [min, max]. Got: [1, 2, 3]");
  EXPECT_EQ(message("labels.from", {"1"}),
            "--flag: must name a field of the recipe. Got: labels.from");
  EXPECT_EQ(message("nothing", {"1"}), "--flag: must name a field of the recipe. Got: nothing");
  EXPECT_EQ(to_yaml(recipe), to_yaml(codes_recipe()));
}

TEST(SetField, AStageIsNotAppendedForABadValue) {
  Recipe recipe = parse_recipe("ops: []", "r.yaml");
  EXPECT_THROW(set_field(recipe, "ops.salt_pepper.amount", {"2"}, "--salt-pepper"), Error);
  EXPECT_TRUE(recipe.ops.empty());
}

TEST(FieldTextTest, GivesValueAndHelp) {
  const Recipe recipe = codes_recipe();
  EXPECT_EQ(field_text(recipe, "count").value, "auto");
  EXPECT_EQ(field_text(recipe, "labels.alphabet").value, "\"0123456789\"");
  EXPECT_EQ(field_text(recipe, "ops.affine.angle_deg").value, "[-3, 3]");
  EXPECT_EQ(field_text(recipe, "ops.invert.probability").value, "off");
  EXPECT_FALSE(field_text(recipe, "compose.width_mean").help.empty());
  EXPECT_EQ(message_of([&] { field_text(recipe, "compose.widht"); }, ErrorCode::kInternal),
            "'compose.widht' is not a field of a recipe");
}

TEST(TileManifest, ReadsEveryKey) {
  const TileManifest manifest = parse_tile_manifest(
      "license: |\n  CC0-1.0\n  No rights reserved.\n"
      "source: photographs\n"
      "tiles:\n"
      "  7.png: {text: 07, look: receipt, paper: [1, 2, 255]}\n"
      "  year/a.png: {text: 年}\n",
      "tiles.yaml");
  ASSERT_EQ(manifest.size(), 2u);
  EXPECT_EQ(manifest.at("7.png").text, "07");
  EXPECT_EQ(manifest.at("7.png").look, "receipt");
  EXPECT_EQ(manifest.at("7.png").paper, cv::Scalar(255, 2, 1));
  EXPECT_EQ(manifest.at("year/a.png").text, "年");
  EXPECT_EQ(manifest.at("year/a.png").look, std::nullopt);
  EXPECT_EQ(manifest.at("year/a.png").paper, std::nullopt);
  EXPECT_TRUE(parse_tile_manifest("license: MIT", "tiles.yaml").empty());
}

TEST(TileManifest, RefusesByPlaceAndName) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"", "tiles.yaml:1:1: must be a map. Got: nothing"},
      {"tile: {}", "tiles.yaml:1:1: tile: unknown key, did you mean 'tiles'?"},
      {"tiles: [a]", "tiles.yaml:1:8: tiles: must be a map. Got: [a]"},
      {"license: [MIT]", "tiles.yaml:1:10: license: must be text. Got: [MIT]"},
      {"tiles:\n  7.png: 7\n", "tiles.yaml:2:10: tiles.7.png: must be a map. Got: 7"},
      {"tiles:\n  7.png: {txt: 7}\n",
       "tiles.yaml:2:11: tiles.7.png.txt: unknown key, did you mean 'text'?"},
      {"tiles:\n  7.png: {paper: [1, 2]}\n",
       "tiles.yaml:2:18: tiles.7.png.paper: must be [red, green, blue]. Got: [1, 2]"},
      {"tiles:\n  7.png: {paper: [1, 2, 256]}\n",
       "tiles.yaml:2:18: tiles.7.png.paper: must be between 0 and 255. Got: 256"},
      {"tiles:\n  7.png: {}\n  7.png: {}\n",
       "tiles.yaml:3:3: tiles.7.png: key given twice, first in line 2"},
  };
  for (const auto& [yaml, message] : table) {
    EXPECT_EQ(message_of([&, &text = yaml] { parse_tile_manifest(text, "tiles.yaml"); },
                         ErrorCode::kFormat),
              message)
        << yaml;
  }
}

// A rotation that was put behind the noise blurred it.
TEST(Recipe, AStageThatAFlagAddsTakesItsPlaceInTheOrderOfTheTable) {
  Recipe recipe = codes_recipe();
  recipe.ops = {make_stage("gaussian_noise"), make_stage("invert")};
  set_field(recipe, "ops.salt_pepper.amount", {"0.02"}, "--salt-pepper");
  set_field(recipe, "ops.affine.angle_deg", {"-5", "5"}, "--rotate-degrees");
  std::vector<std::string> names;
  for (const Stage& stage : recipe.ops) names.push_back(stage.name);
  EXPECT_EQ(names, (std::vector<std::string>{"affine", "gaussian_noise", "salt_pepper", "invert"}));
}

// Rules about the meaning of a value were told without the file and the place.
TEST(Recipe, WhatAValueMeansIsCheckedInItsPlaceToo) {
  EXPECT_EQ(parse_message("labels: {kind: date, from: 2019-02-30}"),
            "r.yaml:1:28: labels.from: must be a date of the calendar, YYYY-MM-DD from 0001-01-01 "
            "to 9999-12-31. Got: 2019-02-30");
  EXPECT_EQ(parse_message("labels:\n  kind: code\n  alphabet: \"0120\"\noutput:\n"
                          "  name_pattern: x\n"),
            "r.yaml:3:13: labels.alphabet: characters must differ. Got: '0120' (0 twice)\n"
            "r.yaml:5:17: output.name_pattern: must end in .{ext} and not start with '.'. Got: x");
}

TEST(Recipe, ChangesAreLaidOnAFile) {
  const std::string file =
      "{seed: 1, count: 5, labels: {kind: code, length: 6, alphabet: '01'}, ops: [invert]}";
  const auto changed = [&](const std::string& changes) {
    return to_yaml(parse_recipe(file, "r.yaml", changes));
  };
  EXPECT_EQ(changed(""), to_yaml(parse_recipe(file, "r.yaml")));
  EXPECT_EQ(changed("{}"), changed(""));
  EXPECT_EQ(changed(R"({"count": 7, "labels": {"length": 8}, "ops": []})"),
            to_yaml(parse_recipe(
                "{seed: 1, count: 7, labels: {length: 8, alphabet: '01'}, ops: []}", "")));
  EXPECT_EQ(changed(R"({"labels": {"kind": "date"}})"),
            to_yaml(parse_recipe("{seed: 1, count: 5, labels: {kind: date}, ops: [invert], "
                                 "glyphs: {kind: tiles}}",
                                 "")));
}

TEST(Recipe, WhatIsWrongWithChangesHasNoPlaceInTheFile) {
  EXPECT_EQ(message_of([] {
              parse_recipe("{seed: -1,\n labels: {length: 6}}", "r.yaml",
                           R"({"labels": {"length": 0}, "sede": 3})");
            }),
            "sede: unknown key, did you mean 'seed'?\n"
            "labels.length: must be between 1 and 256. Got: 0\n"
            "r.yaml:1:8: seed: must be a whole number of at least 0. Got: -1");
  EXPECT_EQ(message_of([] { parse_recipe("{ops: [invert, invert]}", ""); }),
            "ops.invert: another stage has this name, in line 1: give one of them a 'name' of its "
            "own");
  EXPECT_EQ(message_of([] { parse_recipe("{}", "", "{ops: [invert, invert]}"); }),
            "ops.invert: another stage has this name: give one of them a 'name' of its own");
}

TEST(Recipe, JsonHoldsTheSameRecipe) {
  Recipe recipe = parse_recipe(
      "{seed: 18446744073709551615, labels: {kind: list, texts: ['007', '1.5', 'true', 'é\"']}, "
      "ops: [{gaussian_noise: {sigma: 0.25}}], splits: {'1': 0.5, b: 0.5}}",
      "");
  const std::string json = to_json(recipe);
  EXPECT_EQ(to_yaml(parse_recipe(json, "")), to_yaml(recipe));
  EXPECT_NE(json.find(R"("seed":18446744073709551615)"), std::string::npos);
  EXPECT_NE(json.find(R"(["007","1.5","true","é\""])"), std::string::npos);
  EXPECT_NE(json.find(R"("sigma":0.25)"), std::string::npos);
  EXPECT_NE(json.find(R"("annotations":false)"), std::string::npos);
}

}  // namespace
}  // namespace glyphmill
