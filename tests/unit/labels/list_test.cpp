// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "glyphmill/labels.h"
#include "support/messages.h"

namespace glyphmill {
namespace {

using Texts = std::vector<std::string>;

std::unique_ptr<LabelSource> list(const Texts& texts, std::uint64_t seed = 1) {
  return make_labels(ListOptions{texts}, seed);
}

Texts run(const LabelSource& source, std::uint64_t first, std::uint64_t count) {
  Texts texts;
  LabelText out{"what was there before", "and here"};
  for (std::uint64_t k = first; k < first + count; ++k) {
    source.at(k, out);
    EXPECT_EQ(out.text, out.label);
    texts.push_back(out.text);
  }
  return texts;
}

Texts sorted(Texts texts) {
  std::sort(texts.begin(), texts.end());
  return texts;
}

Texts numbers(int count) {
  Texts texts;
  for (int i = 0; i < count; ++i) texts.push_back(std::to_string(i));
  return texts;
}

TEST(ListLabels, GiveEachTextOncePerRun) {
  for (const int count : {1, 2, 3, 64, 65, 1000}) {
    const Texts texts = numbers(count);
    const auto source = list(texts);
    const auto size = static_cast<std::uint64_t>(count);
    for (const std::uint64_t r : {0u, 1u, 2u, 1000000007u}) {
      EXPECT_EQ(sorted(run(*source, r * size, size)), sorted(texts)) << count << " run " << r;
    }
  }
}

TEST(ListLabels, OrderIsKeyedByRunAndSeed) {
  const Texts texts = numbers(100);
  const auto source = list(texts);
  const Texts first = run(*source, 0, 100);
  EXPECT_NE(first, texts);
  EXPECT_NE(first, run(*source, 100, 100));
  EXPECT_NE(first, run(*list(texts, 2), 0, 100));
  EXPECT_EQ(first, run(*list(texts), 0, 100));
  EXPECT_EQ(Texts{first[42]}, run(*list(texts), 42, 1));
}

TEST(ListLabels, ATextGivenTwiceComesTwice) {
  EXPECT_EQ(sorted(run(*list({"b", "a", "b"}), 3, 3)), (Texts{"a", "b", "b"}));
}

TEST(ListLabels, KeepTextsAsTheyAre) {
  const Texts texts{" 12 ", "2018年08月16日", "a,b\"c", "😀"};
  const auto source = list(texts);
  EXPECT_EQ(sorted(run(*source, 0, 4)), sorted(texts));
  EXPECT_EQ(source->longest_text(), 11u);
  EXPECT_EQ(source->natural_count(), 4u);
  EXPECT_EQ(source->limit(), std::numeric_limits<std::uint64_t>::max());
  Texts visited;
  source->for_each_text([&](const std::string& name, const std::string& text) {
    EXPECT_EQ(name, "labels.texts");
    visited.push_back(text);
  });
  EXPECT_EQ(visited, texts);
}

TEST(ListLabels, OneTextAloneMayBeEmpty) {
  const auto source = list({""});
  EXPECT_EQ(run(*source, 0, 2), (Texts{"", ""}));
  EXPECT_EQ(source->longest_text(), 0u);
  EXPECT_EQ(source->natural_count(), 1u);
}

TEST(ListLabels, LongestListAndTextAreAccepted) {
  std::string years;
  for (int i = 0; i < 256; ++i) years += "年";
  EXPECT_EQ(list({years})->longest_text(), 256u);
  EXPECT_EQ(list(Texts(1000000, "7"))->natural_count(), 1000000u);
}

TEST(ListLabels, WhatCannotBeWrittenIsRefused) {
  const std::string unprintable = "labels.texts: must be printable characters. Got: ";
  const std::vector<std::pair<Texts, std::string>> cases{
      {{}, "labels.texts: must have between 1 and 1000000 texts. Got: 0"},
      {Texts(1000001, "7"), "labels.texts: must have between 1 and 1000000 texts. Got: 1000001"},
      {{"a", "", "b"}, "labels.texts: must not have an empty text among others. Got: '' (text 2)"},
      {{"", ""}, "labels.texts: must not have an empty text among others. Got: '' (text 1)"},
      {{"a", std::string(257, 'x')},
       "labels.texts: must have at most 256 characters in a text. Got: " + std::string(80, 'x') +
           "... (257 characters)"},
      {{"a", "b\xff"}, "labels.texts: must be UTF-8. Got: 'b\\xff'"},
      {{"a\tb"}, unprintable + "'a\\x09b' (U+0009)"},
      {{"a\n"}, unprintable + "'a\\x0a' (U+000A)"},
      {{"a\u200bb"}, unprintable + "'a\u200bb' (U+200B)"},
  };
  for (const auto& [texts, message] : cases) {
    EXPECT_EQ(test::message_of([&, &given = texts] { list(given); }), message);
  }
}

}  // namespace
}  // namespace glyphmill
