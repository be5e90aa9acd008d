// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "glyphmill/error.h"
#include "glyphmill/labels.h"
#include "glyphmill/utf8.h"

namespace glyphmill {
namespace {

const std::string kDigits = "0123456789";
const std::string kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const std::string kLower = "abcdefghijklmnopqrstuvwxyz";

/// 1, 2, 3, 10, 36 and 62 characters, and some of several bytes.
std::vector<std::string> alphabets() {
  return {"7", "01", "abc", kDigits, kDigits + kUpper, kDigits + kUpper + kLower, "年月日é😀"};
}

constexpr std::uint64_t kLengths[] = {1, 2, 10};

constexpr Balance kLaws[] = {Balance::kIid, Balance::kPosition, Balance::kPairs, Balance::kUnique};

std::unique_ptr<LabelSource> codes(const IntegerRange& length, const std::string& alphabet,
                                   Balance balance, std::uint64_t seed = 7) {
  return make_labels(CodeOptions{length, alphabet, balance}, seed);
}

std::unique_ptr<LabelSource> codes(std::uint64_t length, const std::string& alphabet,
                                   Balance balance, std::uint64_t seed = 7) {
  const auto characters = static_cast<std::int64_t>(length);
  return codes(IntegerRange{characters, characters}, alphabet, balance, seed);
}

using Characters = std::vector<std::string>;

Characters characters(const LabelSource& source, std::uint64_t k) {
  LabelText out;
  source.at(k, out);
  EXPECT_EQ(out.text, out.label);
  return utf8_characters(out.text);
}

std::vector<Characters> block(const LabelSource& source, std::uint64_t first, std::uint64_t count) {
  std::vector<Characters> rows;
  for (std::uint64_t k = first; k < first + count; ++k) rows.push_back(characters(source, k));
  return rows;
}

/// Each of the alphabet's characters comes `times` at each position.
void expect_even_positions(const std::vector<Characters>& rows, std::size_t length,
                           std::size_t alphabet_size, int times) {
  for (std::size_t p = 0; p < length; ++p) {
    std::map<std::string, int> counts;
    for (const Characters& row : rows) ++counts[row.at(p)];
    EXPECT_EQ(counts.size(), alphabet_size) << "position " << p;
    for (const auto& [character, count] : counts) EXPECT_EQ(count, times) << character << " " << p;
  }
}

/// Each ordered pair comes exactly once at each two neighbouring positions.
void expect_each_pair_once(const std::vector<Characters>& rows, std::size_t length,
                           std::size_t alphabet_size) {
  for (std::size_t p = 0; p + 1 < length; ++p) {
    std::set<std::string> pairs;
    for (const Characters& row : rows) pairs.insert(row.at(p) + row.at(p + 1));
    EXPECT_EQ(pairs.size(), alphabet_size * alphabet_size) << "position " << p;
  }
}

TEST(Codes, HaveTheirLengthAndAlphabet) {
  for (const std::string& alphabet : alphabets()) {
    const Characters allowed = utf8_characters(alphabet);
    for (const Balance balance : kLaws) {
      for (const std::uint64_t length : {1u, 2u, 10u, 256u}) {
        const auto source = codes(length, alphabet, balance);
        EXPECT_EQ(source->longest_text(), length);
        for (std::uint64_t k = 0; k < std::min<std::uint64_t>(20, source->limit()); ++k) {
          const Characters code = characters(*source, k);
          EXPECT_EQ(code.size(), length);
          for (const std::string& character : code) {
            EXPECT_EQ(std::count(allowed.begin(), allowed.end(), character), 1) << character;
          }
        }
      }
    }
  }
}

TEST(PositionCodes, EachCharacterOncePerBlockAtEachPosition) {
  for (const std::string& alphabet : alphabets()) {
    const std::size_t size = utf8_length(alphabet);
    for (const std::uint64_t length : kLengths) {
      SCOPED_TRACE(alphabet + " length " + std::to_string(length));
      const auto source = codes(length, alphabet, Balance::kPosition);
      for (const std::uint64_t b : {0u, 1u, 1000000007u}) {
        expect_even_positions(block(*source, b * size, size), length, size, 1);
      }
    }
  }
}

TEST(PositionCodes, CountsOfEveryPrefixDifferByAtMostOne) {
  const auto source = codes(10, kDigits, Balance::kPosition);
  std::vector<std::map<std::string, int>> counts(10);
  for (std::map<std::string, int>& at_position : counts) {
    for (const std::string& digit : utf8_characters(kDigits)) at_position[digit] = 0;
  }
  for (std::uint64_t k = 0; k < 1234; ++k) {
    const Characters code = characters(*source, k);
    for (std::size_t p = 0; p < 10; ++p) {
      ++counts[p][code[p]];
      const auto [low, high] =
          std::minmax_element(counts[p].begin(), counts[p].end(),
                              [](const auto& a, const auto& b) { return a.second < b.second; });
      ASSERT_LE(high->second - low->second, 1) << "prefix " << k + 1 << " position " << p;
    }
  }
}

TEST(PairCodes, EachPairOncePerBlockAtEachTwoNeighbours) {
  for (const std::string& alphabet : alphabets()) {
    const std::size_t size = utf8_length(alphabet);
    for (const std::uint64_t length : kLengths) {
      SCOPED_TRACE(alphabet + " length " + std::to_string(length));
      const auto source = codes(length, alphabet, Balance::kPairs);
      for (const std::uint64_t b : {0u, 1u, 1000000007u}) {
        const auto rows = block(*source, b * size * size, size * size);
        expect_even_positions(rows, length, size, static_cast<int>(size));
        expect_each_pair_once(rows, length, size);
      }
    }
  }
}

TEST(PairCodes, HundredDefaultCodesAreEven) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto source = make_labels(CodeOptions{}, seed);
    EXPECT_EQ(source->natural_count(), 100u);
    const auto rows = block(*source, 0, source->natural_count());
    expect_even_positions(rows, 10, 10, 10);
    expect_each_pair_once(rows, 10, 10);
  }
}

