// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/image_data_generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "glyphmill/error.h"
#include "glyphs/augment/digit_warp.h"
#include "glyphs/augment/whitening.h"

namespace glyphmill {
namespace {

using glyphs::Level;

const Range kNoChange{1, 1};

/// Keras' addend to every deviation that is divided by.
constexpr double kLeastDeviation = 1e-6;

constexpr int kMostWhitenedSide = 64;

constexpr double kLevelsPerGrey = 1 << glyphs::kLevelDigits;

bool whole(double value) { return value == std::floor(value); }

/// Whether a shift range ever moves anything: 0 is the only integer strictly inside (-1, 1).
bool shifts(double range) { return range != 0 && range != 1; }

/// From u, uniform in [0, 1): the law of a shift range for a side of so many pixels.
double drawn_shift(double range, int side, double u) {
  if (!shifts(range)) return 0;
  if (whole(range)) return std::floor(u * (2 * range - 1)) - (range - 1);
  return (2 * u - 1) * range * (range < 1 ? side : 1);
}

double drawn(const Range& range, double u) { return range.min + u * (range.max - range.min); }

/// The settings that the constructor of Keras' ImageDataGenerator overrides.
ImageDataGeneratorOptions with_implied(ImageDataGeneratorOptions options) {
  if (options.zca_whitening) {
    options.featurewise_center = true;
    options.featurewise_std_normalization = false;
  }
  if (options.featurewise_std_normalization) options.featurewise_center = true;
  if (options.samplewise_std_normalization) options.samplewise_center = true;
  return options;
}

bool needs_fit(const ImageDataGeneratorOptions& options) {
  return options.featurewise_center || options.featurewise_std_normalization ||
         options.zca_whitening;
}

void check(const ImageDataGeneratorOptions& options, const InkImages& images) {
  check_bounds(options, "augment");
  const auto refuse = [](const std::string& message) {
    throw Error(ErrorCode::kInvalidArgument, "augment" + message);
  };
  const std::string size = fmt::format("{} x {}", images.rows, images.cols);
  if (std::min(images.rows, images.cols) < 1 ||
      std::max(images.rows, images.cols) > glyphs::kMostSide) {
    refuse(fmt::format(": the sides of pictures must be between 1 and {}. Got: {}",
                       glyphs::kMostSide, size));
  }
  if (needs_fit(options) && images.size() == 0) {
    refuse(": featurewise normalisation and ZCA whitening need pictures. Got: 0 pictures");
  }
  if (!options.zca_whitening) return;
  if (images.rows != images.cols) {
    refuse(".zca_whitening: takes square pictures only. Got: " + size);
  }
  if (images.rows > kMostWhitenedSide) {
    refuse(fmt::format(".zca_whitening: takes pictures up to {0} x {0}. Got: {1}",
                       kMostWhitenedSide, size));
  }
}

/// Double precision for the values on their way: ZCA whitening can magnify an error a thousandfold.
double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double squares = 0;
  for (double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(values.size()));
}

/// random_channel_shift of Keras.
void shift_channel(std::vector<double>& values, double shift) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const Range own{*least, *most};
  for (double& value : values) value = std::clamp(value + shift, own.min, own.max);
}

void brighten(std::vector<double>& values, double factor) {
  for (double& value : values) value = std::min(value * factor, 255.0);
}

/// The rule of Keras' array_to_img, whose rest is cut off there and rounded here.
void stretch_to_grey(std::vector<double>& values) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const double low = *least;
  const double factor = *most > low ? 255 / (*most - low) : 0;
  for (double& value : values) value = (value - low) * factor;
}

void round_to_bytes(const std::vector<double>& values, std::uint8_t* to) {
  std::transform(values.begin(), values.end(), to, [](double value) {
    return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0) + 0.5);
  });
}

void levels_to_bytes(const std::vector<Level>& levels, std::uint8_t* to) {
  constexpr Level kHalf = Level{1} << (glyphs::kLevelDigits - 1);
  std::transform(levels.begin(), levels.end(), to, [](Level level) {
    return static_cast<std::uint8_t>((level + kHalf) >> glyphs::kLevelDigits);
  });
}

}  // namespace

