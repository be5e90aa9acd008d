// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "glyphmill/generator.h"
#include "glyphmill/labels.h"
#include "glyphmill/recipe.h"

namespace glyphmill {

/// Draws texts in one look. Immutable; thread-safe.
class Drawer {
 public:
  virtual ~Drawer() = default;

  /// Throws Error(kInvalidArgument) if `part` of the pictures cannot show the text.
  virtual void check(const std::string& name, const std::string& text, std::size_t part) const = 0;
  /// Throws Error(kInvalidArgument) if a text of so many characters cannot fit.
  virtual void check_width(std::size_t characters) const = 0;
  virtual void draw(Sample& sample, const StreamKey& key, std::size_t part,
                    ComposeScratch& scratch) const = 0;
};

/// Loads the pictures of `look`, of tiles or digits, and fills in, or compares, their checksum.
/// `parts` are the parts of the pictures that `draw` may be asked for, each an interval of [0, 1],
/// and `seed` keys which pictures (of tiles: which looks) lie where. Throws what reading them
/// throws.
std::unique_ptr<Drawer> make_drawer(Look& look, const std::vector<Range>& parts, std::uint64_t seed,
                                    const LabelSource& labels);

}  // namespace glyphmill
