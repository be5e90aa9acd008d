// SPDX-License-Identifier: Apache-2.0
#include "glyphs/digit_files/idx.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/filesystem.hpp>

#include "core/ascii.h"
#include "glyphmill/error.h"
#include "glyphs/digit_files/array.h"
#include "glyphs/digit_files/inflate.h"
#include "glyphs/digit_files/rules.h"

namespace glyphmill::digit_files {
namespace {

namespace fs = boost::filesystem;
using namespace std::string_view_literals;

std::uint32_t big_endian_32(const FileBytes& file, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = (value << 8) | file.data[at + i];
  return value;
}

std::string first_bytes(const FileBytes& file) {
  const std::size_t size = std::min<std::size_t>(4, file.size);
  if (size == 0) return "an empty file";
  return fmt::format("{:02x}", fmt::join(file.data, file.data + size, " "));
}

/// The dimensions of an IDX file of bytes, after which exactly the data must follow.
std::vector<std::uint32_t> dimensions(const FileBytes& file, std::size_t count,
                                      std::string_view what) {
  const std::string magic = {'\0', '\0', '\x08', static_cast<char>(count)};
  if (!file.starts_with(magic)) {
    refuse(file.name, fmt::format("IDX {} must begin with 00 00 08 {:02x}", what, count),
           first_bytes(file), 0);
  }
  const std::size_t header = 4 + 4 * count;
  if (file.size < header) {
    refuse(file.name, fmt::format("the header of IDX {} has {} bytes", what, header),
           fmt::format("{}", file.size), file.size);
  }
  std::vector<std::uint32_t> sizes;
  std::uint64_t bytes = 1;
  for (std::size_t i = 0; i < count; ++i) {
    sizes.push_back(big_endian_32(file, 4 + 4 * i));
    if (i > 0) require_side(file.name, sizes[i], 4 + 4 * i);
    bytes *= sizes[i];  // at most 2^32 times two sides: no overflow
  }
  if (bytes != file.size - header) {
    refuse(file.name,
           fmt::format("{} IDX {} take {} bytes after the header", fmt::join(sizes, " x "), what,
                       bytes),
           fmt::format("{}", file.size - header), header);
  }
  return sizes;
}

/// A name as it would be for labels, unpacked, with '-' before "idx": equal for both of a pair.
std::string pair_name(const std::string& file_name) {
  std::string name = core::lower_case(file_name);
  if (name.size() > 3 && name.substr(name.size() - 3) == ".gz") name.resize(name.size() - 3);
  const auto replace = [&name](std::string_view from, std::string_view to) {
    for (auto at = name.find(from); at != name.npos; at = name.find(from, at + to.size())) {
      name.replace(at, from.size(), to);
    }
  };
  replace("images", "labels");
  replace("idx3", "idx1");
  replace(".idx", "-idx");
  return name;
}

enum class Half { kNone, kImages, kLabels };

Half half_of(const std::string& file_name) {
  const std::string name = core::lower_case(file_name);
  const auto has = [&name](std::string_view part) { return name.find(part) != name.npos; };
  // What stands before may be the name of a larger set, "images" and "labels" included.
  if (has("idx3")) return Half::kImages;
  if (has("idx1")) return Half::kLabels;
  if (has("images")) return Half::kImages;
  return has("labels") ? Half::kLabels : Half::kNone;
}

/// The names in a directory that are those of one half of a pair, sorted.
std::vector<std::string> names_of(Half half, const fs::path& directory) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (name[0] != '.' && half_of(name) == half && fs::is_regular_file(entry.path())) {
      names.push_back(name);
    }
  }
  // Of two spellings of one file the plain one comes first, for it needs no unpacking.
  std::sort(names.begin(), names.end());
  return names;
}

/// Of these the ones that say "idx": a directory may hold a labels.txt as well.
std::vector<std::string> idx_names_of(Half half, const fs::path& directory) {
  std::vector<std::string> names = names_of(half, directory);
  const auto is_other = [](const std::string& name) {
    return core::lower_case(name).find("idx") == std::string::npos;
  };
  names.erase(std::remove_if(names.begin(), names.end(), is_other), names.end());
  return names;
}

/// The first of `names` that makes a pair with `name`; empty if there is none.
std::string partner(const std::string& name, const std::vector<std::string>& names) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& other) {
    return pair_name(other) == pair_name(name);
  });
  return found == names.end() ? std::string() : *found;
}

