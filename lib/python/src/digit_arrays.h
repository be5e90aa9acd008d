// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/numpy.h>

#include <cstdint>
#include <opencv2/core.hpp>

#include "glyphmill/ink_images.h"

namespace glyphmill::python {

/// In the order of C; other types are taken only where NumPy calls it safe.
using Bytes = pybind11::array_t<std::uint8_t, pybind11::array::c_style>;

/// Throws Error(kInvalidArgument) that names `name` unless it has so many dimensions.
void require_dimensions(const Bytes& array, int dimensions, const char* name);

/// Copies of the pictures (N, H, W) of the digits `labels`, (N,). Throws Error(kInvalidArgument)
/// for other shapes and for a label that is not 0 .. 9.
InkImages digits_of(const Bytes& images, const Bytes& labels);

/// (images, labels): uint8 (N, H, W) and uint8 (N,), copies. Throws Error(kInvalidArgument) for a
/// character that is not a digit.
pybind11::tuple arrays_of(const InkImages& digits);

/// uint8 (H, W) without a copy, for as long as the array lives and is not changed.
cv::Mat image_of(const Bytes& array, const char* name);

}  // namespace glyphmill::python
