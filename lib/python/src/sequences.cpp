// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "arrays.h"
#include "digit_arrays.h"
#include "glyphmill/balance.h"
#include "glyphmill/error.h"
#include "glyphmill/image_data_generator.h"
#include "glyphmill/labels.h"
#include "glyphmill/recipe.h"
#include "glyphmill/sequence.h"
#include "module.h"
#include "report/sheet.h"
#include "signals.h"
#include "sinks/encoder.h"

namespace py = pybind11;

namespace glyphmill::python {
namespace {

constexpr int kHeight = 28;

// As recipes draw, so that they give the same images.
constexpr std::uint32_t kComposeStage = stage_id("sample.compose");
constexpr std::uint32_t kAugmentStage = stage_id("sample.augment");
constexpr std::uint32_t kPictureStage = stage_id("sample.augmented_picture");

constexpr std::size_t kSamplesBetweenSignals = 64;

void check_signals_at(std::size_t k) {
  if (k % kSamplesBetweenSignals == 0) check_signals();
}

SequenceOptions options_of(SpacingLaw law, const IntegerRange& spacing_px, int width) {
  BoundsChecker checker("");
  IntegerRange spacing = spacing_px;
  checker.integer_range("space_range", spacing, {0, 10000}, "");
  const IntegerRange widths{1, 65536};
  if (width < widths.min || width > widths.max) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("image_width: {}. Got: {}", rule_of(widths), width));
  }
  SequenceOptions options;
  options.height = kHeight;
  options.width = static_cast<std::uint64_t>(width);
  options.spacing_px = spacing_px;
  options.spacing = law;
  options.ground = Ground::kBlack;
  return options;
}

/// Draws sequences of one digit set, white on black. Digits keep their whole pictures and one gap
/// where such a gap within the range fills the width, and where there is but one digit; otherwise
/// they are cut to their ink and every gap is a draw of its own.
class DigitLines {
 public:
  DigitLines(const InkImages& digits, const std::string& name)
      : digits_({digits}, {name, {{0, 1}}, 0, false}), unchanged_({}, digits) {}

  /// uint8 (N, 28, width); image k is that of sample k.
  py::array_t<std::uint8_t> draw(const std::vector<std::string>& texts,
                                 const IntegerRange& spacing_px, int width,
                                 std::uint64_t seed) const {
    const SequenceComposer filling(digits_, unchanged_,
                                   options_of(SpacingLaw::kAuto, spacing_px, width), 0);
    const SequenceComposer spaced(digits_, unchanged_,
                                  options_of(SpacingLaw::kEach, spacing_px, width), 0);
    py::array_t<std::uint8_t> images({static_cast<py::ssize_t>(texts.size()), py::ssize_t{kHeight},
                                      static_cast<py::ssize_t>(width)});
    std::uint8_t* to = images.mutable_data();
    const py::gil_scoped_release unlocked;
    Sample sample;
    SequenceComposer::Scratch scratch;
    for (std::size_t k = 0; k < texts.size(); ++k) {
      const std::string& text = texts[k];
      const SequenceComposer& composer = fills(text.size(), spacing_px, width) ? filling : spaced;
      composer.check("digits", text, 0);
      composer.check_width(text.size());
      sample.text = text;
      sample.drawn.clear();
      composer.compose(sample, {seed, k, kComposeStage}, 0, scratch);
      to = std::copy_n(sample.image.ptr(), sample.image.total(), to);
      check_signals_at(k);
    }
    return images;
  }

 private:
  bool fills(std::size_t count, const IntegerRange& spacing_px, int width) const {
    if (count < 2) return true;
    const int picture = std::max(1, cvRound(1.0 * digits_.cols() * kHeight / digits_.rows()));
    const auto n = static_cast<double>(count);
    const double gap = (width - n * picture) / (n - 1);
    return gap >= static_cast<double>(spacing_px.min) && gap <= static_cast<double>(spacing_px.max);
  }

  DigitSet digits_;
  ImageDataGenerator unchanged_;
};

