// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/balance.h"

#include <array>
#include <cmath>
#include <utility>

#include "core/philox.h"

namespace glyphmill {
namespace {

constexpr std::uint64_t kShuffleLimit = 64;

std::uint64_t shuffled(std::uint64_t index, std::uint64_t size, const StreamKey& key) {
  std::array<std::uint8_t, kShuffleLimit> order;
  SampleRng rng(key);
  // Fisher-Yates in its growing form: element i lands on a random place among the first i + 1.
  for (std::uint64_t i = 0; i < size; ++i) {
    const auto place = static_cast<std::size_t>(rng.uniform_int(0, static_cast<std::int64_t>(i)));
    order[i] = order[place];
    order[place] = static_cast<std::uint8_t>(i);
  }
  return order[index];
}

/// A balanced Feistel network on 2 * `half_bits` bits; `key.sample` is not used, for its words
/// carry the half that is mixed.
std::uint64_t feistel(std::uint64_t value, unsigned half_bits, const StreamKey& key) {
  constexpr std::uint32_t kRounds = 8;
  const std::uint64_t mask = (std::uint64_t{1} << half_bits) - 1;
  std::uint64_t left = value >> half_bits;
  std::uint64_t right = value & mask;
  for (std::uint32_t round = 0; round < kRounds; ++round) {
    const std::uint64_t mixed = core::philox_block({key.seed, right, key.stage}, round)[0] & mask;
    left = std::exchange(right, left ^ mixed);
  }
  return (left << half_bits) | right;
}

/// The decimal fraction as whole parts per billion.
constexpr std::uint64_t kBillion = 1000000000;

__extension__ using Wide = unsigned __int128;

/// First index of stratum i: ceil(i * kBillion / rare).
std::uint64_t stratum_start(std::uint64_t i, std::uint64_t rare) {
  return static_cast<std::uint64_t>((static_cast<Wide>(i) * kBillion + rare - 1) / rare);
}

}  // namespace

std::uint64_t permuted(std::uint64_t index, std::uint64_t size, const StreamKey& key) {
  if (size <= kShuffleLimit) return shuffled(index, size, key);
  unsigned half_bits = 3;
  while (half_bits < 32 && (std::uint64_t{1} << (2 * half_bits)) < size) ++half_bits;
  // The network permutes a power of four; values beyond `size` walk on until they come back in.
  const StreamKey network = derived(key, size);
  std::uint64_t value = index;
  do {
    value = feistel(value, half_bits, network);
  } while (value >= size);
  return value;
}

std::uint64_t balanced_class(std::uint64_t size, const StreamKey& key) {
  return permuted(key.sample % size, size, derived({key.seed, key.sample / size, key.stage}, size));
}

bool balanced_choice(double fraction, const StreamKey& key) {
  const auto share = static_cast<std::uint64_t>(std::llround(fraction * kBillion));
  const bool rare_is_true = share <= kBillion / 2;
  const std::uint64_t rare = rare_is_true ? share : kBillion - share;
  if (rare == 0) return !rare_is_true;
  // k lies in stratum floor(k f) or in the one before it, for strata start at rounded-up places.
  auto stratum = static_cast<std::uint64_t>(static_cast<Wide>(key.sample) * rare / kBillion);
  if (stratum_start(stratum + 1, rare) <= key.sample) ++stratum;
  const std::uint64_t start = stratum_start(stratum, rare);
  const std::uint64_t end = stratum_start(stratum + 1, rare);
  SampleRng rng(derived({key.seed, stratum, key.stage}, 0));
  const auto hit = static_cast<std::uint64_t>(
      rng.uniform_int(static_cast<std::int64_t>(start), static_cast<std::int64_t>(end - 1)));
  return (hit == key.sample) == rare_is_true;
}

}  // namespace glyphmill
