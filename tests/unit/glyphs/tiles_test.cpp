// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/tiles.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "core/ascii.h"
#include "core/picture_size.h"
#include "glyphmill/error.h"
#include "glyphs/tiles/embedded_tiles.h"
#include "job/tile_manifest.h"
#include "support/drawn_tiles.h"
#include "support/messages.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

using test::digit_tiles;
using test::drawn_tile;
using test::encoded;
using test::message_of;

std::string as_string(const std::vector<unsigned char>& bytes) {
  return {bytes.begin(), bytes.end()};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(TilePath, NamesTextAndLook) {
  const struct {
    const char* path;
    const char* text;
    const char* look;
  } kCases[] = {
      {"7.jpg", "7", ""},
      {"08.jpg", "08", ""},
      {"年.jpg", "年", ""},
      {"7_receipt.png", "7", "receipt"},
      {"7_receipt_2.png", "7", "receipt"},
      {"7_2.png", "7", ""},
      {"7/receipt_2.png", "7", "receipt"},
      {"7/1.png", "7", ""},
      {"7/a.b.png", "7", "a.b"},
      {"-.png", "-", ""},
      {"12_old_type_03.tif", "12", "old_type"},
  };
  for (const auto& each : kCases) {
    const TileOverride tile = parse_tile_path(each.path);
    EXPECT_EQ(tile.text, each.text) << each.path;
    EXPECT_EQ(tile.look, each.look) << each.path;
  }
}

TEST(TileFolder, IsReadInOneOrderWhateverTheDirectorySays) {
  const test::TempDir dir;
  for (const char* name : {"9.png", "0.png", "5/b.png", "5/a.png", "readme.txt", ".hidden.png"}) {
    test::write_all(dir.path(name), as_string(encoded(drawn_tile("5"))));
  }
  test::write_all(dir.path("tiles.yaml"), "license: none\n");
  const TileFolder folder = read_tile_folder(dir.path());
  std::vector<std::string> paths;
  for (const TileFile& file : folder.files) paths.push_back(file.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"0.png", "5/a.png", "5/b.png", "9.png"}));
  EXPECT_EQ(folder.manifest, "license: none\n");
}

// A pipe named as a tile made the program wait for ever.
TEST(TileFolder, RefusesWhatIsNoFile) {
  const test::TempDir dir;
  ASSERT_EQ(mkfifo(dir.path("7.png").c_str(), 0600), 0);
  EXPECT_EQ(message_of([&] { read_tile_folder(dir.path()); }),
            dir.path("7.png") + ": must be a file");
}

TEST(TileFolder, RefusesFoldersWithoutTiles) {
  const test::TempDir dir;
  EXPECT_TRUE(contains(message_of([&] { read_tile_folder(dir.path()); }), dir.path()));
  EXPECT_EQ(message_of([&] { read_tile_folder(dir.path("none")); }),
            dir.path("none") + ": no such tile folder");
  test::write_all(dir.path("\xff\xfe.png"), as_string(encoded(drawn_tile("5"))));
  EXPECT_TRUE(contains(message_of([&] { read_tile_folder(dir.path()); }),
                       "must be UTF-8, for it is the tile's text. Got: '\\xff\\xfe.png'"));
}

TEST(GlyphsOfTiles, EveryFormatDecodes) {
  for (const char* extension : {".png", ".jpg", ".bmp", ".tif"}) {
    TileFolder folder;
    folder.files.push_back({std::string("4") + extension, encoded(drawn_tile("4"), extension)});
    EXPECT_EQ(make_glyph_set(folder, {}).glyphs().size(), 1u) << extension;
  }
}

TEST(GlyphsOfTiles, SixteenBitTilesKeepTheirContrast) {
  cv::Mat deep;
  drawn_tile("4").convertTo(deep, CV_16U, 257);
  TileFolder folder;
  folder.files.push_back({"4.png", encoded(deep)});
  EXPECT_LT(make_glyph_set(folder, {}).glyphs()[0].ink[0], 80);
}

