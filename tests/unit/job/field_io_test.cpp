// SPDX-License-Identifier: Apache-2.0
#include "job/field_io.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "job/yaml_tree.h"

namespace glyphmill {
namespace {

template <class Function>
std::string message_of(const Function& function) {
  try {
    function();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
    return error.what();
  }
  return "accepted";
}

struct Bad {
  std::string text;
  std::string message;
};

TEST(ParseInteger, ReadsDigits) {
  EXPECT_EQ(parse_integer("0"), 0u);
  EXPECT_EQ(parse_integer("0012"), 12u);
  EXPECT_EQ(parse_integer("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
}

TEST(ParseInteger, RefusesEverythingElse) {
  const std::string rule = "must be a whole number between 1 and 256. Got: ";
  for (const char* text : {"-1", "+1", "1.5", "1e3", "0x10", " 1", "1 ", "1,000", "ten", "nan",
                           "inf", "１", "true", "99999999999999999999x"}) {
    EXPECT_EQ(message_of([&] { parse_integer(text, {1, 256}); }), rule + text);
  }
  const std::vector<Bad> table{
      {"", rule + "''"},
      {"0", "must be between 1 and 256. Got: 0"},
      {"257", "must be between 1 and 256. Got: 257"},
      {"18446744073709551616", "must be at most 256. Got: 18446744073709551616"},
  };
  for (const Bad& bad : table) {
    EXPECT_EQ(message_of([&] { parse_integer(bad.text, {1, 256}); }), bad.message);
  }
  EXPECT_EQ(message_of([] { parse_integer("-1", {1}); }),
            "must be a whole number of at least 1. Got: -1");
  EXPECT_EQ(message_of([] { parse_integer("99999999999999999999"); }),
            "must be at most 18446744073709551615. Got: 99999999999999999999");
}

TEST(ParseSignedInteger, ReadsDigitsWithASign) {
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  const IntegerRange anything{kLeast, kMost};
  EXPECT_EQ(parse_signed_integer("0", anything), 0);
  EXPECT_EQ(parse_signed_integer("-0", anything), 0);
  EXPECT_EQ(parse_signed_integer("-0012", anything), -12);
  EXPECT_EQ(parse_signed_integer("-9223372036854775808", anything), kLeast);
  EXPECT_EQ(parse_signed_integer("9223372036854775807", anything), kMost);
}

TEST(ParseSignedInteger, RefusesEverythingElse) {
  const std::string rule = "must be a whole number between -5 and 5. Got: ";
  for (const char* text : {"-", "--1", "+1", "1-", "1.5", "-1.5", "1e0", "0x1", " 1", "1 ", "- 1",
                           "\u22121", "ten", "-99999999999999999999x"}) {
    EXPECT_EQ(message_of([&] { parse_signed_integer(text, {-5, 5}); }), rule + text);
  }
  const std::vector<Bad> table{
      {"", rule + "''"},
      {"-6", "must be between -5 and 5. Got: -6"},
      {"6", "must be between -5 and 5. Got: 6"},
      {"9223372036854775808", "must be at most 5. Got: 9223372036854775808"},
      {"-9223372036854775809", "must be at least -5. Got: -9223372036854775809"},
  };
  for (const Bad& bad : table) {
    EXPECT_EQ(message_of([&] { parse_signed_integer(bad.text, {-5, 5}); }), bad.message);
  }
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(message_of([] {
              parse_signed_integer("x", {-5, kMost});
            }),
            "must be a whole number of at least -5. Got: x");
}

TEST(ParseNumber, ReadsDecimals) {
  EXPECT_EQ(parse_number("3"), 3.0);
  EXPECT_EQ(parse_number("-0.155"), -0.155);
  EXPECT_EQ(parse_number("1e6"), 1e6);
  EXPECT_EQ(parse_number("1e-05"), 1e-5);
  EXPECT_EQ(parse_number("0012"), 12.0);
}

TEST(ParseNumber, RefusesEverythingElse) {
  const std::string rule = "must be a number between 0 and 1. Got: ";
  for (const char* text : {"nan", "NaN", "-nan", "inf", "-inf", "infinity", ".inf", "1e9999",
                           "1e-9999", "0x10", "+1", " 1", "1 ", "0,5", "1.5.2", "half", "1f"}) {
    EXPECT_EQ(message_of([&] { parse_number(text, {0, 1}); }), rule + text);
  }
  EXPECT_EQ(message_of([] { parse_number("", {0, 1}); }), rule + "''");
  EXPECT_EQ(message_of([] { parse_number("7", {0, 1}); }), "must be between 0 and 1. Got: 7");
  EXPECT_EQ(message_of([] {
              parse_number("-1e-300", {0, 1});
            }),
            "must be between 0 and 1. Got: -1e-300");
  EXPECT_EQ(message_of([] { parse_number("x"); }), "must be a number. Got: x");
  EXPECT_EQ(message_of([] { parse_number("x", {1}); }), "must be a number of at least 1. Got: x");
}

TEST(ParseBoolean, IsTrueOrFalse) {
  EXPECT_TRUE(parse_boolean("true"));
  EXPECT_FALSE(parse_boolean("false"));
  for (const char* text : {"True", "yes", "on", "1", "0", "no"}) {
    EXPECT_EQ(message_of([&] { parse_boolean(text); }),
              std::string("must be true or false. Got: ") + text);
  }
}

TEST(ParseChoice, SuggestsTheNearestName) {
  const std::vector<std::string_view> names{"iid", "position", "pairs", "unique"};
  EXPECT_EQ(parse_choice("pairs", names), 2u);
  EXPECT_EQ(message_of([&] { parse_choice("pair", names); }),
            "must be one of iid, position, pairs, unique. Got: pair. Did you mean 'pairs'?");
  EXPECT_EQ(message_of([&] { parse_choice("even", names); }),
            "must be one of iid, position, pairs, unique. Got: even");
}

TEST(ClosestName, FindsSlipsAndNothingElse) {
  const std::vector<std::string_view> names{"length", "alphabet", "balance", "gaussian-sigma"};
  for (const auto& [text, name] :
       std::map<std::string, std::string>{{"lenght", "length"},
                                          {"alphabeth", "alphabet"},
                                          {"balence", "balance"},
                                          {"gauss", "gaussian-sigma"},
                                          {"weight", ""},
                                          {"x", ""},
                                          {"", ""},
                                          {std::string(1000, 'l'), ""}}) {
    EXPECT_EQ(closest_name(text, names), name) << text;
  }
}

TEST(Shown, CutsLongTextBetweenCharacters) {
  EXPECT_EQ(shown(std::string_view("")), "''");
  EXPECT_EQ(shown(std::string_view("a\n")), "a\\x0a");
  std::string years;
  for (int i = 0; i < 40; ++i) years += "年";
  EXPECT_EQ(shown(std::string_view(years)), years.substr(0, 78) + "...");
}

/// One field of each sort.
struct Everything {
  bool flag = false;
  std::uint64_t whole = 5;
  std::optional<std::uint64_t> maybe_whole;
  IntegerRange whole_range{4, 6};
  double real = 0.5;
  std::optional<double> maybe_real;
  Range range{1, 2};
  std::optional<Range> maybe_range;
  Range spread{0.9, 1.1};
  std::string text = "plain";
  std::vector<std::string> texts{"one", "two"};
  std::size_t pick = 0;
};

void describe(Everything& options, FieldVisitor& visitor) {
  visitor.boolean("flag", options.flag, "a switch");
  visitor.integer("whole", options.whole, {1, 10}, "a count");
  visitor.integer("maybe_whole", options.maybe_whole, "natural", {1, 10}, "a count or natural");
  visitor.integer_range("whole_range", options.whole_range, {-20, 20}, "an interval of counts");
  visitor.number("real", options.real, {-1, 1}, "a share");
  visitor.number("maybe_real", options.maybe_real, {0, 1}, "a share or auto");
  visitor.range("range", options.range, {-10, 10}, "an interval");
  visitor.range("maybe_range", options.maybe_range, {-10, 10}, "an interval or auto");
  visitor.spread("spread", options.spread, 1, {0.25, 10}, "an interval about 1");
  visitor.text("text", options.text, "words");
  visitor.texts("texts", options.texts, "lines");
  visitor.choice("pick", options.pick, {"red", "green"}, "a colour");
}

using Strings = std::map<std::string, std::vector<std::string>>;

class MapSource final : public FieldSource {
 public:
  explicit MapSource(const Strings& values) {
    for (const auto& [key, strings] : values) values_[key] = field_value(strings);
  }
  const FieldValue* find(std::string_view key) override {
    const auto found = values_.find(std::string(key));
    return found == values_.end() ? nullptr : &found->second;
  }
  void refuse(std::string_view key, const std::string& why) override {
    complaints.push_back(std::string(key) + ": " + why);
  }
  std::vector<std::string> complaints;

 private:
  std::map<std::string, FieldValue> values_;
};

TEST(FieldReader, SetsWhatIsGivenAndKeepsTheRest) {
  MapSource source({{"flag", {"true"}},
                    {"whole", {"7"}},
                    {"maybe_whole", {"3"}},
                    {"whole_range", {"-3", "5"}},
                    {"maybe_real", {"0.25"}},
                    {"range", {"-3", "5"}},
                    {"maybe_range", {"4"}},
                    {"spread", {"0.5", "4"}},
                    {"text", {"年 \"q\""}},
                    {"texts", {"年", "", " 7 "}},
                    {"pick", {"green"}}});
  Everything options;
  FieldReader reader(source);
  describe(options, reader);
  EXPECT_TRUE(source.complaints.empty());
  EXPECT_TRUE(options.flag);
  EXPECT_EQ(options.whole, 7u);
  EXPECT_EQ(options.maybe_whole, 3u);
  EXPECT_EQ(options.whole_range, (IntegerRange{-3, 5}));
  EXPECT_EQ(options.real, 0.5);
  EXPECT_EQ(options.maybe_real, 0.25);
  EXPECT_EQ(options.range, (Range{-3, 5}));
  EXPECT_EQ(options.maybe_range, (Range{4, 4}));
  EXPECT_EQ(options.spread, (Range{0.5, 4}));
  EXPECT_EQ(options.text, "年 \"q\"");
  EXPECT_EQ(options.texts, (std::vector<std::string>{"年", "", " 7 "}));
  EXPECT_EQ(options.pick, 1u);
  EXPECT_EQ(reader.keys().size(), 12u);
}

TEST(FieldReader, OneValueStandsForAnIntervalOrAList) {
  MapSource source({{"whole_range", {"-7"}}, {"spread", {"0.5"}}, {"texts", {"alone"}}});
  Everything options;
  FieldReader reader(source);
  describe(options, reader);
  EXPECT_TRUE(source.complaints.empty());
  EXPECT_EQ(options.whole_range, (IntegerRange{-7, -7}));
  EXPECT_EQ(options.spread, (Range{0.5, 1.5}));
  EXPECT_EQ(options.texts, std::vector<std::string>{"alone"});
}

TEST(FieldReader, ASpreadAsWideAsItsBoundsIsWithinThem) {
  const Bounds bounds{0.1, 0.9};  // 0.5 - 0.4 rounds to less than 0.1
  MapSource source(Strings{{"spread", {"0.4"}}});
  Range spread;
  FieldReader(source).spread("spread", spread, 0.5, bounds, "");
  EXPECT_TRUE(source.complaints.empty());
  EXPECT_EQ(spread, (Range{0.1, 0.9}));
}

TEST(FieldReader, AutoEmptiesAnOptional) {
  MapSource source({{"maybe_real", {"auto"}}, {"maybe_range", {"auto"}}, {"real", {"auto"}}});
  Everything options;
  options.maybe_real = 1;
  options.maybe_range = Range{1, 2};
  FieldReader reader(source);
  describe(options, reader);
  EXPECT_EQ(options.maybe_real, std::nullopt);
  EXPECT_EQ(options.maybe_range, std::nullopt);
  EXPECT_EQ(source.complaints,
            std::vector<std::string>{"real: must be a number between -1 and 1. Got: auto"});
}

TEST(FieldReader, AFieldsOwnWordEmptiesIt) {
  Everything options;
  options.maybe_whole = 3;
  MapSource natural(Strings{{"maybe_whole", {"natural"}}});
  FieldReader reader(natural);
  describe(options, reader);
  EXPECT_TRUE(natural.complaints.empty());
  EXPECT_EQ(options.maybe_whole, std::nullopt);
}

std::vector<std::string> complaints_about(const Strings& values) {
  MapSource source(values);
  Everything options;
  FieldReader reader(source);
  describe(options, reader);
  const Everything fresh;
  EXPECT_EQ(options.maybe_whole, fresh.maybe_whole);
  EXPECT_EQ(options.whole_range, fresh.whole_range);
  EXPECT_EQ(options.spread, fresh.spread);
  EXPECT_EQ(options.texts, fresh.texts);
  return source.complaints;
}

TEST(FieldReader, SaysWhatEachSortOfFieldMustBe) {
  const struct {
    const char* key;
    std::vector<std::string> given;
    std::string why;
  } kCases[] = {
      {"maybe_whole", {"auto"}, "must be a whole number between 1 and 10. Got: auto"},
      {"maybe_whole", {"Natural"}, "must be a whole number between 1 and 10. Got: Natural"},
      {"maybe_whole", {"11"}, "must be between 1 and 10. Got: 11"},
      {"maybe_whole", {"1", "2"}, "must be a whole number or natural. Got: [1, 2]"},
      {"maybe_whole", {}, "must be a whole number or natural. Got: nothing"},
      {"whole_range", {}, "must be one whole number or [min, max]. Got: nothing"},
      {"whole_range", {"1", "2", "3"}, "must be one whole number or [min, max]. Got: [1, 2, 3]"},
      {"whole_range", {"1.5"}, "must be a whole number between -20 and 20. Got: 1.5"},
      {"whole_range", {"1", "x"}, "must be a whole number between -20 and 20. Got: x"},
      {"whole_range", {"-21", "3"}, "must be between -20 and 20. Got: -21"},
      {"whole_range", {"3", "-3"}, "min must not be above max. Got: [3, -3]"},
      {"spread", {}, "must be one number or [min, max]. Got: nothing"},
      {"spread", {"1", "2", "3"}, "must be one number or [min, max]. Got: [1, 2, 3]"},
      {"spread", {"0.8"}, "must be between 0 and 0.75. Got: 0.8"},
      {"spread", {"-0.1"}, "must be between 0 and 0.75. Got: -0.1"},
      {"spread", {"wide"}, "must be a number between 0 and 0.75. Got: wide"},
      {"spread", {"0.2", "1"}, "must be between 0.25 and 10. Got: 0.2"},
      {"spread", {"2", "1"}, "min must not be above max. Got: [2, 1]"},
      {"texts", {}, "must be a list of texts. Got: nothing"},
      {"texts", {"a", "b\xff"}, "must be UTF-8. Got: b\\xff"},
      {"texts", {"a", "b\n"}, "must not have control characters. Got: b\\x0a"},
  };
  for (const auto& each : kCases) {
    EXPECT_EQ(complaints_about({{each.key, each.given}}),
              std::vector<std::string>{std::string(each.key) + ": " + each.why});
  }
}

TEST(FieldReader, ReportsEachBrokenRuleAndKeepsTheValue) {
  MapSource source({{"flag", {"yes"}},
                    {"whole", {"1", "2"}},
                    {"real", {"2"}},
                    {"maybe_real", {}},
                    {"range", {"5", "-3"}},
                    {"maybe_range", {"1", "2", "3"}},
                    {"text", {std::string("a\0b", 3)}},
                    {"pick", {"gren"}}});
  Everything options;
  FieldReader reader(source);
  describe(options, reader);
  EXPECT_EQ(source.complaints,
            (std::vector<std::string>{
                "flag: must be true or false. Got: yes",
                "whole: must be one whole number. Got: [1, 2]",
                "real: must be between -1 and 1. Got: 2",
                "maybe_real: must be one number. Got: nothing",
                "range: min must not be above max. Got: [5, -3]",
                "maybe_range: must be one number or [min, max]. Got: [1, 2, 3]",
                "text: must not have control characters. Got: a\\x00b",
                "pick: must be one of red, green. Got: gren. Did you mean 'green'?",
            }));
  EXPECT_EQ(options.range, (Range{1, 2}));
  EXPECT_EQ(options.text, "plain");
  MapSource bytes(Strings{{"text", {"\xff"}}});
  FieldReader byte_reader(bytes);
  describe(options, byte_reader);
  EXPECT_EQ(bytes.complaints, std::vector<std::string>{"text: must be UTF-8. Got: \\xff"});
}

TEST(FieldWriter, SpellsEveryField) {
  Everything options;
  options.maybe_range = Range{-0.5, 1e-5};
  options.range = {2, 2};
  options.spread = {1, 1};
  options.text = "a\"b\\c\n年";
  options.texts = {"a\"b", "年"};
  FieldWriter writer;
  describe(options, writer);
  std::vector<std::string> spelled;
  for (const WrittenField& field : writer.fields()) {
    spelled.push_back(field.key + ": " + field.value);
  }
  EXPECT_EQ(spelled, (std::vector<std::string>{
                         "flag: false", "whole: 5", "maybe_whole: natural", "whole_range: [4, 6]",
                         "real: 0.5", "maybe_real: auto", "range: 2", "maybe_range: [-0.5, 1e-05]",
                         "spread: [1, 1]", "text: \"a\\\"b\\\\c\\x0a年\"",
                         "texts: [\"a\\\"b\", \"年\"]", "pick: red"}));
  EXPECT_EQ(writer.fields()[1].help, "a count");
}

Everything written_and_read(Everything options) {
  FieldWriter writer;
  describe(options, writer);
  std::string yaml;
  for (const WrittenField& field : writer.fields()) yaml += field.key + ": " + field.value + "\n";
  YamlProblems problems("written", ErrorCode::kInvalidArgument);
  Everything read;
  read_fields(parse_yaml(yaml, problems), "", read, {}, problems);
  problems.throw_if_any();
  return read;
}

TEST(FieldWriter, WhatIsWrittenIsReadAgain) {
  Everything options;
  options.maybe_whole = 10;
  options.whole_range = {-20, -20};
  options.spread = {1 - 0.1, 1 + 0.2};
  const std::vector<std::vector<std::string>> lists{
      {}, {"alone"}, {"", " a ", "[b, c]", "\"d\"", "\\e", "null", "007", "年"}};
  for (const std::vector<std::string>& texts : lists) {
    options.texts = texts;
    const Everything read = written_and_read(options);
    EXPECT_EQ(read.maybe_whole, options.maybe_whole);
    EXPECT_EQ(read.whole_range, options.whole_range);
    EXPECT_EQ(read.spread, options.spread);
    EXPECT_EQ(read.texts, options.texts);
  }
  options.maybe_whole = std::nullopt;
  options.whole_range = {-3, 17};
  options.spread = {1, 1};
  const Everything read = written_and_read(options);
  EXPECT_EQ(read.maybe_whole, std::nullopt);
  EXPECT_EQ(read.whole_range, options.whole_range);
  EXPECT_EQ(read.spread, options.spread);
}

TEST(CheckBounds, NamesTheFieldTheRuleAndTheValue) {
  const auto message = [](const auto& change) {
    Everything options;
    change(options);
    return message_of([&] { check_bounds(options, "all"); });
  };
  EXPECT_EQ(message([](Everything&) {}), "accepted");
  EXPECT_EQ(message([](Everything& e) { e.maybe_whole = 0; }),
            "all.maybe_whole: must be between 1 and 10. Got: 0");
  EXPECT_EQ(message([](Everything& e) { e.whole_range.max = 21; }),
            "all.whole_range: must be between -20 and 20. Got: [4, 21]");
  EXPECT_EQ(message([](Everything& e) { e.whole_range.min = 7; }),
            "all.whole_range: min must not be above max. Got: [7, 6]");
  EXPECT_EQ(message([](Everything& e) { e.spread.min = 0.125; }),
            "all.spread: must be between 0.25 and 10. Got: [0.125, 1.1]");
  EXPECT_EQ(message([](Everything& e) { e.spread.max = std::nan(""); }),
            "all.spread: must be between 0.25 and 10. Got: [0.9, nan]");
}

TEST(FieldWriter, NumbersComeBackBitForBit) {
  for (const double value :
       {0.1, 1.0 / 3, 255.0 / 11, 1e-300, 123456789.123456789, -0.155, std::nextafter(1.0, 2.0)}) {
    double number = value;
    FieldWriter writer;
    writer.number("x", number, {}, "");
    EXPECT_EQ(parse_number(writer.fields()[0].value), value) << writer.fields()[0].value;
  }
}

}  // namespace
}  // namespace glyphmill
