// SPDX-License-Identifier: Apache-2.0
#include "ocr/network.h"

#include <fmt/format.h>
#include <torch/serialize.h>

#include <algorithm>
#include <map>

#include "glyphmill/error.h"
#include "ocr/archive.h"

namespace glyphmill::ocr {
namespace {

namespace nn = torch::nn;

/// Lines of a batch without gradients, and their columns of pixels together: enough to keep the
/// processor busy.
constexpr std::size_t kMostTogether = 64;
constexpr std::size_t kMostColumns = 1 << 16;

nn::Conv2d convolution(std::int64_t from, std::int64_t to, std::int64_t kernel) {
  return nn::Conv2d(nn::Conv2dOptions(from, to, kernel).padding(kernel / 2).bias(false));
}

std::int64_t integer(std::uint64_t value) { return static_cast<std::int64_t>(value); }

/// (steps, lines, values) as (lines, steps, values), in one piece of memory.
torch::Tensor by_line(const torch::Tensor& output) { return output.transpose(0, 1).contiguous(); }

/// The first steps of a line of such a piece.
std::vector<float> values_of(const torch::Tensor& lines, std::size_t line, std::size_t steps) {
  const auto each = static_cast<std::size_t>(lines.size(2));
  const float* const values =
      lines.data_ptr<float>() + line * static_cast<std::size_t>(lines.size(1)) * each;
  return {values, values + steps * each};
}

/// Moves what was `loaded` to the memory that the tensor had before, where others know it to be.
void take(torch::Tensor& loaded, torch::Tensor& own) {
  if (loaded.sizes() != own.sizes() || loaded.scalar_type() != own.scalar_type()) {
    throw Error(ErrorCode::kFormat,
                fmt::format("a layer of {} numbers, not {}", loaded.numel(), own.numel()));
  }
  if (!torch::isfinite(loaded).all().item<bool>()) {
    throw Error(ErrorCode::kFormat, "numbers that are not finite");
  }
  own.copy_(loaded);
  loaded.set_data(own);
}

}  // namespace

StageImpl::StageImpl(const ModelOptions& options, std::int64_t from, std::int64_t channels,
                     bool halve_width)
    : blocks_(options.blocks), halve_width_(halve_width) {
  const auto kernel = integer(options.kernel);
  const auto count = integer(options.convolutions);
  // Of a dense block each convolution adds its share to what all before it have found.
  const std::int64_t growth = std::max<std::int64_t>(1, channels / count);
  // A residual block needs two, so that something lies between what is added.
  const std::int64_t layers = blocks_ == Blocks::kResidual ? 2 * count : count;
  std::int64_t width = from;
  for (std::int64_t i = 0; i < layers; ++i) {
    const std::int64_t out = blocks_ == Blocks::kDense ? growth : channels;
    convolutions_->push_back(convolution(width, out, kernel));
    norms_->push_back(nn::BatchNorm2d(out));
    width = blocks_ == Blocks::kDense ? width + out : out;
  }
  register_module("convolutions", convolutions_);
  register_module("norms", norms_);
  if (blocks_ == Blocks::kResidual && from != channels) {
    shortcut_ = register_module("shortcut", convolution(from, channels, 1));
  }
  if (blocks_ == Blocks::kDense) {
    transition_ = register_module("transition", convolution(width, channels, 1));
  }
}

torch::Tensor StageImpl::forward(torch::Tensor x) {
  torch::Tensor identity;
  for (std::size_t i = 0; i < convolutions_->size(); ++i) {
    const bool opens = blocks_ == Blocks::kResidual && i % 2 == 0;
    if (opens) identity = i == 0 && shortcut_ ? shortcut_(x) : x;
    torch::Tensor y = convolutions_->at<nn::Conv2dImpl>(i).forward(x);
    y = norms_->at<nn::BatchNorm2dImpl>(i).forward(y);
    if (blocks_ == Blocks::kResidual && !opens) y += identity;
    y = torch::relu_(y);
    x = blocks_ == Blocks::kDense ? torch::cat({x, y}, 1) : y;
  }
  if (transition_) x = transition_(x);
  const std::int64_t across = halve_width_ ? 2 : 1;
  // The last column of an odd width counts too.
  return torch::max_pool2d(x, {2, across}, {2, across}, 0, 1, /*ceil_mode=*/halve_width_);
}

NetworkImpl::NetworkImpl(const ModelOptions& options, std::size_t classes)
    : options_(options), classes_(static_cast<std::int64_t>(classes)) {
  std::int64_t from = options.color ? 3 : 1;
  auto height = integer(options.height);
  std::uint64_t stride = 1;
  for (const std::uint64_t channels : options.channels) {
    const bool halves = stride < options.stride_px;
    if (halves) stride *= 2;
    stages_->push_back(Stage(options, from, integer(channels), halves));
    from = integer(channels);
    height = halves ? (height + 1) / 2 : height / 2;
  }
  std::int64_t size = from * height;
  for (const std::uint64_t units : options.linear) {
    linear_->push_back(nn::Linear(size, integer(units)));
    size = integer(units);
  }
  for (const std::uint64_t units : options.lstm) {
    lstm_->push_back(nn::LSTM(nn::LSTMOptions(size, integer(units))
                                  .num_layers(integer(options.lstm_layers))
                                  .bidirectional(true)));
    size = 2 * integer(units);
  }
  feature_count_ = size;
  register_module("stages", stages_);
  register_module("linear", linear_);
  register_module("lstm", lstm_);
  const std::int64_t positions =
      options.head == Head::kPositions ? integer(options.positions) : std::int64_t{1};
  last_ = register_module("last", nn::Linear(size * positions, classes_ * positions));
}

NetworkOutput NetworkImpl::forward(LineBatch& batch) {
  torch::Tensor x = torch::from_blob(
      batch.pixels.data(),
      {static_cast<std::int64_t>(batch.widths.size()), batch.channels, batch.height, batch.width});
  for (const auto& stage : *stages_) x = stage->as<StageImpl>()->forward(x);
  x = x.permute({3, 0, 1, 2}).flatten(2);  // (steps, lines, channels * rows)
  for (const auto& layer : *linear_) x = torch::relu(layer->as<nn::LinearImpl>()->forward(x));
  for (const auto& layer : *lstm_) x = std::get<0>(layer->as<nn::LSTMImpl>()->forward(x));
  if (options_.dropout > 0) x = torch::dropout(x, options_.dropout, is_training());
  NetworkOutput output;
  if (options_.head == Head::kPositions) {
    const auto positions = integer(options_.positions);
    x = pieces_of_positions(x, batch.widths);
    output.features = x.unsqueeze(0);
    x = last_(x).view({x.size(0), positions, classes_}).transpose(0, 1);
  } else {
    output.features = x;
    x = last_(x);
  }
  output.log_probabilities = torch::log_softmax(x, 2);
  return output;
}

/// Each position's classifier sees the whole line, in as many pieces as there are positions: of the
/// line alone, without what it was padded with.
torch::Tensor NetworkImpl::pieces_of_positions(const torch::Tensor& features,
                                               const std::vector<int>& widths) const {
  std::vector<torch::Tensor> lines;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const torch::Tensor line = features.select(1, static_cast<std::int64_t>(i))
                                   .slice(0, 0, integer(steps_of(widths[i], options_)))
                                   .t();
    lines.push_back(
        torch::adaptive_avg_pool1d(line.unsqueeze(0), integer(options_.positions)).flatten(1));
  }
  return torch::cat(lines);
}

