// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "glyphmill/center_loss.h"
#include "glyphmill/ocr.h"
#include "glyphmill/training.h"
#include "sinks/files.h"

/// The files of a model's directory that people read.
namespace glyphmill::ocr {

inline constexpr char kModelFile[] = "model.yaml";
inline constexpr char kWeightsFile[] = "weights.pt";
inline constexpr char kTrainingFile[] = "training.yaml";
inline constexpr char kCentersFile[] = "centers.pt";
inline constexpr char kDistancesFile[] = "centers.csv";
inline constexpr char kMetricsFile[] = "metrics.csv";
inline constexpr char kCurveFile[] = "curve.png";
inline constexpr char kCheckpointFile[] = "checkpoint.pt";
inline constexpr char kValidationFile[] = "validation.yaml";
std::string recipe_file(std::size_t stream);

std::string to_yaml(const ModelDescription& model);
/// Throws Error(kFormat) for what `to_yaml` does not write.
ModelDescription parse_model(const std::string& yaml, const std::string& name);

std::string to_yaml(const TrainingOptions& options);
TrainingOptions parse_training(const std::string& yaml, const std::string& name);

/// The first line of `now` that `before` has otherwise, "'batch: 64' in place of 'batch: 32'"; ""
/// if they are the same.
std::string first_difference(const std::string& before, const std::string& now);

/// What was measured at a validation: a line of metrics.csv.
struct Measurement {
  std::uint64_t step = 0;
  std::uint64_t samples = 0;
  double seconds = 0;
  double learning_rate = 0;
  double loss = 0;  ///< of the batches since the line before, averaged
  double validation_loss = 0;
  double accuracy = 0;
  double character_error_rate = 0;
};

std::string to_csv(const std::vector<Measurement>& measurements);
/// Throws Error(kFormat).
std::vector<Measurement> parse_csv(const std::string& csv, const std::string& name);

/// Losses, error rates and, where there are any, distances over the steps, as a PNG file.
void write_curve(const std::vector<Measurement>& measurements,
                 const std::vector<CenterDistances>& distances, const std::string& path);

/// Opens the directory for a new model. Throws Error(kInvalidArgument) where it is not empty;
/// with `overwrite` the files of a model that is there are removed first, and nothing else.
sinks::Directory open_for_model(const std::string& path, bool overwrite);

}  // namespace glyphmill::ocr
