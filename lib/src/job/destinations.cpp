// SPDX-License-Identifier: Apache-2.0
#include "job/destinations.h"

#include "sinks/layout.h"
#include "sinks/several_sinks.h"

namespace glyphmill {
namespace {

std::string directory_of(Format format, const std::string& output) {
  return output + "/" + std::string(sinks::name_of(format));
}

sinks::DataSet data_set_of(const Recipe& recipe, std::uint64_t count) {
  sinks::DataSet data_set{
      *recipe.seed, count, to_yaml(recipe), recipe.output, recipe.output.format.front(),
      recipe.split};
  const auto* const digits = std::get_if<DigitLook>(&recipe.look);
  if (digits != nullptr && recipe.mix.empty()) {
    data_set.spacing_range = digits->compose.spacing_px;
  }
  return data_set;
}

}  // namespace

std::vector<Destination> destinations(const Recipe& recipe, std::uint64_t count,
                                      const std::string& output) {
  if (recipe.output.format.size() == 1) return {{data_set_of(recipe, count), output}};
  std::vector<Destination> result;
  for (const Format format : recipe.output.format) {
    Recipe alone = recipe;
    alone.output.shard_size = sinks::shard_size_of(recipe.output, count);
    alone.output.format = {format};
    result.push_back({data_set_of(alone, count), directory_of(format, output)});
  }
  return result;
}

std::vector<std::string> data_set_directories(const Recipe& recipe, const std::string& output) {
  std::vector<std::string> parts{output};
  if (recipe.split.empty()) {
    for (const Split& split : recipe.splits) parts.push_back(output + "/" + split.name);
  }
  std::vector<std::string> result = parts;
  for (const std::string& part : parts) {
    for (const Format format : recipe.output.format) result.push_back(directory_of(format, part));
  }
  return result;
}

std::unique_ptr<sinks::Sink> open_sinks(const std::vector<Destination>& destinations,
                                        const sinks::FolderOptions& options) {
  std::vector<std::unique_ptr<sinks::Sink>> sinks;
  for (const Destination& destination : destinations) {
    sinks::FolderOptions own = options;
    own.path = destination.path;
    try {
      sinks.push_back(sinks::make_sink(destination.data_set, own));
    } catch (...) {  // the others leave their directories as they found them
      for (const auto& sink : sinks) sink->abandon();
      throw;
    }
  }
  return sinks.size() == 1 ? std::move(sinks.front()) : make_several_sinks(std::move(sinks));
}

}  // namespace glyphmill
