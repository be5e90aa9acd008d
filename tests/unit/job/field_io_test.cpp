// SPDX-License-Identifier: Apache-2.0
#include "job/field_io.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"

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
  double real = 0.5;
  std::optional<double> maybe_real;
  Range range{1, 2};
  std::optional<Range> maybe_range;
  std::string text = "plain";
  std::size_t pick = 0;
};

void describe(Everything& options, FieldVisitor& visitor) {
  visitor.boolean("flag", options.flag, "a switch");
  visitor.integer("whole", options.whole, {1, 10}, "a count");
  visitor.number("real", options.real, {-1, 1}, "a share");
  visitor.number("maybe_real", options.maybe_real, {0, 1}, "a share or auto");
  visitor.range("range", options.range, {-10, 10}, "an interval");
  visitor.range("maybe_range", options.maybe_range, {-10, 10}, "an interval or auto");
  visitor.text("text", options.text, "words");
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
                    {"maybe_real", {"0.25"}},
                    {"range", {"-3", "5"}},
                    {"maybe_range", {"4"}},
                    {"text", {"年 \"q\""}},
                    {"pick", {"green"}}});
  Everything options;
  FieldReader reader(source);
  describe(options, reader);
  EXPECT_TRUE(source.complaints.empty());
  EXPECT_TRUE(options.flag);
  EXPECT_EQ(options.whole, 7u);
  EXPECT_EQ(options.real, 0.5);
  EXPECT_EQ(options.maybe_real, 0.25);
  EXPECT_EQ(options.range, (Range{-3, 5}));
  EXPECT_EQ(options.maybe_range, (Range{4, 4}));
  EXPECT_EQ(options.text, "年 \"q\"");
  EXPECT_EQ(options.pick, 1u);
  EXPECT_EQ(reader.keys().size(), 8u);
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
  options.text = "a\"b\\c\n年";
  FieldWriter writer;
  describe(options, writer);
  std::vector<std::string> spelled;
  for (const WrittenField& field : writer.fields()) {
    spelled.push_back(field.key + ": " + field.value);
  }
  EXPECT_EQ(spelled,
            (std::vector<std::string>{"flag: false", "whole: 5", "real: 0.5", "maybe_real: auto",
                                      "range: 2", "maybe_range: [-0.5, 1e-05]",
                                      "text: \"a\\\"b\\\\c\\x0a年\"", "pick: red"}));
  EXPECT_EQ(writer.fields()[1].help, "a count");
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
