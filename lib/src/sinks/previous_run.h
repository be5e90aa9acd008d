// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sinks/files.h"
#include "sinks/layout.h"

/// What an output directory may hold before a run, and what happens to it.
namespace glyphmill::sinks {

/// What is to become of a data set that is there.
enum class Existing {
  kRefuse,
  kResume,   ///< an unfinished one of the same recipe is completed
  kReplace,  ///< it is removed
};

/// Removes a shard's directory, if it is there, with the files that the layout and the lines of
/// `list`, a file in `lists`, name. Throws Error(kInvalidArgument), and keeps them, if there are
/// others.
void remove_shard(const Layout& layout, const Directory& parent, const std::string& shard,
                  const Directory& lists, const std::string& list);

/// Removes a finished or an unfinished data set of any format. Throws Error(kInvalidArgument), and
/// keeps them, if files stand among the images that Glyphmill did not write. Cut short at any
/// point, it leaves what can be removed again and does not pass for finished.
void remove_data_set(const Directory& root);

bool directory_exists(const std::string& path);
void remove_empty_directory(const std::string& path);

/// Makes `root` ready for the recipe, or refuses it with Error(kInvalidArgument). An empty
/// directory is ready; so is one that a run of the same recipe left before it made anything. What
/// the layout puts into the directory must not be there yet, or be of the data set that is resumed.
void prepare_directory(const Directory& root, const std::string& recipe_yaml, const Layout& layout,
                       Existing existing);

}  // namespace glyphmill::sinks
