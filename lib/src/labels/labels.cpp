// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/labels.h"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <utility>

#include "glyphmill/error.h"
#include "glyphmill/utf8.h"
#include "labels/sources.h"
#include "labels/weighing.h"

namespace glyphmill {
namespace labels {
namespace {

/// The code point of one well-formed character.
std::uint32_t code_point(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return lead;
  std::uint32_t code = lead & (0x7fu >> character.size());
  for (const char c : character.substr(1))
    code = (code << 6) | (static_cast<unsigned char>(c) & 63);
  return code;
}

/// Unicode's controls (Cc), white space other than U+0020 and the invisible format characters.
bool is_unprintable(std::uint32_t code) {
  const auto between = [code](std::uint32_t low, std::uint32_t high) {
    return code >= low && code <= high;
  };
  return code < 0x20 || between(0x7f, 0xa0) || code == 0xad || code == 0x1680 ||
         between(0x2000, 0x200f) || between(0x2028, 0x202f) || between(0x205f, 0x206f) ||
         code == 0x3000 || code == 0xfeff;
}

}  // namespace

void check_printable(const std::string& field, const std::string& text) {
  if (!is_utf8(text)) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: must be UTF-8. Got: '{}'", field, printable(text)));
  }
  for (const std::string& character : utf8_characters(text)) {
    const std::uint32_t code = code_point(character);
    if (!is_unprintable(code)) continue;
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: must be printable characters. Got: '{}' (U+{:04X})", field,
                            printable(text), code));
  }
}

const std::vector<std::string_view>& balance_names() {
  static const std::vector<std::string_view> names{"iid", "position", "pairs", "unique",
                                                   "weighted"};
  return names;
}

}  // namespace labels

void LabelSource::for_each_label(const std::function<void(const std::string& label)>& visit) const {
  for_each_text([&](const std::string&, const std::string& text) { visit(text); });
}

void describe(CodeOptions& options, FieldVisitor& visitor) {
  visitor.integer_range("length", options.length, {1, 256},
                        "characters of a code; of a range each length equally often");
  visitor.text("alphabet", options.alphabet,
               "the characters that codes are made of, all different");
  visitor.choice_of("balance", options.balance, labels::balance_names(),
                    "how evenly characters are spread: iid (independent draws), position (each "
                    "character equally often at each place), pairs (also each pair of neighbours), "
                    "unique (no code twice), weighted (as labels.weights say)");
}

void describe(DateOptions& options, FieldVisitor& visitor) {
  visitor.text("from", options.from, "first date, YYYY-MM-DD");
  visitor.text("to", options.to, "last date, YYYY-MM-DD");
  visitor.text("layout", options.layout,
               "what is drawn, with the fields {YYYY} {YY} {MM} {M} {DD} {D}");
  visitor.text("label_layout", options.label_layout, "what the label says, with the same fields");
  visitor.integer("per_date", options.per_date, {1}, "images a day when no count is asked for");
}

void describe(PatternOptions& options, FieldVisitor& visitor) {
  visitor.text("pattern", options.pattern,
               "what codes look like, e.g. [A-Z]{2}\\d{6} or 0[1-9]\\d{8} or (19|20)\\d{2}");
}

void describe(PhoneOptions& options, FieldVisitor& visitor) {
  visitor.choice_of("country", options.country, {"jp", "us", "de", "gb", "fr", "cn", "in", "by"},
                    "whose numbering plan the numbers follow");
  visitor.boolean("dashes", options.dashes, "'-' between the blocks, drawn and in the label");
}

void describe(ListOptions& options, FieldVisitor& visitor) {
  visitor.texts("texts", options.texts, "what is written, each text equally often");
}

namespace {

constexpr std::size_t kMostPlaces = 256;

std::unique_ptr<LabelSource> plain_labels(const LabelOptions& options, std::uint64_t seed,
                                          const LabelShare& share) {
  if (const auto* phones = std::get_if<PhoneOptions>(&options)) {
    return labels::make_phones(*phones, seed, share);
  }
  if (const auto* list = std::get_if<ListOptions>(&options)) {
    return labels::make_list(*list, seed, share);
  }
  if (const auto* pattern = std::get_if<PatternOptions>(&options)) {
    return labels::make_pattern(*pattern, seed, share);
  }
  return labels::make_dates(std::get<DateOptions>(options), seed, share);
}

std::vector<std::string> characters_of(const LabelSource& source) {
  std::set<std::string> characters;
  source.for_each_label([&](const std::string& label) {
    for (std::string& character : utf8_characters(label)) characters.insert(std::move(character));
  });
  return {characters.begin(), characters.end()};
}

}  // namespace

std::unique_ptr<LabelSource> make_labels(const LabelOptions& options, std::uint64_t seed,
                                         const LabelShare& share, const LabelWeights& weights) {
  if (const auto* codes = std::get_if<CodeOptions>(&options)) {
    return labels::make_codes(*codes, seed, share, weights);
  }
  auto plain = plain_labels(options, seed, share);
  if (weights.empty()) return plain;
  // A share may lack characters that others have.
  const std::vector<std::string> characters = characters_of(*plain_labels(options, seed, {}));
  labels::WeightTable table(characters, kMostPlaces, weights);
  return labels::weighted_labels(std::move(plain), std::move(table), seed,
                                 share.is_whole() ? 0 : share.first);
}

}  // namespace glyphmill