/// Digit codes, every digit equally often at every place.
std::vector<std::string> random_codes(std::uint64_t count, std::int64_t length,
                                      std::uint64_t seed) {
  CodeOptions options;
  options.length = {length, length};
  options.balance = Balance::kPosition;
  const auto source = make_labels(options, seed);
  std::vector<std::string> codes;
  LabelText label;
  for (std::uint64_t k = 0; k < count; ++k) {
    source->at(k, label);
    codes.push_back(label.label);
  }
  return codes;
}

/// `augment`, the part of a recipe of that name as JSON.
ImageDataGeneratorOptions augment_options(const std::string& augment) {
  const Recipe recipe =
      parse_recipe(R"({"glyphs": {"kind": "digits"}})", "", R"({"augment": )" + augment + "}");
  return std::get<DigitLook>(recipe.look).augment;
}

/// (values float32 (count, H, W), int64 (count,): the picture that each is of). All of `images`
/// are what statistics are computed from; those from `first` on are changed, each as often as the
/// others.
py::tuple augmented(const Bytes& images, const Bytes& labels, const std::string& augment,
                    std::uint64_t seed, std::size_t count, std::size_t first) {
  const InkImages all = digits_of(images, labels);
  if (first >= all.size()) {
    throw Error(
        ErrorCode::kInvalidArgument,
        fmt::format("images: must be more than are left out. Got: {} of {}", first, all.size()));
  }
  const ImageDataGenerator generator(augment_options(augment), all);
  py::array_t<float> values({static_cast<py::ssize_t>(count), images.shape(1), images.shape(2)});
  py::array_t<std::int64_t> sources(static_cast<py::ssize_t>(count));
  float* const to = values.mutable_data();
  std::int64_t* const source = sources.mutable_data();
  {
    const py::gil_scoped_release unlocked;
    ImageDataGenerator::Scratch scratch;
    for (std::size_t k = 0; k < count; ++k) {
      const std::uint64_t index =
          first + balanced_class(all.size() - first, {seed, k, kPictureStage});
      SampleRng rng(derived({seed, k, kAugmentStage}, 0));
      generator.apply(all.at(index), generator.draw(rng), to + k * all.area(), scratch);
      source[k] = static_cast<std::int64_t>(index);
      check_signals_at(k);
    }
  }
  return py::make_tuple(values, sources);
}

py::bytes encode_png(const Bytes& image) {
  sinks::Encoder encoder(ImageExt::kPng, 0);
  const std::string_view file = encoder.encode(image_of(image, "image"));
  return py::bytes(file.data(), file.size());
}

/// A PNG of pictures in columns, each with its label under it.
py::bytes encode_sheet(const std::vector<std::pair<Bytes, std::string>>& pictures) {
  std::vector<report::SheetCell> cells;
  for (const auto& [image, label] : pictures) cells.push_back({image_of(image, "image"), label});
  sinks::Encoder encoder(ImageExt::kPng, 0);
  const std::string_view file = encoder.encode(report::draw_sheet(cells));
  return py::bytes(file.data(), file.size());
}

}  // namespace

void add_sequences(py::module_& module) {
  py::class_<DigitLines>(module, "DigitLines")
      .def(py::init([](const Bytes& images, const Bytes& labels, const std::string& name) {
             return std::make_unique<DigitLines>(digits_of(images, labels), name);
           }),
           py::arg("images"), py::arg("labels"), py::arg("name"))
      .def(
          "draw",
          [](const DigitLines& self, const std::vector<std::string>& texts, std::int64_t min,
             std::int64_t max, int width, std::uint64_t seed) {
            return self.draw(texts, {min, max}, width, seed);
          },
          py::arg("texts"), py::arg("min"), py::arg("max"), py::arg("width"), py::arg("seed"));
  module.def("random_codes", &random_codes, py::arg("count"), py::arg("length"), py::arg("seed"));
  module.def("augmented", &augmented, py::arg("images"), py::arg("labels"), py::arg("augment"),
             py::arg("seed"), py::arg("count"), py::arg("first"));
  module.def("encode_png", &encode_png, py::arg("image"));
  module.def("encode_sheet", &encode_sheet, py::arg("pictures"));
}

}  // namespace glyphmill::python
