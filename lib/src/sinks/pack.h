// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/range.h"

/// A packed data set between its shards and the one file that they become. The file is never whole
/// in memory: everything passes in pieces.
namespace glyphmill::sinks {

/// Takes bytes in order.
using Write = std::function<void(std::string_view)>;

/// Bytes as they are and as they are stored. What is not deflated has no CRC.
struct Stretch {
  std::uint64_t raw_bytes = 0;
  std::uint64_t bytes = 0;
  std::uint32_t crc32 = 0;  ///< of the raw bytes
};

/// What the images of a packed data set must agree in.
struct ImageShape {
  int rows = 0;
  int columns = 0;
  int channels = 0;
};

inline bool operator==(const ImageShape& a, const ImageShape& b) {
  return a.rows == b.rows && a.columns == b.columns && a.channels == b.channels;
}
inline bool operator!=(const ImageShape& a, const ImageShape& b) { return !(a == b); }

/// A packed data set whose shards are all there.
struct Pack {
  std::uint64_t count = 0;
  ImageShape shape;
  bool normalize = false;           ///< float32 of 0 .. 1 in place of uint8
  std::uint64_t longest_label = 0;  ///< characters
  std::uint64_t shortest_label = 0;
  std::optional<IntegerRange> spacing_range;
  std::vector<Stretch> parts;  ///< the images of one shard each, in order
  /// Writes the parts, as they are stored, one after the other.
  std::function<void(const Write&)> images;
  /// Gives each label (UTF-8), in order.
  std::function<void(const Write&)> labels;

  std::uint64_t image_bytes() const {
    return count * static_cast<std::uint64_t>(shape.rows) *
           static_cast<std::uint64_t>(shape.columns) * static_cast<std::uint64_t>(shape.channels) *
           (normalize ? sizeof(float) : 1);
  }
};

}  // namespace glyphmill::sinks
