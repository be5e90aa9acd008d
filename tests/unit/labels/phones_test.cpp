// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "glyphmill/labels.h"
#include "support/messages.h"

namespace glyphmill {
namespace {

constexpr Country kCountries[] = {Country::kJp, Country::kUs, Country::kDe, Country::kGb,
                                  Country::kFr, Country::kCn, Country::kIn, Country::kBy};

std::unique_ptr<LabelSource> phones(Country country, bool dashes, std::uint64_t seed = 1) {
  return make_labels(PhoneOptions{country, dashes}, seed);
}

std::string number(const LabelSource& source, std::uint64_t k) {
  LabelText out{"what was there before", "and here"};
  source.at(k, out);
  EXPECT_EQ(out.text, out.label);
  return out.text;
}

std::string without_dashes(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), '-'), text.end());
  return text;
}

TEST(PhoneLabels, FollowThePatternOfTheirCountry) {
  for (const Country country : kCountries) {
    const std::string pattern = phone_pattern(country);
    SCOPED_TRACE(pattern);
    const std::regex rule(pattern);
    const auto grouped = phones(country, true);
    const auto bare = phones(country, false);
    std::size_t longest_grouped = 0;
    std::size_t longest_bare = 0;
    for (std::uint64_t k = 0; k < 2000; ++k) {
      const std::string text = number(*grouped, k);
      EXPECT_TRUE(std::regex_match(text, rule)) << text;
      EXPECT_EQ(text.find("--"), std::string::npos) << text;
      EXPECT_EQ(number(*bare, k), without_dashes(text));
      longest_grouped = std::max(longest_grouped, text.size());
      longest_bare = std::max(longest_bare, without_dashes(text).size());
    }
    EXPECT_EQ(grouped->longest_text(), longest_grouped);
    EXPECT_EQ(bare->longest_text(), longest_bare);
  }
}

TEST(PhoneLabels, PatternsKnowTheNumbersOfTheirCountry) {
  const struct {
    Country country;
    std::vector<const char*> good;  // where there are such, numbers reserved for films and books
    std::vector<const char*> bad;
  } kCases[] = {
      {Country::kJp,
       {"03-1234-5678", "090-1234-5678"},
       {"00-1234-5678", "13-1234-5678", "03-123-45678", "0900-1234-5678"}},
      {Country::kUs,
       {"212-555-0123", "910-210-0000", "989-999-9999"},
       {"211-555-0123", "911-555-0123", "292-555-0123", "112-555-0123", "212-911-0123",
        "212-155-0123", "212-055-0123", "1-212-555-0123"}},
      {Country::kDe,
       {"030-23125001", "069-90009123", "0221-4710123", "07121-234567", "0171-3920012",
        "01512-3456789"},
       {"030-03125001", "0130-123456", "0180-5123456", "00221-471012", "030-23125"}},
      {Country::kGb,
       {"020-7946-0958", "0161-496-0123", "0117-496-0123", "01632-960123", "07700-900123"},
       {"020-1946-0958", "01032-960123", "07000-900123", "07600-900123", "08081-570123"}},
      {Country::kFr,
       {"01-99-00-12-34", "06-39-98-12-34"},
       {"00-99-00-12-34", "1-99-00-12-34", "01-9900-1234"}},
      {Country::kCn,
       {"138-0013-8000", "010-65551234", "021-65551234", "0571-85551234", "0771-5551234"},
       {"128-0013-8000", "010-15551234", "026-65551234", "0271-65551234"}},
      {Country::kIn,
       {"98765-43210", "022-22001234", "0484-2200123", "04828-220123"},
       {"58765-43210", "022-12001234", "0022-2200123"}},
      {Country::kBy,
       {"8-029-123-45-67", "8-025-523-45-67", "8-017-222-33-44", "8-0152-22-33-44"},
       {"8-030-123-45-67", "029-123-45-67", "8-29-123-45-67", "8-029-023-45-67"}},
  };
  EXPECT_EQ(std::size(kCases), std::size(kCountries));
  for (const auto& each : kCases) {
    const std::regex rule(phone_pattern(each.country));
    for (const char* text : each.good) EXPECT_TRUE(std::regex_match(text, rule)) << text;
    for (const char* text : each.bad) EXPECT_FALSE(std::regex_match(text, rule)) << text;
  }
}

