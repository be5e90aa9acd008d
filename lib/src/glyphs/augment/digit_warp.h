// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/instruction_set.h"
#include "glyphmill/image_data_generator.h"

/// The warp of single digits: bilinear, with scipy.ndimage.affine_transform's meaning of what lies
/// outside the picture.
namespace glyphmill::glyphs {

/// A coordinate of the source for the output pixel (row, col): start + row * down + col * right.
struct Coordinate {
  double start = 0;
  double down = 0;
  double right = 0;
};

/// Which point of the source an output pixel shows. Pixel centres are whole numbers.
struct DigitMap {
  Coordinate row{0, 1, 0};
  Coordinate col{0, 0, 1};
};

/// Rotation . shift . shear . zoom about the centre ((rows - 1) / 2, (cols - 1) / 2), as
/// apply_affine_transform of keras-preprocessing has it, and then the flips of the result.
DigitMap output_to_input(const ImageDataGeneratorParams& params, int rows, int cols);

bool is_identity(const DigitMap& map);

/// Whole numbers that stand for grey levels: 2^24 a level.
using Level = std::uint32_t;
constexpr int kLevelDigits = 24;

/// Pixels of a source's sides.
constexpr int kMostSide = 1000;

struct DigitWarp {
  int rows = 0;  ///< 1 .. kMostSide
  int cols = 0;
  FillMode fill_mode = FillMode::kNearest;
  Level outside = 0;  ///< for FillMode::kConstant
};

/// Bytes that must be readable behind the last pixel of a source.
constexpr std::size_t kWarpSlack = 4;

/// The warped picture into `levels`, rows x cols of them.
///
/// Positions are fixed-point numbers of 20 binary digits, weights of 12. From the map on all is
/// integer arithmetic, so every instruction set gives the same levels. A position that is nearer
/// than 2^-20 pixel to where a fill mode jumps ('constant' and 'wrap' do, at the outermost pixel
/// centres) may fall on either side of the jump.
void warp_digit(const std::uint8_t* source, const DigitWarp& warp, const DigitMap& map,
                Level* levels, core::InstructionSet set);

}  // namespace glyphmill::glyphs
