// SPDX-License-Identifier: Apache-2.0
#include "ocr/center_loss.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "glyphmill/error.h"
#include "ocr/archive.h"
#include "ocr/spoken_frames.h"

namespace glyphmill::ocr {

LabelledFeatures labelled_features(const NetworkOutput& output,
                                   const std::vector<std::size_t>& steps,
                                   const std::vector<std::vector<int>>& labels) {
  const torch::Tensor outputs = output.log_probabilities.detach().transpose(0, 1).contiguous();
  const auto lines = static_cast<std::size_t>(outputs.size(0));
  const auto line_size = static_cast<std::size_t>(outputs.size(1) * outputs.size(2));
  const auto classes = static_cast<std::size_t>(outputs.size(2));
  LabelledFeatures result;
  std::vector<std::int64_t> rows;
  for (std::size_t i = 0; i < lines; ++i) {
    const LogProbabilities line{outputs.data_ptr<float>() + i * line_size, steps[i], classes};
    for (const SpokenFrame& frame : spoken_frames(line, {labels[i].begin(), labels[i].end()})) {
      if (!frame.is_right()) continue;
      rows.push_back(static_cast<std::int64_t>(frame.step * lines + i));
      result.characters.push_back(frame.truth);
    }
  }
  result.rows = output.features.flatten(0, 1).index_select(0, torch::tensor(rows, torch::kInt64));
  return result;
}

torch::Tensor center_loss(const LabelledFeatures& features, const Centers& centers) {
  std::vector<std::int64_t> rows;
  std::vector<float> targets;
  for (std::size_t i = 0; i < features.characters.size(); ++i) {
    const std::uint32_t character = features.characters[i];
    if (!centers.has(character)) continue;
    rows.push_back(static_cast<std::int64_t>(i));
    const float* const center = centers.of(character);
    targets.insert(targets.end(), center, center + centers.features());
  }
  if (rows.empty()) return torch::zeros({});
  const auto count = static_cast<std::int64_t>(rows.size());
  const torch::Tensor chosen = features.rows.index_select(0, torch::tensor(rows, torch::kInt64));
  const torch::Tensor difference = chosen - torch::tensor(targets).view({count, -1});
  return difference.square().sum() / (2 * static_cast<double>(count));
}

void follow(const LabelledFeatures& features, double rate, Centers& centers) {
  const torch::Tensor rows = features.rows.detach().contiguous();
  centers.follow(rows.data_ptr<float>(), features.characters, rate);
}

void write_centers(torch::serialize::OutputArchive& archive, const Centers& centers) {
  write_values(archive, "centers", centers.state().values);
  write_values(archive, "seen", centers.state().seen);
}

void read_centers(torch::serialize::InputArchive& archive, Centers& centers) {
  Centers::State state;
  read_values(archive, "centers", centers.state().values.size(), state.values);
  read_values(archive, "seen", centers.state().seen.size(), state.seen);
  const auto is_finite = [](float value) { return std::isfinite(value); };
  if (!std::all_of(state.values.begin(), state.values.end(), is_finite)) {
    throw Error(ErrorCode::kFormat, "numbers that are not finite");
  }
  centers.state() = std::move(state);
}

std::string centers_bytes(const Centers& centers) {
  torch::serialize::OutputArchive archive;
  write_centers(archive, centers);
  return bytes_of(archive);
}

void load_centers(Centers& centers, const std::string& bytes, const std::string& name) {
  const auto refuse = [&name](const std::string& what) {
    throw Error(ErrorCode::kFormat,
                fmt::format("{}: must be the centers of the network that model.yaml describes. "
                            "Got: {}",
                            name, what));
  };
  check_archive(bytes, name);
  try {
    torch::serialize::InputArchive archive = open_archive(bytes);
    read_centers(archive, centers);
  } catch (const Error& error) {
    refuse(error.what());
  } catch (const c10::Error& error) {
    refuse(brief(error));
  }
}

}  // namespace glyphmill::ocr
