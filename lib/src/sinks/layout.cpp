// SPDX-License-Identifier: Apache-2.0
#include "sinks/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "glyphmill/error.h"
#include "glyphmill/utf8.h"
#include "sinks/file_name.h"
#include "sinks/idx_files.h"

namespace glyphmill::sinks {
namespace {

constexpr std::uint64_t kMostFiles = 10000;  // in a directory

bool is_packed(Format format) {
  return format == Format::kIdx || format == Format::kNpz || format == Format::kPickle;
}

bool has_image_files(Format format) { return layout_of(format, "").form == ShardForm::kImages; }

std::uint64_t files_a_sample(Format format) { return format == Format::kTesseract ? 2 : 1; }

/// The most samples that a shard may have.
std::uint64_t most_samples(Format format) {
  return has_image_files(format) ? kMostFiles / files_a_sample(format) : 1000000;
}

/// Round sizes, and at most 64 shards as long as they are not too large.
std::uint64_t round_size(std::uint64_t count, std::uint64_t least, std::uint64_t most) {
  constexpr std::uint64_t kMostShards = 64;
  static constexpr std::array<std::uint64_t, 8> kSizes = {50,   100,  200,  500,
                                                          1000, 2000, 5000, 10000};
  for (const std::uint64_t size : kSizes) {
    if (size >= least && size <= most && count <= size * kMostShards) return size;
  }
  return most;
}

/// Loaders share tar files out to workers: a multiple of 64 of nearly one size leaves none idle.
std::uint64_t size_for_loaders(std::uint64_t count) {
  constexpr std::uint64_t kWorkers = 64;
  constexpr std::uint64_t kFew = 100000;
  if (count <= kFew) return round_size(count, 50, kMostFiles);
  const std::uint64_t rounds = (count - 1) / (kWorkers * kMostFiles) + 1;
  return (count - 1) / (kWorkers * rounds) + 1;
}

std::uint64_t default_size(Format format, std::uint64_t count) {
  constexpr std::uint64_t kWorthADatabase = 1000;
  if (format == Format::kWebDataset) return size_for_loaders(count);
  const std::uint64_t least = format == Format::kLmdb ? kWorthADatabase : 50;
  return round_size(count, least, std::min(kMostFiles, most_samples(format)));
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && safe_in_file_name(name) == name;
}

bool is_packed_name(Format format, const std::string& name) {
  const std::string end = format == Format::kIdx ? "-ubyte" : fmt::format(".{}", name_of(format));
  return is_plain_name(name) && name.size() > end.size() &&
         name.compare(name.size() - end.size(), end.size(), end) == 0;
}

[[noreturn]] void refuse_name(std::string_view problem, const std::string& given) {
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("output.pack_name: {}. Got: {}", problem, printable(given)));
}

std::string pack_name(const OutputOptions& output, std::uint64_t count) {
  static constexpr std::string_view kCount = "{count}";
  constexpr std::size_t kLongestName = 240;  // file systems take 255; leave room for a suffix
  std::string name = output.pack_name;
  for (std::size_t at = 0; (at = name.find(kCount, at)) != std::string::npos;) {
    name.replace(at, kCount.size(), fmt::to_string(count));
  }
  if (name.find_first_of("{}") != std::string::npos) {
    refuse_name("the only field is {count}", output.pack_name);
  }
  if (name.empty() || name.size() > kLongestName || !is_utf8(name) ||
      safe_in_file_name(name) != name) {
    refuse_name(fmt::format("must be a file name of 1 to {} bytes without / \\ : * ? \" < > | % "
                            "and control characters, and not start with '.'",
                            kLongestName),
                output.pack_name);
  }
  return name;
}

}  // namespace

std::string_view name_of(Format format) { return format_names()[static_cast<std::size_t>(format)]; }

