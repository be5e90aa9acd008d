// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/labels.h"
#include "glyphmill/random.h"

namespace glyphmill::labels {

/// A rule for labels in a small part of the language of regular expressions; see PatternOptions.
/// Immutable; thread-safe.
class Pattern {
 public:
  using Index = std::uint32_t;
  enum class Kind { kCharacter, kSequence, kChoice, kRepeat };
  struct Node {
    Kind kind = Kind::kSequence;
    std::vector<std::string> characters;  ///< kCharacter: one of these
    std::vector<Index> children;          ///< the one of kRepeat, all or one of the others
    std::int64_t least = 1;               ///< kRepeat
    std::int64_t most = 1;
    std::size_t longest = 0;  ///< characters of the longest text
    std::size_t shortest = 0;
  };

  /// Throws Error(kInvalidArgument) naming `field`, the rule and the place.
  explicit Pattern(const std::string& text, const std::string& field = "labels.pattern");

  /// Appends a text that follows the pattern: every choice among characters, alternatives and
  /// counts is uniform and independent.
  void draw(SampleRng& rng, std::string& out) const { draw(root_, rng, out); }

  /// The tree of what the pattern is made of; children come before their parents.
  const Node& node(Index index) const { return nodes_[index]; }
  Index root() const { return root_; }

  /// Characters of the longest text.
  std::size_t longest() const { return nodes_[root_].longest; }

  /// Every character that a text can hold.
  const std::set<std::string>& characters() const { return characters_; }

 private:
  friend class PatternParser;
  void draw(Index index, SampleRng& rng, std::string& out) const;

  std::vector<Node> nodes_;
  Index root_ = 0;
  std::set<std::string> characters_;
};

/// Texts that follow `pattern`, each its own label. `field` is what made the pattern: the name of
/// every character that must be drawable.
std::unique_ptr<LabelSource> pattern_labels(Pattern pattern, std::string field, std::uint64_t seed,
                                            const LabelShare& share);

}  // namespace glyphmill::labels