void describe(ImageDataGeneratorOptions& options, FieldVisitor& visitor) {
  constexpr Bounds kShift{0, 1000};
  visitor.number("rotation_range", options.rotation_range, {0, 180},
                 "degrees; each digit turns by an angle of [-r, r]");
  visitor.number("width_shift_range", options.width_shift_range, kShift,
                 "shift of columns; below 1 a share of the width, from 1 on pixels");
  visitor.number("height_shift_range", options.height_shift_range, kShift,
                 "shift of rows; below 1 a share of the height, from 1 on pixels");
  visitor.number("shear_range", options.shear_range, {0, 89},
                 "degrees; each digit is sheared by an angle of [-s, s]");
  visitor.spread("zoom_range", options.zoom_range, 1, {0.01, 100},
                 "zoom, drawn for rows and columns; below 1 enlarges");
  visitor.range("brightness_range", options.brightness_range, {0, 100},
                "factor on the grey levels, clipped to 0 .. 255");
  visitor.number(
      "channel_shift_range", options.channel_shift_range, {0, 255},
      "grey levels added to ink and ground, of [-s, s], clipped to the digit's own least and "
      "greatest");
  visitor.choice_of("fill_mode", options.fill_mode, {"nearest", "constant", "reflect", "wrap"},
                    "what lies outside the digit's picture");
  visitor.number("cval", options.cval, {0, 255}, "grey level outside for fill_mode constant");
  visitor.boolean("horizontal_flip", options.horizontal_flip, "flip half of the digits sideways");
  visitor.boolean("vertical_flip", options.vertical_flip, "flip half of the digits upside down");
  visitor.number(
      "rescale", options.rescale, {0, 1e6},
      "factor on the values before the normalisations; 0 is none. As with these, the least value "
      "is shown as 0 and the greatest as 255");
  visitor.boolean(
      "samplewise_center", options.samplewise_center,
      "take each digit's mean off its values; shown from least to greatest, as array_to_img does");
  visitor.boolean("samplewise_std_normalization", options.samplewise_std_normalization,
                  "divide by each digit's deviation; implies samplewise_center");
  visitor.boolean("featurewise_center", options.featurewise_center,
                  "take the mean of the data set off the values; shown from least to greatest");
  visitor.boolean("featurewise_std_normalization", options.featurewise_std_normalization,
                  "divide by the deviation of the data set; implies featurewise_center");
  visitor.boolean("zca_whitening", options.zca_whitening,
                  "ZCA whitening; implies featurewise_center, replaces its std normalisation");
  visitor.number("zca_epsilon", options.zca_epsilon, {1e-12, 1e6},
                 "added to the variances that ZCA whitening divides by");
}

struct ImageDataGenerator::Impl {
  ImageDataGeneratorOptions options;
  glyphs::DigitWarp warp;
  std::size_t area = 0;
  glyphs::GreyStatistics statistics;
  glyphs::Whitening whitening;

  bool normalizes() const {
    return options.rescale != 0 || options.samplewise_center || needs_fit(options);
  }

  /// Into `scratch.levels`.
  void warp_levels(const std::uint8_t* source, const glyphs::DigitMap& map, Scratch& scratch) const;
  /// Into `scratch.values`.
  void make_values(const std::uint8_t* source, const ImageDataGeneratorParams& params,
                   Scratch& scratch) const;
  void standardize(Scratch& scratch) const;
};

void ImageDataGenerator::Impl::warp_levels(const std::uint8_t* source, const glyphs::DigitMap& map,
                                           Scratch& scratch) const {
  scratch.levels.resize(area);
  scratch.padded.resize(area + glyphs::kWarpSlack);
  std::copy_n(source, area, scratch.padded.begin());
  glyphs::warp_digit(scratch.padded.data(), warp, map, scratch.levels.data(), core::fastest());
}

void ImageDataGenerator::Impl::make_values(const std::uint8_t* source,
                                           const ImageDataGeneratorParams& params,
                                           Scratch& scratch) const {
  std::vector<double>& values = scratch.values;
  const glyphs::DigitMap map = glyphs::output_to_input(params, warp.rows, warp.cols);
  if (glyphs::is_identity(map)) {
    values.assign(source, source + area);
  } else {
    warp_levels(source, map, scratch);
    values.assign(scratch.levels.begin(), scratch.levels.end());
    for (double& value : values) value /= kLevelsPerGrey;
  }
  if (params.channel_shift != 0) shift_channel(values, params.channel_shift);
  if (params.brightness != 1) brighten(values, params.brightness);
  standardize(scratch);
}

