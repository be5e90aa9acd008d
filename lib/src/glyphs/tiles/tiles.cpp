// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/tiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/filesystem.hpp>
#include <cmath>
#include <fstream>
#include <opencv2/imgproc.hpp>

#include "core/ascii.h"
#include "core/decode_picture.h"
#include "core/picture_size.h"
#include "glyphmill/error.h"
#include "glyphmill/utf8.h"
#include "glyphs/tiles/embedded_tiles.h"

namespace glyphmill {
namespace {

namespace fs = boost::filesystem;

constexpr std::uint64_t kMostFileBytes = std::uint64_t{256} << 20;
constexpr std::uint64_t kMostPixels = 64000000;
constexpr std::string_view kManifestName = "tiles.yaml";

bool is_picture_name(const fs::path& path) {
  const std::string extension = core::lower_case(path.extension().string());
  static constexpr std::array<std::string_view, 6> kExtensions = {".png", ".jpg", ".jpeg",
                                                                  ".bmp", ".tif", ".tiff"};
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

std::string read_file(const fs::path& path) {
  // Opening a pipe would wait for a writer for ever.
  if (fs::exists(path) && !fs::is_regular_file(path)) {
    throw Error(ErrorCode::kFormat, fmt::format("{}: must be a file", path.string()));
  }
  std::ifstream file(path.string(), std::ios::binary | std::ios::ate);
  const auto size = file ? static_cast<std::streamoff>(file.tellg()) : std::streamoff{-1};
  if (size < 0) {
    throw Error(ErrorCode::kIo, fmt::format("{}: cannot be opened for reading", path.string()));
  }
  if (static_cast<std::uint64_t>(size) > kMostFileBytes) {
    throw Error(ErrorCode::kFormat, fmt::format("{}: a tile file must not exceed 256 MiB. Got: {} "
                                                "bytes",
                                                path.string(), size));
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  file.seekg(0);
  if (!file.read(bytes.data(), size)) {
    throw Error(ErrorCode::kIo, fmt::format("{}: cannot be read", path.string()));
  }
  return bytes;
}

/// Adds the pictures of one directory; with `prefix` "7/" for the sub-folder "7".
void add_pictures(const fs::path& directory, const std::string& prefix, TileFolder& folder) {
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (name.empty() || name[0] == '.') continue;
    if (fs::is_directory(entry.path())) {
      if (prefix.empty()) add_pictures(entry.path(), name + "/", folder);
      continue;
    }
    if (!is_picture_name(entry.path())) continue;
    if (!is_utf8(prefix + name)) {
      throw Error(ErrorCode::kFormat,
                  fmt::format("{}: a tile's file name must be UTF-8, for it is the tile's text. "
                              "Got: '{}'",
                              folder.name, printable(prefix + name)));
    }
    const std::string bytes = read_file(entry.path());
    folder.files.push_back({prefix + name, {bytes.begin(), bytes.end()}});
  }
}

[[noreturn]] void refuse_picture(const TileFolder& folder, const TileFile& file,
                                 const std::string& problem) {
  throw Error(ErrorCode::kFormat, fmt::format("{}/{}: {}", folder.name, file.path, problem));
}

/// No line is higher than 1024 px, so larger tiles would only cost memory.
cv::Mat reduced(const cv::Mat& picture) {
  constexpr double kMostUseful = 4e6;  // pixels
  const double scale = std::sqrt(kMostUseful / static_cast<double>(picture.total()));
  if (scale >= 1) return picture;
  cv::Mat result;
  const cv::Size size(std::max(1, cvRound(picture.cols * scale)),
                      std::max(1, cvRound(picture.rows * scale)));
  cv::resize(picture, result, size, 0, 0, cv::INTER_AREA);
  return result;
}

cv::Mat decode(const TileFolder& folder, const TileFile& file) {
  const auto size = core::picture_size(core::text_of(file.bytes));
  if (!size) refuse_picture(folder, file, "is not a whole PNG, JPEG, BMP or TIFF picture");
  if (size->width == 0 || size->height == 0 || size->width > kMostPixels / size->height) {
    refuse_picture(folder, file,
                   fmt::format("a tile must have 1 to 64 million pixels. Got: {} x {}", size->width,
                               size->height));
  }
  if (core::ends_early(core::text_of(file.bytes))) refuse_picture(folder, file, "is truncated");
  cv::Mat picture;
  try {
    picture = core::decode_picture(core::text_of(file.bytes));
    if (picture.depth() == CV_16U) picture.convertTo(picture, CV_8U, 1.0 / 257);
  } catch (const cv::Exception&) {
    picture.release();
  }
  if (picture.empty() || picture.depth() != CV_8U) {
    refuse_picture(folder, file, "cannot be decoded as an 8- or 16-bit picture");
  }
  return reduced(picture);
}

void merge(const TileOverride& from, TileOverride& into) {
  if (from.text) into.text = from.text;
  if (from.look) into.look = from.look;
  if (from.paper) into.paper = from.paper;
}

}  // namespace

TileFolder read_tile_folder(const std::string& path) {
  TileFolder folder;
  folder.name = path;
  try {
    if (!fs::is_directory(path)) {
      throw Error(ErrorCode::kNotFound,
                  fmt::format("{}: {}", path,
                              fs::exists(path) ? "must be a tile folder. Got: a file"
                                               : "no such tile folder"));
    }
    add_pictures(path, "", folder);
    const fs::path manifest = fs::path(path) / std::string(kManifestName);
    if (fs::exists(manifest)) folder.manifest = read_file(manifest);
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorCode::kIo, fmt::format("{}: {}", path, error.code().message()));
  }
  if (folder.files.empty()) {
    throw Error(ErrorCode::kFormat,
                fmt::format("{}: a tile folder must hold png, jpg, bmp or tif files named after "
                            "the text they show. Got: none",
                            path));
  }
  std::sort(folder.files.begin(), folder.files.end(),
            [](const TileFile& a, const TileFile& b) { return a.path < b.path; });
  return folder;
}

TileFolder builtin_tiles(std::string_view name) {
  TileFolder folder;
  folder.name = fmt::format("builtin:{}", name);
  const std::string prefix = fmt::format("{}/", name);
  for (const glyphs::EmbeddedFile& file : glyphs::embedded_tiles()) {
    if (file.path.substr(0, prefix.size()) != prefix) continue;
    const std::string path(file.path.substr(prefix.size()));
    if (path == kManifestName) {
      folder.manifest.assign(file.bytes, file.bytes + file.size);
    } else {
      folder.files.push_back({path, {file.bytes, file.bytes + file.size}});
    }
  }
  if (folder.files.empty()) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("glyphs.tiles: built-in sets are builtin:alphanumeric, builtin:codes "
                            "and builtin:dates. Got: {}",
                            folder.name));
  }
  return folder;
}

