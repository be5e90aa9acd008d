// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace glyphmill {

/// A closed interval that a value is drawn from; min <= max. In a recipe: `[min, max]`, or one
/// number for a fixed value.
struct Range {
  double min = 0;
  double max = 0;
};

/// The same of whole numbers, both ends included.
struct IntegerRange {
  std::int64_t min = 0;
  std::int64_t max = 0;
};

inline bool operator==(const Range& a, const Range& b) { return a.min == b.min && a.max == b.max; }
inline bool operator!=(const Range& a, const Range& b) { return !(a == b); }
inline bool operator==(const IntegerRange& a, const IntegerRange& b) {
  return a.min == b.min && a.max == b.max;
}
inline bool operator!=(const IntegerRange& a, const IntegerRange& b) { return !(a == b); }

}  // namespace glyphmill
