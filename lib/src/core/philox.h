// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Random123/philox.h>

#include <array>
#include <cstdint>

#include "glyphmill/random.h"

namespace glyphmill::core {

/// First counter block of per-pixel noise; the blocks below it feed SampleRng.
inline constexpr std::uint32_t kFirstPixelBlock = 0x80000000u;

/// The last block below them is kept for deriving streams.
inline constexpr std::uint32_t kDerivingBlock = kFirstPixelBlock - 1;

inline std::uint32_t low_word(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
inline std::uint32_t high_word(std::uint64_t value) {
  return static_cast<std::uint32_t>(value >> 32);
}

/// Four random words: Philox4x32-10 at block `block` of the stream.
inline std::array<std::uint32_t, 4> philox_block(const StreamKey& key, std::uint32_t block) {
  const r123::Philox4x32::ctr_type counter = {
      {block, key.stage, low_word(key.sample), high_word(key.sample)}};
  const r123::Philox4x32::key_type seed = {{low_word(key.seed), high_word(key.seed)}};
  const auto words = r123::Philox4x32()(counter, seed);
  return {words[0], words[1], words[2], words[3]};
}

}  // namespace glyphmill::core
