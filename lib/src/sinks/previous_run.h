// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "sinks/files.h"

/// What an output directory may hold before a run, and what happens to it.
namespace glyphmill::sinks {

inline const std::string kRecipeName = "recipe.yaml";
inline const std::string kLabelsName = "labels.tsv";
inline const std::string kManifestName = "manifest.json";
inline const std::string kImagesName = "images";
inline const std::string kWorkName = ".glyphmill";

/// Removes a shard's directory, if it is there, with the files that the lines of `list`, a file in
/// `lists`, name. Throws Error(kInvalidArgument), and keeps them, if there are others.
void remove_shard(const Directory& images, const std::string& shard, const Directory& lists,
                  const std::string& list);

/// Removes a finished or an unfinished data set of any format. Throws Error(kInvalidArgument), and
/// keeps them, if files stand among the images that Glyphmill did not write. Cut short at any
/// point, it leaves what can be removed again and does not pass for finished.
void remove_data_set(const Directory& root);

bool directory_exists(const std::string& path);
void remove_empty_directory(const std::string& path);

/// The packed file that a manifest names; none if it is no manifest of a packed data set.
std::optional<std::string> packed_file_of(const std::string& manifest);

/// Makes `root` ready for the recipe, or refuses it with Error(kInvalidArgument): an empty
/// directory is ready; with `resume`, so is one that an interrupted run of the same recipe left;
/// with `overwrite`, the files of an earlier data set are removed first and no others. `content` is
/// what holds the images: like the other files of the set it must not be there yet.
void prepare_directory(const Directory& root, const std::string& recipe_yaml,
                       const std::string& content, bool overwrite, bool resume);

}  // namespace glyphmill::sinks
