// SPDX-License-Identifier: Apache-2.0
#pragma once

// Takes long to compile: included by the few files that need it, never by a header of another room.
#include <torch/serialize.h>

#include <string>
#include <vector>

#include "ocr/centers.h"
#include "ocr/network.h"

namespace glyphmill::ocr {

/// Features and the characters that they show.
struct LabelledFeatures {
  torch::Tensor rows;  ///< (frames, features), float
  std::vector<std::uint32_t> characters;
};

/// Of each line's first `steps` steps those that say a character of its label, see
/// `spoken_frames`. Gradients flow to the output's features.
LabelledFeatures labelled_features(const NetworkOutput& output,
                                   const std::vector<std::size_t>& steps,
                                   const std::vector<std::vector<int>>& labels);

/// The center loss, see glyphmill/center_loss.h: a scalar, 0 where no frame has a center.
torch::Tensor center_loss(const LabelledFeatures& features, const Centers& centers);

/// Moves the centers of the characters that were seen.
void follow(const LabelledFeatures& features, double rate, Centers& centers);

void write_centers(torch::serialize::OutputArchive& archive, const Centers& centers);
/// Throws Error(kFormat) for those of other sizes, and what libtorch throws.
void read_centers(torch::serialize::InputArchive& archive, Centers& centers);

/// Centers as the bytes of a file, and back. Throws Error(kFormat) naming the file.
std::string centers_bytes(const Centers& centers);
void load_centers(Centers& centers, const std::string& bytes, const std::string& name);

}  // namespace glyphmill::ocr
