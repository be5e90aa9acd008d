// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

#include "compose/colorize.h"
#include "core/instruction_set.h"

namespace glyphmill::compose {

/// Columns that must be readable beyond the last of a coverage map that is stretched or laid: inner
/// loops take whole vectors.
inline constexpr int kSpareColumns = 16;

/// The least share of its width that bilinear sampling may shrink a line to: below, it would skip
/// so many columns that even soft edges alias.
inline constexpr double kLeastBilinear = 0.75;

/// Resamples the columns of a coverage map (CV_8UC1, with kSpareColumns of any content beyond each
/// row) to the width of `image`, bilinearly on a grid of 1/128 column, and colours the result:
/// `image` is CV_8UC3, or CV_8UC1 where the colours are gray, and has as many rows. The width is at
/// least kLeastBilinear of the coverage's. Integers only, so every instruction set gives the same
/// bytes.
void stretch_and_color(const cv::Mat& coverage, const Colors& colors, cv::Mat& image,
                       core::InstructionSet set);

}  // namespace glyphmill::compose
