// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "glyphmill/label_weights.h"
#include "job/yaml_tree.h"

namespace glyphmill {

/// The weights that a map spells; what is wrong with it is left in `problems`. `path` is the map's
/// dotted key.
LabelWeights label_weights_of(const YamlNode& node, const std::string& path,
                              YamlProblems& problems);

/// The map that spells them, of a recipe; "" for none.
std::string map_of(const LabelWeights& weights);

}  // namespace glyphmill