TEST(PairCodes, BlocksDifferFromOneAnother) {
  const auto source = codes(10, kDigits, Balance::kPairs);
  EXPECT_NE(block(*source, 0, 100), block(*source, 100, 100));
}

TEST(UniqueCodes, GiveEveryCodeOfASmallSpaceOnce) {
  struct Case {
    std::string alphabet;
    std::uint64_t length;
    std::uint64_t space;
  };
  for (const Case& c : {Case{"7", 10, 1}, Case{"01", 1, 2}, Case{"01", 10, 1024},
                        Case{"年月日", 5, 243}, Case{kDigits, 4, 10000}}) {
    const auto source = codes(c.length, c.alphabet, Balance::kUnique);
    EXPECT_EQ(source->limit(), c.space);
    EXPECT_EQ(source->natural_count(), std::min<std::uint64_t>(100, c.space));
    std::set<Characters> seen;
    for (std::uint64_t k = 0; k < c.space; ++k) seen.insert(characters(*source, k));
    EXPECT_EQ(seen.size(), c.space) << c.alphabet;
  }
}

TEST(UniqueCodes, NeverRepeatInLargeSpaces) {
  for (const std::uint64_t length : {10u, 19u, 20u, 256u}) {
    const auto source = codes(length, kDigits, Balance::kUnique);
    std::set<Characters> seen;
    for (std::uint64_t k = 0; k < 5000; ++k) seen.insert(characters(*source, k));
    for (std::uint64_t k = 1; k <= 5000; ++k) seen.insert(characters(*source, source->limit() - k));
    EXPECT_EQ(seen.size(), 10000u) << length;
  }
}

TEST(UniqueCodes, LastCharactersAloneNeverRepeatWhereTheSpaceIsCountedInPart) {
  const auto source = codes(40, kDigits, Balance::kUnique);
  std::set<Characters> tails;
  std::set<Characters> heads;
  for (std::uint64_t k = 0; k < 2000; ++k) {
    const Characters code = characters(*source, k);
    heads.emplace(code.begin(), code.begin() + 22);
    tails.emplace(code.begin() + 22, code.end());
  }
  EXPECT_EQ(tails.size(), 2000u);
  EXPECT_EQ(heads.size(), 2000u);
}

