// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "sinks/format_writer.h"

namespace glyphmill::sinks {

/// A tar file for each shard, as WebDataset reads them: for each sample KEY.jpg or KEY.png, KEY.txt
/// with the label and, with annotations, KEY.json. KEY is the sample's index.
std::unique_ptr<FormatWriter> make_webdataset(const DataSet& data_set);

}  // namespace glyphmill::sinks
