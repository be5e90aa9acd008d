// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/numpy.h>

#include "glyphmill/sample.h"

/// What a sample tells besides its image.
namespace glyphmill::python {

/// {"affine.angle_deg": 1.5, ...}; what is drawn for each character is a list.
pybind11::dict drawn_of(const Sample& sample);

/// Corners of the characters, (n, 4, 2), px.
pybind11::array_t<float> quads_of(const Sample& sample);

/// x, y, width, height of the upright boxes around them, (n, 4), px.
pybind11::array_t<float> boxes_of(const Sample& sample);

}  // namespace glyphmill::python
