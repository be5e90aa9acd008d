// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "sinks/format_writer.h"
#include "sinks/sink.h"

namespace glyphmill::sinks {

/// A data set of one format in one directory. Throws as `make_sink` does.
std::unique_ptr<Sink> make_data_set_sink(const DataSet& data_set, const FolderOptions& options);

}  // namespace glyphmill::sinks
