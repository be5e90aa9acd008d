// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "datasets/stored_file.h"
#include "glyphmill/data_set.h"

namespace glyphmill::datasets {

inline const std::string kManifestFile = "manifest.json";
inline const std::string kDataSetFile = "dataset.json";
inline const std::string kCharactersFile = "characters.txt";

constexpr std::uint64_t kMostSamples = 1000000000000;  // of a recipe

/// Formats whose samples are all in the same files.
bool is_packed(Format format);

/// Reads manifest.json and checks that it agrees with itself: parts follow each other without gaps,
/// paths stay below the directory. Throws Error(kFormat).
Manifest read_manifest(Tree& tree);
Manifest parse_manifest(const StoredFile& file);

/// The characters of a data set: those of dataset.json, or else of characters.txt; none if neither
/// is there. Throws Error(kFormat).
std::vector<std::string> read_characters(Tree& tree);

}  // namespace glyphmill::datasets
