// SPDX-License-Identifier: Apache-2.0
#include "digit_arrays.h"

#include <fmt/format.h>

#include <cstring>
#include <limits>
#include <memory>
#include <vector>

#include "arrays.h"
#include "glyphmill/error.h"

namespace py = pybind11;

namespace glyphmill::python {
namespace {

int side_of(const Bytes& array, int axis, const char* name) {
  const py::ssize_t side = array.shape(axis);
  if (side <= std::numeric_limits<int>::max()) return static_cast<int>(side);
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("{}: must have sides of 32 bits. Got: {}", name, described(array)));
}

}  // namespace

void require_dimensions(const Bytes& array, int dimensions, const char* name) {
  if (array.ndim() == dimensions) return;
  throw Error(ErrorCode::kInvalidArgument, fmt::format("{}: must have {} dimensions. Got: {}", name,
                                                       dimensions, described(array)));
}

InkImages digits_of(const Bytes& images, const Bytes& labels) {
  require_dimensions(images, 3, "images");
  require_dimensions(labels, 1, "labels");
  if (images.shape(0) != labels.shape(0)) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("labels: must be as many as the images. Got: {} images and {} labels",
                            images.shape(0), labels.shape(0)));
  }
  InkImages digits;
  digits.rows = side_of(images, 1, "images");
  digits.cols = side_of(images, 2, "images");
  for (py::ssize_t i = 0; i < labels.shape(0); ++i) {
    const std::uint8_t label = labels.at(i);
    if (label > 9) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("labels: must be 0 .. 9. Got: {} (at {})", label, i));
    }
    digits.characters.push_back(static_cast<char>('0' + label));
  }
  auto pixels = std::make_shared<const std::vector<std::uint8_t>>(images.data(),
                                                                  images.data() + images.size());
  digits.pixels = pixels->data();
  digits.owner = std::move(pixels);
  return digits;
}

py::tuple arrays_of(const InkImages& digits) {
  const auto count = static_cast<py::ssize_t>(digits.size());
  py::array_t<std::uint8_t> images({count, py::ssize_t{digits.rows}, py::ssize_t{digits.cols}});
  py::array_t<std::uint8_t> labels(count);
  if (digits.size() > 0) {
    std::memcpy(images.mutable_data(), digits.pixels, digits.size() * digits.area());
  }
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const char character = digits.characters[i];
    if (character < '0' || character > '9') {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("digits: must be pictures of 0 .. 9 only. Got: '{}'", character));
    }
    labels.mutable_at(i) = static_cast<std::uint8_t>(character - '0');
  }
  return py::make_tuple(images, labels);
}

cv::Mat image_of(const Bytes& array, const char* name) {
  require_dimensions(array, 2, name);
  return cv::Mat(side_of(array, 0, name), side_of(array, 1, name), CV_8UC1,
                 const_cast<std::uint8_t*>(array.data()));
}

}  // namespace glyphmill::python
