// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sinks/files.h"

/// What an output directory may hold before a run, and what happens to it.
namespace glyphmill::sinks {

inline const std::string kRecipeName = "recipe.yaml";
inline const std::string kLabelsName = "labels.tsv";
inline const std::string kManifestName = "manifest.json";
inline const std::string kImagesName = "images";
inline const std::string kWorkName = ".glyphmill";

bool directory_exists(const std::string& path);
void remove_empty_directory(const std::string& path);

/// Makes `root` ready for the recipe, or refuses it with Error(kInvalidArgument):
/// an empty directory is ready; with `resume`, so is one that an interrupted run of the same recipe
/// left; with `overwrite`, the files of an earlier data set are removed first and no others.
void prepare_directory(const Directory& root, const std::string& recipe_yaml, bool overwrite,
                       bool resume);

}  // namespace glyphmill::sinks
