// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ocr/network.h"

namespace glyphmill::ocr {

/// What trains: how improbable the labels are, per character, averaged over the lines. Of
/// Head::kCtc the loss of Graves et al. (ICML 2006) over each line's first `steps` steps, of
/// Head::kPositions the cross entropy of each position. `labels` are the lines' classes.
torch::Tensor text_loss(const NetworkOutput& output, const std::vector<std::size_t>& steps,
                        const std::vector<std::vector<int>>& labels, const ModelOptions& options);

}  // namespace glyphmill::ocr
