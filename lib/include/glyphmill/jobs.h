// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "glyphmill/recipe.h"

/// Files that describe several data sets:
///
///     defaults: {seed: 1, count: 1000, output: {format: lmdb}}
///     jobs:
///       - {name: codes, labels: {kind: code}}
///       - {name: dates, labels: {kind: date}, count: 366}
namespace glyphmill {

struct Job {
  std::string name;  ///< a directory: letters, digits, '_' and '-'; "" for a recipe alone
  Recipe recipe;
};

struct JobFile {
  /// False for a file that is one recipe: it is the one job, without a name.
  bool is_list = false;
  std::vector<Job> jobs;  ///< at least 1, at most 1,000, in the file's order
};

/// Reads a file that is a recipe, a list of jobs, or a map of `jobs` (the list) and `defaults` (a
/// part of a recipe). A job is a recipe with a `name` of its own, merged into the defaults: maps
/// key by key, and all else replaces what the defaults say. Defaults that name a kind of labels or
/// glyphs are for jobs of that kind only; others hold for every job. What is wrong with any job is
/// reported together, as `read_recipe` does. Throws what `read_recipe` throws.
JobFile read_jobs(const std::string& path);

/// The same from memory; `name` stands for the file in messages.
JobFile parse_jobs(const std::string& yaml, const std::string& name);

}  // namespace glyphmill
