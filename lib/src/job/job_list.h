// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "job/yaml_tree.h"

namespace glyphmill {

/// Whether a file is a list of jobs and no recipe: a list, or a map with `jobs`.
bool is_job_list(const YamlNode& root);

/// A job with the defaults of its file. Maps are merged key by key; all else, and `splits`, is
/// replaced. Defaults that name a kind (of labels, of glyphs) are for jobs of that kind: where the
/// job is of another, those of the section are dropped, and with glyphs those of augment and
/// compose. A mix takes the place of the sections that it has in each part, and they that of a mix.
YamlNode with_defaults(const YamlNode& job, const YamlNode& defaults);

}  // namespace glyphmill
