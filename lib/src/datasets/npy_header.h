// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "glyphmill/data_set.h"

namespace glyphmill::datasets {

/// An array as a .npy file describes it.
struct NpyHeader {
  std::string type;  ///< "|u1", "<f4", "<U10"
  std::vector<std::uint64_t> sides;
};

/// Takes exactly so many bytes from where the file is read.
using TakeBytes = std::function<void(std::size_t size, std::string& bytes)>;

/// Reads the head of a .npy file of version 1.0 in C order, so that its items come next. Throws
/// Error(kFormat).
NpyHeader read_npy_header(const std::string& origin, const TakeBytes& take);

/// The layout of one of `count` images, of an array (N, H, W) or (N, H, W, 3) of "|u1" or "<f4".
/// Throws Error(kFormat).
PixelLayout image_layout(const std::string& origin, const std::string& type,
                         const std::vector<std::uint64_t>& sides, std::uint64_t count);

}  // namespace glyphmill::datasets
