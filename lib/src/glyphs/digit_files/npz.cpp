// SPDX-License-Identifier: Apache-2.0
#include "glyphs/digit_files/npz.h"

#include <fmt/format.h>

#include "glyphmill/utf8.h"
#include "glyphs/digit_files/npy.h"
#include "glyphs/digit_files/rules.h"
#include "glyphs/digit_files/zip.h"

namespace glyphmill::digit_files {
namespace {

/// The entry of an array; nullptr if there is none.
const ZipEntry* find_array(const FileBytes& file, const std::vector<ZipEntry>& entries,
                           std::string_view key) {
  const ZipEntry* found = nullptr;
  for (const ZipEntry& entry : entries) {
    if (entry.name != fmt::format("{}.npy", key)) continue;
    if (found != nullptr) refuse(file.name, "an .npz must hold a name once", entry.name + " twice");
    found = &entry;
  }
  return found;
}

std::string names_of(const std::vector<ZipEntry>& entries) {
  constexpr std::size_t kMostShown = 200;
  std::string names;
  for (const ZipEntry& entry : entries) {
    if (names.size() > kMostShown) return names + ", ...";
    names += (names.empty() ? "" : ", ") + printable(entry.name.substr(0, kMostShown));
  }
  return names.empty() ? "an empty archive" : names;
}

}  // namespace

InkImages npz_digits(const FileBytes& file) {
  static constexpr std::string_view kKeys[][2] = {
      {"x_train", "y_train"}, {"images", "labels"}, {"arr_0", "arr_1"}};
  const std::vector<ZipEntry> entries = zip_entries(file);
  for (const auto& keys : kKeys) {
    const ZipEntry* const images = find_array(file, entries, keys[0]);
    const ZipEntry* const labels = find_array(file, entries, keys[1]);
    if (images == nullptr || labels == nullptr) continue;
    const Array label_array = parse_npy(zip_content(file, *labels));
    return labelled(file.name, image_stack(parse_npy(zip_content(file, *images))),
                    digit_labels(label_array));
  }
  refuse(file.name,
         "an .npz of digits must hold x_train and y_train, images and labels, or arr_0 and arr_1",
         names_of(entries));
}

}  // namespace glyphmill::digit_files
