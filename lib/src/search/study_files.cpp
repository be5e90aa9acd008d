// SPDX-License-Identifier: Apache-2.0
#include "search/study_files.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "datasets/json_file.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "search/space.h"

namespace glyphmill::search {
namespace {

using datasets::Json;
using datasets::refuse;
using State = Outcome::State;

constexpr std::string_view kComplete = "COMPLETE";
constexpr std::string_view kFail = "FAIL";
constexpr std::string_view kRunning = "RUNNING";
constexpr std::string_view kWaiting = "WAITING";
constexpr double kMostSeconds = 1e9;

std::string_view state_of(const Trial& trial) {
  if (!trial.outcome) return kRunning;
  switch (trial.outcome->state) {
    case State::kComplete:
      return kComplete;
    case State::kFailed:
      return kFail;
    case State::kInterrupted:
      break;
  }
  return kWaiting;
}

Value value_of(const std::string& origin, const std::string& name, const Json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_float()) return json.get<double>();
  // Beyond, a whole number could wrap around to one of the space.
  const bool is_whole =
      json.is_number_integer() && json.get<double>() <= static_cast<double>(kMostInteger);
  if (is_whole) return json.get<std::int64_t>();
  if (json.is_string()) return json.get<std::string>();
  refuse(origin, fmt::format("params.{} must be a value", shown(name)), json.type_name());
}

Point point_of(const std::string& origin, const Space& space, const Json& object) {
  if (!object.is_object()) refuse(origin, "'params' must be an object", object.type_name());
  Point point;
  for (const Parameter& parameter : space.parameters) {
    const auto found = object.find(parameter.name);
    if (found != object.end()) {
      point.set(parameter.name, value_of(origin, parameter.name, *found));
    }
  }
  for (const auto& [name, value] : object.items()) point.set(name, value_of(origin, name, value));
  try {
    check_point(space, point);
  } catch (const Error& error) {
    throw Error(ErrorCode::kFormat, fmt::format("{}: params.{}", origin, error.what()));
  }
  return point;
}

double number_of(const std::string& origin, const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found != object.end() && found->is_number()) return found->get<double>();
  refuse(origin, fmt::format("'{}' must be a number", key),
         found == object.end() ? "nothing of that name" : found->type_name());
}

std::optional<Outcome> outcome_of(const std::string& origin, const Json& object) {
  const std::string state = datasets::text_at(origin, object, "state");
  if (state == kRunning) return std::nullopt;
  if (state == kWaiting) return Outcome::interrupted();
  if (state == kFail) return Outcome::failed(datasets::text_at(origin, object, "message"));
  if (state != kComplete) {
    refuse(origin, "'state' must be COMPLETE, FAIL, RUNNING or WAITING", shown(state));
  }
  return Outcome::of(number_of(origin, object, "value"));
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_field(const Value& value) {
  const auto* const text = std::get_if<std::string>(&value);
  return csv_field(text != nullptr ? *text : spelled(value));
}

std::string spelled_duration(double seconds) {
  const auto all = static_cast<std::uint64_t>(std::llround(seconds * 1e6));
  const std::uint64_t whole = all / 1000000;
  return fmt::format("{} days {:02}:{:02}:{:02}.{:06}", whole / 86400, whole / 3600 % 24,
                     whole / 60 % 60, whole % 60, all % 1000000);
}

std::string csv_line(const StudyTrial& trial, const std::vector<std::string>& names) {
  std::string line =
      fmt::format("{},{},{},{},{}", trial.trial.number,
                  trial.trial.is_complete() ? spelled(trial.trial.outcome->value) : "",
                  csv_field(trial.started), csv_field(trial.completed),
                  trial.trial.has_ended() ? spelled_duration(trial.seconds) : "");
  for (const std::string& name : names) {
    const Value* const value = trial.trial.point.find(name);
    line += ',' + (value == nullptr ? "" : csv_field(*value));
  }
  return fmt::format("{},{}\n", line, state_of(trial.trial));
}

}  // namespace

std::string trial_name(std::uint64_t number) { return fmt::format("{:06}", number); }

std::string to_json(const StudyTrial& trial) {
  nlohmann::ordered_json json;
  json["number"] = trial.trial.number;
  json["state"] = state_of(trial.trial);
  if (trial.trial.is_complete()) {
    json["value"] = trial.trial.outcome->value;
  } else if (trial.trial.has_ended()) {
    json["message"] = trial.trial.outcome->message;
  }
  json["params"] = nlohmann::ordered_json::object();
  for (const auto& [name, value] : trial.trial.point.values()) {
    std::visit([&, &key = name](const auto& any) { json["params"][key] = any; }, value);
  }
  json["datetime_start"] = trial.started;
  json["datetime_complete"] = trial.completed;
  json["duration_s"] = trial.seconds;
  json["starts"] = trial.starts;
  // A message from elsewhere may be of any bytes.
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

StudyTrial parsed_trial(const std::string& origin, std::string_view text, const Space& space,
                        std::uint64_t number) {
  const Json json = datasets::parse_json(origin, text);
  const std::uint64_t own = datasets::number_at(origin, json, "number");
  if (own != number) {
    refuse(origin, fmt::format("'number' must be {}", number), fmt::to_string(own));
  }
  StudyTrial trial;
  trial.trial.number = number;
  trial.trial.point = point_of(origin, space, json.value("params", Json()));
  trial.trial.outcome = outcome_of(origin, json);
  trial.started = datasets::text_at(origin, json, "datetime_start");
  trial.completed = datasets::text_at(origin, json, "datetime_complete");
  trial.seconds = number_of(origin, json, "duration_s");
  if (!(trial.seconds >= 0 && trial.seconds <= kMostSeconds)) {
    refuse(origin, fmt::format("'duration_s' must be between 0 and {}", kMostSeconds),
           fmt::to_string(trial.seconds));
  }
  trial.starts = datasets::number_at(origin, json, "starts");
  return trial;
}

std::string to_csv(const Study& study) {
  std::vector<std::string> names;
  for (const Parameter& parameter : study.plan.space.parameters) names.push_back(parameter.name);
  std::sort(names.begin(), names.end());
  std::string csv = "number,value,datetime_start,datetime_complete,duration";
  for (const std::string& name : names) csv += ",params_" + name;
  csv += ",state\n";
  for (const StudyTrial& trial : study.trials) csv += csv_line(trial, names);
  return csv;
}

std::string time_now() {
  const auto now =
      std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto micros = now.time_since_epoch().count();
  return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:06}",
                     fmt::gmtime(static_cast<std::time_t>(micros / 1000000)), micros % 1000000);
}

}  // namespace glyphmill::search
