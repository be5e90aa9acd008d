// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "glyphmill/output.h"
#include "sinks/format_writer.h"
#include "sinks/pack.h"

namespace glyphmill::sinks {

/// Watches that all images of a data set have one shape. May be called from several threads.
class OneShape {
 public:
  /// `format` is the name of the output format, for the message.
  explicit OneShape(std::string format) : format_(std::move(format)) {}

  /// Throws Error(kInvalidArgument) if another sample had another shape.
  void agree(std::uint64_t sample, const ImageShape& shape);
  /// True if two samples differed.
  bool is_broken() const;

 private:
  std::string format_;
  mutable std::mutex mutex_;
  std::uint64_t first_ = 0;  // the lowest sample told of
  std::optional<ImageShape> shape_;
  bool broken_ = false;
};

/// What the record of a finished shard says.
struct PartRecord {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  ImageShape shape;
  Stretch size;
  std::string checksum;  ///< XXH3-128 of the stored bytes
};

/// Throws Error(kFormat) if it is no record of a part.
PartRecord part_record(const Json& record);

/// Writes the bytes of the part `file` in `work`; throws Error(kFormat) if they are not what the
/// record says.
void copy_part(const Directory& work, const std::string& file, const PartRecord& record,
               const Write& write);

/// Where the writer of a shard puts it, and how. What is referred to must outlive the writer.
struct PartPlace {
  const Directory& work;
  std::string temporary;
  bool deflated;
  bool normalize;  ///< float32 of 0 .. 1 in place of uint8
  OneShape& one_shape;
};

/// Writes the images of one shard into a file: pixels in row order, colours as RGB.
std::unique_ptr<ShardContent> make_packed_part(const PartPlace& place);

}  // namespace glyphmill::sinks