Layout layout_of(Format format, const std::string& split) {
  const std::string part = split.empty() ? "train" : split;
  switch (format) {
    case Format::kFolder:
      return {format, ShardForm::kImages, "images"};
    case Format::kJsonl:
      return {format, ShardForm::kImages, "images", "", "", {}, {}, "", {"annotations.jsonl"}};
    case Format::kHf:
      return {format, ShardForm::kImages, part, "", "", {}, {"metadata.jsonl", "metadata.csv"},
              "",     {"README.md"}};
    case Format::kTesseract:
      return {format, ShardForm::kImages, "ground-truth", "", "", {}, {}, ".gt.txt"};
    case Format::kEasyOcr:
      return {format, ShardForm::kImages, "images", "", "", {"labels.csv"}};
    case Format::kCoco:
      return {format, ShardForm::kImages, "images", "", "", {}, {}, "", {"annotations.json"}};
    case Format::kLmdb:
      return {format, ShardForm::kDirectory, "lmdb", "", "", {"data.mdb"}};
    case Format::kWebDataset:
      return {format, ShardForm::kFile, "shards", part + "-", ".tar"};
    case Format::kIdx:
    case Format::kNpz:
    case Format::kPickle:
      return {format, ShardForm::kPart};
  }
  throw Error(ErrorCode::kInternal, "output.format: unknown format");
}

std::string shard_name(const Shards& shards, std::uint64_t shard) {
  const std::size_t digits = fmt::formatted_size("{}", shards.number());
  return fmt::format("{:0{}}", shard, std::max<std::size_t>(3, digits));
}

std::string shard_path(const Layout& layout, const Shards& shards, std::uint64_t shard) {
  constexpr std::uint64_t kShardsAGroup = 1000;
  constexpr std::size_t kLoaderDigits = 6;  // as in train-{000000..000063}.tar
  if (layout.form == ShardForm::kFile) {
    const std::size_t digits = std::max(kLoaderDigits, fmt::formatted_size("{}", shards.number()));
    return fmt::format("{}{:0{}}{}", layout.shard_prefix, shard, digits, layout.shard_suffix);
  }
  const std::string name = shard_name(shards, shard);
  if (layout.form == ShardForm::kPart) return name + ".part";
  if (shards.number() <= kMostFiles) return name;
  return fmt::format("{:03}/{}", shard / kShardsAGroup, name);
}

Json to_json(const Layout& layout) {
  return {{"format", name_of(layout.format)},
          {"content", layout.content},
          {"prefix", layout.shard_prefix},
          {"files", layout.files}};
}

std::optional<Layout> layout_from(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto text = [&](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const std::vector<std::string_view>& names = format_names();
  const auto name = std::find(names.begin(), names.end(), text("format"));
  if (name == names.end()) return std::nullopt;
  const auto format = static_cast<Format>(name - names.begin());
  Layout layout = layout_of(format, "");
  if (format == Format::kHf) layout.content = text("content");
  if (format == Format::kWebDataset) layout.shard_prefix = text("prefix");
  if (!is_packed(format) && !is_plain_name(layout.content)) return std::nullopt;
  if (!is_packed(format)) return layout;
  const auto files = json.find("files");
  if (files == json.end() || !files->is_array()) return std::nullopt;
  for (const Json& file : *files) {
    if (!file.is_string() || !is_packed_name(format, file.get<std::string>())) return std::nullopt;
    layout.files.push_back(file.get<std::string>());
  }
  return layout;
}

std::uint64_t shard_size_of(const OutputOptions& output, std::uint64_t count) {
  if (output.shard_size) return *output.shard_size;
  std::uint64_t size = 1;
  std::uint64_t most = kMostFiles;
  for (const Format format : output.format) {
    size = std::max(size, default_size(format, count));
    most = std::min(most, most_samples(format));
  }
  return std::min(size, most);
}

void check_shard_size(const OutputOptions& output) {
  if (!output.shard_size) return;
  for (const Format format : output.format) {
    const std::uint64_t most = most_samples(format);
    if (*output.shard_size <= most) continue;
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("output.shard_size: must be at most {} with {}, for a shard is a "
                            "directory of {} files. Got: {}",
                            most, name_of(format), kMostFiles, *output.shard_size));
  }
}

std::string hf_split_name(const std::string& split) {
  std::string name = split;
  std::replace(name.begin(), name.end(), '-', '_');
  return name == "all" ? "all_" : name;
}

std::vector<std::string> packed_names(const DataSet& data_set) {
  const std::string name = pack_name(data_set.output, data_set.count);
  if (data_set.format == Format::kIdx) return idx_names(data_set.split);
  return {fmt::format("{}.{}", name, name_of(data_set.format))};
}

}  // namespace glyphmill::sinks
