// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "glyphmill/random.h"
#include "glyphmill/recognition.h"
#include "unit/recognition/random_outputs.h"

namespace glyphmill {
namespace {

/// The definition, without a table.
std::size_t distance(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return a.size() + b.size();
  const std::size_t paired = distance(a.substr(1), b.substr(1)) + (a.front() == b.front() ? 0 : 1);
  return std::min({paired, distance(a.substr(1), b) + 1, distance(a, b.substr(1)) + 1});
}

/// One letter an edit: = s i d.
std::string edits(const std::string& truth, const std::string& answer) {
  std::string text;
  for (const Edit& edit : alignment(letters(truth), letters(answer))) {
    text += "=sid"[static_cast<int>(edit.kind)];
  }
  return text;
}

TEST(Alignment, IsAShortestWay) {
  SampleRng rng({7, 0, stage_id("texts")});
  for (int i = 0; i < 300; ++i) {
    std::string texts[2];
    for (std::string& text : texts) {
      for (auto left = rng.uniform_int(0, 6); left > 0; --left) {
        text += static_cast<char>('0' + rng.uniform_int(0, 2));
      }
    }
    std::string rebuilt;
    std::size_t cost = 0;
    std::size_t at = 0;
    for (const Edit& edit : alignment(letters(texts[0]), letters(texts[1]))) {
      const bool is_match = edit.kind == Edit::Kind::kMatch;
      const bool is_pair = is_match || edit.kind == Edit::Kind::kSubstitute;
      cost += is_match ? 0 : 1;
      EXPECT_EQ(edit.truth, at);
      EXPECT_EQ(edit.answer, rebuilt.size());
      EXPECT_EQ(is_match, is_pair && texts[0][edit.truth] == texts[1][edit.answer]);
      if (edit.kind != Edit::Kind::kInsert) ++at;
      if (edit.kind != Edit::Kind::kDelete) rebuilt += texts[1][edit.answer];
    }
    EXPECT_EQ(at, texts[0].size());
    EXPECT_EQ(rebuilt, texts[1]);
    EXPECT_EQ(cost, distance(texts[0], texts[1])) << texts[0] << " " << texts[1];
  }
}

TEST(Alignment, PairsFirstThenDeletesThenInserts) {
  EXPECT_EQ(edits("", ""), "");
  EXPECT_EQ(edits("112", "12"), "=d=");
  EXPECT_EQ(edits("12", "112"), "=i=");
  EXPECT_EQ(edits("12", "21"), "ss");
  EXPECT_EQ(edits("123", "23"), "d==");
  EXPECT_EQ(edits("12", "345"), "ssi");
  EXPECT_EQ(edits("123", "45"), "ssd");
}

}  // namespace
}  // namespace glyphmill
