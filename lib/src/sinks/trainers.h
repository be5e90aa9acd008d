// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sinks/sink.h"
#include "sinks/statistics.h"

/// What a finished data set says to those who train on it.
namespace glyphmill::sinks {

/// One character a line, as PaddleOCR's dictionaries are; the space has an option of its own there.
std::string characters_list(const Statistics& statistics);

/// dataset.json: characters and their counts, lengths, sizes, and for each trainer that reads the
/// format the exact flags to read it with.
Json summary(const DataSet& data_set, const Shards& shards, const Statistics& statistics);

}  // namespace glyphmill::sinks
