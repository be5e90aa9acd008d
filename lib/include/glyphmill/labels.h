// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "glyphmill/fields.h"
#include "glyphmill/label_weights.h"
#include "glyphmill/range.h"

/// What to write, and how evenly. Labels are random access: `at(k)` depends on (options, seed, k)
/// only and takes O(1) memory.
namespace glyphmill {

/// How evenly the characters of codes are spread; A is the size of the alphabet.
enum class Balance {
  kIid,       ///< every position an independent uniform draw: simple, and not even
  kPosition,  ///< in every prefix the counts of each character at each position differ by at most 1
  kPairs,   ///< per block of A*A codes each character A times at every position, and every ordered
            ///< pair of characters exactly once at every adjacent pair of positions
  kUnique,  ///< no code twice
  kWeighted,  ///< drawn character by character as LabelWeights say; independent without any
};

/// Codes over an alphabet. In every run of as many samples as there are lengths, each length comes
/// exactly once, and the codes of each length obey the law of balance among themselves.
struct CodeOptions {
  IntegerRange length{10, 10};          ///< characters, 1 .. 256
  std::string alphabet = "0123456789";  ///< distinct printable characters, UTF-8, at least 1
  Balance balance = Balance::kPairs;
};

/// Calendar dates (proleptic Gregorian) from `from` to `to`, both included. In every run of as many
/// samples as there are days, each day comes exactly once, in keyed order.
///
/// Layouts hold the fields {YYYY} {YY} {MM} {M} {DD} {D}; all else, braces excepted, is literal.
struct DateOptions {
  std::string from = "2018-01-01";  ///< YYYY-MM-DD, 0001-01-01 .. 9999-12-31
  std::string to = "2018-12-31";
  std::string layout = "{YYYY}年{MM}月{DD}日";  ///< what is drawn
  std::string label_layout = "{YYYY}{MM}{DD}";  ///< what the label says
  std::uint64_t per_date = 10;  ///< images a day when no count is asked for, at least 1
};

/// Texts that follow a pattern, in a small part of the language of regular expressions:
///
///     A  7  年      itself                       [A-Z2-9]   one of a class: characters and ranges
///     \d            one of 0 .. 9                a|b  (..)  one of several, grouping
///     \.  \+  \[    the character itself         x{3}  x{2,5}  x?   so many, or none or one
///
/// Every choice (of a character, an alternative, a count) is uniform and independent: of a|[b-z]
/// half the texts are a. What has no bound (* and +) or no meaning here (. ^ $) is refused; texts
/// have 1 to 256 characters.
struct PatternOptions {
  std::string pattern = "\\d{10}";
};

/// Countries whose national numbering plans `PhoneOptions` knows.
enum class Country { kJp, kUs, kDe, kGb, kFr, kCn, kIn, kBy };

/// Phone numbers as they are written within a country. Every choice of the country's pattern
/// (`phone_pattern`) is uniform and independent: each sort of number (mobile, a short area code, a
/// long one) comes equally often, however many numbers it has.
struct PhoneOptions {
  Country country = Country::kJp;
  bool dashes = false;  ///< '-' between the blocks, drawn and in the label
};

/// Given texts, each of which is its own label. In every run of as many samples as there are texts,
/// each comes exactly once, in keyed order.
struct ListOptions {
  /// At least 1, at most 1,000,000, each of at most 256 printable characters. One text alone may be
  /// empty: paper without a label.
  std::vector<std::string> texts;
};

using LabelOptions =
    std::variant<CodeOptions, DateOptions, PatternOptions, PhoneOptions, ListOptions>;

/// The numbers of a country in the language of `PatternOptions`, with '-' between the blocks.
std::string phone_pattern(Country country);

void describe(CodeOptions& options, FieldVisitor& visitor);
void describe(DateOptions& options, FieldVisitor& visitor);
void describe(PatternOptions& options, FieldVisitor& visitor);
void describe(PhoneOptions& options, FieldVisitor& visitor);
void describe(ListOptions& options, FieldVisitor& visitor);

/// Two spellings of one thing: the drawn text and the answer.
struct LabelText {
  std::string text;   ///< UTF-8, what is drawn
  std::string label;  ///< UTF-8, what a recogniser must answer
};

/// A law that gives sample k its label. Implementations are immutable and thread-safe.
class LabelSource {
 public:
  virtual ~LabelSource() = default;

  /// Writes the k-th label into `out`, reusing its memory. Requires k < limit().
  virtual void at(std::uint64_t k, LabelText& out) const = 0;

  /// How many samples the law can give: for `unique` the size of the label space or, where 64 bits
  /// do not hold it, the largest power of A below 2^63; otherwise unlimited (the largest integer).
  virtual std::uint64_t limit() const = 0;

  /// How many samples to make when nobody says: 100 (or `limit` where that is less), days times
  /// `per_date` for dates, as many as there are texts for a list.
  virtual std::uint64_t natural_count() const = 0;

  /// Characters of the longest drawn text.
  virtual std::size_t longest_text() const = 0;

  /// Calls `visit(name, text)` with texts such that, if each can be drawn, every label can: each
  /// character of an alphabet, each day of a calendar (named YYYY-MM-DD).
  virtual void for_each_text(
      const std::function<void(const std::string& name, const std::string& text)>& visit) const = 0;

  /// Calls `visit(label)` with texts that have all the characters that labels have, and no others.
  virtual void for_each_label(const std::function<void(const std::string& label)>& visit) const;
};

/// The labels that one of several sets may have, where no two sets have one in common: each label
/// lies at a place in [0, 1) that a keyed hash gives it, and a set has those of its interval.
struct LabelShare {
  std::string name = "";    ///< of the set, in messages
  Range interval{0, 1};     ///< [0, 1) is every label
  std::uint64_t seed = 0;   ///< key of the hash, the same for all the sets
  std::uint64_t first = 0;  ///< the set's first sample

  bool is_whole() const { return interval.min <= 0 && interval.max >= 1; }
  bool holds(const std::string& label) const;
};

/// Throws Error(kInvalidArgument) naming the field where the options break a rule: an empty or
/// repeating alphabet, a date that does not exist, dates reversed, an unknown layout field, a
/// pattern that cannot be read.
///
/// Of a share that is not the whole only samples from `share.first` on may be asked for. Laws of
/// independent draws (`iid`, `weighted`, patterns, phones) draw again until a label is the share's;
/// dates and lists go through those that are the share's, evenly as ever; the codes of `unique`
/// differ as it is, and are left alone. Throws Error(kInvalidArgument) where the share has no
/// label, and for the laws `position` and `pairs`, whose evenness would be lost.
///
/// With weights that say something codes must have the balance `weighted`, and what is left of the
/// evenness of other kinds is what LabelWeights say. Throws Error(kInvalidArgument) naming
/// "labels.weights. ..." for a factor out of bounds, a pair that is none, a character that no label
/// has, a place behind the longest code (or beyond 256).
std::unique_ptr<LabelSource> make_labels(const LabelOptions& options, std::uint64_t seed,
                                         const LabelShare& share = {},
                                         const LabelWeights& weights = {});

}  // namespace glyphmill
