// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/numpy.h>

#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <string>

namespace glyphmill::python {

/// A new array of an image, CV_8UC1 or CV_8UC3 (BGR): H x W, or H x W x 3 in red, green, blue.
inline pybind11::array_t<std::uint8_t> array_of(const cv::Mat& image) {
  if (image.channels() == 1) {
    pybind11::array_t<std::uint8_t> array({image.rows, image.cols});
    image.copyTo(cv::Mat(image.rows, image.cols, CV_8UC1, array.mutable_data()));
    return array;
  }
  pybind11::array_t<std::uint8_t> array({image.rows, image.cols, 3});
  cv::Mat target(image.rows, image.cols, CV_8UC3, array.mutable_data());
  cv::cvtColor(image, target, cv::COLOR_BGR2RGB);
  return array;
}

/// "float32 (50, 285)", for messages.
inline std::string described(const pybind11::array& array) {
  return pybind11::str("{} {}").format(array.dtype(), array.attr("shape"));
}

}  // namespace glyphmill::python
