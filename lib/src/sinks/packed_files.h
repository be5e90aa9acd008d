// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sinks/format_writer.h"

namespace glyphmill::sinks {

/// The packed formats, idx, npz and pickle: all images in one array of a file, which is joined from
/// the shards' parts when all are there.
///
/// All images must have one size: one that differs is refused with Error(kInvalidArgument) where it
/// is found. Throws Error(kInvalidArgument) for a bad `output.pack_name`.
std::unique_ptr<FormatWriter> make_packed_files(const DataSet& data_set);

}  // namespace glyphmill::sinks