TEST(PhoneLabels, HaveAsManyDigitsAsThePlanSays) {
  const std::map<Country, std::set<std::size_t>> lengths{
      {Country::kJp, {10, 11}}, {Country::kUs, {10}}, {Country::kDe, {10, 11, 12}},
      {Country::kGb, {11}},     {Country::kFr, {10}}, {Country::kCn, {11, 12}},
      {Country::kIn, {10, 11}}, {Country::kBy, {11}},
  };
  for (const auto& [country, expected] : lengths) {
    std::set<std::size_t> seen;
    const auto source = phones(country, false);
    for (std::uint64_t k = 0; k < 2000; ++k) seen.insert(number(*source, k).size());
    EXPECT_EQ(seen, expected) << phone_pattern(country);
  }
}

TEST(PhoneLabels, OfJapanHaveBothLengthsAndAllDigitsEquallyOften) {
  constexpr std::uint64_t kSamples = 20000;
  const auto near = [](int count, double n, double p) {
    EXPECT_NEAR(count, n * p, 4 * std::sqrt(n * p * (1 - p)));
  };
  const std::regex grouped(R"(0[1-9]\d?-\d{4}-\d{4})");
  const auto source = phones(Country::kJp, true);
  int eleven = 0;
  std::map<char, int> seconds;
  std::map<char, int> rest;
  int rest_digits = 0;
  for (std::uint64_t k = 0; k < kSamples; ++k) {
    const std::string text = number(*source, k);
    ASSERT_TRUE(std::regex_match(text, grouped)) << text;
    const std::string digits = without_dashes(text);
    eleven += digits.size() == 11;
    ++seconds[digits[1]];
    for (const char c : digits.substr(2)) ++rest[c];
    rest_digits += static_cast<int>(digits.size()) - 2;
  }
  near(eleven, kSamples, 0.5);
  EXPECT_EQ(seconds.size(), 9u);
  EXPECT_EQ(seconds.count('0'), 0u);
  for (const auto& [digit, count] : seconds) near(count, kSamples, 1.0 / 9);
  EXPECT_EQ(rest.size(), 10u);
  for (const auto& [digit, count] : rest) near(count, rest_digits, 0.1);
}

TEST(PhoneLabels, OfTheUsHaveEvenDigitsWhereServiceCodesAreLeftOut) {
  constexpr int kSamples = 20000;
  const auto source = phones(Country::kUs, false);
  std::map<char, int> of_area;
  std::map<char, int> of_exchange;
  for (std::uint64_t k = 0; k < kSamples; ++k) {
    const std::string text = number(*source, k);
    ++of_area[text[1]];
    ++of_exchange[text[4]];
  }
  for (const auto& [counts, size] : {std::pair{of_area, 9}, std::pair{of_exchange, 10}}) {
    ASSERT_EQ(counts.size(), static_cast<std::size_t>(size));
    const double p = 1.0 / size;
    for (const auto& [digit, count] : counts) {
      EXPECT_NEAR(count, kSamples * p, 4 * std::sqrt(kSamples * p * (1 - p))) << digit;
    }
  }
}

TEST(PhoneLabels, VisitEveryCharacterThatIsDrawn) {
  for (const Country country : kCountries) {
    for (const bool dashes : {false, true}) {
      std::string seen;
      phones(country, dashes)->for_each_text([&](const std::string& name, const std::string& text) {
        EXPECT_EQ(name, "labels.country");
        seen += text;
      });
      EXPECT_EQ(seen, dashes ? "-0123456789" : "0123456789");
    }
  }
}

TEST(PhoneLabels, AreRandomAccessSeededAndUnlimited) {
  for (const Country country : kCountries) {
    const auto source = phones(country, false);
    const std::string late = number(*source, 1000000007);
    number(*source, 3);
    EXPECT_EQ(number(*source, 1000000007), late);
    EXPECT_NE(number(*phones(country, false, 2), 1000000007), late);
    EXPECT_EQ(source->natural_count(), 100u);
    EXPECT_EQ(source->limit(), std::numeric_limits<std::uint64_t>::max());
    EXPECT_FALSE(number(*source, source->limit() - 1).empty());
  }
}

TEST(PhoneLabels, AnUnknownCountryIsRefused) {
  const auto nowhere = static_cast<Country>(std::size(kCountries));
  const std::string message =
      "labels.country: must be one of jp, us, de, gb, fr, cn, in, by. Got: 8";
  EXPECT_EQ(test::message_of([&] { phones(nowhere, true); }), message);
  EXPECT_EQ(test::message_of([&] { phone_pattern(nowhere); }), message);
}

}  // namespace
}  // namespace glyphmill
