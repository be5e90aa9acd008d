// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <regex>
#include <set>

#include "glyphmill/labels.h"
#include "support/messages.h"

namespace glyphmill {
namespace {

std::unique_ptr<LabelSource> labels_of(const std::string& pattern, std::uint64_t seed = 1) {
  return make_labels(PatternOptions{pattern}, seed);
}

std::string label(const LabelSource& source, std::uint64_t k) {
  LabelText text;
  source.at(k, text);
  EXPECT_EQ(text.text, text.label);
  return text.label;
}

TEST(PatternLabels, FollowTheirPattern) {
  // All of the language but UTF-8 means in these what it means to std::regex.
  for (const char* pattern :
       {R"([A-Z]{2}\d{6})", R"(0[1-9]\d{8})", R"((19|20)\d{2})", R"(\d{3}-?\d{4})", R"(a|bc|def)",
        R"(\(\d{1,3}\)\.\+\[)", R"([a\-z]{4})", R"([x-]{3})", R"(((a|b)c){2,4})",
        R"((\d|[A-F]){8})"}) {
    const auto source = labels_of(pattern);
    const std::regex rule(pattern);
    for (std::uint64_t k = 0; k < 300; ++k) {
      const std::string text = label(*source, k);
      EXPECT_TRUE(std::regex_match(text, rule)) << pattern << " gave " << text;
      EXPECT_LE(text.size(), source->longest_text()) << pattern;
    }
  }
}

TEST(PatternLabels, EveryChoiceIsUniform) {
  constexpr std::uint64_t kSamples = 20000;
  const auto near = [](int count, double p) {
    EXPECT_NEAR(count, kSamples * p, 4 * std::sqrt(kSamples * p * (1 - p)));
  };
  const auto source = labels_of(R"((19|20|x)[0-4]\d{0,3})");
  std::map<std::string, int> starts;
  std::map<char, int> seconds;
  std::map<std::size_t, int> lengths;
  for (std::uint64_t k = 0; k < kSamples; ++k) {
    const std::string text = label(*source, k);
    const std::size_t head = text[0] == 'x' ? 1 : 2;
    ++starts[text.substr(0, head)];
    ++seconds[text[head]];
    ++lengths[text.size() - head - 1];
  }
  ASSERT_EQ(starts.size(), 3u);
  for (const auto& [start, count] : starts) near(count, 1.0 / 3);
  ASSERT_EQ(seconds.size(), 5u);
  for (const auto& [second, count] : seconds) near(count, 0.2);
  ASSERT_EQ(lengths.size(), 4u);
  for (const auto& [length, count] : lengths) near(count, 0.25);
}

TEST(PatternLabels, AreRandomAccessAndSeeded) {
  const auto a = labels_of(R"(\d{12})");
  const auto b = labels_of(R"(\d{12})", 2);
  const std::string late = label(*a, 1000000007);
  label(*a, 3);
  EXPECT_EQ(label(*a, 1000000007), late);
  EXPECT_NE(label(*b, 1000000007), late);
}

TEST(PatternLabels, SpeakUtf8) {
  const auto source = labels_of("[東京]\\d年");
  std::set<std::string> texts;
  for (std::uint64_t k = 0; k < 400; ++k) texts.insert(label(*source, k));
  EXPECT_EQ(texts.size(), 20u);
  EXPECT_EQ(source->longest_text(), 3u);
}

TEST(PatternLabels, VisitEveryCharacterThatCanCome) {
  std::set<std::string> seen;
  labels_of(R"(a{0}[x-z]\d?)")->for_each_text([&](const std::string&, const std::string& text) {
    seen.insert(text);
  });
  EXPECT_EQ(seen.size(), 14u);
}

TEST(PatternLabels, WhatCannotBeReadIsRefusedWithItsPlace) {
  const struct {
    const char* pattern;
    const char* rule;
  } kCases[] = {
      {"", "must not give an empty text (at character 1)"},
      {"a{0}", "must not give an empty text (at character 5)"},
      {"a*", "'*' stands for itself only as '\\*' (at character 2)"},
      {"\\d?", "must not give an empty text (at character 4)"},
      {"(a|b?)", "must not give an empty text (at character 7)"},
      {"\\d+", "'+' stands for itself only as '\\+' (at character 3)"},
      {"a.b", "'.' stands for itself only as '\\.' (at character 2)"},
      {"^a", "'^' stands for itself only as '\\^' (at character 1)"},
      {"(a", "a '(' must be closed by ')' (at character 3)"},
      {"a)", "a ')' must close a '(' (at character 2)"},
      {"[a", "a '[' must be closed by ']' (at character 3)"},
      {"[]", "a class must hold a character (at character 3)"},
      {"[aa]", "the characters of a class must differ (at character 5)"},
      {"[0-93]", "the characters of a class must differ (at character 7)"},
      {"[z-a]", "a range must go upwards from one ASCII character to another (at character 5)"},
      {"\\w", "of the letters and digits only 'd' may follow '\\' (at character 3)"},
      {"a\\", "a '\\' must be followed by a character (at character 3)"},
      {"a{2", "a '{' must be closed by '}' (at character 4)"},
      {"a{}", "a count must be {n} or {least,most} (at character 3)"},
      {"a{3,2}", "a count must not end below its beginning (at character 7)"},
      {"a{2}{3}", "one count must not follow another (at character 5)"},
      {"a{99999999999999999999}", "a count must not exceed 256 (at character 6)"},
      {"(a{200}){2}", "texts must have at most 256 characters (at character 12)"},
      {"?", "'?' stands for itself only as '\\?' (at character 1)"},
  };
  for (const auto& each : kCases) {
    EXPECT_EQ(test::message_of([&] { labels_of(each.pattern); }),
              std::string("labels.pattern: ") + each.rule + ". Got: " + each.pattern);
  }
  const std::string deep(40, '(');
  EXPECT_NE(test::message_of([&] { labels_of(deep); }).find("nest deeper"), std::string::npos);
  EXPECT_NE(test::message_of([&] { labels_of("a\tb"); }).find("printable"), std::string::npos);
}

}  // namespace
}  // namespace glyphmill
