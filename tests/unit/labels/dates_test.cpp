// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdio>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "glyphmill/error.h"
#include "glyphmill/labels.h"
#include "glyphmill/random.h"
#include "labels/calendar.h"

namespace glyphmill {
namespace {

using labels::Date;
using labels::date_of;
using labels::day_number;
using labels::parse_date;

std::string iso(const Date& date) {
  char text[32];
  std::snprintf(text, sizeof text, "%04u-%02u-%02u", date.year, date.month, date.day);
  return text;
}

DateOptions from_to(const std::string& from, const std::string& to) {
  DateOptions options;
  options.from = from;
  options.to = to;
  return options;
}

/// What a one-day calendar draws.
LabelText spelled(const std::string& day, const std::string& layout,
                  const std::string& label_layout = "{YYYY}{MM}{DD}") {
  DateOptions options = from_to(day, day);
  options.layout = layout;
  options.label_layout = label_layout;
  LabelText out;
  make_labels(options, 1)->at(0, out);
  return out;
}

TEST(Calendar, EveryDayFollowsTheOneBefore) {
  constexpr std::uint32_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::uint64_t number = day_number({1, 1, 1});
  for (std::uint32_t year = 1; year <= 9999; ++year) {
    const bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
    for (std::uint32_t month = 1; month <= 12; ++month) {
      const std::uint32_t days = kDays[month - 1] + (month == 2 && leap ? 1 : 0);
      for (const std::uint32_t day : {1u, 2u, days}) {
        const std::uint64_t expected = number + day - 1;
        ASSERT_EQ(day_number({year, month, day}), expected) << iso({year, month, day});
        ASSERT_EQ(iso(date_of(expected)), iso({year, month, day}));
      }
      ASSERT_TRUE(parse_date(iso({year, month, days})));
      ASSERT_FALSE(parse_date(iso({year, month, days + 1}))) << iso({year, month, days + 1});
      number += days;
    }
  }
  EXPECT_EQ(number - day_number({1, 1, 1}), 3652059u);
}

TEST(Calendar, RandomDayNumbersComeBack) {
  SampleRng rng({3, 0, 0});
  const auto first = static_cast<std::int64_t>(day_number({1, 1, 1}));
  const auto last = static_cast<std::int64_t>(day_number({9999, 12, 31}));
  for (int i = 0; i < 20000; ++i) {
    const auto number = static_cast<std::uint64_t>(rng.uniform_int(first, last));
    const Date date = date_of(number);
    ASSERT_EQ(day_number(date), number) << iso(date);
    const auto parsed = parse_date(iso(date));
    ASSERT_TRUE(parsed) << iso(date);
    ASSERT_EQ(day_number(*parsed), number) << iso(date);
  }
}

TEST(Calendar, KnownDistances) {
  EXPECT_EQ(day_number({1970, 1, 1}) - day_number({1, 1, 1}), 719162u);
  EXPECT_EQ(day_number({2000, 3, 1}) - day_number({2000, 2, 28}), 2u);
  EXPECT_EQ(day_number({1900, 3, 1}) - day_number({1900, 2, 28}), 1u);
}

TEST(Calendar, ParsesStrictly) {
  for (const char* good : {"0001-01-01", "0004-02-29", "2000-02-29", "2020-02-29", "9999-12-31"}) {
    EXPECT_TRUE(parse_date(good)) << good;
  }
  for (const char* bad :
       {"",           "2019-02-30", "2019-02-29", "1900-02-29",  "0000-01-01",  "2019-00-01",
        "2019-13-01", "2019-01-00", "2019-01-32", "2019-04-31",  "2019-1-01",   "2019-01-1",
        "19-01-01",   "2019/01/01", "20190101",   "2019-01-01 ", " 2019-01-01", "+019-01-01",
        "2019-01-0x", "10000-01-01"}) {
    EXPECT_FALSE(parse_date(bad)) << bad;
  }
}

TEST(Dates, AreSpelledByTheirLayouts) {
  struct Case {
    const char* day;
    const char* layout;
    const char* text;
  };
  for (const Case& c : {
           Case{"2018-08-06", "{YYYY}年{MM}月{DD}日", "2018年08月06日"},
           Case{"2018-08-06", "{YYYY}-{MM}-{DD}", "2018-08-06"},
           Case{"2018-08-06", "{DD}.{MM}.{YY}", "06.08.18"},
           Case{"2018-08-06", "{D}/{M}/{YYYY}", "6/8/2018"},
           Case{"2018-12-31", "{D}/{M}/{YYYY}", "31/12/2018"},
           Case{"0007-10-20", "{YYYY} {YY} {M}", "0007 07 10"},
           Case{"2000-01-10", "{YY}{D}", "0010"},
           Case{"2000-01-10", "{DD}", "10"},
           Case{"9999-12-31", "{YYYY}{MM}{DD}{DD}", "9999123131"},
       }) {
    EXPECT_EQ(spelled(c.day, c.layout).text, c.text);
    EXPECT_EQ(spelled(c.day, "{D}", c.layout).label, c.text);
  }
}

TEST(Dates, DefaultLayoutsDrawJapaneseDatesLabelledWithDigits) {
  LabelText out;
  const auto source = make_labels(from_to("2018-08-16", "2018-08-16"), 1);
  source->at(5, out);
  EXPECT_EQ(out.text, "2018年08月16日");
  EXPECT_EQ(out.label, "20180816");
  EXPECT_EQ(source->longest_text(), 11u);
}

TEST(Dates, EachDayOfTwoYearsComesPerDateTimes) {
  const auto source = make_labels(from_to("2018-01-01", "2019-12-31"), 9);
  ASSERT_EQ(source->natural_count(), 7300u);
  EXPECT_EQ(source->limit(), std::numeric_limits<std::uint64_t>::max());
  std::map<std::string, int> counts;
  LabelText out;
  for (std::uint64_t k = 0; k < 7300; ++k) {
    source->at(k, out);
    ++counts[out.label];
  }
  EXPECT_EQ(counts.size(), 730u);
  EXPECT_EQ(counts.begin()->first, "20180101");
  EXPECT_EQ(counts.rbegin()->first, "20191231");
  for (const auto& [label, count] : counts) EXPECT_EQ(count, 10) << label;
}

TEST(Dates, DependOnSeedAndIndexAlone) {
  const DateOptions options = from_to("2018-01-01", "2019-12-31");
  const auto all = [](const LabelSource& source, bool backward) {
    std::vector<std::string> labels(1000);
    LabelText out;
    for (std::uint64_t i = 0; i < 1000; ++i) {
      const std::uint64_t k = backward ? 999 - i : i;
      source.at(k, out);
      labels[k] = out.label;
    }
    return labels;
  };
  const auto forward = all(*make_labels(options, 1), false);
  EXPECT_EQ(all(*make_labels(options, 1), true), forward);
  EXPECT_NE(all(*make_labels(options, 2), false), forward);
}

TEST(Dates, VisitEachDayInOrder) {
  std::vector<std::string> visited;
  DateOptions options = from_to("2020-02-28", "2020-03-01");
  options.layout = "{D}.{M}.";
  make_labels(options, 1)->for_each_text([&](const auto& name, const auto& text) {
    visited.push_back(name + " " + text);
  });
  EXPECT_EQ(visited,
            (std::vector<std::string>{"2020-02-28 28.2.", "2020-02-29 29.2.", "2020-03-01 1.3."}));
}

TEST(Dates, VisitTheWholeCalendar) {
  std::uint64_t visits = 0;
  std::string first;
  std::string last;
  make_labels(from_to("0001-01-01", "9999-12-31"), 1)
      ->for_each_text([&](const auto& name, const auto&) {
        if (visits++ == 0) first = name;
        last = name;
      });
  EXPECT_EQ(visits, 3652059u);
  EXPECT_EQ(first, "0001-01-01");
  EXPECT_EQ(last, "9999-12-31");
}

TEST(Dates, LongestTextIsTheLongestOfItsDays) {
  struct Case {
    const char* from;
    const char* to;
    const char* layout;
    std::size_t longest;
  };
  for (const Case& c : {
           Case{"2018-01-01", "2018-12-31", "{YYYY}年{MM}月{DD}日", 11},
           Case{"2018-01-01", "2018-12-31", "{D}/{M}/{YYYY}", 10},
           Case{"2018-01-01", "2018-01-09", "{D}/{M}/{YYYY}", 8},
           Case{"2018-09-30", "2018-10-01", "{D}.{M}.", 5},
           Case{"2018-12-31", "2019-01-01", "{D}.{M}.", 6},
           Case{"2018-01-01", "9999-12-31", "{D}年{M}", 5},
           Case{"2019-01-01", "2019-12-31", "{DD}.{MM}.{YY}", 8},
       }) {
    DateOptions options = from_to(c.from, c.to);
    options.layout = c.layout;
    EXPECT_EQ(make_labels(options, 1)->longest_text(), c.longest) << c.from << c.layout;
  }
}

TEST(Dates, NaturalCountSaturates) {
  DateOptions options = from_to("2018-01-01", "2018-01-02");
  options.per_date = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(make_labels(options, 1)->natural_count(), std::numeric_limits<std::uint64_t>::max());
  options.per_date = 1;
  EXPECT_EQ(make_labels(options, 1)->natural_count(), 2u);
}

void expect_refused(const DateOptions& options, const std::string& message) {
  try {
    make_labels(options, 1);
    ADD_FAILURE() << "accepted: " << message;
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), message);
    EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
  }
}

