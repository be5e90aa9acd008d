// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "sinks/sink.h"

namespace glyphmill::sinks {
namespace {

/// Enough shards to keep the cores of a large machine busy, few enough that a person can browse
/// them, and never a directory of more than 10,000 files.
std::uint64_t shard_size(std::uint64_t count) {
  constexpr std::uint64_t kMostShards = 64;
  static constexpr std::array<std::uint64_t, 8> kSizes = {50,   100,  200,  500,
                                                          1000, 2000, 5000, 10000};
  for (const std::uint64_t size : kSizes) {
    if (count <= size * kMostShards) return size;
  }
  return kSizes.back();
}

}  // namespace

Shards::Shards(std::uint64_t count)
    : count_(count),
      size_(shard_size(count)),
      number_(count / size_ + (count % size_ == 0 ? 0 : 1)) {}

std::uint64_t Shards::end(std::uint64_t shard) const {
  return shard + 1 == number_ ? count_ : (shard + 1) * size_;
}

}  // namespace glyphmill::sinks
