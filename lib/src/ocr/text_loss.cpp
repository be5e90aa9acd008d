// SPDX-License-Identifier: Apache-2.0
#include "ocr/text_loss.h"

#include <torch/nn/functional.h>

namespace glyphmill::ocr {
namespace {

torch::Tensor ctc_loss(const torch::Tensor& log_probabilities,
                       const std::vector<std::size_t>& steps,
                       const std::vector<std::vector<int>>& labels) {
  std::vector<std::int64_t> classes;  // of all lines, one after the other
  std::vector<std::int64_t> lengths;
  for (const std::vector<int>& label : labels) {
    classes.insert(classes.end(), label.begin(), label.end());
    lengths.push_back(static_cast<std::int64_t>(label.size()));
  }
  const std::vector<std::int64_t> said(steps.begin(), steps.end());
  return torch::ctc_loss(log_probabilities, torch::tensor(classes, torch::kInt64),
                         torch::tensor(said, torch::kInt64), torch::tensor(lengths, torch::kInt64));
}

/// (positions * lines) classes; 0 behind the end of a text.
torch::Tensor position_targets(const std::vector<std::vector<int>>& labels,
                               std::uint64_t positions) {
  const auto count = static_cast<std::int64_t>(labels.size());
  torch::Tensor targets =
      torch::zeros({static_cast<std::int64_t>(positions), count}, torch::kInt64);
  auto values = targets.accessor<std::int64_t, 2>();
  for (std::int64_t i = 0; i < count; ++i) {
    const std::vector<int>& classes = labels[static_cast<std::size_t>(i)];
    for (std::size_t p = 0; p < classes.size(); ++p) {
      values[static_cast<std::int64_t>(p)][i] = classes[p];
    }
  }
  return targets.flatten();
}

}  // namespace

torch::Tensor text_loss(const NetworkOutput& output, const std::vector<std::size_t>& steps,
                        const std::vector<std::vector<int>>& labels, const ModelOptions& options) {
  if (options.head == Head::kCtc) return ctc_loss(output.log_probabilities, steps, labels);
  return torch::nll_loss(output.log_probabilities.flatten(0, 1),
                         position_targets(labels, options.positions));
}

}  // namespace glyphmill::ocr
