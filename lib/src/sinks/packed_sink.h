// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sinks/sink.h"

namespace glyphmill::sinks {

/// The packed layout, for `Format::kNpz` and `kPickle`:
///
///     recipe.yaml            the resolved recipe
///     NAME.npz, NAME.pickle  all images and labels
///     labels.tsv             INDEX<TAB>LABEL, the index from 0
///     manifest.json          last; without it the set is not finished
///     .glyphmill/            while it is being made: finished shards and their records
///
/// All images must have one size: one that differs is refused with Error(kInvalidArgument) where it
/// is found, and the directory is left as it was. Throws as `make_sink` does, and
/// Error(kInvalidArgument) for a bad `output.pack_name`.
std::unique_ptr<Sink> make_packed_sink(const DataSet& data_set, const FolderOptions& options);

/// The name of the one file of a packed data set of `count` samples. Throws Error(kInvalidArgument)
/// if it is not a safe file name.
std::string pack_file_name(const OutputOptions& output, Format format, std::uint64_t count);

}  // namespace glyphmill::sinks
