// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "glyphmill/compose.h"
#include "glyphmill/recipe.h"
#include "glyphmill/sample.h"
#include "glyphmill/sequence.h"

namespace glyphmill {

/// Working memory of either look.
struct ComposeScratch {
  Composer::Scratch tiles;
  SequenceComposer::Scratch digits;
};

/// Sides of images, px, and their channels (1 or 3); 0 where images differ.
struct ImageShape {
  int height = 0;
  int width = 0;
  int channels = 0;
};

/// Makes the samples of a recipe. `sample(k)` is a pure function of (recipe, seed, k); programs,
/// previews and every other front end call it, and nothing else makes samples. Immutable;
/// thread-safe.
class Generator {
 public:
  /// Loads the glyphs and checks that every label can be drawn. Throws Error: kInvalidArgument (a
  /// rule of the recipe is broken, no seed, a text that no glyphs can spell, more samples than the
  /// label law has), or what reading the glyphs throws.
  explicit Generator(const Recipe& recipe);
  ~Generator();
  Generator(Generator&&) noexcept;
  Generator& operator=(Generator&&) noexcept;

  /// The recipe with seed, count and the checksum of its pictures filled in.
  const Recipe& recipe() const;
  /// Samples: the recipe's count or, where it names one of its splits, those of that split.
  std::uint64_t count() const;

  /// What every image has, as far as the recipe alone says it.
  ImageShape image_shape() const;

  /// The characters that labels are made of, each once, in the order of their code points; of
  /// labelled images those of all, whatever the split.
  std::vector<std::string> characters() const;

  /// Working memory that `sample` reuses; keep one per thread.
  struct Scratch {
    LabelText label;
    ComposeScratch compose;
    cv::Mat image;
  };

  /// Sample k < count(), whose `index` is its place among the samples of all splits. Throws
  /// Error(kInvalidArgument) for k beyond.
  Sample sample(std::uint64_t k) const;

  /// The same, reusing the memory of `sample` and `scratch`. The image's pixels are overwritten: no
  /// copy of `sample.image` made by an earlier call may share them any more.
  void sample(std::uint64_t k, Sample& sample, Scratch& scratch) const;

  /// The label of sample k alone, without drawing it. Throws as `sample` does.
  LabelText label(std::uint64_t k) const;

  /// The part of the recipe's mix that sample k is of; "" without a mix. Throws as `sample` does.
  const std::string& part(std::uint64_t k) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace glyphmill
