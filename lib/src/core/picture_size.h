// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace glyphmill::core {

struct PictureSize {
  std::uint64_t width = 0;
  std::uint64_t height = 0;
};

/// Width and height that the header of a PNG, JPEG, BMP or TIFF file states, read without decoding,
/// so that a small file cannot make us allocate a huge picture. Nothing if the bytes are none of
/// these or end too early.
std::optional<PictureSize> picture_size(std::string_view bytes);

/// Whether the header of a PNG or JPEG file says that the picture is in colour, a palette counting
/// as such; nothing for other files and for those that end too early.
std::optional<bool> says_color(std::string_view bytes);

/// True for a PNG or JPEG file without its end mark: OpenCV decodes what it can of a truncated one.
bool ends_early(std::string_view bytes);

inline std::string_view text_of(const std::vector<unsigned char>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace glyphmill::core
