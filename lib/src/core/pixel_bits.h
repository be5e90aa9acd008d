// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "core/philox_lanes.h"

/// Random bits for the noise of pixels, 16 a value. Values come in chunks, and a chunk is a
/// function of the stream and its number alone. Within a chunk eight generators xoshiro128++
/// (Blackman, Vigna: "Scrambled linear pseudorandom number generators", ACM TOMS 47, 2021) run side
/// by side, which takes a third of what Philox takes; Philox gives each chunk their states.
namespace glyphmill::core {

inline constexpr std::size_t kChunkValues = 2048;

/// Numbers are made so many at a time.
inline constexpr std::size_t kBatchValues = 256;
using PixelBits = std::array<std::uint16_t, kBatchValues>;

/// One word of each generator, in whatever registers the processor has.
using GeneratorWords = std::uint32_t __attribute__((vector_size(32)));
inline constexpr std::size_t kGenerators = sizeof(GeneratorWords) / sizeof(std::uint32_t);

struct ChunkState {
  GeneratorWords s0, s1, s2, s3;
};

/// Words of blocks kFirstPixelBlock + 8 `chunk` and up, in order.
inline ChunkState chunk_state(const StreamKey& key, std::uint32_t chunk, InstructionSet set) {
  constexpr std::uint32_t kBlocks = kGenerators;  // four words each, as a state has
  std::array<std::uint16_t, 8 * kBlocks> halves;
  philox_halves(key, kFirstPixelBlock + chunk * kBlocks, kBlocks, halves.data(), set);
  std::array<std::uint32_t, 4 * kGenerators> words;
  for (std::size_t i = 0; i < words.size(); ++i) {
    words[i] = halves[2 * i] | (static_cast<std::uint32_t>(halves[2 * i + 1]) << 16);
  }
  ChunkState state;
  static_assert(sizeof state == sizeof words);
  std::memcpy(&state, words.data(), sizeof state);
  return state;
}

/// The next numbers of the chunk: of each step the words of the generators in order, of each word
/// its low half and then its high half. Inlined, it uses what the caller is compiled for.
__attribute__((always_inline)) inline void next_bits(ChunkState& state, PixelBits& bits) {
  auto [s0, s1, s2, s3] = state;
  std::uint16_t* to = bits.data();
  for (; to != bits.data() + kBatchValues; to += 2 * kGenerators) {
    const GeneratorWords sum = s0 + s3;
    GeneratorWords words = ((sum << 7) | (sum >> 25)) + s0;
    const GeneratorWords shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >> 21);
    if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) words = (words << 16) | (words >> 16);
    std::memcpy(to, &words, sizeof words);
  }
  state = {s0, s1, s2, s3};
}

}  // namespace glyphmill::core
