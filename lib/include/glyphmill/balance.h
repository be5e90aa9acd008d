// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "glyphmill/random.h"

/// Even coverage with random access: what sample k gets is computed from k alone, in O(1) memory,
/// and still every prefix of a run is covered as evenly as its length allows.
namespace glyphmill {

/// The image of `index` under a random permutation of 0 .. size-1 named by `key`; all indices of
/// one key together are a permutation. Requires index < size. Up to 64 elements the permutation is
/// a Fisher-Yates shuffle, uniform over all of them; above, a Feistel network with cycle walking.
std::uint64_t permuted(std::uint64_t index, std::uint64_t size, const StreamKey& key);

/// Evenly drawn class of sample k out of `size`: in every run of `size` consecutive samples that
/// starts at a multiple of `size`, each class comes exactly once, in an order keyed by
/// (seed, stage, run). `key.sample` is k.
std::uint64_t balanced_class(std::uint64_t size, const StreamKey& key);

/// True for exactly the asked fraction of samples: among the first n, floor(n f) or floor(n f) + 1,
/// and exactly n f where that is whole. Which ones is random: one at a keyed place in each stratum
/// of about 1/f consecutive samples (of the rarer outcome). The fraction, in [0, 1], is honoured to
/// nine decimals. `key.sample` is the sample's index.
bool balanced_choice(double fraction, const StreamKey& key);

}  // namespace glyphmill