TEST(UniqueCodes, LimitIsTheSpaceOrItsCountedPart) {
  struct Case {
    std::string alphabet;
    std::uint64_t length;
    std::uint64_t limit;
  };
  constexpr std::uint64_t k10To18 = 1000000000000000000u;
  for (const Case& c :
       {Case{kDigits, 10, 10000000000u}, Case{kDigits, 18, k10To18},
        Case{kDigits, 19, 10 * k10To18}, Case{kDigits, 20, k10To18}, Case{kDigits, 256, k10To18},
        Case{"7", 256, 1}, Case{"01", 63, std::uint64_t{1} << 63},
        Case{"01", 64, std::uint64_t{1} << 62}}) {
    EXPECT_EQ(codes(c.length, c.alphabet, Balance::kUnique)->limit(), c.limit)
        << c.alphabet << " " << c.length;
  }
}

TEST(Codes, OtherLawsAreUnlimited) {
  for (const Balance balance : {Balance::kIid, Balance::kPosition, Balance::kPairs}) {
    const auto source = codes(1, "01", balance);
    EXPECT_EQ(source->limit(), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(source->natural_count(), 100u);
    EXPECT_EQ(characters(*source, source->limit() - 1).size(), 1u);
  }
}

TEST(Codes, DependOnSeedAndIndexAlone) {
  for (const Balance balance : kLaws) {
    const auto forward = codes(10, kDigits, balance, 1);
    const std::vector<Characters> rows = block(*forward, 0, 300);
    const auto backward = codes(10, kDigits, balance, 1);
    for (std::uint64_t k = 300; k-- > 0;) EXPECT_EQ(characters(*backward, k), rows[k]);
    EXPECT_NE(block(*codes(10, kDigits, balance, 2), 0, 300), rows);
  }
}

// A recipe of an earlier version gives the same codes.
TEST(Codes, OfOneLengthKeepTheirBytes) {
  const std::map<Balance, Characters> kept{
      {Balance::kIid, {"0291663474", "9226805960", "9541501896", "0871337720"}},
      {Balance::kPosition, {"4443788931", "0864516322", "8792403146", "2286886960"}},
      {Balance::kPairs, {"6660108023", "0768889032", "3259810667", "1306087401"}},
      {Balance::kUnique, {"1449738127", "4531843290", "1004067372", "9452273142"}}};
  for (const auto& [balance, texts] : kept) {
    const auto source = codes(10, kDigits, balance);
    LabelText out;
    std::size_t i = 0;
    for (const std::uint64_t k : {0u, 1u, 2u, 1000000007u}) {
      source->at(k, out);
      EXPECT_EQ(out.text, texts[i++]) << "law " << static_cast<int>(balance) << " code " << k;
    }
  }
}

TEST(Codes, AtReplacesWhatTheOutputHeld) {
  const auto source = codes(2, kDigits, Balance::kPairs);
  LabelText fresh;
  LabelText reused{"something longer than a code", "and another"};
  source->at(3, fresh);
  source->at(3, reused);
  EXPECT_EQ(reused.text, fresh.text);
  EXPECT_EQ(reused.label, fresh.label);
}

TEST(Codes, VisitEachCharacterOfTheAlphabet) {
  Characters visited;
  codes(10, "0年é", Balance::kPairs)->for_each_text([&](const auto& name, const auto& text) {
    EXPECT_EQ(name, "labels.alphabet");
    visited.push_back(text);
  });
  EXPECT_EQ(visited, (Characters{"0", "年", "é"}));
}

/// The codes of each length among the first `count`, in their order.
std::map<std::size_t, std::vector<Characters>> by_length(const LabelSource& source,
                                                         std::uint64_t count) {
  std::map<std::size_t, std::vector<Characters>> rows;
  for (std::uint64_t k = 0; k < count; ++k) {
    const Characters code = characters(source, k);
    rows[code.size()].push_back(code);
  }
  return rows;
}

TEST(CodesOfLengths, EachLengthOncePerRun) {
  for (const IntegerRange& length :
       {IntegerRange{1, 2}, IntegerRange{3, 7}, IntegerRange{1, 256}}) {
    const auto lengths = static_cast<std::uint64_t>(length.max - length.min + 1);
    for (const Balance balance : {Balance::kIid, Balance::kPosition, Balance::kPairs}) {
      const auto source = codes(length, kDigits, balance);
      EXPECT_EQ(source->longest_text(), static_cast<std::size_t>(length.max));
      for (const std::uint64_t run : {0u, 1u, 1000000007u}) {
        std::set<std::size_t> seen;
        for (const Characters& code : block(*source, run * lengths, lengths)) {
          seen.insert(code.size());
        }
        EXPECT_EQ(seen.size(), lengths) << "run " << run;
        EXPECT_EQ(*seen.begin(), static_cast<std::size_t>(length.min));
        EXPECT_EQ(*seen.rbegin(), static_cast<std::size_t>(length.max));
      }
    }
  }
}

TEST(CodesOfLengths, OrderOfLengthsChangesFromRunToRun) {
  const auto lengths_of = [](const LabelSource& source, std::uint64_t run) {
    std::vector<std::size_t> lengths;
    for (const Characters& code : block(source, run * 10, 10)) lengths.push_back(code.size());
    return lengths;
  };
  const auto source = codes(IntegerRange{1, 10}, kDigits, Balance::kPairs);
  EXPECT_NE(lengths_of(*source, 0), lengths_of(*source, 1));
  EXPECT_NE(lengths_of(*source, 0),
            lengths_of(*codes(IntegerRange{1, 10}, kDigits, Balance::kPairs, 8), 0));
}

TEST(CodesOfLengths, EachLengthObeysTheLawOfPairs) {
  for (const std::string& alphabet : {std::string("abc"), kDigits}) {
    const std::size_t size = utf8_length(alphabet);
    const auto source = codes(IntegerRange{1, 6}, alphabet, Balance::kPairs);
    const auto rows = by_length(*source, 6 * size * size);
    ASSERT_EQ(rows.size(), 6u);
    for (const auto& [length, of_length] : rows) {
      SCOPED_TRACE(alphabet + " length " + std::to_string(length));
      expect_even_positions(of_length, length, size, static_cast<int>(size));
      expect_each_pair_once(of_length, length, size);
    }
  }
}

TEST(CodesOfLengths, EachLengthObeysTheLawOfPositions) {
  const auto source = codes(IntegerRange{2, 5}, kDigits, Balance::kPosition);
  const auto rows = by_length(*source, 4 * 30);
  ASSERT_EQ(rows.size(), 4u);
  for (const auto& [length, of_length] : rows) {
    const std::vector<Characters> last(of_length.begin() + 20, of_length.end());
    expect_even_positions(last, length, 10, 1);
    expect_even_positions(of_length, length, 10, 3);
  }
}

TEST(CodesOfLengths, UniqueCodesNeverRepeat) {
  struct Case {
    std::string alphabet;
    IntegerRange length;
    std::uint64_t limit;  // as many runs as there are codes of the shortest length
  };
  for (const Case& c : {Case{"7", {1, 5}, 5}, Case{"01", {1, 3}, 6}, Case{"01", {9, 10}, 1024},
                        Case{kDigits, {2, 4}, 300}, Case{"年月日", {4, 4}, 81}}) {
    const auto source = codes(c.length, c.alphabet, Balance::kUnique);
    EXPECT_EQ(source->limit(), c.limit);
    EXPECT_EQ(source->natural_count(), std::min<std::uint64_t>(100, c.limit));
    std::set<Characters> seen;
    for (std::uint64_t k = 0; k < c.limit; ++k) seen.insert(characters(*source, k));
    EXPECT_EQ(seen.size(), c.limit) << c.alphabet;
  }
}

// 10^19 codes fit 64 bits; of those of 20 digits only 10^18 are counted.
TEST(CodesOfLengths, LimitIsThatOfTheLengthWithTheFewestCodes) {
  constexpr std::uint64_t k10To18 = 1000000000000000000u;
  const auto source = codes(IntegerRange{19, 20}, kDigits, Balance::kUnique);
  ASSERT_EQ(source->limit(), 2 * k10To18);  // beyond the limit a draw need not end
  std::set<Characters> seen;
  for (std::uint64_t k = 0; k < 1000; ++k) {
    seen.insert(characters(*source, k));
    seen.insert(characters(*source, source->limit() - 1 - k));
  }
  EXPECT_EQ(seen.size(), 2000u);
  EXPECT_EQ(codes(IntegerRange{18, 40}, kDigits, Balance::kUnique)->limit(),
            std::numeric_limits<std::uint64_t>::max());  // 23 * 10^18 is more
}

TEST(CodesOfLengths, OtherLawsAreUnlimited) {
  for (const Balance balance : {Balance::kIid, Balance::kPosition, Balance::kPairs}) {
    const auto source = codes(IntegerRange{1, 3}, "01", balance);
    EXPECT_EQ(source->limit(), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(source->natural_count(), 100u);
    EXPECT_FALSE(characters(*source, source->limit() - 1).empty());
  }
}

TEST(CodesOfLengths, DependOnSeedAndIndexAlone) {
  for (const Balance balance : kLaws) {
    const IntegerRange length{3, 9};
    const std::vector<Characters> rows = block(*codes(length, kDigits, balance, 1), 0, 300);
    const auto backward = codes(length, kDigits, balance, 1);
    for (std::uint64_t k = 300; k-- > 0;) EXPECT_EQ(characters(*backward, k), rows[k]);
    EXPECT_NE(block(*codes(length, kDigits, balance, 2), 0, 300), rows);
  }
}

TEST(CodesOfLengths, VisitEachCharacterOnce) {
  Characters visited;
  codes(IntegerRange{1, 4}, "0年é", Balance::kPairs)
      ->for_each_text([&](const auto& name, const auto& text) {
        EXPECT_EQ(name, "labels.alphabet");
        visited.push_back(text);
      });
  EXPECT_EQ(visited, (Characters{"0", "年", "é"}));
}

TEST(Codes, AcceptASpaceInTheAlphabet) { EXPECT_NO_THROW(codes(4, "01 ", Balance::kPairs)); }

TEST(Codes, RefuseBadOptionsByName) {
  struct Case {
    CodeOptions options;
    std::string message;
  };
  const auto alphabet = [](const std::string& text) { return CodeOptions{{10, 10}, text}; };
  const std::string unprintable = "labels.alphabet: must be printable characters. Got: ";
  for (const Case& c : {
           Case{{{0, 0}, kDigits}, "labels.length: must be between 1 and 256. Got: [0, 0]"},
           Case{{{257, 257}, kDigits}, "labels.length: must be between 1 and 256. Got: [257, 257]"},
           Case{{{0, 5}, kDigits}, "labels.length: must be between 1 and 256. Got: [0, 5]"},
           Case{{{1, 257}, kDigits}, "labels.length: must be between 1 and 256. Got: [1, 257]"},
           Case{{{5, 3}, kDigits}, "labels.length: min must not be above max. Got: [5, 3]"},
           Case{{{10, 10}, kDigits, static_cast<Balance>(5)},
                "labels.balance: must be one of iid, position, pairs, unique, weighted. Got: 5"},
           Case{alphabet(""), "labels.alphabet: must have at least one character. Got: ''"},
           Case{alphabet("0120"), "labels.alphabet: characters must differ. Got: '0120' (0 twice)"},
           Case{alphabet("日年月年"),
                "labels.alphabet: characters must differ. Got: '日年月年' (年 twice)"},
           Case{alphabet("01\xff"), "labels.alphabet: must be UTF-8. Got: '01\\xff'"},
           Case{alphabet("01\t"), unprintable + "'01\\x09' (U+0009)"},
           Case{alphabet("\n01"), unprintable + "'\\x0a01' (U+000A)"},
           Case{alphabet(std::string("0\0", 2)), unprintable + "'0\\x00' (U+0000)"},
           Case{alphabet("0\x7f"), unprintable + "'0\\x7f' (U+007F)"},
           Case{alphabet("0\u3000"), unprintable + "'0\u3000' (U+3000)"},
           Case{alphabet("0\u200b"), unprintable + "'0\u200b' (U+200B)"},
       }) {
    try {
      make_labels(c.options, 1);
      ADD_FAILURE() << "accepted: " << c.message;
    } catch (const Error& error) {
      EXPECT_EQ(error.what(), c.message);
      EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
    }
  }
}

}  // namespace
}  // namespace glyphmill
