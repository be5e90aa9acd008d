// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "glyphmill/recipe.h"
#include "sinks/sink.h"

namespace glyphmill::sinks {

struct FolderSinkOptions {
  std::string path;
  bool overwrite = false;
  bool resume = false;
};

/// The folder layout:
///
///     recipe.yaml            the resolved recipe
///     images/000/NAME.jpg    a directory for each shard
///     labels.tsv             images/000/NAME.jpg<TAB>LABEL, in sample order
///     manifest.json          last; without it the set is not finished
///     .glyphmill/            while it is being made: unfinished shards, records of finished ones
///
/// `recipe` has seed and count filled in. Throws Error(kInvalidArgument) if the directory is not
/// empty (and neither option allows it), holds foreign files where ours go, or holds another
/// recipe's data; Error(kIo).
std::unique_ptr<Sink> make_folder_sink(const Recipe& recipe, const FolderSinkOptions& options);

/// Path of a sample's directory, relative to the data set: "images/007".
std::string shard_directory(const Shards& shards, std::uint64_t shard);

}  // namespace glyphmill::sinks
