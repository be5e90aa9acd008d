// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "glyphmill/evaluation.h"
#include "glyphmill/recipe.h"
#include "report/sheet.h"
#include "sinks/files.h"

namespace glyphmill {
namespace {

/// Per image.
struct Speed {
  explicit Speed(const Evaluation& evaluation) {
    const auto count =
        static_cast<double>(std::max<std::uint64_t>(1, evaluation.report.sequences.count));
    recognising_ms = 1000 * evaluation.recognising_seconds / count;
    decoding_ms = 1000 * evaluation.decoding_seconds / count;
  }

  double images_per_second() const {
    return 1000 / std::max(1e-9, recognising_ms + decoding_ms);  // a clock may be coarse
  }

  double recognising_ms = 0;
  double decoding_ms = 0;
};

/// `visit(name, path)` for each picture that is wanted.
template <class Visit>
void for_each_picture(const EvaluationFiles& files, const Visit& visit) {
  if (!files.worst.empty()) visit("worst", files.worst);
  if (!files.confusion.empty()) visit("confusion", files.confusion);
  if (!files.reliability.empty()) visit("reliability", files.reliability);
}

}  // namespace

std::string to_text(const Evaluation& evaluation) {
  std::string text = to_text(evaluation.report);
  if (evaluation.unconstrained > 0) {
    text += fmt::format("  {:<12} broken by {} answers: no image allows for another\n",
                        "constraint", evaluation.unconstrained);
  }
  const Speed speed(evaluation);
  return text + fmt::format(
                    "  {:<12} {:.3f} ms an image to recognise, {:.3f} ms to decode: {:.0f} "
                    "images/s\n",
                    "speed", speed.recognising_ms, speed.decoding_ms, speed.images_per_second());
}

std::string to_json(const Evaluation& evaluation) {
  using Json = nlohmann::ordered_json;
  Json json = Json::parse(to_json(evaluation.report));
  json["unconstrained"] = evaluation.unconstrained;
  const Speed speed(evaluation);
  json["speed"] = {{"recognising_ms", speed.recognising_ms},
                   {"decoding_ms", speed.decoding_ms},
                   {"images_per_second", speed.images_per_second()}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace);
}

void check(const EvaluationFiles& files) {
  for_each_picture(files, [](std::string_view name, const std::string& path) {
    report::check_sheet_path(path, name);
    sinks::place_of_file(path);
  });
  if (!files.suggested.empty()) sinks::place_of_file(files.suggested);
  suggested_weights({}, files.weights);
}

void write_files(const Evaluation& evaluation, const Generator& samples,
                 const EvaluationFiles& files) {
  const RecognitionReport& report = evaluation.report;
  if (!files.worst.empty()) {
    const auto image_of = [&](std::uint64_t index) { return samples.sample(index).image; };
    report::write_sheet(worst_sheet(report, image_of), files.worst);
  }
  if (!files.confusion.empty()) report::write_sheet(confusion_picture(report), files.confusion);
  if (!files.reliability.empty()) {
    report::write_sheet(reliability_picture(report), files.reliability);
  }
  if (files.suggested.empty()) return;
  const sinks::FilePlace place = sinks::place_of_file(files.suggested);
  place.directory.replace(place.name, to_yaml(suggested_weights(report, files.weights)));
}

}  // namespace glyphmill
