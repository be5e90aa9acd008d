// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "glyphmill/range.h"
#include "glyphmill/recipe.h"

namespace glyphmill {

/// A split, and the samples [first, end) that it has.
struct SplitRange {
  std::uint64_t first = 0;
  std::uint64_t end = 0;
  Range share{0, 1};  ///< its part of what the splits do not have in common
};

/// The ranges of a recipe's splits, in order, together `count` samples; one range of all where it
/// has no splits.
std::vector<SplitRange> split_ranges(const std::vector<Split>& splits, std::uint64_t count);

}  // namespace glyphmill
