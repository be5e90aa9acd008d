// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "datasets/json_file.h"
#include "datasets/manifest.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "glyphmill/recipe.h"
#include "report/inspect_part.h"
#include "sinks/layout.h"

namespace glyphmill::report {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 20;
constexpr std::string_view kRecordEnd = ".json";

/// How the finished set is cut into shards; nothing if the recipe leaves open how many samples it
/// has.
struct Plan {
  std::uint64_t count = 0;
  std::uint64_t shard_size = 0;

  std::string shards(std::uint64_t first, std::uint64_t end) const {
    const sinks::Shards all(count, shard_size);
    const std::string from = shard_name(all, all.of_sample(first));
    const std::string to = shard_name(all, all.of_sample(end - 1));
    return from == to ? from : fmt::format("{} to {}", from, to);
  }
};

std::optional<Plan> plan_of(datasets::Tree& tree) {
  try {
    std::string text;
    const datasets::StoredFile file = tree.open(sinks::kRecipeName);
    file.read_whole(kMostBytes, text);
    const Recipe recipe = parse_recipe(text, file.path());
    if (!recipe.count || !recipe.splits.empty()) return std::nullopt;
    return Plan{*recipe.count, sinks::shard_size_of(recipe.output, *recipe.count)};
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// "007.json", the record of a finished shard, among other files.
bool is_record(const std::string& entry) {
  const std::size_t digits = entry.find_first_not_of("0123456789");
  return digits > 0 && digits != std::string::npos && entry.substr(digits) == kRecordEnd;
}

/// First and one past the last sample of a shard, from its record.
std::pair<std::uint64_t, std::uint64_t> range_of(datasets::Tree& tree, const std::string& entry) {
  std::string text;
  const datasets::StoredFile file = tree.open(sinks::kWorkName + "/" + entry);
  file.read_whole(kMostBytes, text);
  const datasets::Json record = datasets::parse_json(file.path(), text);
  const std::uint64_t first = datasets::number_at(file.path(), record, "first");
  const std::uint64_t count = datasets::number_at(file.path(), record, "count");
  if (first > datasets::kMostSamples || count > datasets::kMostSamples) {
    datasets::refuse(file.path(), "must be the record of a shard", shown(text));
  }
  return {first, first + count};
}

std::vector<MissingSamples> gaps(const std::map<std::uint64_t, std::uint64_t>& ranges,
                                 const std::optional<Plan>& plan) {
  std::vector<MissingSamples> missing;
  std::uint64_t next = 0;
  const auto add = [&](std::uint64_t end) {
    if (end > next) missing.push_back({next, end, plan ? plan->shards(next, end) : ""});
  };
  for (const auto& [first, end] : ranges) {
    add(first);
    next = std::max(next, end);
  }
  if (plan) {
    add(plan->count);
  } else {
    missing.push_back({next, std::nullopt, ""});
  }
  return missing;
}

}  // namespace

Unfinished inspect_unfinished(const std::string& root, Problems& problems) {
  datasets::Tree tree(root);
  Unfinished result;
  const std::optional<Plan> plan = plan_of(tree);
  if (plan) result.count = plan->count;
  std::map<std::uint64_t, std::uint64_t> ranges;  // first -> end
  for (const std::string& entry : sinks::Directory(root).open(sinks::kWorkName).entries()) {
    if (!is_record(entry)) continue;
    try {
      const auto [first, end] = range_of(tree, entry);
      ranges[first] = std::max(ranges[first], end);
      result.samples += end - first;
      result.shards.push_back(entry.substr(0, entry.size() - kRecordEnd.size()));
    } catch (const Error& error) {
      problems.add_error("record", error.what());
    }
  }
  result.missing = gaps(ranges, plan);
  return result;
}

}  // namespace glyphmill::report