/// standardize() of Keras' ImageDataGenerator.
void ImageDataGenerator::Impl::standardize(Scratch& scratch) const {
  std::vector<double>& values = scratch.values;
  const auto subtract = [&values](double what) {
    for (double& value : values) value -= what;
  };
  const auto divide = [&values](double deviation) {
    for (double& value : values) value /= deviation + kLeastDeviation;
  };
  if (options.rescale != 0) {
    for (double& value : values) value *= options.rescale;
  }
  if (options.samplewise_center) subtract(mean_of(values));
  if (options.samplewise_std_normalization) divide(deviation_of(values));
  if (options.featurewise_center) subtract(statistics.mean);
  if (options.featurewise_std_normalization) divide(statistics.deviation);
  if (options.zca_whitening) whitening.apply(values, scratch.whitened);
}

ImageDataGenerator::ImageDataGenerator(const ImageDataGeneratorOptions& options,
                                       const InkImages& images) {
  check(options, images);
  auto impl = std::make_unique<Impl>();
  impl->options = with_implied(options);
  impl->warp = {images.rows, images.cols, options.fill_mode,
                static_cast<Level>(std::llround(options.cval * kLevelsPerGrey))};
  impl->area = images.area();
  if (needs_fit(impl->options)) impl->statistics = glyphs::grey_statistics(images);
  if (options.zca_whitening) {
    impl->whitening = glyphs::Whitening(images, impl->statistics.mean, options.zca_epsilon);
  }
  impl_ = std::move(impl);
}

ImageDataGenerator::~ImageDataGenerator() = default;
ImageDataGenerator::ImageDataGenerator(ImageDataGenerator&&) noexcept = default;
ImageDataGenerator& ImageDataGenerator::operator=(ImageDataGenerator&&) noexcept = default;

bool ImageDataGenerator::is_identity() const {
  const ImageDataGeneratorOptions& of = impl_->options;
  return of.rotation_range == 0 && !shifts(of.width_shift_range) &&
         !shifts(of.height_shift_range) && of.shear_range == 0 && of.zoom_range == kNoChange &&
         of.brightness_range == kNoChange && of.channel_shift_range == 0 && !of.horizontal_flip &&
         !of.vertical_flip && !normalizes();
}

bool ImageDataGenerator::normalizes() const { return impl_->normalizes(); }

ImageDataGeneratorParams ImageDataGenerator::draw(SampleRng& rng) const {
  const ImageDataGeneratorOptions& of = impl_->options;
  const auto about_zero = [&rng](double range) {
    return drawn(Range{-range, range}, rng.uniform01());
  };
  ImageDataGeneratorParams params;
  params.theta_deg = about_zero(of.rotation_range);
  params.shift_rows = drawn_shift(of.height_shift_range, impl_->warp.rows, rng.uniform01());
  params.shift_cols = drawn_shift(of.width_shift_range, impl_->warp.cols, rng.uniform01());
  params.shear_deg = about_zero(of.shear_range);
  params.zoom_rows = drawn(of.zoom_range, rng.uniform01());
  params.zoom_cols = drawn(of.zoom_range, rng.uniform01());
  params.flip_horizontal = rng.uniform01() < 0.5 && of.horizontal_flip;
  params.flip_vertical = rng.uniform01() < 0.5 && of.vertical_flip;
  params.channel_shift = about_zero(of.channel_shift_range);
  params.brightness = drawn(of.brightness_range, rng.uniform01());
  return params;
}

void ImageDataGenerator::apply(const std::uint8_t* source, const ImageDataGeneratorParams& params,
                               std::uint8_t* result, Scratch& scratch) const {
  const Impl& impl = *impl_;
  if (params.channel_shift != 0 || params.brightness != 1 || impl.normalizes()) {
    impl.make_values(source, params, scratch);
    if (impl.normalizes()) stretch_to_grey(scratch.values);
    return round_to_bytes(scratch.values, result);
  }
  const glyphs::DigitMap map = glyphs::output_to_input(params, impl.warp.rows, impl.warp.cols);
  if (glyphs::is_identity(map)) {
    std::copy_n(source, impl.area, result);
  } else {
    impl.warp_levels(source, map, scratch);
    levels_to_bytes(scratch.levels, result);
  }
}

void ImageDataGenerator::apply(const std::uint8_t* source, const ImageDataGeneratorParams& params,
                               float* result, Scratch& scratch) const {
  impl_->make_values(source, params, scratch);
  std::transform(scratch.values.begin(), scratch.values.end(), result,
                 [](double value) { return static_cast<float>(value); });
}

}  // namespace glyphmill
