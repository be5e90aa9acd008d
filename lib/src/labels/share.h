// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "glyphmill/labels.h"
#include "glyphmill/random.h"

namespace glyphmill::labels {

/// Throws Error(kInvalidArgument) naming "disjoint" for a law that loses its evenness in a share.
void check_divisible(Balance balance);

/// Throws the error that says that no label of the law was found in the share.
[[noreturn]] void refuse_share(const LabelShare& share);

/// Draws of a sample before it is given up: where the law has labels enough, all of them miss the
/// share once in e^30 samples.
inline std::uint64_t most_draws(const LabelShare& share) {
  constexpr double kLeast = 1e-6;  // a share that no data set is large enough for
  const double size = share.interval.max - share.interval.min;
  return static_cast<std::uint64_t>(30 / (size > kLeast ? size : kLeast));
}

/// Fills `label` by `draw(SampleRng&)`, again with another stream while the label is not of the
/// share. The first stream is that of `key`, so a share of everything changes nothing.
template <class Draw>
void draw_in(const LabelShare& share, const StreamKey& key, const std::string& label,
             const Draw& draw) {
  for (std::uint64_t attempt = 0, most = most_draws(share); attempt < most; ++attempt) {
    SampleRng rng(attempt == 0 ? key : derived(key, attempt));
    draw(rng);
    if (share.is_whole() || share.holds(label)) return;
  }
  refuse_share(share);
}

}  // namespace glyphmill::labels
