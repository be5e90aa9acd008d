// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace glyphmill {

namespace recognition {
class Automaton;
}

/// Which texts an answer may be. Immutable, cheap to copy, thread-safe.
class Constraint {
 public:
  /// Accepts every text.
  Constraint() = default;

  /// The texts over `alphabet` that follow `pattern`, in the language of `PatternOptions`
  /// (labels.h). Throws Error(kInvalidArgument): for what `PatternOptions` refuses; where no text
  /// over the alphabet follows the pattern; where telling them needs more than 65536 states.
  static Constraint pattern(const std::string& pattern, const std::vector<std::string>& alphabet);

  /// The days of the proleptic Gregorian calendar, years 1 to 9999, as `layout` spells them, in the
  /// language of `DateOptions::label_layout` (labels.h). Fields that the layout lacks are free: of
  /// {MM}{DD} 0229 is accepted, as there are years that have it, and 0230 is not. A field that
  /// comes twice must say the same. Throws as `pattern` does.
  static Constraint date(const std::string& layout, const std::vector<std::string>& alphabet);

  bool is_free() const { return !automaton_; }
  /// Whether `text`, as a whole, is accepted.
  bool accepts(const std::string& text) const;

  /// Null if every text is accepted.
  const recognition::Automaton* automaton() const { return automaton_.get(); }

 private:
  explicit Constraint(std::shared_ptr<const recognition::Automaton> automaton);

  std::shared_ptr<const recognition::Automaton> automaton_;
};

}  // namespace glyphmill
