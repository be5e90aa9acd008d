// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/instruction_set.h"
#include "core/philox.h"

#ifdef GLYPHMILL_HAS_AVX2
#include <immintrin.h>
#endif

/// Philox4x32-10 for many consecutive blocks, in bulk.
namespace glyphmill::core {

/// Writes blocks `first` .. `first` + `count` - 1 of the stream as 16-bit numbers: of each block
/// its words 0 to 3, of each word its low half and then its high half.
inline void philox_halves(const StreamKey& key, std::uint32_t first, std::uint32_t count,
                          std::uint16_t* out) {
  for (std::uint32_t i = 0; i < count; ++i) {
    for (const std::uint32_t word : philox_block(key, first + i)) {
      *out++ = static_cast<std::uint16_t>(word);
      *out++ = static_cast<std::uint16_t>(word >> 16);
    }
  }
}

#ifdef GLYPHMILL_HAS_AVX2

/// The counters of four blocks: one word of each in the low half of every 64-bit lane, where the
/// widening multiplication wants it. The high halves are not defined.
struct PhiloxLanes {
  __m256i word0, word1, word2, word3;
};

GLYPHMILL_AVX2 inline PhiloxLanes philox_counters(const StreamKey& key, std::uint32_t first) {
  return {_mm256_add_epi32(_mm256_set1_epi64x(first), _mm256_setr_epi64x(0, 1, 2, 3)),
          _mm256_set1_epi64x(key.stage), _mm256_set1_epi64x(low_word(key.sample)),
          _mm256_set1_epi64x(high_word(key.sample))};
}

GLYPHMILL_AVX2 inline void philox_round(PhiloxLanes& lanes, __m256i key0, __m256i key1) {
  const __m256i product0 = _mm256_mul_epu32(lanes.word0, _mm256_set1_epi64x(PHILOX_M4x32_0));
  const __m256i product1 = _mm256_mul_epu32(lanes.word2, _mm256_set1_epi64x(PHILOX_M4x32_1));
  const __m256i high0 = _mm256_srli_epi64(product0, 32);
  const __m256i high1 = _mm256_srli_epi64(product1, 32);
  lanes.word0 = _mm256_xor_si256(_mm256_xor_si256(high1, lanes.word1), key0);
  lanes.word1 = product1;
  lanes.word2 = _mm256_xor_si256(_mm256_xor_si256(high0, lanes.word3), key1);
  lanes.word3 = product0;
}

GLYPHMILL_AVX2 inline void store_blocks(const PhiloxLanes& lanes, std::uint16_t* out) {
  const __m256i words01 =
      _mm256_blend_epi32(lanes.word0, _mm256_slli_epi64(lanes.word1, 32), 0b10101010);
  const __m256i words23 =
      _mm256_blend_epi32(lanes.word2, _mm256_slli_epi64(lanes.word3, 32), 0b10101010);
  const __m256i blocks02 = _mm256_unpacklo_epi64(words01, words23);
  const __m256i blocks13 = _mm256_unpackhi_epi64(words01, words23);
  auto* place = reinterpret_cast<__m256i*>(out);
  _mm256_storeu_si256(place, _mm256_permute2x128_si256(blocks02, blocks13, 0x20));
  _mm256_storeu_si256(place + 1, _mm256_permute2x128_si256(blocks02, blocks13, 0x31));
}

/// As philox_halves, for a processor with AVX2; `count` is a multiple of 8.
GLYPHMILL_AVX2 inline void philox_halves_avx2(const StreamKey& key, std::uint32_t first,
                                              std::uint32_t count, std::uint16_t* out) {
  constexpr int kRounds = 10;
  const __m256i weyl0 = _mm256_set1_epi64x(PHILOX_W32_0);
  const __m256i weyl1 = _mm256_set1_epi64x(PHILOX_W32_1);
  for (std::uint32_t i = 0; i < count; i += 8, out += 64) {
    // Two sets of lanes at a time hide the multiplier's latency.
    PhiloxLanes lanes = philox_counters(key, first + i);
    PhiloxLanes more_lanes = philox_counters(key, first + i + 4);
    __m256i key0 = _mm256_set1_epi64x(low_word(key.seed));
    __m256i key1 = _mm256_set1_epi64x(high_word(key.seed));
    for (int round = 0; round < kRounds; ++round) {
      philox_round(lanes, key0, key1);
      philox_round(more_lanes, key0, key1);
      key0 = _mm256_add_epi32(key0, weyl0);
      key1 = _mm256_add_epi32(key1, weyl1);
    }
    store_blocks(lanes, out);
    store_blocks(more_lanes, out + 32);
  }
}

#endif

/// As philox_halves, by the quicker way where `set` has one; `count` is a multiple of 8.
inline void philox_halves(const StreamKey& key, std::uint32_t first, std::uint32_t count,
                          std::uint16_t* out, InstructionSet set) {
#ifdef GLYPHMILL_HAS_AVX2
  if (set == InstructionSet::kAvx2) return philox_halves_avx2(key, first, count, out);
#else
  static_cast<void>(set);
#endif
  philox_halves(key, first, count, out);
}

}  // namespace glyphmill::core
