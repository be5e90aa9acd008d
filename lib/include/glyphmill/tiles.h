// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/glyphs.h"

/// Tiles: small pictures of digits, of two digits, of 年 月 日, ..., one file each.
namespace glyphmill {

/// What a manifest says of one tile file, over what its name says.
struct TileOverride {
  std::optional<std::string> text;
  std::optional<std::string> look;
  std::optional<cv::Scalar> paper;  ///< BGR; otherwise estimated
};

/// Overrides by path relative to the folder, with forward slashes.
using TileManifest = std::map<std::string, TileOverride>;

/// One picture file of a tile folder.
struct TileFile {
  std::string path;                  ///< relative to the folder, forward slashes
  std::vector<unsigned char> bytes;  ///< the encoded picture
};

/// A tile folder's content, not yet decoded.
struct TileFolder {
  std::string name;             ///< stands for the folder in messages
  std::vector<TileFile> files;  ///< sorted by path
  std::string manifest;         ///< text of its tiles.yaml; empty if there is none
};

/// Reads the picture files (png, jpg, jpeg, bmp, tif, tiff) of a folder and of its sub-folders one
/// level down, and tiles.yaml. Throws Error: kNotFound (no such folder), kIo, kFormat (no picture
/// in it, a name that is not UTF-8, a file over 256 MiB).
TileFolder read_tile_folder(const std::string& folder);

/// The tile sets that are compiled in: "alphanumeric", "codes" and "dates". Throws
/// Error(kInvalidArgument) for another name.
TileFolder builtin_tiles(std::string_view name);

/// Text and look of a tile from its path: the stem up to the first '_' is the text and the rest,
/// less a trailing "_number", the look ("7_receipt_2.png": "7", "receipt"); in a sub-folder, the
/// folder is the text and the stem the look ("7/receipt_2.png").
TileOverride parse_tile_path(std::string_view path);

/// Takes one decoded picture (8-bit gray, BGR or BGRA) apart into ink and paper.
///
/// The paper is a plane fitted to the ground (light or dark) in each channel; ink coverage is the
/// distance from it along the direction of the ink's colour, 1 at its strongest; grain of the
/// paper away from the strokes is dropped. With an alpha channel the coverage is the alpha.
Glyph take_apart(const cv::Mat& picture, const std::string& text,
                 const std::optional<cv::Scalar>& paper = std::nullopt);

/// Decodes every file and takes it apart. Throws Error(kFormat) naming the file that is truncated,
/// is no picture, has no pixels or more than 64 million, shows no ink (but for a text of spaces),
/// or whose text is empty; and for a manifest line without its file.
GlyphSet make_glyph_set(const TileFolder& folder, const TileManifest& manifest);

}  // namespace glyphmill
