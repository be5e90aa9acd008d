// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "glyphmill/range.h"

namespace glyphmill::report {

struct Tick {
  double place = 0;  ///< 0 at the axis's beginning, 1 at its end
  std::string text;
};

/// From values to places between 0 and 1, with ticks at round values.
class Axis {
 public:
  /// `values`: what the axis shows, above 0 for a logarithmic one; equal ends are moved apart.
  Axis(const Range& values, bool is_log);

  /// Whether the axis has a place for `value`, be it outside.
  bool can_show(double value) const;
  double place(double value) const { return (scaled(value) - low_) / (high_ - low_); }
  /// About `count` ticks, at least 1.
  std::vector<Tick> ticks(int count) const;

 private:
  double scaled(double value) const;
  std::vector<Tick> linear_ticks(int count) const;
  std::vector<Tick> log_ticks(int count) const;

  bool is_log_;
  double low_;
  double high_;
};

}  // namespace glyphmill::report
