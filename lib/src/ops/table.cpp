// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "glyphmill/error.h"
#include "glyphmill/ops.h"

namespace glyphmill {
namespace {

std::string op_names() {
  std::string names;
  for (const OpInfo& info : op_table()) {
    if (!names.empty()) names += ", ";
    names += info.name;
  }
  return names;
}

}  // namespace

const std::vector<OpInfo>& op_table() {
  static const std::vector<OpInfo> table = {
      {"affine", AffineOptions{}, "rotate, shear, zoom and shift the image as a whole"},
      {"gaussian_noise", GaussianNoiseOptions{}, "add normal noise to every pixel and channel"},
      {"salt_pepper", SaltPepperOptions{}, "turn single pixels white or black"},
      {"brightness_contrast", BrightnessContrastOptions{}, "change brightness and contrast"},
      {"invert", InvertOptions{}, "swap light and dark"},
      {"blur", BlurOptions{}, "blur as a camera out of focus or in motion does"},
      {"ink_paper", InkPaperOptions{}, "give ink and paper other colours"},
      {"downscale", DownscaleOptions{}, "lose resolution: reduce the image and enlarge it again"},
      {"jpeg", JpegOptions{}, "store as JPEG and read again"},
  };
  return table;
}

const OpInfo& op_info(const OpOptions& options) { return op_table()[options.index()]; }

Stage make_stage(std::string_view op_name) {
  const auto& table = op_table();
  const auto row = std::find_if(table.begin(), table.end(),
                                [&](const OpInfo& info) { return info.name == op_name; });
  if (row == table.end()) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("ops: operation must be one of {}. Got: {}", op_names(), op_name));
  }
  return {std::string(op_name), 1, row->defaults};
}

void describe(Stage& stage, FieldVisitor& visitor) {
  visitor.number("probability", stage.probability, {0, 1},
                 "share of the samples it happens to, kept exactly");
  std::visit([&](auto& options) { describe(options, visitor); }, stage.options);
}

}  // namespace glyphmill
