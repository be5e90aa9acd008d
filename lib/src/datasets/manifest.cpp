// SPDX-License-Identifier: Apache-2.0
#include "datasets/manifest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "datasets/json_file.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "glyphmill/utf8.h"

namespace glyphmill::datasets {
namespace {

constexpr std::uint64_t kMostManifestBytes = std::uint64_t{1} << 30;
constexpr std::size_t kMostShardBytes = 16384;  // of JSON
constexpr std::uint64_t kMostDescriptionBytes = std::uint64_t{16} << 20;
constexpr std::size_t kMostFiles = 16;

void check_checksum(const std::string& origin, const std::string& checksum) {
  const bool is_hex = checksum.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (checksum.empty() || (is_hex && checksum.size() == 32)) return;
  refuse(origin, "'xxh3_128' must be 32 hexadecimal digits", shown(checksum));
}

Format parsed_format(const std::string& origin, const std::string& name) {
  const std::vector<std::string_view>& names = format_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<Format>(found - names.begin());
  refuse(origin, fmt::format("'format' must be one of {}", fmt::join(names, ", ")), shown(name));
}

DataSetPart parsed_part(const std::string& origin, const Json& object) {
  DataSetPart part;
  part.path = text_or_none(origin, object, "path");
  part.first = number_at(origin, object, "first");
  part.count = number_at(origin, object, "count");
  part.bytes = number_or_none(origin, object, "bytes");
  part.checksum = text_or_none(origin, object, "xxh3_128");
  if (!part.path.empty()) check_path(origin, part.path);
  check_checksum(origin, part.checksum);
  return part;
}

DataSetFile parsed_file(const std::string& origin, const Json& object) {
  DataSetFile file;
  file.path = text_at(origin, object, "path");
  file.bytes = number_at(origin, object, "bytes");
  file.checksum = text_at(origin, object, "xxh3_128");
  check_path(origin, file.path);
  check_checksum(origin, file.checksum);
  return file;
}

void read_parts(JsonFile& json, Manifest& manifest) {
  std::uint64_t next = 0;
  for (std::string text; json.next_element(text);) {
    const std::string origin = fmt::format("{}: shard {}", json.path(), manifest.parts.size());
    const DataSetPart part = parsed_part(origin, parse_json(origin, text));
    if (part.first != next) {
      refuse(origin, fmt::format("'first' must be {}, where the shard before it ends", next),
             fmt::format("{}", part.first));
    }
    if (part.count == 0 || part.count > kMostSamples) {
      refuse(origin, fmt::format("'count' must be 1 to {}", kMostSamples),
             fmt::format("{}", part.count));
    }
    next += part.count;
    manifest.parts.push_back(part);
  }
}

void read_files(JsonFile& json, Manifest& manifest) {
  for (std::string text; json.next_element(text);) {
    const std::string origin = fmt::format("{}: file {}", json.path(), manifest.files.size());
    manifest.files.push_back(parsed_file(origin, parse_json(origin, text)));
    if (manifest.files.size() > kMostFiles) refuse(origin, "must be one of few files", "many");
  }
}

void check(const std::string& path, const Manifest& manifest) {
  if (manifest.count == 0 || manifest.count > kMostSamples) {
    refuse(path, fmt::format("'count' must be 1 to {}", kMostSamples),
           fmt::format("{}", manifest.count));
  }
  std::uint64_t sum = 0;
  for (const DataSetPart& part : manifest.parts) sum += part.count;
  if (sum != manifest.count) {
    refuse(path, fmt::format("its shards must have 'count' = {} samples", manifest.count),
           fmt::format("{}", sum));
  }
  check_path(path, manifest.labels);
  if (is_packed(manifest.format)) {
    if (manifest.files.empty()) refuse(path, "needs 'files'", "nothing of that name");
    return;
  }
  for (const DataSetPart& part : manifest.parts) {
    if (part.path.empty()) refuse(path, "every shard needs 'path'", "none");
  }
}

}  // namespace

bool is_packed(Format format) {
  return format == Format::kIdx || format == Format::kNpz || format == Format::kPickle;
}

Manifest read_manifest(Tree& tree) { return parse_manifest(tree.open(kManifestFile)); }

Manifest parse_manifest(const StoredFile& file) {
  if (file.size() > kMostManifestBytes) {
    refuse(file.path(), fmt::format("must not exceed {} bytes", kMostManifestBytes),
           fmt::format("{}", file.size()));
  }
  JsonFile json(file, kMostShardBytes);
  Json fields = Json::object();
  Manifest manifest;
  for (std::string key; json.next_member(key);) {
    if (key == "shards" && manifest.parts.empty()) {
      read_parts(json, manifest);
    } else if (key == "files" && manifest.files.empty()) {
      read_files(json, manifest);
    } else if (key == "glyphmill" || key == "format" || key == "seed" || key == "count" ||
               key == "labels") {
      fields[key] = json.value();
    }
  }
  manifest.version = text_at(file.path(), fields, "glyphmill");
  manifest.format = parsed_format(file.path(), text_at(file.path(), fields, "format"));
  manifest.seed = number_at(file.path(), fields, "seed");
  manifest.count = number_at(file.path(), fields, "count");
  manifest.labels = text_at(file.path(), fields, "labels");
  check(file.path(), manifest);
  return manifest;
}

std::vector<std::string> read_characters(Tree& tree) {
  std::string text;
  if (tree.root().has(kDataSetFile)) {
    const StoredFile file = tree.open(kDataSetFile);
    file.read_whole(kMostDescriptionBytes, text);
    const Json fields = parse_json(file.path(), text);
    return utf8_characters(text_at(file.path(), fields, "characters"));
  }
  std::vector<std::string> characters;
  if (!tree.root().has(kCharactersFile)) return characters;
  const StoredFile file = tree.open(kCharactersFile);
  file.read_whole(kMostDescriptionBytes, text);
  if (!is_utf8(text)) refuse(file.path(), "must be UTF-8", "other bytes");
  for (const std::string& character : utf8_characters(text)) {
    if (character != "\n") characters.push_back(character);
  }
  return characters;
}

}  // namespace glyphmill::datasets