TEST(GlyphsOfTiles, ManifestSetsTextLookAndPaper) {
  TileFolder folder;
  folder.files.push_back({"slash.png", encoded(drawn_tile("/"))});
  TileManifest manifest;
  manifest["slash.png"] = {std::string("/"), std::string("plain"), cv::Scalar(250, 250, 250)};
  const GlyphSet set = make_glyph_set(folder, manifest);
  EXPECT_EQ(set.glyphs()[0].text, "/");
  EXPECT_EQ(set.glyphs()[0].look, "plain");
  EXPECT_EQ(set.glyphs()[0].paper[0], 250);
  manifest["missing.png"] = {};
  EXPECT_TRUE(contains(message_of([&] { make_glyph_set(folder, manifest); }),
                       "tiles.missing.png: must name a picture of the folder"));
}

TEST(GlyphsOfTiles, BadFilesAreNamed) {
  const std::string png = as_string(encoded(drawn_tile("5")));
  const std::string jpg = as_string(encoded(drawn_tile("5"), ".jpg"));
  std::string huge = png;
  huge.replace(16, 8, std::string("\0\1\0\0\0\1\0\0", 8));  // 65536 x 65536
  std::string flat = png;
  flat.replace(16, 4, std::string("\0\0\0\0", 4));
  const struct {
    std::string name;
    std::string bytes;
    std::string problem;
  } kCases[] = {
      {"5.png", "", "is not a whole PNG, JPEG, BMP or TIFF picture"},
      {"5.png", "hello, this is no picture", "is not a whole PNG, JPEG, BMP or TIFF picture"},
      {"5.png", png.substr(0, 20), "is not a whole PNG, JPEG, BMP or TIFF picture"},
      {"5.png", png.substr(0, png.size() / 2), "is truncated"},
      {"5.jpg", jpg.substr(0, jpg.size() - 100), "is truncated"},
      {"5.png", huge, "must have 1 to 64 million pixels. Got: 65536 x 65536"},
      {"5.png", flat, "must have 1 to 64 million pixels. Got: 0 x 34"},
      {"_x.png", png, "its name must start with its text"},
  };
  for (const auto& each : kCases) {
    TileFolder folder;
    folder.name = "tiles";
    folder.files.push_back({each.name, {each.bytes.begin(), each.bytes.end()}});
    const std::string message = message_of([&] { make_glyph_set(folder, {}); });
    EXPECT_TRUE(contains(message, "tiles/" + each.name + ": ")) << message;
    EXPECT_TRUE(contains(message, each.problem)) << message;
  }
}

TEST(PictureSize, ReadsEveryHeader) {
  const cv::Mat picture(21, 34, CV_8UC3, cv::Scalar::all(128));
  for (const char* extension : {".png", ".jpg", ".bmp", ".tif"}) {
    const auto size = core::picture_size(core::text_of(encoded(picture, extension)));
    ASSERT_TRUE(size.has_value()) << extension;
    EXPECT_EQ(size->width, 34u) << extension;
    EXPECT_EQ(size->height, 21u) << extension;
  }
}

TEST(PictureSize, EveryTruncationIsSafe) {
  const cv::Mat picture(21, 34, CV_8UC3, cv::Scalar::all(128));
  for (const char* extension : {".png", ".jpg", ".bmp", ".tif"}) {
    auto bytes = encoded(picture, extension);
    while (!bytes.empty()) {
      bytes.pop_back();
      core::picture_size(core::text_of(bytes));
    }
  }
}

