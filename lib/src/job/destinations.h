// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "glyphmill/recipe.h"
#include "sinks/sink.h"

namespace glyphmill {

/// A data set that a recipe makes, and its directory.
struct Destination {
  sinks::DataSet data_set;
  std::string path;
};

/// One of the recipe's format in `output` itself; of several formats, each in a directory of its
/// name, with the recipe that makes it alone. `recipe` is resolved, `count` that of its split.
std::vector<Destination> destinations(const Recipe& recipe, std::uint64_t count,
                                      const std::string& output);

/// The directories in which a run of the recipe leaves recipes: those of splits and formats.
std::vector<std::string> data_set_directories(const Recipe& recipe, const std::string& output);

/// The sink of all destinations.
std::unique_ptr<sinks::Sink> open_sinks(const std::vector<Destination>& destinations,
                                        const sinks::FolderOptions& options);

}  // namespace glyphmill