std::uint64_t NetworkImpl::parameter_count() const {
  std::int64_t count = 0;
  for (const torch::Tensor& parameter : parameters()) count += parameter.numel();
  return static_cast<std::uint64_t>(count);
}

std::vector<ParameterSpan> spans_of(const Network& network) {
  std::vector<ParameterSpan> spans;
  for (torch::Tensor& parameter : network->parameters()) {
    if (!parameter.mutable_grad().defined()) {
      parameter.mutable_grad() = torch::zeros_like(parameter);
    }
    spans.push_back({parameter.data_ptr<float>(), parameter.mutable_grad().data_ptr<float>(),
                     static_cast<std::size_t>(parameter.numel())});
  }
  return spans;
}

std::vector<Frames> frames_of(Network& network, const ModelOptions& options,
                              const std::vector<const LineImage*>& lines, bool with_features) {
  const torch::NoGradGuard without_gradients;
  network->eval();
  std::map<int, std::vector<std::size_t>> of_width;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    of_width[padded_width(lines[i]->width)].push_back(i);
  }
  std::vector<Frames> result(lines.size());
  LineBatch batch;
  for (const auto& [width, places] : of_width) {
    const std::size_t together =
        std::clamp<std::size_t>(kMostColumns / static_cast<std::size_t>(width), 1, kMostTogether);
    for (std::size_t first = 0; first < places.size(); first += together) {
      const std::size_t count = std::min(together, places.size() - first);
      make_batch(
          count, [&](std::size_t i) -> const LineImage& { return *lines[places[first + i]]; },
          options, batch);
      const NetworkOutput output = network->forward(batch);
      const torch::Tensor outputs = by_line(output.log_probabilities);
      const torch::Tensor features = with_features ? by_line(output.features) : torch::Tensor();
      for (std::size_t i = 0; i < count; ++i) {
        Frames& frames = result[places[first + i]];
        frames.steps = options.head == Head::kCtc ? steps_of(batch.widths[i], options)
                                                  : static_cast<std::size_t>(outputs.size(1));
        frames.classes = static_cast<std::size_t>(outputs.size(2));
        frames.log_probabilities = values_of(outputs, i, frames.steps);
        if (with_features) frames.features = values_of(features, i, frames.steps);
      }
    }
  }
  return result;
}

std::string weights_bytes(const Network& network) {
  torch::serialize::OutputArchive archive;
  network->save(archive);
  return bytes_of(archive);
}

void load_into(Network& network, const std::string& bytes, const std::string& key) {
  const torch::NoGradGuard without_gradients;
  torch::serialize::InputArchive archive = open_archive(bytes);
  torch::serialize::InputArchive inner;
  if (!key.empty()) archive.read(key, inner);
  std::vector<torch::Tensor> tensors = network->parameters();
  for (torch::Tensor& buffer : network->buffers()) tensors.push_back(buffer);
  std::vector<torch::Tensor> own;
  for (const torch::Tensor& tensor : tensors) own.push_back(tensor.detach());
  // It gives tensors other memory, of whatever size the file says.
  network->load(key.empty() ? archive : inner);
  for (std::size_t i = 0; i < tensors.size(); ++i) take(tensors[i], own[i]);
}

void load_weights(Network& network, const std::string& bytes, const std::string& name) {
  const auto refuse = [&name](const std::string& what) {
    throw Error(ErrorCode::kFormat,
                fmt::format("{}: must be the weights of the network that model.yaml describes. "
                            "Got: {}",
                            name, what));
  };
  check_archive(bytes, name);
  try {
    load_into(network, bytes);
  } catch (const Error& error) {
    refuse(error.what());
  } catch (const c10::Error& error) {
    refuse(brief(error));
  }
}

}  // namespace glyphmill::ocr
