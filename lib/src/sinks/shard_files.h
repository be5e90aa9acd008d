// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "sinks/data_set_directory.h"
#include "sinks/format_writer.h"

namespace glyphmill::sinks {

/// A shard on its way from samples to its record: content under a temporary name, lines of the
/// lists, checksum and statistics. What is referred to must outlive it.
struct ShardPlace {
  const DataSetDirectory& directory;
  const Directory* content;  ///< where finished shards stand; null: in the work directory
  FormatWriter& format;
  bool annotations;
};

/// The writer of a shard that has been claimed.
std::unique_ptr<ShardWriter> begin_shard(const ShardPlace& place, std::uint64_t shard,
                                         DataSetDirectory::ShardClaim claim);

}  // namespace glyphmill::sinks
