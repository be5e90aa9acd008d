// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/instruction_set.h"
#include "glyphmill/random.h"

/// The inner loop of gaussian_noise, open to the tests.
namespace glyphmill::ops {

using core::available;
using core::InstructionSet;

/// Adds round(sigma z), z standard normal, to each value and clips to 0 .. 255. `sigma` is in gray
/// levels, 0 .. 255. Value v takes 16 bits: number v % 2048 of chunk v / 2048 of the stream (see
/// core/pixel_bits.h). The highest bit is the sign, the others find |z| in a table. From there on
/// the arithmetic is all integer, so every instruction set gives the same bytes. Requires
/// `available(set)`.
void add_noise(std::uint8_t* values, std::size_t count, double sigma, const StreamKey& key,
               InstructionSet set);

}  // namespace glyphmill::ops
