// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/constraint.h"

#include <gtest/gtest.h>

#include <regex>

#include "glyphmill/labels.h"
#include "labels/calendar.h"
#include "labels/date_layout.h"
#include "recognition/automaton.h"
#include "support/messages.h"
#include "unit/recognition/random_outputs.h"

namespace glyphmill {
namespace {

using test::message_of;

/// All texts over the alphabet of at most `longest` characters.
std::vector<std::string> all_texts(const std::string& alphabet, std::size_t longest) {
  std::vector<std::string> texts = {""};
  for (std::size_t begin = 0, length = 0; length < longest; ++length) {
    const std::size_t end = texts.size();
    for (; begin < end; ++begin) {
      for (const char c : alphabet) texts.push_back(texts[begin] + c);
    }
  }
  return texts;
}

TEST(PatternConstraint, AcceptsWhatTheRuleMatches) {
  const auto texts = all_texts("01a-", 6);
  for (const char* pattern :
       {R"(\d{4})", R"([01]{1,3}-?a)", R"(a|0(1|a){2,3}|-)", R"((0?1?){1,3}a)", R"((01|0)(1a|a))",
        R"((((a|b)0){1,2}|\d){2})", R"([0a]{0,5}1[0a]{0,2})", R"((a?){0,3}0)", R"((()|1){2}0)"}) {
    const std::regex rule(pattern);
    const Constraint constraint = Constraint::pattern(pattern, letters("01a-"));
    int accepted = 0;
    for (const std::string& text : texts) {
      ASSERT_EQ(constraint.accepts(text), std::regex_match(text, rule)) << pattern << " " << text;
      accepted += constraint.accepts(text) ? 1 : 0;
    }
    EXPECT_GT(accepted, 0) << pattern;
  }
}

TEST(PatternConstraint, KnowsOnlyItsAlphabet) {
  const Constraint constraint = Constraint::pattern("[0-9A-Z年]{2}", {"1", "年", "x"});
  EXPECT_TRUE(constraint.accepts("1年"));
  EXPECT_FALSE(constraint.accepts("1x"));
  EXPECT_FALSE(constraint.accepts("12"));
  EXPECT_TRUE(Constraint().accepts("whatever"));
  EXPECT_TRUE(Constraint().is_free());
}

/// Fewest frames from a state on, by trying all ways.
std::size_t frames_from(const recognition::Automaton& automaton, recognition::State state,
                        std::uint32_t last) {
  if (automaton.accepts(state)) return 0;
  std::size_t least = 1000;
  for (std::uint32_t c = 1; c <= automaton.alphabet().size(); ++c) {
    const recognition::State to = automaton.next(state, c);
    if (to == recognition::Automaton::kNowhere) continue;
    least = std::min(least, (c == last ? 2U : 1U) + frames_from(automaton, to, c));
  }
  return least;
}

TEST(PatternConstraint, KnowsHowManyFramesAreNeeded) {
  for (const char* pattern : {"1112", "(11|2)1", "[12]{3}", "1{2,4}(1|22)", "(12|11)(1|111)"}) {
    const Constraint constraint = Constraint::pattern(pattern, letters("12"));
    const recognition::Automaton& automaton = *constraint.automaton();
    for (const std::string& text : all_texts("12", 5)) {
      recognition::State state = recognition::Automaton::kStart;
      std::uint32_t last = 0;
      for (const std::uint32_t c : classes_of(text, letters("12"))) {
        if (state == recognition::Automaton::kNowhere) break;
        state = automaton.next(state, c);
        last = c;
      }
      if (state == recognition::Automaton::kNowhere) continue;
      ASSERT_EQ(automaton.frames_needed(state), frames_from(automaton, state, 0))
          << pattern << text;
      ASSERT_EQ(automaton.frames_needed(state, last), frames_from(automaton, state, last))
          << pattern << " " << text;
    }
  }
}

TEST(PatternConstraint, RefusesByName) {
  EXPECT_EQ(message_of([] { Constraint::pattern("[0-9", letters("01")); }),
            "pattern: a '[' must be closed by ']' (at character 5). Got: [0-9");
  EXPECT_EQ(message_of([] { Constraint::pattern("[A-Z]{3}", letters("01")); }),
            "pattern: must be met by a text over the alphabet. Got: [A-Z]{3}");
  EXPECT_EQ(message_of([] { Constraint::pattern("[01]{0,100}1[01]{30}", letters("01")); }),
            "pattern: must be simpler, to tell its texts takes more than 65536 states. Got: "
            "[01]{0,100}1[01]{30}");
  EXPECT_EQ(message_of([] { Constraint::date("{YYYY}{X}", letters("01")); }),
            "date: unknown field '{X}'; the fields are {YYYY} {YY} {MM} {M} {DD} {D}. Got: "
            "'{YYYY}{X}'");
  EXPECT_EQ(message_of([] { Constraint::date("{YYYY}年", letters("0123456789")); }),
            "date: must be met by a text over the alphabet. Got: {YYYY}年");
}

const std::string kDigits = "0123456789";

std::string two(int value) {
  return {kDigits[static_cast<std::size_t>(value / 10)],
          kDigits[static_cast<std::size_t>(value % 10)]};
}

bool exists(const std::string& year, int month, int day) {
  return labels::parse_date(year + "-" + two(month) + "-" + two(day)).has_value();
}

TEST(DateConstraint, AcceptsTheDaysOfTheCalendarOnly) {
  const Constraint ymd = Constraint::date("{YYYY}{MM}{DD}", letters(kDigits));
  const Constraint dmy = Constraint::date("{DD}.{MM}.{YYYY}", letters(kDigits + "."));
  for (const char* year :
       {"0000", "0001", "0004", "1600", "1900", "1999", "2000", "2019", "2020", "2100", "9999"}) {
    for (int month = 0; month < 100; ++month) {
      for (int day = 0; day < 100; ++day) {
        const bool is_day = exists(year, month, day);
        ASSERT_EQ(ymd.accepts(year + two(month) + two(day)), is_day) << year << month << " " << day;
        ASSERT_EQ(dmy.accepts(two(day) + "." + two(month) + "." + year), is_day);
      }
    }
  }
  EXPECT_FALSE(ymd.accepts("2020010"));
  EXPECT_FALSE(ymd.accepts("202001011"));
  EXPECT_FALSE(ymd.accepts(""));
}

TEST(DateConstraint, AcceptsEveryDayItsLayoutSpells) {
  const auto alphabet = letters(kDigits + "/");
  for (const char* layout : {"{YYYY}{MM}{DD}", "{YY}{MM}{DD}", "{D}/{M}/{YYYY}", "{M}{D}",
                             "{YYYY}/{YY}/{MM}{DD}", "{YY}{MM}{DD}/{YYYY}", "{DD}{MM}{YY}"}) {
    const labels::DateLayout spelling("date", layout);
    const Constraint constraint = Constraint::date(layout, alphabet);
    const std::uint64_t first = labels::day_number({1896, 1, 1});
    std::string text;
    for (std::uint64_t day = first; day < first + 13 * 366; ++day) {
      spelling.write(labels::date_of(day), text);
      ASSERT_TRUE(constraint.accepts(text)) << layout << " " << text;
    }
  }
}

TEST(DateConstraint, TakesAllThatIsKnownTogether) {
  const auto alphabet = letters(kDigits + "/");
  const auto accepts = [&](const char* layout, const char* text) {
    return Constraint::date(layout, alphabet).accepts(text);
  };
  EXPECT_TRUE(accepts("{MM}{DD}", "0229"));
  EXPECT_FALSE(accepts("{MM}{DD}", "0230"));
  EXPECT_FALSE(accepts("{MM}{DD}", "0431"));
  EXPECT_TRUE(accepts("{YY}{MM}{DD}", "000229")) << "as in 2000";
  EXPECT_FALSE(accepts("{YY}{MM}{DD}", "010229"));
  EXPECT_TRUE(accepts("{DD}{MM}{YY}", "290204"));
  EXPECT_FALSE(accepts("{DD}{MM}{YY}", "290203"));
  EXPECT_FALSE(accepts("{YY}{MM}{DD}/{YYYY}", "000229/1900"));
  EXPECT_TRUE(accepts("{YY}{MM}{DD}/{YYYY}", "000229/2000"));
  EXPECT_FALSE(accepts("{YYYY}/{YY}", "1999/98"));
  EXPECT_TRUE(accepts("{YYYY}/{YY}", "1999/99"));
  EXPECT_FALSE(accepts("{MM}{DD}{MM}", "020103"));
  EXPECT_TRUE(accepts("{M}{D}", "111")) << "1 and 11, or 11 and 1";
  EXPECT_TRUE(accepts("{M}{D}", "131")) << "only 1 and 31";
  EXPECT_FALSE(accepts("{M}{D}", "232"));
  EXPECT_FALSE(accepts("{M}/{D}", "01/1"));
  EXPECT_TRUE(accepts("{DD}{YYYY}", "312019"));
  EXPECT_FALSE(accepts("{DD}", "32"));
}

}  // namespace
}  // namespace glyphmill