TEST(Dates, RefuseBadSpansByName) {
  const std::string rule =
      ": must be a date of the calendar, YYYY-MM-DD from 0001-01-01 to 9999-12-31. Got: ";
  expect_refused(from_to("2019-02-30", "2020-01-01"), "labels.from" + rule + "2019-02-30");
  expect_refused(from_to("2019-02-01", "2019-2-03"), "labels.to" + rule + "2019-2-03");
  expect_refused(from_to("x\n", "2019-12-03"), "labels.from" + rule + "x\\x0a");
  expect_refused(from_to("2020-03-02", "2020-02-28"),
                 "labels.to: must not be before labels.from (2020-03-02). Got: 2020-02-28");
  DateOptions none = from_to("2020-01-01", "2020-01-02");
  none.per_date = 0;
  expect_refused(none, "labels.per_date: must be at least 1. Got: 0");
}

TEST(Dates, RefuseBadLayoutsByName) {
  struct Case {
    std::string layout;
    std::string rule;
  };
  const std::string fields = "{YYYY} {YY} {MM} {M} {DD} {D}";
  for (const Case& c : {
           Case{"", "must have at least one of the fields " + fields + ". Got: ''"},
           Case{"2018年", "must have at least one of the fields " + fields + ". Got: '2018年'"},
           Case{"{YYYY}{mm}",
                "unknown field '{mm}'; the fields are " + fields + ". Got: '{YYYY}{mm}'"},
           Case{"{}", "unknown field '{}'; the fields are " + fields + ". Got: '{}'"},
           Case{"{YYYY}-{MM",
                "field '{MM' is not closed; the fields are " + fields + ". Got: '{YYYY}-{MM'"},
           Case{"{YYYY{MM}",
                "field '{YYYY' is not closed; the fields are " + fields + ". Got: '{YYYY{MM}'"},
           Case{"{YYYY}-MM}",
                "'}' closes no field; the fields are " + fields + ". Got: '{YYYY}-MM}'"},
           Case{"{YYYY}\t{MM}", "must be printable characters. Got: '{YYYY}\\x09{MM}' (U+0009)"},
           Case{"{YYYY}\xff", "must be UTF-8. Got: '{YYYY}\\xff'"},
       }) {
    DateOptions drawn;
    drawn.layout = c.layout;
    expect_refused(drawn, "labels.layout: " + c.rule);
    DateOptions labelled;
    labelled.label_layout = c.layout;
    expect_refused(labelled, "labels.label_layout: " + c.rule);
  }
}

}  // namespace
}  // namespace glyphmill
