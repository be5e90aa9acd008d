// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "glyphmill/recognition.h"

namespace glyphmill {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Tally& tally) {
  return {{"count", tally.count}, {"right", tally.right}, {"accuracy", tally.rate()}};
}

Json lengths_of(const RecognitionReport& report) {
  Json json = Json::object();
  for (const auto& [difference, count] : report.length_differences) {
    json[std::to_string(difference)] = count;
  }
  return json;
}

Json places_of(const RecognitionReport& report) {
  Json json = Json::array();
  for (std::size_t i = 0; i < report.places.size(); ++i) json.push_back(to_json(report.place(i)));
  return json;
}

Json characters_of(const RecognitionReport& report) {
  Json json = Json::object();
  for (std::size_t c = 0; c < report.characters.size(); ++c) {
    json[report.characters[c]] = to_json(report.character(c));
  }
  return json;
}

/// Only what happened: {"0": {"0": 970, "O": 30}, "inserted": {"1": 2}}.
Json matrix_of(const RecognitionReport& report) {
  const auto name = [&](std::size_t number, const char* none) {
    if (number == report.none()) return std::string(none);
    return number == report.other() ? std::string("other") : report.characters[number];
  };
  Json json = Json::object();
  for (std::size_t truth = 0; truth < report.matrix_size(); ++truth) {
    for (std::size_t answer = 0; answer < report.matrix_size(); ++answer) {
      const std::uint64_t count = report.read_as(truth, answer);
      if (count > 0) json[name(truth, "inserted")][name(answer, "missing")] = count;
    }
  }
  return json;
}

Json confusions_of(const RecognitionReport& report) {
  constexpr std::size_t kMostConfusions = 100;
  Json json = Json::array();
  for (const Confusion& confusion : report.confusions(kMostConfusions)) {
    json.push_back({{"first", confusion.first},
                    {"second", confusion.second},
                    {"first_as_second", confusion.forth},
                    {"second_as_first", confusion.back}});
  }
  return json;
}

Json calibration_of(const RecognitionReport& report) {
  Json bins = Json::array();
  for (const ConfidenceBin& bin : report.bins) {
    Json json = to_json(bin.answers);
    const auto count = static_cast<double>(bin.answers.count);
    json["mean_confidence"] = bin.answers.count == 0 ? Json() : Json(bin.confidence / count);
    bins.push_back(json);
  }
  Json thresholds = Json::array();
  for (std::size_t i = 0; i < report.thresholds.size(); ++i) {
    Json json = {{"confidence", RecognitionReport::kThresholds[i]}};
    json.update(to_json(report.thresholds[i]));
    thresholds.push_back(json);
  }
  return {{"expected_error", report.calibration_error()}, {"bins", bins}, {"at_least", thresholds}};
}

Json worst_of(const RecognitionReport& report) {
  Json json = Json::array();
  for (const RecognisedSample& sample : report.worst) {
    json.push_back({{"index", sample.index},
                    {"truth", sample.truth},
                    {"answer", sample.answer},
                    {"confidence", sample.confidence}});
  }
  return json;
}

}  // namespace

std::string to_json(const RecognitionReport& report) {
  const Interval interval = wilson_interval(report.sequences);
  Json sequences = to_json(report.sequences);
  sequences["interval_95"] = {interval.low, interval.high};
  Json runs = to_json(report.runs);
  runs["characters"] = report.run_characters;
  runs["doubled_single_characters"] = report.doubled;
  const Json json = {{"sequences", sequences},
                     {"character_error_rate", report.character_error_rate()},
                     {"truth_characters", report.truth_characters},
                     {"substituted", report.substituted},
                     {"missing", report.missing},
                     {"inserted", report.inserted},
                     {"length_differences", lengths_of(report)},
                     {"places", places_of(report)},
                     {"characters", characters_of(report)},
                     {"runs", runs},
                     {"confusions", confusions_of(report)},
                     {"matrix", matrix_of(report)},
                     {"calibration", calibration_of(report)},
                     {"worst", worst_of(report)}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace glyphmill
