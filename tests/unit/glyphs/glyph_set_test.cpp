// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "glyphmill/error.h"
#include "glyphmill/glyphs.h"

namespace glyphmill {
namespace {

using Texts = std::vector<std::string>;

const Texts kDigits = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

Glyph glyph(const std::string& text, const std::string& look = "") {
  Glyph result;
  result.text = text;
  result.look = look;
  return result;
}

void add(std::vector<Glyph>& glyphs, const Texts& texts, const std::string& look) {
  for (const std::string& text : texts) glyphs.push_back(glyph(text, look));
}

GlyphSet set_of(const Texts& texts) {
  std::vector<Glyph> glyphs;
  add(glyphs, texts, "");
  return GlyphSet(std::move(glyphs));
}

/// 01 .. 31, 年, 月, 日: the tiles of dates, without single digits.
Texts date_tiles() {
  Texts texts = {"年", "月", "日"};
  for (int i = 1; i <= 31; ++i) {
    texts.push_back({static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10)});
  }
  return texts;
}

/// The texts of the pieces; {"?"} if the look cannot spell the text.
Texts spelled(const GlyphSet& set, const std::string& text, std::size_t look = 0) {
  std::vector<const GlyphSet::GlyphIndices*> pieces(3);
  if (!set.spell(text, look, pieces)) return {"?"};
  Texts texts;
  for (const GlyphSet::GlyphIndices* piece : pieces) {
    texts.push_back(set.glyphs()[piece->front()].text);
    for (const std::uint32_t index : *piece) EXPECT_EQ(set.glyphs()[index].text, texts.back());
  }
  return texts;
}

Texts look_names(const GlyphSet& set) {
  Texts names;
  for (std::size_t look = 0; look < set.look_count(); ++look) names.push_back(set.look_name(look));
  return names;
}

/// Indices of all glyphs that the look holds for these texts.
std::set<std::uint32_t> held(const GlyphSet& set, std::size_t look, const Texts& texts) {
  std::set<std::uint32_t> indices;
  std::vector<const GlyphSet::GlyphIndices*> pieces;
  for (const std::string& text : texts) {
    if (!set.spell(text, look, pieces) || pieces.size() != 1) continue;
    indices.insert(pieces[0]->begin(), pieces[0]->end());
  }
  return indices;
}

TEST(GlyphSet, SpellsWithFewestPiecesLongestFirst) {
  struct Case {
    Texts tiles;
    std::string text;
    Texts pieces;
  };
  const Texts unspellable = {"?"};
  for (const Case& c : {
           Case{kDigits, "2018", {"2", "0", "1", "8"}},
           Case{kDigits, "", {}},
           Case{kDigits, "20a", unspellable},
           Case{{"2", "20", "01"}, "201", {"2", "01"}},
           Case{{"2", "0", "1", "20", "01"}, "201", {"20", "1"}},
           Case{{"2", "0", "1", "20", "01", "201"}, "201", {"201"}},
           Case{{"a", "ab", "bc", "cd", "abc", "d"}, "abcd", {"abc", "d"}},
           Case{{"ab", "a", "bcd", "cde", "e", "abcd"}, "abcde", {"abcd", "e"}},
           Case{{"ab", "a", "bc", "cd", "d", "e", "de"}, "abcde", {"ab", "cd", "e"}},
           Case{{"aa", "a"}, "aaaaa", {"aa", "aa", "a"}},
           Case{{"aaa", "aa"}, "aaaa", {"aa", "aa"}},
           Case{{"aaa", "aa"}, "a", unspellable},
           Case{date_tiles(), "2018年08月16日", {"20", "18", "年", "08", "月", "16", "日"}},
           Case{date_tiles(), "2032年08月16日", unspellable},
           Case{{"年", "年月", "月日", "é", "😀", "日"}, "年月日", {"年月", "日"}},
           Case{{"年", "年月", "月日", "é", "😀"}, "年月日é😀", {"年", "月日", "é", "😀"}},
           Case{{"年"}, "\xe5\xb9", unspellable},
       }) {
    EXPECT_EQ(spelled(set_of(c.tiles), c.text), c.pieces) << c.text;
  }
}

TEST(GlyphSet, SpellsLongTexts) {
  std::string digits;
  Texts pairs;
  for (int i = 0; i < 128; ++i) {
    digits += "20";
    pairs.push_back("20");
  }
  EXPECT_EQ(spelled(set_of({"2", "0", "20"}), digits), pairs);
  EXPECT_EQ(spelled(set_of({"2", "0", "20", "02"}), digits.substr(1)).size(), 128u);
  std::string kanji;
  for (int i = 0; i < 256; ++i) kanji += "年";
  EXPECT_EQ(spelled(set_of({"年"}), kanji), Texts(256, "年"));
  EXPECT_EQ(spelled(set_of({"年", "日"}), kanji + "月"), Texts{"?"});
}

TEST(GlyphSet, OffersEveryGlyphOfAText) {
  const GlyphSet set({glyph("1"), glyph("2"), glyph("1"), glyph("12"), glyph("1")});
  std::vector<const GlyphSet::GlyphIndices*> pieces;
  ASSERT_TRUE(set.spell("121", 0, pieces));
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(*pieces[0], (GlyphSet::GlyphIndices{3}));
  EXPECT_EQ(*pieces[1], (GlyphSet::GlyphIndices{0, 2, 4}));
}

TEST(GlyphSet, PiecesOutliveAMove) {
  GlyphSet set = set_of({"1", "2"});
  std::vector<const GlyphSet::GlyphIndices*> pieces;
  ASSERT_TRUE(set.spell("2", 0, pieces));
  const GlyphSet moved = std::move(set);
  EXPECT_EQ(*pieces[0], (GlyphSet::GlyphIndices{1}));
  EXPECT_EQ(spelled(moved, "12"), (Texts{"1", "2"}));
}

TEST(GlyphSetLooks, NamelessGlyphsAreOneLook) { EXPECT_EQ(look_names(set_of(kDigits)), Texts{""}); }

TEST(GlyphSetLooks, CompleteLooksStandAloneSortedByName) {
  std::vector<Glyph> glyphs;
  add(glyphs, kDigits, "receipt");
  add(glyphs, kDigits, "label");
  const GlyphSet set(std::move(glyphs));
  EXPECT_EQ(look_names(set), (Texts{"label", "receipt"}));
  for (std::size_t look = 0; look < 2; ++look) {
    const std::set<std::uint32_t> indices = held(set, look, kDigits);
    EXPECT_EQ(indices.size(), 10u);
    for (const std::uint32_t index : indices) {
      EXPECT_EQ(set.glyphs()[index].look, set.look_name(look));
    }
  }
}

TEST(GlyphSetLooks, ALookIsCompleteIfItSpellsTheOthersTexts) {
  std::vector<Glyph> glyphs;
  add(glyphs, kDigits, "a");
  add(glyphs, kDigits, "b");
  add(glyphs, {"20", "201"}, "b");
  const GlyphSet set(std::move(glyphs));
  EXPECT_EQ(look_names(set), (Texts{"a", "b"}));
  EXPECT_EQ(spelled(set, "2018", 0), (Texts{"2", "0", "1", "8"}));
  EXPECT_EQ(spelled(set, "2018", 1), (Texts{"201", "8"}));
}

TEST(GlyphSetLooks, IncompleteOrNamelessGlyphsArePooledWithAll) {
  struct Case {
    Texts incomplete;
    std::string look;
  };
  for (const Case& c : {Case{{"7"}, ""}, Case{{"7", "8"}, "stray"}, Case{kDigits, ""}}) {
    std::vector<Glyph> glyphs;
    add(glyphs, c.incomplete, c.look);
    add(glyphs, kDigits, "whole");
    const std::size_t size = glyphs.size();
    const GlyphSet set(std::move(glyphs));
    EXPECT_EQ(look_names(set), (Texts{"whole", ""}));
    EXPECT_EQ(held(set, 0, kDigits).size(), 10u);
    EXPECT_EQ(held(set, 1, kDigits).size(), size);
  }
}

TEST(GlyphSetLooks, WithoutACompleteLookThereIsOnlyThePool) {
  std::vector<Glyph> glyphs;
  add(glyphs, {"0", "1", "2"}, "low");
  add(glyphs, {"2", "3"}, "high");
  const GlyphSet set(std::move(glyphs));
  EXPECT_EQ(look_names(set), Texts{""});
  EXPECT_EQ(held(set, 0, kDigits).size(), 5u);
  EXPECT_EQ(spelled(set, "0123"), (Texts{"0", "1", "2", "3"}));
}

TEST(GlyphSet, SaysWhatIsMissing) {
  struct Case {
    Texts tiles;
    std::string text;
    std::string message;
  };
  for (const Case& c : {
           Case{date_tiles(), "2032年08月16日", "no tile for '32' and none for '3'"},
           Case{date_tiles(), "2018年8月16日", "no tile for '8'"},
           Case{date_tiles(), "2018-08-16", "no tile for '-'"},
           Case{date_tiles(), "1999年", "no tile for '99' and none for '9'"},
           Case{{"0", "1"}, "0121", "no tile for '2'"},
           Case{{"0", "12"}, "01", "no tile for '1'"},
           Case{{"0", "123"}, "04567", "no tile for '456' and none for '4'"},
           Case{{"2", "20", "01"}, "2013", "no tile for '3'"},
           Case{{"ab", "0"}, "0ccc", "no tile for 'cc' and none for 'c'"},
           Case{{"年月", "0"}, "0日日0", "no tile for '日日' and none for '日'"},
           Case{{"0", "12"}, "0\n\n", "no tile for '\\x0a\\x0a' and none for '\\x0a'"},
           Case{{"0"}, "00", ""},
           Case{{"0"}, "", ""},
       }) {
    EXPECT_EQ(set_of(c.tiles).why_unspellable(c.text), c.message) << c.text;
  }
}

TEST(GlyphSetLooks, AllSpellTheSameTexts) {
  std::vector<Glyph> glyphs;
  add(glyphs, {"0", "1", "2"}, "singles");
  add(glyphs, {"0", "1", "2", "12", "201"}, "more");
  add(glyphs, {"02", "10"}, "");
  const GlyphSet set(std::move(glyphs));
  ASSERT_EQ(look_names(set), (Texts{"more", "singles", ""}));
  const Texts unspellable = {"?"};
  for (const char* text : {"0", "0212", "2012", "1020102", "013", "3", "20120 1", ""}) {
    const bool can = set.why_unspellable(text).empty();
    for (std::size_t look = 0; look < set.look_count(); ++look) {
      EXPECT_EQ(spelled(set, text, look) != unspellable, can) << text << " " << look;
    }
  }
  EXPECT_EQ(set.why_unspellable("0123"), "no tile for '3'");
}

TEST(GlyphSet, RefusesWhatItCannotHold) {
  struct Case {
    std::vector<Glyph> glyphs;
    std::string message;
  };
  const std::string rule = "glyphs: a text must be UTF-8 of at least one character. Got: ";
  for (const Case& c :
       {Case{{}, "glyphs: must have at least one glyph. Got: none"},
        Case{{glyph("1"), glyph("")}, rule + "''"}, Case{{glyph("\xff")}, rule + "'\\xff'"}}) {
    try {
      const GlyphSet set(c.glyphs);
      ADD_FAILURE() << "accepted: " << c.message;
    } catch (const Error& error) {
      EXPECT_EQ(error.what(), c.message);
      EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
    }
  }
}

}  // namespace
}  // namespace glyphmill
