// SPDX-License-Identifier: Apache-2.0
#pragma once

// Takes long to compile: included by the few files that need it, never by a header of another room.
#include <torch/nn.h>

#include <vector>

#include "glyphmill/ocr.h"
#include "ocr/line_image.h"
#include "ocr/optimizer.h"

namespace glyphmill::ocr {

/// Convolutions of one size, and the pooling behind them.
class StageImpl : public torch::nn::Module {
 public:
  /// `halve_width`: the pooling halves the width as well as the height.
  StageImpl(const ModelOptions& options, std::int64_t from, std::int64_t channels,
            bool halve_width);
  torch::Tensor forward(torch::Tensor x);

 private:
  Blocks blocks_;
  bool halve_width_;
  torch::nn::ModuleList convolutions_;
  torch::nn::ModuleList norms_;
  torch::nn::Conv2d shortcut_{nullptr};    // residual blocks: to the new number of channels
  torch::nn::Conv2d transition_{nullptr};  // dense blocks: likewise
};
TORCH_MODULE(Stage);

/// What a network says about a batch.
struct NetworkOutput {
  torch::Tensor log_probabilities;  ///< (steps, lines, classes)
  torch::Tensor features;           ///< (steps, lines, features): the input of the last layer
};

class NetworkImpl : public torch::nn::Module {
 public:
  NetworkImpl(const ModelOptions& options, std::size_t classes);

  /// The pixels of the batch are not copied: it must outlive the output's gradients.
  NetworkOutput forward(LineBatch& batch);

  std::int64_t feature_count() const { return feature_count_; }
  std::uint64_t parameter_count() const;

 private:
  torch::Tensor pieces_of_positions(const torch::Tensor& features,
                                    const std::vector<int>& widths) const;

  ModelOptions options_;
  std::int64_t classes_;
  std::int64_t feature_count_ = 0;
  torch::nn::ModuleList stages_;
  torch::nn::ModuleList linear_;
  torch::nn::ModuleList lstm_;
  torch::nn::Linear last_{nullptr};
};
TORCH_MODULE(Network);

/// The parameters and their gradients, which are there from now on; both stay where they are.
std::vector<ParameterSpan> spans_of(const Network& network);

/// What the network says about each of `lines`, without gradients. Lines share a batch where they
/// are padded to the same width, so that a result does not depend on the others. Features are those
/// of Head::kCtc.
std::vector<Frames> frames_of(Network& network, const ModelOptions& options,
                              const std::vector<const LineImage*>& lines,
                              bool with_features = false);

/// Weights and buffers as the bytes of a file.
std::string weights_bytes(const Network& network);

/// Reads the bytes of an archive, or the part `key` of it, into the network's own memory. Throws
/// Error(kFormat) "what" or c10::Error for another network's; the network is then of no use.
void load_into(Network& network, const std::string& bytes, const std::string& key = "");

/// The same of weights.pt. Throws Error(kFormat) naming the file.
void load_weights(Network& network, const std::string& bytes, const std::string& name);

}  // namespace glyphmill::ocr
