// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "glyphmill/fields.h"
#include "glyphmill/ink_images.h"
#include "glyphmill/random.h"
#include "glyphmill/range.h"

namespace glyphmill {

/// What lies outside the picture, in the words of scipy.ndimage.
enum class FillMode {
  kNearest,   ///< aaaa|abcd|dddd
  kConstant,  ///< `cval`
  kReflect,   ///< dcba|abcd|dcba
  kWrap,  ///< abcd|abcd|abcd; first and last point lie on each other, as scipy's mode 'wrap' has it
};

/// Random changes of single digits: the parameters of Keras' ImageDataGenerator with their names
/// and their documented meaning. Zero strength is the default of each.
struct ImageDataGeneratorOptions {
  double rotation_range = 0;  ///< degrees; the angle is uniform in [-r, r]; 0 .. 180
  /// Below 1 a fraction of the side, uniform in [-r, r]; from 1 on pixels, uniform in [-r, r] or,
  /// for a whole number n, one of the integers strictly inside (-n, n). 0 .. 1000
  double width_shift_range = 0;
  double height_shift_range = 0;
  double shear_range = 0;  ///< degrees, uniform in [-s, s]; 0 .. 89
  Range zoom_range{1, 1};  ///< drawn separately for x and y; one number z means [1 - z, 1 + z]
  Range brightness_range{1, 1};    ///< factor; 0 .. 100
  double channel_shift_range = 0;  ///< grey levels, uniform in [-s, s], clipped to the picture's
                                   ///< own range; 0 .. 255
  FillMode fill_mode = FillMode::kNearest;
  double cval = 0;               ///< 0 .. 255
  bool horizontal_flip = false;  ///< each picture with probability 1/2
  bool vertical_flip = false;
  double rescale = 0;  ///< factor on the values, after all else but the normalisations; 0: none
  bool featurewise_center = false;
  bool featurewise_std_normalization = false;
  bool samplewise_center = false;
  bool samplewise_std_normalization = false;
  bool zca_whitening = false;
  double zca_epsilon = 1e-6;
};

void describe(ImageDataGeneratorOptions& options, FieldVisitor& visitor);

/// One drawn change.
struct ImageDataGeneratorParams {
  double theta_deg = 0;
  double shift_rows = 0;  ///< px, of the output-to-input map
  double shift_cols = 0;
  double shear_deg = 0;
  double zoom_rows = 1;
  double zoom_cols = 1;
  double channel_shift = 0;
  double brightness = 1;
  bool flip_horizontal = false;
  bool flip_vertical = false;
};

/// Immutable; thread-safe.
class ImageDataGenerator {
 public:
  /// Mean, deviation and whitening matrix, where the options ask for them, are computed from
  /// `images`. Throws Error(kInvalidArgument) for options out of bounds, ZCA of pictures that are
  /// not square, and ZCA of pictures of more than 64 x 64.
  ImageDataGenerator(const ImageDataGeneratorOptions& options, const InkImages& images);
  ~ImageDataGenerator();

  /// True if no picture is changed.
  bool is_identity() const;
  /// True if the options ask for rescaling or a normalisation, whose results are not grey levels.
  bool normalizes() const;

  ImageDataGeneratorParams draw(SampleRng& rng) const;

  /// Working memory; keep one per thread.
  struct Scratch {
    std::vector<std::uint8_t> padded;
    std::vector<float> values;
    std::vector<float> whitened;
  };

  /// The changed picture, `rows` x `cols` bytes, into `result`, which does not overlap `source`.
  /// Where the options normalise, the values become grey levels by the rule of Keras'
  /// array_to_img: the smallest 0, the largest 255.
  void apply(const std::uint8_t* source, const ImageDataGeneratorParams& params,
             std::uint8_t* result, Scratch& scratch) const;

  /// The same as the values themselves, without that last step.
  void apply(const std::uint8_t* source, const ImageDataGeneratorParams& params, float* result,
             Scratch& scratch) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace glyphmill
