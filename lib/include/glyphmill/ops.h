// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "glyphmill/ops/affine.h"
#include "glyphmill/ops/blur.h"
#include "glyphmill/ops/brightness_contrast.h"
#include "glyphmill/ops/downscale.h"
#include "glyphmill/ops/gaussian_noise.h"
#include "glyphmill/ops/ink_paper.h"
#include "glyphmill/ops/invert.h"
#include "glyphmill/ops/jpeg.h"
#include "glyphmill/ops/salt_pepper.h"
#include "glyphmill/sample.h"

/// What happens to a sample after it is composed. Every operation comes in two steps: `draw` turns
/// options into parameters with a SampleRng, `apply` is a pure function of the sample, the
/// parameters and the stream key. All work on CV_8UC1 and CV_8UC3 and keep size and type.
///
/// The image functions (`affine`, `gaussian_noise`, ...) never write their source, and their result
/// never shares its pixels. `apply` works in place: no other cv::Mat may share the sample's pixels.
/// Both throw Error(kInvalidArgument), naming the operation, for other image types and for
/// parameters outside the bounds of the options.
namespace glyphmill {

using OpOptions =
    std::variant<AffineOptions, GaussianNoiseOptions, SaltPepperOptions, BrightnessContrastOptions,
                 InvertOptions, BlurOptions, InkPaperOptions, DownscaleOptions, JpegOptions>;

/// A row of the one table of operations: what recipes, listings and the generic tests run over.
struct OpInfo {
  std::string_view name;
  OpOptions defaults;
  std::string_view help;
};

/// The table, in the order of OpOptions' alternatives (so an alternative's index is its row).
const std::vector<OpInfo>& op_table();

/// The row of the operation whose options these are.
const OpInfo& op_info(const OpOptions& options);

/// One step of a pipeline.
struct Stage {
  /// Unique in its pipeline; seeds the stage's stream. Letters, digits, '_' and '-'; not "compose".
  std::string name;
  double probability = 1;  ///< exact share of the samples it happens to (see `balanced_choice`)
  OpOptions options;
};

/// A stage with the operation's name and default options. Throws Error(kInvalidArgument) for an
/// unknown operation.
Stage make_stage(std::string_view op_name);

/// Visits `probability` and then the operation's own fields.
void describe(Stage& stage, FieldVisitor& visitor);

/// A checked sequence of stages; immutable and thread-safe.
class Pipeline {
 public:
  Pipeline() = default;
  /// Throws Error(kInvalidArgument) for options out of bounds, a name that a stage must not have,
  /// or stages whose names (or the ids of whose names) coincide.
  explicit Pipeline(std::vector<Stage> stages);

  /// Runs every stage on `sample`, keyed by (seed, sample.index, stage name). `scratch` is working
  /// memory that may be exchanged with the sample's image; keep one per thread.
  void run(Sample& sample, std::uint64_t seed, cv::Mat& scratch) const;

  const std::vector<Stage>& stages() const { return stages_; }

 private:
  std::vector<Stage> stages_;
  std::vector<std::uint32_t> ids_;  // of the stages' names
};

}  // namespace glyphmill
