// SPDX-License-Identifier: Apache-2.0
#include "sinks/sink.h"

namespace glyphmill::sinks {

Shards::Shards(std::uint64_t count, std::uint64_t size)
    : count_(count), size_(size), number_(count / size + (count % size == 0 ? 0 : 1)) {}

std::uint64_t Shards::end(std::uint64_t shard) const {
  return shard + 1 == number_ ? count_ : (shard + 1) * size_;
}

}  // namespace glyphmill::sinks
