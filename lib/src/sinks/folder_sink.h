// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sinks/sink.h"

namespace glyphmill::sinks {

/// The folder layout:
///
///     recipe.yaml            the resolved recipe
///     images/000/NAME.jpg    a directory for each shard
///     labels.tsv             images/000/NAME.jpg<TAB>LABEL, in sample order
///     manifest.json          last; without it the set is not finished
///     .glyphmill/            while it is being made: unfinished shards, records of finished ones
///
/// Throws as `make_sink` does.
std::unique_ptr<Sink> make_folder_sink(const DataSet& data_set, const FolderOptions& options);

/// Path of a shard's directory, relative to the data set: "images/007".
std::string shard_directory(const Shards& shards, std::uint64_t shard);

}  // namespace glyphmill::sinks
