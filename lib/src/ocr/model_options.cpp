// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "glyphmill/error.h"
#include "glyphmill/ocr.h"

namespace glyphmill {
namespace {

constexpr IntegerBounds kSize{1, 4096};  // channels, units
constexpr std::uint64_t kMostStages = 6;
constexpr std::uint64_t kMostLayers = 4;

[[noreturn]] void refuse(const std::string& key, const std::string& rule, std::uint64_t got) {
  throw Error(ErrorCode::kInvalidArgument, fmt::format("model.{}: {}. Got: {}", key, rule, got));
}

}  // namespace

void describe(ModelOptions& options, FieldVisitor& visitor) {
  visitor.choice_of("architecture", options.architecture,
                    {"tiny", "small", "crnn", "residual", "dense", "convolutional"},
                    "sizes to start from; the other options change single ones");
  visitor.integer("height", options.height, {16, 256}, "px that lines are scaled to");
  visitor.boolean("color", options.color, "three channels; otherwise lines are made gray");
  visitor.choice_of("blocks", options.blocks, {"plain", "residual", "dense"},
                    "how the convolutions of a stage are connected");
  visitor.integers("channels", options.channels, kSize,
                   "of each stage, which halves the height of what it is given");
  visitor.integer("convolutions", options.convolutions, {1, kMostLayers}, "in a stage");
  visitor.integer("kernel", options.kernel, {1, 9}, "side of the convolutions, odd");
  visitor.integer("stride_px", options.stride_px, {1, 16},
                  "width of a step in the scaled line, a power of 2");
  visitor.integers("linear", options.linear, kSize,
                   "sizes of the layers between convolutions and LSTM");
  visitor.integers("lstm", options.lstm, kSize, "hidden units of each stack of LSTM");
  visitor.integer("lstm_layers", options.lstm_layers, {1, kMostLayers}, "in a stack");
  visitor.number("dropout", options.dropout, {0, 0.9},
                 "share of the features dropped before the last layer");
  visitor.choice_of("head", options.head, {"ctc", "positions"},
                    "ctc: a character or none for each step; positions: a classifier for each "
                    "position of the text");
  visitor.integer("positions", options.positions, {1, 256},
                  "characters of the longest text, for the head positions");
}

ModelOptions model_options(Architecture architecture) {
  ModelOptions options;
  options.architecture = architecture;
  switch (architecture) {
    case Architecture::kTiny:
      options.channels = {16, 32, 48};
      options.lstm = {48};
      break;
    case Architecture::kSmall:
      break;
    case Architecture::kCrnn:
      options.channels = {64, 128, 256, 512};
      options.convolutions = 2;
      options.lstm = {256, 256};
      break;
    case Architecture::kResidual:
      options.blocks = Blocks::kResidual;
      options.channels = {16, 32, 64, 96};
      break;
    case Architecture::kDense:
      options.blocks = Blocks::kDense;
      options.channels = {24, 48, 72, 96};
      options.convolutions = 3;
      break;
    case Architecture::kConvolutional:
      options.channels = {16, 32, 64, 128};
      options.convolutions = 2;
      options.linear = {128};
      options.lstm = {};
      break;
  }
  return options;
}

void validate(const ModelOptions& options) {
  check_bounds(options, "model");
  const std::size_t stages = options.channels.size();
  if (stages < 1 || stages > kMostStages) {
    refuse("channels", fmt::format("must be 1 to {} stages", kMostStages), stages);
  }
  if (options.linear.size() > kMostLayers || options.lstm.size() > kMostLayers) {
    const bool linear = options.linear.size() > kMostLayers;
    refuse(linear ? "linear" : "lstm", fmt::format("must be at most {} sizes", kMostLayers),
           linear ? options.linear.size() : options.lstm.size());
  }
  if (options.kernel % 2 == 0) refuse("kernel", "must be odd", options.kernel);
  if ((options.stride_px & (options.stride_px - 1)) != 0) {
    refuse("stride_px", "must be a power of 2", options.stride_px);
  }
  if (options.stride_px >> stages != 0 && options.stride_px != std::uint64_t{1} << stages) {
    refuse("stride_px", fmt::format("must be at most 2 to the power of the {} stages", stages),
           options.stride_px);
  }
  if (options.height >> stages == 0) {
    refuse("height", fmt::format("must be at least 2 to the power of the {} stages", stages),
           options.height);
  }
}

}  // namespace glyphmill
