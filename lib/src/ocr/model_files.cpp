// SPDX-License-Identifier: Apache-2.0
#include "ocr/model_files.h"

#include <fmt/format.h>

#include <sstream>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "job/field_io.h"
#include "job/yaml_tree.h"
#include "ocr/sample_stream.h"
#include "report/chart.h"
#include "report/sheet.h"

namespace glyphmill::ocr {
namespace {

constexpr char kMetricsHead[] =
    "step,samples,seconds,learning_rate,loss,validation_loss,accuracy,character_error_rate\n";
constexpr std::size_t kColumns = 8;

/// The characters beside the options, as a field of its own.
struct Characters {
  std::vector<std::string> characters;
};

void describe(Characters& characters, FieldVisitor& visitor) {
  visitor.texts("characters", characters.characters, "what the model can say, in order");
}

template <class Options>
std::string lines_of(Options options) {
  FieldWriter writer;
  describe(options, writer);
  std::string yaml;
  for (const WrittenField& field : writer.fields()) {
    yaml += fmt::format("{}: {}\n", field.key, field.value);
  }
  return yaml;
}

/// Reads the fields of all `options` from one map.
template <class... Options>
void read_map(const std::string& yaml, const std::string& name, Options&... options) {
  YamlProblems problems(name, ErrorCode::kFormat);
  const YamlNode root = parse_yaml(yaml, problems);
  YamlFields fields(root, "", problems);
  FieldReader reader(fields);
  (describe(options, reader), ...);
  fields.refuse_others(reader.keys());
  problems.throw_if_any();
}

report::Chart distance_chart(const std::vector<CenterDistances>& distances) {
  report::Series own{"to the own center", {}};
  report::Series rival{"to the rival's", {}};
  report::Series between{"between both", {}};
  for (const CenterDistances& d : distances) {
    if (d.frames == 0) continue;
    const auto step = static_cast<double>(d.step);
    own.points.emplace_back(step, d.own.mean);
    rival.points.emplace_back(step, d.rival.mean);
    between.points.emplace_back(step, d.between.mean);
  }
  report::Chart chart;
  chart.title = "Mean distances";
  chart.x_label = "step";
  chart.y_label = "distance";
  chart.series = {own, rival, between};
  return chart;
}

}  // namespace

std::string recipe_file(std::size_t stream) { return fmt::format("recipe-{}.yaml", stream); }

std::string to_yaml(const ModelDescription& model) {
  return lines_of(model.options) + lines_of(Characters{model.characters});
}

ModelDescription parse_model(const std::string& yaml, const std::string& name) {
  ModelDescription model;
  Characters characters;
  read_map(yaml, name, model.options, characters);
  model.characters = std::move(characters.characters);
  try {
    validate(model.options);
    const Alphabet alphabet(model.characters);
  } catch (const Error& error) {
    throw Error(ErrorCode::kFormat, fmt::format("{}: {}", name, error.what()));
  }
  return model;
}

std::string to_yaml(const TrainingOptions& options) { return lines_of(options); }

TrainingOptions parse_training(const std::string& yaml, const std::string& name) {
  TrainingOptions options;
  read_map(yaml, name, options);
  return options;
}

std::string first_difference(const std::string& before, const std::string& now) {
  if (before == now) return "";
  std::istringstream old_lines(before);
  std::istringstream new_lines(now);
  std::string old_line;
  std::string new_line;
  do {
    if (!std::getline(old_lines, old_line)) old_line.clear();
    if (!std::getline(new_lines, new_line)) new_line.clear();
  } while (old_line == new_line && (old_lines || new_lines));
  return fmt::format("'{}' in place of '{}'", shown(new_line), shown(old_line));
}

std::string to_csv(const std::vector<Measurement>& measurements) {
  std::string csv = kMetricsHead;
  for (const Measurement& m : measurements) {
    csv +=
        fmt::format("{},{},{:.3f},{},{},{},{},{}\n", m.step, m.samples, m.seconds, m.learning_rate,
                    m.loss, m.validation_loss, m.accuracy, m.character_error_rate);
  }
  return csv;
}

std::vector<Measurement> parse_csv(const std::string& csv, const std::string& name) {
  std::vector<Measurement> measurements;
  std::istringstream lines(csv);
  std::string line;
  std::getline(lines, line);
  if (line + '\n' != kMetricsHead) {
    throw Error(ErrorCode::kFormat, fmt::format("{}: must begin with {}", name, kMetricsHead));
  }
  for (std::size_t number = 2; std::getline(lines, line); ++number) {
    std::vector<double> values;
    std::istringstream cells(line);
    try {
      for (std::string cell; std::getline(cells, cell, ',');) values.push_back(parse_number(cell));
      if (values.size() != kColumns) {
        throw Error(ErrorCode::kFormat,
                    fmt::format("must have {} columns. Got: {}", kColumns, values.size()));
      }
    } catch (const Error& error) {
      throw Error(ErrorCode::kFormat, fmt::format("{}:{}: {}", name, number, error.what()));
    }
    measurements.push_back({static_cast<std::uint64_t>(values[0]),
                            static_cast<std::uint64_t>(values[1]), values[2], values[3], values[4],
                            values[5], values[6], values[7]});
  }
  return measurements;
}

void write_curve(const std::vector<Measurement>& measurements,
                 const std::vector<CenterDistances>& distances, const std::string& path) {
  report::Series training{"training", {}};
  report::Series validation{"validation", {}};
  report::Series sequences{"sequences", {}};
  report::Series characters{"characters", {}};
  for (const Measurement& m : measurements) {
    const auto step = static_cast<double>(m.step);
    training.points.emplace_back(step, m.loss);
    validation.points.emplace_back(step, m.validation_loss);
    sequences.points.emplace_back(step, 100 * (1 - m.accuracy));
    characters.points.emplace_back(step, 100 * m.character_error_rate);
  }
  report::Chart loss;
  loss.title = "Loss";
  loss.x_label = "step";
  loss.y_label = "loss";
  loss.log_y = true;
  loss.series = {training, validation};
  report::Chart errors;
  errors.title = "Validation errors";
  errors.x_label = "step";
  errors.y_label = "%";
  errors.log_y = true;
  errors.series = {sequences, characters};
  std::vector<report::Chart> charts{loss, errors};
  if (!distances.empty()) charts.push_back(distance_chart(distances));
  report::write_sheet(report::draw_grid(charts, static_cast<int>(charts.size())), path);
}

sinks::Directory open_for_model(const std::string& path, bool overwrite) {
  sinks::Directory directory(path, true);
  if (overwrite) {
    for (const char* name : {kModelFile, kWeightsFile, kTrainingFile, kCentersFile, kDistancesFile,
                             kMetricsFile, kCurveFile, kCheckpointFile, kValidationFile}) {
      directory.remove(name);
    }
    for (std::size_t i = 0; directory.has(recipe_file(i)); ++i) directory.remove(recipe_file(i));
  }
  const std::vector<std::string> entries = directory.entries();
  if (entries.empty()) return directory;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("output: {} must be empty or absent. Got: {}{}", path, entries.front(),
                          entries.size() > 1 ? ", ..." : ""));
}

}  // namespace glyphmill::ocr
