// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/number_generator.h"

#include <fmt/format.h>
#include <pybind11/stl.h>

#include <cstring>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "arrays.h"
#include "digit_arrays.h"
#include "glyphmill/digits.h"
#include "glyphmill/error.h"
#include "glyphmill/handwriting.h"
#include "glyphs/digit_files/idx.h"
#include "glyphs/digit_files/pickle.h"
#include "module.h"

namespace py = pybind11;

namespace glyphmill::python {
namespace {

using Spacing = std::optional<std::pair<std::int64_t, std::int64_t>>;

/// That of sequences, so that a digit alone and a sequence of it show the same picture.
constexpr std::uint32_t kComposeStage = stage_id("sample.compose");

py::tuple read(const std::string& path) {
  const InkImages digits = [&] {
    const py::gil_scoped_release unlocked;
    return read_digits(path);
  }();
  return arrays_of(digits);
}

py::tuple built_in(std::uint64_t writers) {
  return arrays_of(handwriting({writers, 28, "0123456789"}));
}

/// Nothing where the value is, or holds, an array or what Python has no value for.
std::optional<py::object> plain(const digit_files::PickleValue& value);

std::optional<py::object> plain_list(const digit_files::PickleList& list) {
  py::list items;
  for (const digit_files::PickleValue& each : list.items) {
    const std::optional<py::object> item = plain(each);
    if (!item) return std::nullopt;
    items.append(*item);
  }
  if (list.is_tuple) return py::tuple(items);
  return items;
}

std::optional<py::object> plain_dict(const digit_files::PickleDict& dict) {
  py::dict items;
  for (const auto& [key, value] : dict.items) {
    const std::optional<py::object> name = plain(key), item = plain(value);
    if (!name || !item) return std::nullopt;
    if (PyObject_Hash(name->ptr()) == -1) {  // no key that Python knows
      PyErr_Clear();
      return std::nullopt;
    }
    items[*name] = *item;
  }
  return items;
}

std::optional<py::object> plain(const digit_files::PickleValue& value) {
  if (std::holds_alternative<std::monostate>(value)) return py::none();
  if (const auto* truth = std::get_if<bool>(&value)) return py::bool_(*truth);
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return py::int_(*whole);
  if (const auto* number = std::get_if<double>(&value)) return py::float_(*number);
  if (const auto* text = std::get_if<digit_files::PickleText>(&value)) {
    return py::str(text->text.data(), text->text.size());
  }
  if (const auto* bytes = std::get_if<digit_files::PickleBytes>(&value)) {
    return py::bytes(bytes->bytes.data(), bytes->bytes.size());
  }
  if (const auto* list = std::get_if<std::shared_ptr<digit_files::PickleList>>(&value)) {
    return plain_list(**list);
  }
  if (const auto* dict = std::get_if<std::shared_ptr<digit_files::PickleDict>>(&value)) {
    return plain_dict(**dict);
  }
  return std::nullopt;
}

/// What a file says about itself under names of text, as far as it is plain.
py::dict plain_metadata(const std::string& path) {
  const auto file = digit_files::pickle_dict(digit_files::unpacked_file(path));
  const digit_files::PickleValue* const value = file->find("metadata");
  py::dict metadata;
  if (value == nullptr) return metadata;
  const auto* const dict = std::get_if<std::shared_ptr<digit_files::PickleDict>>(value);
  if (dict == nullptr) return metadata;
  for (const auto& [key, item] : (*dict)->items) {
    const auto* const name = std::get_if<digit_files::PickleText>(&key);
    const std::optional<py::object> object = plain(item);
    if (name != nullptr && object) {
      metadata[py::str(name->text.data(), name->text.size())] = *object;
    }
  }
  return metadata;
}

/// (images (N, H, W), labels, what the file says about itself)
py::tuple load_data_set(const std::string& path) {
  const GenericDataset set = [&] {
    const py::gil_scoped_release unlocked;
    return GenericDataset::load(path);
  }();
  const cv::Mat& pictures = set.get_data().images;
  py::array_t<std::uint8_t> images(
      pictures.empty() ? std::vector<py::ssize_t>{0, 0, 0}
                       : std::vector<py::ssize_t>(pictures.size.p, pictures.size.p + 3));
  if (!pictures.empty()) std::memcpy(images.mutable_data(), pictures.data, pictures.total());
  const DatasetMetadata& said = set.get_metadata();
  py::dict metadata = plain_metadata(path);
  metadata["creation_timestamp"] = said.creation_timestamp;
  metadata["spacing_range"] = py::none();
  if (said.spacing_range) {
    metadata["spacing_range"] = py::make_tuple(said.spacing_range->min, said.spacing_range->max);
  }
  metadata["image_width"] = said.image_width;
  return py::make_tuple(images, set.get_data().labels, metadata);
}

void save_data_set(const std::string& path, const Bytes& images,
                   const std::vector<std::string>& labels, double creation_timestamp,
                   const Spacing& spacing_range, const std::optional<int>& image_width) {
  require_dimensions(images, 3, "images");
  GenericDataset::Data data;
  data.labels = labels;
  if (images.size() > 0) {
    std::vector<int> sides;
    for (int axis = 0; axis < 3; ++axis) sides.push_back(static_cast<int>(images.shape(axis)));
    data.images = cv::Mat(sides, CV_8UC1, const_cast<std::uint8_t*>(images.data()));
  }
  DatasetMetadata metadata{creation_timestamp, std::nullopt, image_width};
  if (spacing_range)
    metadata.spacing_range = IntegerRange{spacing_range->first, spacing_range->second};
  const py::gil_scoped_release unlocked;
  GenericDataset(std::move(data), metadata).save(path);
}

/// The picture with fewer columns and rows, each pixel the mean of those it stands for.
template <class Pixel>
py::array reduced(const py::array_t<Pixel, py::array::c_style>& image, int rows, int cols) {
  const cv::Mat from(static_cast<int>(image.shape(0)), static_cast<int>(image.shape(1)),
                     cv::traits::Type<Pixel>::value, const_cast<Pixel*>(image.data()));
  py::array_t<Pixel> result({rows, cols});
  cv::Mat to(rows, cols, from.type(), result.mutable_data());
  cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
  return result;
}

py::array reduced_image(const py::array& image, int rows, int cols) {
  if (image.ndim() == 2 && image.size() > 0) {
    if (py::isinstance<py::array_t<std::uint8_t>>(image)) {
      return reduced<std::uint8_t>(image, rows, cols);
    }
    if (py::isinstance<py::array_t<float>>(image)) return reduced<float>(image, rows, cols);
    if (py::isinstance<py::array_t<double>>(image)) return reduced<double>(image, rows, cols);
  }
  throw Error(ErrorCode::kInvalidArgument,
              "image: must be uint8, float32 or float64 (H, W). Got: " + described(image));
}

void add_digit_set(py::module_& module) {
  py::class_<DigitImageDataset>(module, "DigitImageDataset")
      .def(py::init([](const Bytes& images, const Bytes& labels) {
             return DigitImageDataset(digits_of(images, labels));
           }),
           py::arg("images"), py::arg("labels"))
      .def("save", &DigitImageDataset::save, py::arg("path"),
           py::call_guard<py::gil_scoped_release>())
      .def(
          "random_sample_digit",
          [](const DigitImageDataset& self, int digit, std::uint64_t seed) {
            SampleRng rng({seed, 0, kComposeStage});
            return array_of(self.random_sample_digit(digit, rng));
          },
          py::arg("digit"), py::arg("seed"));
}

void add_sequence_generator(py::module_& module) {
  using Generator = DigitSequenceImageGenerator;
  py::class_<Generator>(module, "DigitSequenceImageGenerator")
      .def(py::init([](const DigitImageDataset& dataset, std::int64_t min, std::int64_t max,
                       int image_width) {
             return Generator(dataset, {min, max}, image_width);
           }),
           py::arg("dataset"), py::arg("min"), py::arg("max"), py::arg("image_width"))
      .def(
          "generate_from_data",
          [](const Generator& self, const std::vector<int>& digits, std::uint64_t seed) {
            const cv::Mat image = [&] {
              const py::gil_scoped_release unlocked;
              return self.generate_from_data(digits, seed);
            }();
            return array_of(image);
          },
          py::arg("digits"), py::arg("seed"));
}

}  // namespace

void add_number_generator(py::module_& module) {
  module.def("read_digits", &read, py::arg("path"));
  module.def("handwriting", &built_in, py::arg("writers"));
  module.def("load_data_set", &load_data_set, py::arg("path"));
  module.def("save_data_set", &save_data_set, py::arg("path"), py::arg("images"), py::arg("labels"),
             py::arg("creation_timestamp"), py::arg("spacing_range"), py::arg("image_width"));
  module.def("reduced_image", &reduced_image, py::arg("image"), py::arg("rows"), py::arg("cols"));
  add_digit_set(module);
  add_sequence_generator(module);
}

}  // namespace glyphmill::python
