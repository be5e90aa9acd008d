// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/number_generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "core/ascii.h"
#include "glyphmill/digits.h"
#include "glyphmill/error.h"
#include "glyphmill/handwriting.h"
#include "glyphmill/image_data_generator.h"
#include "glyphmill/sequence.h"
#include "glyphmill/utf8.h"
#include "glyphs/augment/digit_warp.h"
#include "job/picture_stack.h"

namespace glyphmill {
namespace {

using namespace job;

// As recipes compose, so that they give the same images.
constexpr std::uint32_t kComposeStage = stage_id("sample.compose");

char character_of(const std::string& name, int digit) {
  if (digit < 0 || digit > 9) refuse(name, "must be 0 .. 9", fmt::to_string(digit));
  return static_cast<char>('0' + digit);
}

/// The pixels of a set, of which `name` tells in messages, once it is seen to be one of digits.
cv::Mat pictures_of(const InkImages& digits, const std::string& name) {
  if (digits.size() == 0) refuse(name, "must have at least one picture", "none");
  check_sides(name, {digits.cols, digits.rows}, glyphs::kMostSide);
  const auto other =
      std::find_if_not(digits.characters.begin(), digits.characters.end(), core::is_digit);
  if (other != digits.characters.end()) {
    refuse(name, "must have pictures of 0 .. 9 only", printable({&*other, 1}));
  }
  return copied_pictures(digits.size(), {digits.cols, digits.rows}, digits.pixels);
}

SequenceOptions sequence_options(const IntegerRange& spacing_range, int image_width) {
  IntegerRange spacing = spacing_range;
  BoundsChecker("").integer_range("spacing_range", spacing, {-512, 10000}, "");
  const IntegerRange widths{1, 65536};
  if (image_width < widths.min || image_width > widths.max) {
    refuse("image_width", rule_of(widths), fmt::to_string(image_width));
  }
  SequenceOptions options;
  options.height = DigitSequenceImageGenerator::kHeight;
  options.width = static_cast<std::uint64_t>(image_width);
  options.spacing_px = spacing_range;
  return options;
}

struct DefaultDigits {
  std::mutex mutex;
  std::optional<DigitImageDataset> set;  // empty until it is set or used
};

DefaultDigits& default_digits() {
  static DefaultDigits digits;
  return digits;
}

}  // namespace

struct DigitImageDataset::Impl {
  Impl(const InkImages& digits, const std::string& name)
      : pictures(pictures_of(digits, name)),
        characters(digits.characters),
        set({with_own_pixels(digits)}, {name, {{0, 1}}, 0, false}),
        unchanged({}, digits) {}

  InkImages with_own_pixels(const InkImages& digits) const {
    InkImages own = digits;
    own.pixels = pictures.data;
    own.owner = std::make_shared<cv::Mat>(pictures);
    return own;
  }

