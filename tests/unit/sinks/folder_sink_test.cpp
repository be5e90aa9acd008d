// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sinks/sink.h"

namespace glyphmill {
namespace {

using sinks::Shards;

TEST(Shards, CoverEverySampleOnce) {
  for (std::uint64_t count : {0u, 1u, 49u, 50u, 51u, 3200u, 3201u, 640000u, 10000000u}) {
    const Shards shards(count);
    std::uint64_t next = 0;
    for (std::uint64_t shard = 0; shard < shards.number(); ++shard) {
      EXPECT_EQ(shards.first(shard), next);
      EXPECT_GT(shards.end(shard), next);
      EXPECT_EQ(shards.of_sample(next), shard);
      EXPECT_LE(shards.end(shard) - next, 10000u);
      next = shards.end(shard);
    }
    EXPECT_EQ(next, count);
  }
}

}  // namespace
}  // namespace glyphmill
