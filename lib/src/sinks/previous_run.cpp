// SPDX-License-Identifier: Apache-2.0
#include "sinks/previous_run.h"

#include <fmt/format.h>

#include <boost/filesystem.hpp>
#include <nlohmann/json.hpp>
#include <string_view>

#include "glyphmill/error.h"
#include "sinks/file_name.h"

namespace glyphmill::sinks {
namespace {

[[noreturn]] void refuse(const Directory& root, std::string_view problem) {
  throw Error(ErrorCode::kInvalidArgument, fmt::format("{}: {}", root.path(), problem));
}

bool is_shard_name(std::string_view name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Removes the file that a line "images/SHARD/NAME<TAB>LABEL" of a list names. A line that points
/// anywhere else is no line of ours and is passed over: the list may have been tampered with.
void remove_listed(const Directory& images, std::string_view line) {
  const std::string_view path = line.substr(0, line.find('\t'));
  const std::size_t first = path.find('/');
  const std::size_t second = path.find('/', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return;
  const std::string shard(path.substr(first + 1, second - first - 1));
  const std::string name(path.substr(second + 1));
  const bool ours = path.substr(0, first) == kImagesName && is_shard_name(shard) && !name.empty() &&
                    name != "." && name != ".." && name.find('/') == std::string::npos;
  if (ours && images.has(shard)) images.open(shard).remove(name);
}

void remove_listed_in(const Directory& lists, const std::string& list, const Directory& images) {
  lists.for_each_line(list, [&](std::string_view line) { remove_listed(images, line); });
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

void remove_empty_shard(const Directory& images, const std::string& shard) {
  if (images.remove(shard)) return;
  refuse(images, fmt::format("'{}' holds files that Glyphmill did not write; nothing of "
                             "them was removed",
                             shard));
}

void remove_images(const Directory& root, const Directory& work) {
  if (!root.has(kImagesName)) return;
  const Directory images = root.open(kImagesName);
  if (root.has(kLabelsName)) remove_listed_in(root, kLabelsName, images);
  for (const std::string& entry : work.entries()) {
    if (ends_with(entry, ".tsv")) remove_listed_in(work, entry, images);
  }
  for (const std::string& shard : images.entries()) {
    if (is_shard_name(shard)) remove_empty_shard(images, shard);
  }
  root.remove(kImagesName);
}

/// What a run that ended between its last steps, or a removal, has left in the work directory.
bool is_left_over(const std::string& entry) {
  return entry == kRecipeName || entry == kLabelsName || ends_with(entry, ".part") ||
         ends_with(entry, ".tsv") || ends_with(entry, ".tmp");
}

}  // namespace

std::optional<std::string> packed_file_of(const std::string& manifest) {
  const nlohmann::json fields = nlohmann::json::parse(manifest, nullptr, false);
  if (!fields.is_object() || !fields.contains("glyphmill")) return std::nullopt;
  const nlohmann::json file = fields.value("file", nlohmann::json());
  const nlohmann::json format = fields.value("format", nlohmann::json());
  if (!file.is_string() || (format != "npz" && format != "pickle")) return std::nullopt;
  // The manifest may have been tampered with: nothing but a packed file beside it is meant.
  std::string name = file.get<std::string>();
  const bool is_packed = ends_with(name, "." + format.get<std::string>());
  if (!is_packed || safe_in_file_name(name) != name) return std::nullopt;
  return name;
}

void remove_shard(const Directory& images, const std::string& shard, const Directory& lists,
                  const std::string& list) {
  if (!images.has(shard)) return;
  remove_listed_in(lists, list, images);
  remove_empty_shard(images, shard);
}

void remove_data_set(const Directory& root) {
  // The mark of our ownership comes first and goes last, and what says that something is finished
  // goes before the thing itself. The manifest is kept aside until then: it names the packed file.
  const Directory work = root.make(kWorkName);
  if (root.has(kManifestName)) {
    root.read(kManifestName);  // a directory of that name is not ours to move
    root.move(kManifestName, work, kManifestName);
  }
  for (const std::string& entry : work.entries()) {
    if (ends_with(entry, ".json") && entry != kManifestName) work.remove(entry);
  }
  const auto packed = work.has(kManifestName) ? packed_file_of(work.read(kManifestName))
                                              : std::optional<std::string>();
  if (packed) {
    root.remove(*packed);
  } else {
    remove_images(root, work);
  }
  root.remove(kLabelsName);
  root.remove(kRecipeName);
  for (const std::string& entry : work.entries()) {
    if (is_left_over(entry)) work.remove_all(entry);
  }
  work.remove(kManifestName);
  if (!root.remove(kWorkName)) {
    refuse(root, fmt::format("'{}' holds files that Glyphmill did not write; nothing of them was "
                             "removed",
                             kWorkName));
  }
}

bool directory_exists(const std::string& path) {
  boost::system::error_code cause;
  return boost::filesystem::is_directory(path, cause);
}

void remove_empty_directory(const std::string& path) {
  boost::system::error_code cause;
  boost::filesystem::remove(path, cause);
}

void prepare_directory(const Directory& root, const std::string& recipe_yaml,
                       const std::string& content, bool overwrite, bool resume) {
  if (root.entries().empty()) return;
  const bool finished = root.has(kManifestName);
  const bool unfinished = root.has(kWorkName) && !finished;
  const bool ours = finished || unfinished;
  if (resume && ours) {
    if (!root.has(kRecipeName) || root.read(kRecipeName) != recipe_yaml) {
      refuse(root, "holds the data of another recipe or seed, which --resume cannot complete");
    }
    return;
  }
  if (resume) refuse(root, "holds no data set of Glyphmill's that could be completed");
  if (!overwrite) {
    refuse(root, unfinished ? "holds an unfinished data set: complete it with --resume (and its "
                              "--seed), replace it with --overwrite, or name another directory"
                            : "must be an empty directory. Replace a data set with --overwrite, "
                              "or name another directory");
  }
  if (ours) remove_data_set(root);
  for (const std::string& name : {kRecipeName, kLabelsName, kManifestName, content}) {
    if (root.has(name)) {
      refuse(root, fmt::format("'{}' is not Glyphmill's, and --overwrite removes only what it "
                               "wrote",
                               name));
    }
  }
}

}  // namespace glyphmill::sinks
