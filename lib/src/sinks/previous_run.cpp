// SPDX-License-Identifier: Apache-2.0
#include "sinks/previous_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <string_view>

#include "glyphmill/error.h"

namespace glyphmill::sinks {
namespace {

[[noreturn]] void refuse(const Directory& root, std::string_view problem) {
  throw Error(ErrorCode::kInvalidArgument, fmt::format("{}: {}", root.path(), problem));
}

bool is_shard_name(std::string_view name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Removes the files that a list of "images/SHARD/NAME<TAB>LABEL" lines names. A line that points
/// anywhere else is no line of ours and is passed over: the list may have been tampered with.
void remove_listed(const Directory& images, std::string_view list) {
  while (!list.empty()) {
    const std::string_view line = list.substr(0, list.find('\n'));
    list.remove_prefix(std::min(list.size(), line.size() + 1));
    const std::string_view path = line.substr(0, line.find('\t'));
    const std::size_t first = path.find('/');
    const std::size_t second = path.find('/', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) continue;
    const std::string shard(path.substr(first + 1, second - first - 1));
    const std::string name(path.substr(second + 1));
    const bool ours = path.substr(0, first) == kImagesName && is_shard_name(shard) &&
                      !name.empty() && name != "." && name != ".." &&
                      name.find('/') == std::string::npos;
    if (ours && images.has(shard)) images.open(shard).remove(name);
  }
}

void remove_data_set(const Directory& root) {
  const bool has_work = root.has(kWorkName);
  if (root.has(kImagesName)) {
    const Directory images = root.open(kImagesName);
    if (root.has(kLabelsName)) remove_listed(images, root.read(kLabelsName));
    if (has_work) {
      const Directory work = root.open(kWorkName);
      for (const std::string& entry : work.entries()) {
        const bool is_list = entry.size() > 4 && entry.substr(entry.size() - 4) == ".tsv";
        if (is_list) remove_listed(images, work.read(entry));
      }
    }
    for (const std::string& shard : images.entries()) {
      if (is_shard_name(shard) && !images.remove(shard)) {
        refuse(images, fmt::format("'{}' holds files that Glyphmill did not write; nothing of "
                                   "them was removed",
                                   shard));
      }
    }
  }
  // The mark of our ownership goes last, so that an interrupted removal can be repeated.
  root.remove(kImagesName);
  root.remove(kLabelsName);
  root.remove(kRecipeName);
  root.remove_all(kWorkName);
  root.remove(kManifestName);
}

}  // namespace

bool directory_exists(const std::string& path) {
  boost::system::error_code cause;
  return boost::filesystem::is_directory(path, cause);
}

void remove_empty_directory(const std::string& path) {
  boost::system::error_code cause;
  boost::filesystem::remove(path, cause);
}

void prepare_directory(const Directory& root, const std::string& recipe_yaml, bool overwrite,
                       bool resume) {
  if (root.entries().empty()) return;
  const bool unfinished = root.has(kWorkName);
  const bool ours = unfinished || root.has(kManifestName);
  if (resume && ours) {
    if (!root.has(kRecipeName) || root.read(kRecipeName) != recipe_yaml) {
      refuse(root, "holds the data of another recipe or seed, which --resume cannot complete");
    }
    return;
  }
  if (!overwrite) {
    refuse(root, unfinished ? "holds an unfinished data set: complete it with --resume (and its "
                              "--seed), replace it with --overwrite, or name another directory"
                            : "must be an empty directory. Replace a data set with --overwrite, "
                              "or name another directory");
  }
  if (ours) remove_data_set(root);
  for (const std::string& name : {kRecipeName, kLabelsName, kManifestName, kImagesName}) {
    if (root.has(name)) {
      refuse(root, fmt::format("'{}' is not Glyphmill's, and --overwrite removes only what it "
                               "wrote",
                               name));
    }
  }
}

}  // namespace glyphmill::sinks