fs::path directory_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

[[noreturn]] void refuse_lonely(const std::string& path, std::string_view other) {
  throw Error(ErrorCode::kNotFound,
              fmt::format("{}: the {} are looked for beside it, under its own name with \"images\" "
                          "for \"labels\" and \"idx3\" for \"idx1\" or the other way. Got: no such "
                          "file",
                          path, other));
}

struct Pair {
  std::string images;
  std::string labels;
};

/// One pair of every name, however often it is spelt.
std::vector<Pair> pairs_in(const fs::path& directory, const std::vector<std::string>& images,
                           const std::vector<std::string>& labels) {
  std::vector<Pair> pairs;
  for (const std::string& name : images) {
    const bool seen = std::any_of(pairs.begin(), pairs.end(), [&](const Pair& pair) {
      return pair_name(pair.images) == pair_name(name);
    });
    if (seen) continue;
    pairs.push_back({name, partner(name, labels)});
    if (pairs.back().labels.empty()) refuse_lonely((directory / name).string(), "labels");
  }
  return pairs;
}

Pair chosen(const fs::path& directory, std::vector<Pair> pairs) {
  const auto is_other = [](const Pair& pair) {
    return core::lower_case(pair.images).find("train") == std::string::npos;
  };
  if (pairs.size() > 1) {
    pairs.erase(std::remove_if(pairs.begin(), pairs.end(), is_other), pairs.end());
  }
  if (pairs.size() != 1) {
    std::vector<std::string> names;
    for (const Pair& pair : pairs) names.push_back(pair.images);
    refuse(directory.string(),
           "of several pairs of IDX files one must be the train pair, or its "
           "file be named",
           names.empty() ? "none of train" : fmt::format("{}", fmt::join(names, ", ")));
  }
  return pairs[0];
}

}  // namespace

bool is_idx(const FileBytes& file) {
  // The third byte is the type of the values, from 08 (bytes) to 0E (double).
  return file.size >= 4 && file.starts_with("\0\0"sv) && file.data[2] >= 0x08 &&
         file.data[2] <= 0x0e && file.data[3] >= 1 && file.data[3] <= 4;
}

InkImages idx_digits(const FileBytes& images, const FileBytes& labels) {
  const std::vector<std::uint32_t> sizes = dimensions(images, 3, "images");
  const std::vector<std::uint32_t> label_sizes = dimensions(labels, 1, "labels");
  constexpr std::size_t kLabels = 8;
  std::vector<char> characters;
  characters.reserve(label_sizes[0]);
  for (std::size_t i = kLabels; i < labels.size; ++i) {
    const std::uint8_t label = labels.data[i];
    if (label > 9) refuse_label(labels.name, fmt::format("{}", label), i);
    characters.push_back(static_cast<char>('0' + label));
  }
  const ImageStack stack{sizes[0], static_cast<int>(sizes[1]), static_cast<int>(sizes[2]),
                         images.data + 16, images.owner};
  return labelled(images.name, stack, std::move(characters));
}

InkImages read_idx_pair(const std::string& path, const FileBytes& file) {
  // Which half it is, its bytes tell; the name only serves to find the other.
  const bool is_labels = file.data[3] == 1;
  const fs::path directory = directory_of(path);
  const std::string other = partner(fs::path(path).filename().string(),
                                    names_of(is_labels ? Half::kImages : Half::kLabels, directory));
  if (other.empty()) refuse_lonely(path, is_labels ? "images" : "labels");
  const FileBytes found = unpacked_file((directory / other).string());
  return is_labels ? idx_digits(found, file) : idx_digits(file, found);
}

std::optional<InkImages> read_idx_directory(const std::string& directory) {
  const std::vector<std::string> images = idx_names_of(Half::kImages, directory);
  const std::vector<std::string> labels = idx_names_of(Half::kLabels, directory);
  if (images.empty() && labels.empty()) return std::nullopt;
  if (images.empty()) refuse_lonely((fs::path(directory) / labels[0]).string(), "images");
  const Pair pair = chosen(directory, pairs_in(directory, images, labels));
  return idx_digits(unpacked_file((fs::path(directory) / pair.images).string()),
                    unpacked_file((fs::path(directory) / pair.labels).string()));
}

FileBytes unpacked_file(const std::string& path) {
  FileBytes file = file_bytes(path);
  return is_gzip(file) ? gunzip(file) : file;
}

}  // namespace glyphmill::digit_files