  cv::Mat pictures;  // not those of InkImages: cv::Mat could not keep them alive
  std::vector<char> characters;
  DigitSet set;
  ImageDataGenerator unchanged;
};

DigitImageDataset::DigitImageDataset()
    : DigitImageDataset(std::make_shared<Impl>(handwriting({1000, 28, "0123456789"}),
                                               "the built-in handwriting")) {}

DigitImageDataset::DigitImageDataset(const InkImages& digits)
    : DigitImageDataset(std::make_shared<Impl>(digits, "the digit set")) {}

DigitImageDataset::DigitImageDataset(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

DigitImageDataset DigitImageDataset::load(const std::string& path) {
  return reading(
      path, [&] { return DigitImageDataset(std::make_shared<Impl>(read_digits(path), path)); });
}

void DigitImageDataset::save(const std::string& path) const {
  sinks::Pack pack = pack_of(impl_->pictures);
  pack.labels = [this](const sinks::Write& write) {
    for (const char& character : impl_->characters) write({&character, 1});
  };
  save_pickle(path, pack, {sinks::PickleLabels::kDigits, 0, std::nullopt});
}

std::size_t DigitImageDataset::size() const { return impl_->characters.size(); }

cv::Size DigitImageDataset::get_example_size() const { return picture_size(impl_->pictures); }

std::vector<cv::Mat> DigitImageDataset::get_digit_examples(int digit) const {
  const char wanted = character_of("digit", digit);
  std::vector<cv::Mat> examples;
  for (std::size_t i = 0; i < size(); ++i) {
    if (impl_->characters[i] == wanted) examples.push_back(picture_at(impl_->pictures, i));
  }
  return examples;
}

cv::Mat DigitImageDataset::random_sample_digit(int digit, SampleRng& rng) const {
  const char wanted = character_of("digit", digit);
  if (impl_->set.count(wanted, 0) == 0) {
    refuse("digit", "must have a picture in " + impl_->set.name(), fmt::to_string(digit));
  }
  return picture_at(impl_->pictures, impl_->set.pick(wanted, 0, std::nullopt, rng));
}

struct DigitSequenceImageGenerator::Impl {
  Impl(std::shared_ptr<const DigitImageDataset::Impl> digits, const SequenceOptions& options)
      : dataset(std::move(digits)),
        width(static_cast<std::size_t>(*options.width)),
        composer(dataset->set, dataset->unchanged, options, 0) {}

  std::shared_ptr<const DigitImageDataset::Impl> dataset;
  std::size_t width;
  SequenceComposer composer;  // refers to the data set's parts
};

DigitSequenceImageGenerator::DigitSequenceImageGenerator(const DigitImageDataset& dataset,
                                                         const IntegerRange& spacing_range,
                                                         int image_width)
    : impl_(std::make_unique<Impl>(dataset.impl_, sequence_options(spacing_range, image_width))) {}

DigitSequenceImageGenerator::~DigitSequenceImageGenerator() = default;
DigitSequenceImageGenerator::DigitSequenceImageGenerator(DigitSequenceImageGenerator&&) noexcept =
    default;
DigitSequenceImageGenerator& DigitSequenceImageGenerator::operator=(
    DigitSequenceImageGenerator&&) noexcept = default;

cv::Mat DigitSequenceImageGenerator::generate_from_data(const std::vector<int>& digits,
                                                        std::uint64_t seed, std::uint64_t k) const {
  if (digits.size() > impl_->width) {
    refuse("digits", fmt::format("must be at most one for each of {} columns", impl_->width),
           fmt::to_string(digits.size()));
  }
  constexpr std::uint64_t kMostLine = SequenceComposer::kMostLinePixels / kHeight;
  const std::uint64_t longest = impl_->composer.longest_line(digits.size());
  if (longest > kMostLine) {
    refuse("digits", fmt::format("must make a line of at most {} px", kMostLine),
           fmt::format("up to {}", longest));
  }
  Sample sample;
  for (const int digit : digits) sample.text += character_of("digits", digit);
  impl_->composer.check("digits", sample.text, 0);
  SequenceComposer::Scratch scratch;
  impl_->composer.compose(sample, {seed, k, kComposeStage}, 0, scratch);
  return sample.image;
}

cv::Mat generate_numbers_sequence(const std::vector<int>& digits, const IntegerRange& spacing_range,
                                  int image_width, std::uint64_t seed) {
  const DigitSequenceImageGenerator generator(default_digit_dataset(), spacing_range, image_width);
  return generator.generate_from_data(digits, seed);
}

void set_default_dataset_filepath(const std::string& path) {
  std::optional<DigitImageDataset> set;
  if (!path.empty()) set = DigitImageDataset::load(path);
  DefaultDigits& digits = default_digits();
  const std::lock_guard<std::mutex> lock(digits.mutex);
  digits.set.swap(set);
}

DigitImageDataset default_digit_dataset() {
  DefaultDigits& digits = default_digits();
  const std::lock_guard<std::mutex> lock(digits.mutex);
  if (!digits.set) {
    const char* const path = std::getenv("NG_DEFAULT_DIGIT_DATASET");
    const bool is_set = path != nullptr && *path != '\0';
    digits.set = is_set ? DigitImageDataset::load(path) : DigitImageDataset();
  }
  return *digits.set;
}

}  // namespace glyphmill
