// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace glyphmill {

/// A closed interval that a value is drawn from; min <= max. In a recipe: `[min, max]`, or one
/// number for a fixed value.
struct Range {
  double min = 0;
  double max = 0;
};

inline bool operator==(const Range& a, const Range& b) { return a.min == b.min && a.max == b.max; }
inline bool operator!=(const Range& a, const Range& b) { return !(a == b); }

}  // namespace glyphmill
