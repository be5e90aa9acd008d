// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "sinks/format_writer.h"

namespace glyphmill::sinks {

/// A directory with a data.mdb for each shard, in the layout of CRNN and
/// deep-text-recognition-benchmark: image-000000001 (the image file), label-000000001 (UTF-8), ...
/// and num-samples in decimal.
std::unique_ptr<FormatWriter> make_lmdb(const DataSet& data_set);

}  // namespace glyphmill::sinks
