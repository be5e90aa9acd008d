// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sinks/pack.h"

/// MNIST's IDX files: 00 00 08 and the number of dimensions, the dimensions as big-endian 32-bit
/// numbers, then bytes (the format's description by LeCun, Cortes, Burges).
namespace glyphmill::sinks {

/// The names of images, labels of one character and labels of several, by MNIST's custom: "t10k-"
/// for a split named test, "train-" where there are no splits, otherwise the split's name.
std::vector<std::string> idx_names(const std::string& split);

/// (N, H, W). Throws Error(kInvalidArgument) for images that are not gray or too many.
void write_idx_images(const Pack& pack, const Write& write);

/// (N) if every label has one character, otherwise (N, L): each character's place in `alphabet`,
/// and the alphabet's size behind shorter labels. Throws Error(kInvalidArgument) if that does not
/// fit a byte.
void write_idx_labels(const Pack& pack, const std::vector<std::string>& alphabet,
                      const Write& write);

}  // namespace glyphmill::sinks
