// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "glyphmill/inspect.h"
#include "glyphmill/utf8.h"

namespace glyphmill {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const ChiSquare& test) {
  return {{"chi_square", test.value}, {"degrees_of_freedom", test.degrees}, {"p", test.p}};
}

template <class Key>
Json to_json(const std::map<Key, std::uint64_t>& counts) {
  Json json = Json::object();
  for (const auto& [key, count] : counts) json[std::to_string(key)] = count;
  return json;
}

Json to_json(const Duplicates& duplicates) {
  Json json = {{"count", duplicates.count}};
  if (duplicates.count > 0) json["example"] = {duplicates.first, duplicates.second};
  return json;
}

Json to_json(const LabelReport& labels) {
  Json positions = Json::array();
  for (const PositionCounts& position : labels.positions) {
    Json json = {{"counts", position.counts}};
    json.update(to_json(position.evenness));
    positions.push_back(json);
  }
  Json pairs = {{"count", labels.pairs},
                {"different", labels.different_pairs},
                {"least", labels.least_pair},
                {"most", labels.most_pair}};
  pairs.update(to_json(labels.pair_evenness));
  return {{"characters", labels.characters},
          {"counts", labels.counts},
          {"other_characters", labels.others},
          {"lengths", to_json(labels.lengths)},
          {"positions", positions},
          {"pairs", pairs},
          {"repeats", labels.repeats}};
}

Json to_json(const Unfinished& found) {
  Json missing = Json::array();
  for (const MissingSamples& each : found.missing) {
    missing.push_back({{"first", each.first},
                       {"end", each.end ? Json(*each.end) : Json()},
                       {"shards", each.shards}});
  }
  return {{"shards", found.shards},
          {"samples", found.samples},
          {"count", found.count ? Json(*found.count) : Json()},
          {"missing", missing}};
}

}  // namespace

std::string to_json(const InspectionReport& report) {
  Json problems = Json::array();
  for (const Problem& problem : report.problems) {
    problems.push_back({{"kind", problem.kind}, {"message", problem.message}});
  }
  Json json = {{"path", printable(report.path)}, {"right", report.is_right()}};
  if (report.unfinished) {
    json["unfinished"] = to_json(*report.unfinished);
  } else if (!report.format.empty()) {
    json["format"] = report.format;
    json["version"] = report.version;
    json["seed"] = report.seed;
    json["count"] = report.count;
    json["shards"] = report.shards;
    json["samples"] = report.samples;
    json["labels"] = to_json(report.labels);
    json["images"] = {{"decoded", report.images.decoded},
                      {"bytes", report.images.bytes},
                      {"widths", to_json(report.images.widths)},
                      {"heights", to_json(report.images.heights)},
                      {"channels", to_json(report.images.channels)}};
    json["duplicate_labels"] = to_json(report.duplicate_labels);
    json["duplicate_images"] = to_json(report.duplicate_images);
  }
  json["problem_count"] = report.problem_count;
  json["problems"] = problems;
  json["more_problems"] = report.more_problems;
  return json.dump(1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace glyphmill
