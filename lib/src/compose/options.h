// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphmill/compose.h"

/// ComposeOptions with every `auto` resolved.
namespace glyphmill::compose {

/// OpenCV's warps hold coordinates in 16 bits.
inline constexpr double kWidestImage = 32766;

/// Normal law of the final width, truncated to [narrowest, widest], px.
struct WidthLaw {
  double mean = 0;
  double stddev = 0;
  double narrowest = 0;
  double widest = 0;
};

Range resolved_spacing(const ComposeOptions& options);
Range resolved_margin(const ComposeOptions& options);
double resolved_jitter(const ComposeOptions& options);
WidthLaw width_law(const ComposeOptions& options, std::size_t characters);

}  // namespace glyphmill::compose
