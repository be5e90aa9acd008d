// SPDX-License-Identifier: Apache-2.0
#include "sinks/sink.h"

#include "sinks/folder_sink.h"
#include "sinks/packed_sink.h"

namespace glyphmill::sinks {

std::unique_ptr<Sink> make_sink(const DataSet& data_set, const FolderOptions& options) {
  if (data_set.format == Format::kFolder) return make_folder_sink(data_set, options);
  return make_packed_sink(data_set, options);
}

}  // namespace glyphmill::sinks
