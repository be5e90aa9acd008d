// SPDX-License-Identifier: Apache-2.0
#include "sinks/previous_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <nlohmann/json.hpp>
#include <string_view>

#include "glyphmill/error.h"

namespace glyphmill::sinks {
namespace {

const std::vector<std::string>& common_files() {
  static const std::vector<std::string> names{kLabelsName, kSamplesName, kSummaryName,
                                              kCharactersName, kRecipeName};
  return names;
}

[[noreturn]] void refuse(const Directory& root, std::string_view problem) {
  throw Error(ErrorCode::kInvalidArgument, fmt::format("{}: {}", root.path(), problem));
}

[[noreturn]] void refuse_foreign(const Directory& parent, std::string_view name) {
  refuse(parent, fmt::format("'{}' holds files that Glyphmill did not write; nothing of them was "
                             "removed",
                             name));
}

bool is_number(std::string_view name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// Removes the file that the path "NUMBER/.../NAME" below `directory` names. A path of any other
/// form is none of ours and is passed over: the list may have been tampered with.
void remove_image(const Directory& directory, std::string_view path, const std::string& companion) {
  const std::size_t slash = path.find('/');
  const std::string name(path.substr(0, slash));
  if (slash != std::string_view::npos) {
    if (!is_number(name) || !directory.has(name)) return;
    remove_image(directory.open(name), path.substr(slash + 1), companion);
    return;
  }
  if (name.empty() || name == "." || name == "..") return;
  directory.remove(name);
  if (!companion.empty()) directory.remove(name.substr(0, name.rfind('.')) + companion);
}

/// Removes what the lines "CONTENT/NUMBER/.../NAME<TAB>LABEL" of a list name. `content` is that
/// directory, open.
void remove_listed(const Layout& layout, const Directory& lists, const std::string& list,
                   const Directory& content) {
  if (layout.form != ShardForm::kImages || !lists.has(list)) return;
  const std::string start = layout.content + "/";
  lists.for_each_line(list, [&](std::string_view line) {
    const std::string_view path = line.substr(0, line.find('\t'));
    if (path.substr(0, start.size()) != start) return;
    remove_image(content, path.substr(start.size()), layout.companion);
  });
}

bool is_shard_file(const Layout& layout, std::string_view name) {
  const std::string_view prefix = layout.shard_prefix;
  const std::string_view suffix = layout.shard_suffix;
  return name.size() > prefix.size() + suffix.size() && name.substr(0, prefix.size()) == prefix &&
         ends_with(name, suffix) &&
         is_number(name.substr(prefix.size(), name.size() - prefix.size() - suffix.size()));
}

/// A shard's directory, or a group of such.
void remove_emptied(const Layout& layout, const Directory& parent, const std::string& name) {
  const Directory shard = parent.open(name);
  for (const std::string& file : layout.shard_files) shard.remove(file);
  for (const std::string& entry : shard.entries()) {
    if (is_number(entry)) remove_emptied(layout, shard, entry);
  }
  if (!parent.remove(name)) refuse_foreign(parent, name);
}

void remove_content(const Layout& layout, const Directory& root, const Directory& work) {
  if (layout.content.empty() || !root.has(layout.content)) return;
  {
    const Directory content = root.open(layout.content);
    remove_listed(layout, root, kLabelsName, content);
    for (const std::string& entry : work.entries()) {
      if (ends_with(entry, ".tsv")) remove_listed(layout, work, entry, content);
    }
    for (const std::string& file : layout.content_files) content.remove(file);
    for (const std::string& entry : content.entries()) {
      if (layout.form == ShardForm::kFile) {
        if (is_shard_file(layout, entry)) content.remove(entry);
      } else if (is_number(entry)) {
        remove_emptied(layout, content, entry);
      }
    }
  }
  root.remove(layout.content);
}

/// What a run that ended between its last steps, or a removal, has left in the work directory. The
/// names of a shard's pieces begin with its number.
bool is_left_over(const Layout& layout, const std::string& entry) {
  const auto& common = common_files();
  return is_number(entry.substr(0, entry.find('.'))) || ends_with(entry, ".tmp") ||
         ends_with(entry, ".part") || ends_with(entry, ".lock") ||
         std::find(common.begin(), common.end(), entry) != common.end() ||
         std::find(layout.files.begin(), layout.files.end(), entry) != layout.files.end() ||
         std::find(layout.content_files.begin(), layout.content_files.end(), entry) !=
             layout.content_files.end();
}

Json parsed(const Directory& directory, const std::string& name) {
  return directory.has(name) ? Json::parse(directory.read(name), nullptr, false) : Json();
}

/// By the manifest, which stands in the work directory while a set is removed, or what an
/// unfinished run has left there. A directory with neither has no content of ours.
Layout layout_in(const Directory& work) {
  const Json manifest = parsed(work, kManifestName);
  if (manifest.is_object() && manifest.contains("layout")) {
    if (const auto layout = layout_from(manifest["layout"])) return *layout;
  }
  const auto layout = layout_from(parsed(work, kLayoutName));
  return layout.value_or(Layout{Format::kFolder, ShardForm::kPart});
}

}  // namespace

void remove_shard(const Layout& layout, const Directory& parent, const std::string& shard,
                  const Directory& lists, const std::string& list) {
  if (!parent.has(shard)) return;
  if (layout.form == ShardForm::kImages && lists.has(list)) {
    const Directory images = parent.open(shard);
    lists.for_each_line(list, [&](std::string_view line) {
      const std::string_view path = line.substr(0, line.find('\t'));
      remove_image(images, path.substr(path.rfind('/') + 1), layout.companion);
    });
  }
  remove_emptied(layout, parent, shard);
}

void remove_data_set(const Directory& root) {
  // The mark of our ownership comes first and goes last, and what says that something is finished
  // goes before the thing itself. The manifest is kept aside until then: it names the files.
  const Directory work = root.make(kWorkName);
  if (root.has(kManifestName)) {
    root.read(kManifestName);  // a directory of that name is not ours to move
    root.move(kManifestName, work, kManifestName);
  }
  const Layout layout = layout_in(work);
  for (const std::string& entry : work.entries()) {
    const bool is_record = is_number(entry.substr(0, entry.find('.'))) && ends_with(entry, ".json");
    if (is_record) work.remove(entry);
  }
  remove_content(layout, root, work);
  // The files of a packed set are in place only after its manifest was written.
  if (layout.form != ShardForm::kPart || work.has(kManifestName)) {
    for (const std::string& file : layout.files) root.remove(file);
  }
  for (const std::string& file : common_files()) root.remove(file);
  for (const std::string& entry : work.entries()) {
    if (is_left_over(layout, entry)) work.remove_all(entry);
  }
  work.remove(kLayoutName);
  work.remove(kManifestName);
  if (!root.remove(kWorkName)) refuse_foreign(root, kWorkName);
}

bool directory_exists(const std::string& path) {
  boost::system::error_code cause;
  return boost::filesystem::is_directory(path, cause);
}

void remove_empty_directory(const std::string& path) {
  boost::system::error_code cause;
  boost::filesystem::remove(path, cause);
}

void prepare_directory(const Directory& root, const std::string& recipe_yaml, const Layout& layout,
                       Existing existing) {
  if (root.entries().empty()) return;
  const bool finished = root.has(kManifestName);
  const bool unfinished = root.has(kWorkName) && !finished;
  if (existing == Existing::kResume && (finished || unfinished)) {
    const bool nothing_made = unfinished && !root.has(kRecipeName);
    if (!nothing_made && (!root.has(kRecipeName) || root.read(kRecipeName) != recipe_yaml)) {
      refuse(root, "holds the data of another recipe or seed, which --resume cannot complete");
    }
    return;
  }
  if (existing == Existing::kResume) {
    refuse(root, "holds no data set of Glyphmill's that could be completed");
  }
  if (existing == Existing::kRefuse) {
    refuse(root, unfinished ? "holds an unfinished data set: complete it with --resume (and its "
                              "--seed), replace it with --overwrite, or name another directory"
                            : "must be an empty directory. Replace a data set with --overwrite, "
                              "or name another directory");
  }
  if (finished || unfinished) remove_data_set(root);
  std::vector<std::string> names = common_files();
  names.insert(names.end(), layout.files.begin(), layout.files.end());
  names.insert(names.end(), {kManifestName, layout.content});
  for (const std::string& name : names) {
    if (name.empty() || !root.has(name)) continue;
    refuse(root, fmt::format("'{}' is not Glyphmill's, and --overwrite removes only what it wrote",
                             name));
  }
}

}  // namespace glyphmill::sinks
