// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/fields.h"

namespace glyphmill {

/// How a recipe spells an empty std::optional, unless the field has a word of its own.
inline constexpr std::string_view kAutoWord = "auto";
/// How a flag, which needs a value, spells an empty list.
inline constexpr std::string_view kNoneWord = "none";

/// A value as somebody wrote it, in YAML or behind a flag.
struct FieldValue {
  enum class Shape {
    kNothing,  ///< YAML's null, or an empty place
    kScalar,
    kList,   ///< of scalars
    kOther,  ///< a map, or a list of more than scalars
  };
  Shape shape = Shape::kNothing;
  std::vector<std::string> items;  ///< of a scalar, one
};

/// The value of a flag: one string is a scalar, several are a list.
FieldValue field_value(const std::vector<std::string>& strings);

/// `value` as messages show it.
std::string shown(const FieldValue& value);

/// Where a FieldReader gets values and leaves complaints.
class FieldSource {
 public:
  virtual ~FieldSource() = default;
  /// Null where the key is not given: the field keeps its value.
  virtual const FieldValue* find(std::string_view key) = 0;
  /// `why` is "rule. Got: value".
  virtual void refuse(std::string_view key, const std::string& why) = 0;
};

/// Sets the fields that a source has; a field whose value breaks a rule is reported and keeps its
/// old value.
class FieldReader final : public FieldVisitor {
 public:
  explicit FieldReader(FieldSource& source) : source_(source) {}

  void boolean(std::string_view key, bool& value, std::string_view help) override;
  void integer(std::string_view key, std::uint64_t& value, const IntegerBounds& bounds,
               std::string_view help) override;
  void integer(std::string_view key, std::optional<std::uint64_t>& value, std::string_view none,
               const IntegerBounds& bounds, std::string_view help) override;
  void integer_range(std::string_view key, IntegerRange& value, const IntegerRange& bounds,
                     std::string_view help) override;
  void integers(std::string_view key, std::vector<std::uint64_t>& values,
                const IntegerBounds& bounds, std::string_view help) override;
  void number(std::string_view key, double& value, const Bounds& bounds,
              std::string_view help) override;
  void number(std::string_view key, std::optional<double>& value, const Bounds& bounds,
              std::string_view help) override;
  void range(std::string_view key, Range& value, const Bounds& bounds,
             std::string_view help) override;
  void range(std::string_view key, std::optional<Range>& value, const Bounds& bounds,
             std::string_view help) override;
  void spread(std::string_view key, Range& value, double centre, const Bounds& bounds,
              std::string_view help) override;
  void text(std::string_view key, std::string& value, std::string_view help) override;
  void texts(std::string_view key, std::vector<std::string>& value, std::string_view help) override;
  void choice(std::string_view key, std::size_t& index, const std::vector<std::string_view>& names,
              std::string_view help) override;
  void choices(std::string_view key, std::vector<std::size_t>& indices,
               const std::vector<std::string_view>& names, std::string_view help) override;

  /// Every key that was visited, given or not.
  const std::vector<std::string>& keys() const { return keys_; }

 private:
  template <class Read>
  void read(std::string_view key, const Read& read_value);

  FieldSource& source_;
  std::vector<std::string> keys_;
};

/// One field, as a recipe spells it.
struct WrittenField {
  std::string key;
  std::string value;
  std::string help;
};

/// Spells every field so that FieldReader gives the same value back, bit for bit.
class FieldWriter final : public FieldVisitor {
 public:
  void boolean(std::string_view key, bool& value, std::string_view help) override;
  void integer(std::string_view key, std::uint64_t& value, const IntegerBounds& bounds,
               std::string_view help) override;
  void integer(std::string_view key, std::optional<std::uint64_t>& value, std::string_view none,
               const IntegerBounds& bounds, std::string_view help) override;
  void integer_range(std::string_view key, IntegerRange& value, const IntegerRange& bounds,
                     std::string_view help) override;
  void integers(std::string_view key, std::vector<std::uint64_t>& values,
                const IntegerBounds& bounds, std::string_view help) override;
  void number(std::string_view key, double& value, const Bounds& bounds,
              std::string_view help) override;
  void number(std::string_view key, std::optional<double>& value, const Bounds& bounds,
              std::string_view help) override;
  void range(std::string_view key, Range& value, const Bounds& bounds,
             std::string_view help) override;
  void range(std::string_view key, std::optional<Range>& value, const Bounds& bounds,
             std::string_view help) override;
  void spread(std::string_view key, Range& value, double centre, const Bounds& bounds,
              std::string_view help) override;
  void text(std::string_view key, std::string& value, std::string_view help) override;
  void texts(std::string_view key, std::vector<std::string>& value, std::string_view help) override;
  void choice(std::string_view key, std::size_t& index, const std::vector<std::string_view>& names,
              std::string_view help) override;
  void choices(std::string_view key, std::vector<std::size_t>& indices,
               const std::vector<std::string_view>& names, std::string_view help) override;

  const std::vector<WrittenField>& fields() const { return fields_; }

 private:
  void write(std::string_view key, std::string value, std::string_view help);

  std::vector<WrittenField> fields_;
};

/// The parts, for fields that no options struct has; they throw Error(kInvalidArgument)
/// "rule. Got: value".
const std::string& scalar_of(const FieldValue& value, const std::string& rule);
/// Text is UTF-8 without control characters.
std::string text_of(const FieldValue& value);
/// A whole number, or the word `none`.
std::optional<std::uint64_t> optional_integer_of(const FieldValue& value,
                                                 const IntegerBounds& bounds,
                                                 std::string_view none = kAutoWord);

std::string spelled(const std::optional<std::uint64_t>& value, std::string_view none = kAutoWord);
/// `text` as a double-quoted YAML scalar. Throws Error(kInvalidArgument) if it is not UTF-8.
std::string yaml_quoted(std::string_view text);

}  // namespace glyphmill
