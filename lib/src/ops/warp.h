// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

#include "core/instruction_set.h"
#include "glyphmill/geometry.h"

/// The warp of `affine` where everything outside the image has one colour.
namespace glyphmill::ops {

/// Whether `warp` takes the map: pixels that neighbour in a row come, for stretches of several,
/// from neighbours in a row. It works on whole stretches, so beyond this it would not be fast.
bool nearly_keeps_rows(const AffineMap& to_source);

/// Fills `dst`, which has the size and type of `src` (CV_8UC1 or CV_8UC3, sides up to 32766) and
/// may be `src` itself: the pixel centred at p gets the bilinear value of `src` around
/// `to_source`(p), with `outside` for the pixels beyond its edges. Both maps and image count pixel
/// centres as whole numbers. `work` is working memory that only grows. Requires
/// `nearly_keeps_rows(to_source)`.
///
/// Positions are fixed-point numbers, exact to 1/1000 pixel, and the values are rounded from 1/128
/// gray level: integers from the map on, so every instruction set gives the same bytes.
void warp(const cv::Mat& src, const AffineMap& to_source, const cv::Scalar& outside, cv::Mat& dst,
          cv::Mat& work, core::InstructionSet set);

}  // namespace glyphmill::ops
