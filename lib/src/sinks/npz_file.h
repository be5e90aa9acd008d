// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "sinks/pack.h"

namespace glyphmill::sinks {

/// Writes the labels of a pack as a deflated .npy: an array (N,) of unicode as wide as the longest
/// label, at least one character.
Stretch deflate_labels(const Pack& pack, const Write& write);

/// Writes a .npz, which numpy.load reads with allow_pickle=False. It holds the images, uint8 or
/// float32 (N, H, W) or (N, H, W, 3), as arr_0 and once more as `images`; the labels as arr_1 and
/// once more as `labels`. The pack's parts are stretches that a Deflater has made; `labels` writes
/// what `deflate_labels` gave.
void write_npz(const Pack& pack, const Stretch& labels_size,
               const std::function<void(const Write&)>& labels, const Write& write);

}  // namespace glyphmill::sinks
