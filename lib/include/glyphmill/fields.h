// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/range.h"

/// Every options struct names its fields once, in a function
///
///     void describe(GaussianNoiseOptions& options, FieldVisitor& visitor);
///
/// and everything that needs to know them is a visitor: the recipe reader and writer, the
/// command-line flags, range checking and the help texts. The key is the word for the field
/// everywhere.
namespace glyphmill {

/// Legal values, both ends included.
struct Bounds {
  double min = -std::numeric_limits<double>::max();
  double max = std::numeric_limits<double>::max();
};

struct IntegerBounds {
  std::uint64_t min = 0;
  std::uint64_t max = std::numeric_limits<std::uint64_t>::max();
};

/// Receives each field of an options struct, by reference: visitors may read or write it. An empty
/// std::optional is spelled `auto` in a recipe.
class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;

  virtual void boolean(std::string_view key, bool& value, std::string_view help) = 0;
  virtual void integer(std::string_view key, std::uint64_t& value, const IntegerBounds& bounds,
                       std::string_view help) = 0;
  /// An empty optional is spelled `none`, a word such as "auto" or "natural".
  virtual void integer(std::string_view key, std::optional<std::uint64_t>& value,
                       std::string_view none, const IntegerBounds& bounds,
                       std::string_view help) = 0;
  virtual void integer_range(std::string_view key, IntegerRange& value, const IntegerRange& bounds,
                             std::string_view help) = 0;
  /// A list, which may be empty.
  virtual void integers(std::string_view key, std::vector<std::uint64_t>& values,
                        const IntegerBounds& bounds, std::string_view help) = 0;
  virtual void number(std::string_view key, double& value, const Bounds& bounds,
                      std::string_view help) = 0;
  virtual void number(std::string_view key, std::optional<double>& value, const Bounds& bounds,
                      std::string_view help) = 0;
  virtual void range(std::string_view key, Range& value, const Bounds& bounds,
                     std::string_view help) = 0;
  virtual void range(std::string_view key, std::optional<Range>& value, const Bounds& bounds,
                     std::string_view help) = 0;
  /// A range for which one number z stands for [centre - z, centre + z].
  virtual void spread(std::string_view key, Range& value, double centre, const Bounds& bounds,
                      std::string_view help) = 0;
  virtual void text(std::string_view key, std::string& value, std::string_view help) = 0;
  virtual void texts(std::string_view key, std::vector<std::string>& value,
                     std::string_view help) = 0;
  /// `index` is a place in `names`; recipes spell the name.
  virtual void choice(std::string_view key, std::size_t& index,
                      const std::vector<std::string_view>& names, std::string_view help) = 0;
  /// At least one of `names`, none twice, in the order given.
  virtual void choices(std::string_view key, std::vector<std::size_t>& indices,
                       const std::vector<std::string_view>& names, std::string_view help) = 0;

  /// The same for an enum class whose values are 0, 1, 2, ... in the order of `names`.
  template <class Enum>
  void choice_of(std::string_view key, Enum& value, const std::vector<std::string_view>& names,
                 std::string_view help) {
    auto index = static_cast<std::size_t>(value);
    choice(key, index, names, help);
    value = static_cast<Enum>(index);
  }
  template <class Enum>
  void choices_of(std::string_view key, std::vector<Enum>& values,
                  const std::vector<std::string_view>& names, std::string_view help) {
    std::vector<std::size_t> indices;
    for (const Enum value : values) indices.push_back(static_cast<std::size_t>(value));
    choices(key, indices, names, help);
    values.clear();
    for (const std::size_t index : indices) values.push_back(static_cast<Enum>(index));
  }
};

/// Throws Error(kInvalidArgument) naming `path`.key, the rule and the value of the first field of
/// `options` that is out of bounds, NaN, or a range with min > max. For options built in C++;
/// recipes and flags are checked by their readers, which also know file and line.
template <class Options>
void check_bounds(const Options& options, std::string_view path);

/// The visitor behind `check_bounds`.
class BoundsChecker final : public FieldVisitor {
 public:
  explicit BoundsChecker(std::string_view path) : path_(path) {}

  void boolean(std::string_view, bool&, std::string_view) override {}
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
  void text(std::string_view, std::string&, std::string_view) override {}
  void texts(std::string_view, std::vector<std::string>&, std::string_view) override {}
  void choice(std::string_view key, std::size_t& index, const std::vector<std::string_view>& names,
              std::string_view help) override;
  void choices(std::string_view key, std::vector<std::size_t>& indices,
               const std::vector<std::string_view>& names, std::string_view help) override;

 private:
  std::string path_;
};

template <class Options>
void check_bounds(const Options& options, std::string_view path) {
  BoundsChecker checker(path);
  Options copy = options;
  describe(copy, checker);
}

/// The rule that `bounds` states, in words: "must be between 0 and 1", "must be at least 1".
std::string rule_of(const Bounds& bounds);
std::string rule_of(const IntegerBounds& bounds);
std::string rule_of(const IntegerRange& bounds);

}  // namespace glyphmill
