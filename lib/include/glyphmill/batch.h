// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "glyphmill/generator.h"

/// Many samples in one array of bytes, for those who train on them and need no files:
///
///     BatchMaker maker(generator);
///     std::vector<std::uint8_t> pixels;
///     const Batch batch = maker.make(0, 64, {}, [&](const ImageShape& shape) {
///       pixels.resize(64 * shape.channels * shape.height * shape.width);
///       return pixels.data();
///     });
namespace glyphmill {

/// How the array is indexed, the last index running fastest. Channels are red, green, blue.
enum class BatchLayout {
  kNchw,  ///< sample, channel, row, column
  kNhwc,  ///< sample, row, column, channel
};

struct BatchOptions {
  BatchLayout layout = BatchLayout::kNchw;
  /// Value of the pixels to the right of and below an image that is smaller than the batch's; none:
  /// the image's own paper.
  std::optional<std::uint8_t> pad = std::nullopt;
  /// Of the batch's images; 0: what the largest of them needs. Where the recipe or this fixes all
  /// three, samples are written into the array as they are made; otherwise they are kept until the
  /// last of them is known.
  ImageShape shape{};
  unsigned threads = 0;  ///< 0: `default_threads()`
};

struct Batch {
  ImageShape shape;                  ///< of every image in the array
  std::vector<std::string> labels;   ///< UTF-8
  std::vector<std::int32_t> widths;  ///< px of each image before it was padded
};

/// Gives the memory of count * channels * height * width bytes that a batch is written to. Called
/// once, by the thread that asked for the batch; what it throws is passed on.
using BatchMemory = std::function<std::uint8_t*(const ImageShape& shape)>;

/// Makes batches of one generator's samples and keeps its working memory between them. Used by one
/// thread at a time, which works beside those it starts.
class BatchMaker {
 public:
  /// Keeps a reference to `generator`.
  explicit BatchMaker(const Generator& generator);
  ~BatchMaker();
  BatchMaker(BatchMaker&&) noexcept;
  BatchMaker& operator=(BatchMaker&&) noexcept;

  /// Samples [first, first + count). `poll` is called about twenty times a second by the calling
  /// thread; what it throws ends the batch and is passed on.
  ///
  /// Throws Error(kInvalidArgument) for samples that the generator does not have and for an image
  /// that is larger, or has more channels, than options.shape allows: the first of them. Gray
  /// images are repeated in the channels of a colour batch.
  Batch make(std::uint64_t first, std::uint64_t count, const BatchOptions& options,
             const BatchMemory& memory, const std::function<void()>& poll = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace glyphmill