TileOverride parse_tile_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  std::string_view stem = slash == std::string_view::npos ? path : path.substr(slash + 1);
  stem = stem.substr(0, stem.rfind('.'));
  TileOverride tile;
  std::string_view look;
  if (slash != std::string_view::npos) {
    tile.text = path.substr(0, slash);
    look = stem;
  } else {
    const std::size_t underscore = stem.find('_');
    tile.text = stem.substr(0, underscore);
    if (underscore != std::string_view::npos) look = stem.substr(underscore + 1);
  }
  // What distinguishes instances of one look is no part of its name.
  const std::size_t last = look.rfind('_');
  const std::string_view number = last == std::string_view::npos ? look : look.substr(last + 1);
  if (number.find_first_not_of("0123456789") == std::string_view::npos) {
    look = last == std::string_view::npos ? std::string_view() : look.substr(0, last);
  }
  tile.look = look;
  return tile;
}

GlyphSet make_glyph_set(const TileFolder& folder, const TileManifest& manifest) {
  for (const auto& line : manifest) {
    const bool exists = std::any_of(folder.files.begin(), folder.files.end(),
                                    [&](const TileFile& file) { return file.path == line.first; });
    if (!exists) {
      throw Error(ErrorCode::kFormat, fmt::format("{}/{}: tiles.{}: must name a picture of the "
                                                  "folder",
                                                  folder.name, kManifestName, line.first));
    }
  }
  std::vector<Glyph> glyphs;
  glyphs.reserve(folder.files.size());
  for (const TileFile& file : folder.files) {
    TileOverride tile = parse_tile_path(file.path);
    const auto line = manifest.find(file.path);
    if (line != manifest.end()) merge(line->second, tile);
    if (tile.text->empty()) refuse_picture(folder, file, "its name must start with its text");
    glyphs.push_back(take_apart(decode(folder, file), *tile.text, tile.paper));
    const bool is_space = tile.text->find_first_not_of(' ') == std::string::npos;
    if (!is_space && cv::countNonZero(glyphs.back().coverage) == 0) {
      refuse_picture(folder, file, fmt::format("shows no ink where '{}' should be", *tile.text));
    }
    glyphs.back().look = *tile.look;
  }
  return GlyphSet(std::move(glyphs));
}

}  // namespace glyphmill
