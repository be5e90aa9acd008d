// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sinks/files.h"

namespace glyphmill::datasets {

/// The directory in which a run works until its data set is finished.
inline const std::string kWorkDirectory = ".glyphmill";

/// The data sets at `directory`, finished or not, by name: itself or, of a directory of splits and
/// formats, those in it. Links are not followed.
std::vector<std::string> find_data_sets(const sinks::Directory& directory);

}  // namespace glyphmill::datasets
