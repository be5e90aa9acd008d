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

/// What lies outside the picture abcd, as scipy.ndimage.affine_transform has it. All but
/// `kConstant` go on for ever.
enum class FillMode {
  kNearest,   ///< aaaa|abcd|dddd
  kConstant,  ///< kkkk|abcd|kkkk with k = `cval`, from the outermost pixel centres on: never mixed
  kReflect,   ///< dcba|abcd|dcba
  kWrap,      ///< abc|abcd|bcd: the last pixel's centre and the first one's are the same place
};

/// Random changes of single digits: the parameters of Keras' ImageDataGenerator with their names
/// and their documented meaning. Zero strength is the default of each.
///
/// Rotation, shift, shear and zoom are one bilinear warp: the matrix
///
///     R(theta) . T(shift_rows, shift_cols) . Shear(s) . Zoom(zoom_rows, zoom_cols)
///     R = [cos -sin 0; sin cos 0; 0 0 1]    Shear = [1 -sin s 0; 0 cos s 0; 0 0 1]
///
/// takes (row, col) of the result to that of the source, about the centre. So a positive shift
/// moves the digit up or to the left, and a zoom below 1 enlarges it. Then follow channel shift,
/// flips and brightness, and the normalisations in the order of the fields from `rescale` on.
///
/// As in Keras, samplewise_std_normalization implies samplewise_center,
/// featurewise_std_normalization implies featurewise_center, and zca_whitening implies
/// featurewise_center and sets featurewise_std_normalization aside.
struct ImageDataGeneratorOptions {
  double rotation_range = 0;  ///< degrees; the angle is uniform in [-r, r]; 0 .. 180
  /// Moves columns. Below 1 a fraction of the width, uniform in [-r, r]; from 1 on pixels, uniform
  /// in [-r, r] or, for a whole number n, one of the integers strictly inside (-n, n). 0 .. 1000
  double width_shift_range = 0;
  double height_shift_range = 0;  ///< the same of rows and the height
  double shear_range = 0;         ///< degrees, uniform in [-s, s]; 0 .. 89
  /// Drawn separately for rows and columns; one number z means [1 - z, 1 + z]; 0.01 .. 100
  Range zoom_range{1, 1};
  Range brightness_range{1, 1};  ///< factor, the result clipped to 0 .. 255; 0 .. 100
  /// Grey levels, uniform in [-s, s], the result clipped to the picture's own least and greatest;
  /// 0 .. 255
  double channel_shift_range = 0;
  FillMode fill_mode = FillMode::kNearest;
  double cval = 0;                             ///< 0 .. 255
  bool horizontal_flip = false;                ///< each picture with probability 1/2, left to right
  bool vertical_flip = false;                  ///< the same upside down
  double rescale = 0;                          ///< factor on the values; 0: none; 0 .. 1e6
  bool samplewise_center = false;              ///< each picture's mean becomes 0
  bool samplewise_std_normalization = false;   ///< divides by each picture's deviation + 1e-6
  bool featurewise_center = false;             ///< takes off the data's mean
  bool featurewise_std_normalization = false;  ///< divides by the data's deviation + 1e-6
  /// Takes the correlations between pixels off: multiplies by u diag(1 / sqrt(s + zca_epsilon)) u^T
  /// where u diag(s) u^T is the mean of x x^T over the centred data.
  bool zca_whitening = false;
  double zca_epsilon = 1e-6;  ///< 1e-12 .. 1e6
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
  /// Mean, deviation and whitening matrix, where the options ask for them, are computed from the
  /// grey levels of `images` as ImageDataGenerator.fit() does: before rescaling and samplewise
  /// normalisation. `images` are needed no longer than that. Throws Error(kInvalidArgument) for
  /// options out of bounds, sides that are not 1 .. 1000, no pictures where there is something to
  /// compute from them, ZCA of pictures that are not square, and ZCA of more than 64 x 64.
  ImageDataGenerator(const ImageDataGeneratorOptions& options, const InkImages& images);
  ~ImageDataGenerator();
  ImageDataGenerator(ImageDataGenerator&&) noexcept;
  ImageDataGenerator& operator=(ImageDataGenerator&&) noexcept;

  /// True if no picture is changed.
  bool is_identity() const;
  /// True if the options ask for rescaling or a normalisation, whose results are not grey levels.
  bool normalizes() const;

  /// Takes one uniform value for each of, in this order: theta, row shift, column shift, shear, row
  /// zoom, column zoom, horizontal flip, vertical flip, channel shift, brightness. Those without
  /// strength take theirs, too, so the strength of one does not change the others.
  ImageDataGeneratorParams draw(SampleRng& rng) const;

  /// Working memory; keep one per thread.
  struct Scratch {
    std::vector<std::uint8_t> padded;
    std::vector<std::uint32_t> levels;
    std::vector<double> values;
    std::vector<double> whitened;
  };

  /// The changed picture, `rows` x `cols` bytes, into `result`, which does not overlap `source`.
  /// Grey levels are rounded once, at the end. Where the options normalise, the values become grey
  /// levels by the rule of Keras' array_to_img: the smallest 0, the largest 255, all 0 where they
  /// are equal.
  void apply(const std::uint8_t* source, const ImageDataGeneratorParams& params,
             std::uint8_t* result, Scratch& scratch) const;

  /// The same as the values themselves, neither rounded nor made grey levels.
  void apply(const std::uint8_t* source, const ImageDataGeneratorParams& params, float* result,
             Scratch& scratch) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace glyphmill