TEST(BuiltinTiles, SpellCodesAndDatesInEveryLook) {
  const struct {
    const char* set;
    std::vector<const char*> texts;
  } kCases[] = {
      {"alphanumeric", {"0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"}},
      {"codes", {"0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "-./:+"}},
      {"dates", {"2018年08月16日", "1999年12月31日", "01/02/2099", "3.4.56", "2031-07-09"}},
  };
  for (const auto& each : kCases) {
    const TileFolder folder = builtin_tiles(each.set);
    const GlyphSet set = make_glyph_set(folder, parse_tile_manifest(folder.manifest, "tiles.yaml"));
    EXPECT_GE(set.look_count(), 3u);
    std::vector<const GlyphSet::GlyphIndices*> pieces;
    for (std::size_t look = 0; look < set.look_count(); ++look) {
      EXPECT_NE(set.look_name(look), "") << "a look that lacks a text pools all tiles";
      for (const char* text : each.texts) {
        EXPECT_TRUE(set.spell(text, look, pieces)) << set.look_name(look) << " " << text;
      }
    }
  }
  EXPECT_TRUE(contains(message_of([] { builtin_tiles("stamps"); }), "builtin:stamps"));
}

TEST(BuiltinTiles, NoStrokeTouchesTheFrame) {
  for (const char* name : {"alphanumeric", "codes", "dates"}) {
    const GlyphSet set = make_glyph_set(builtin_tiles(name), {});
    for (const Glyph& glyph : set.glyphs()) {
      cv::Mat inside = glyph.coverage.clone();
      inside(cv::Rect(1, 1, inside.cols - 2, inside.rows - 2)).setTo(0);
      EXPECT_EQ(cv::countNonZero(inside), 0) << name << " " << glyph.text << " " << glyph.look;
    }
  }
}

TEST(BuiltinTiles, LettersStandOnTheLineOfTheDigitsAndHangBelowItWhereTheyMust) {
  const TileFolder folder = builtin_tiles("alphanumeric");
  const GlyphSet set = make_glyph_set(folder, parse_tile_manifest(folder.manifest, "tiles.yaml"));
  std::map<std::string, int> lowest_digit, highest_digit;
  const auto bottom_of = [](const Glyph& glyph) {
    const auto& box = glyph.character_boxes[0];
    return static_cast<int>(box.y + box.height);
  };
  for (const Glyph& glyph : set.glyphs()) {
    if (!core::is_digit(glyph.text[0])) continue;
    int& lowest = lowest_digit[glyph.look];
    lowest = std::max(lowest, bottom_of(glyph));
    const int top = static_cast<int>(glyph.character_boxes[0].y);
    highest_digit.emplace(glyph.look, top);
  }
  ASSERT_EQ(lowest_digit.size(), 6u);
  const std::string hanging = "gjpqy", small = "acemnorsuvwxz", upright = "bdhkltfiABDEHIKLMNPRTXZ";
  for (const Glyph& glyph : set.glyphs()) {
    const int line = lowest_digit[glyph.look];
    const int height = line - highest_digit[glyph.look];
    const int top = static_cast<int>(glyph.character_boxes[0].y);
    SCOPED_TRACE(glyph.text + " " + glyph.look);
    if (hanging.find(glyph.text) != std::string::npos) {
      EXPECT_GT(bottom_of(glyph), line + height / 12);
    } else if (small.find(glyph.text) != std::string::npos) {
      EXPECT_NEAR(bottom_of(glyph), line, 3);
      EXPECT_GT(top, highest_digit[glyph.look] + height / 6);
    } else if (upright.find(glyph.text) != std::string::npos) {
      EXPECT_NEAR(bottom_of(glyph), line, 3);
      EXPECT_LT(top, highest_digit[glyph.look] + height / 3);
    }
  }
}

TEST(RealTiles, EveryDigitIsFoundWholeAndApart) {
  const char* data = std::getenv("GLYPHMILL_TEST_DATA");
  if (data == nullptr || !boost::filesystem::exists(std::string(data) + "/tiles/codes")) {
    GTEST_SKIP() << "GLYPHMILL_TEST_DATA names no folder with tiles/codes";
  }
  const GlyphSet codes = make_glyph_set(read_tile_folder(std::string(data) + "/tiles/codes"), {});
  ASSERT_EQ(codes.glyphs().size(), 10u);
  for (const Glyph& glyph : codes.glyphs()) {
    EXPECT_GE(glyph.character_boxes[0].height, 27) << glyph.text;
    EXPECT_GE(glyph.paper[1], 230) << glyph.text;
    EXPECT_LE(glyph.ink[1], 160) << glyph.text;
  }
  const GlyphSet dates = make_glyph_set(read_tile_folder(std::string(data) + "/tiles/dates"), {});
  ASSERT_EQ(dates.glyphs().size(), 34u);
  for (const Glyph& glyph : dates.glyphs()) {
    if (glyph.character_boxes.size() != 2) continue;
    EXPECT_GE(glyph.character_boxes[0].width, 8) << glyph.text;
    EXPECT_GE(glyph.character_boxes[1].width, 8) << glyph.text;
    EXPECT_GE(glyph.character_boxes[0].height, 18) << glyph.text;
  }
}

}  // namespace
}  // namespace glyphmill
