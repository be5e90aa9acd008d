// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "glyphmill/labels.h"
#include "job/image_set.h"
#include "job/look.h"

/// Labelled images as the samples of a recipe.
namespace glyphmill::job {

/// The images that a run of samples shows, and which of them comes when.
struct ImageShare {
  enum class Of {
    kAll,
    kImages,  ///< those that a keyed order of them puts into the interval
    kLabels,  ///< those whose labels are of the share
  };
  Of of = Of::kAll;
  LabelShare share;  ///< its name, interval, key, and the first of the samples
};

/// The labels and the pixels of one part of a recipe.
struct ImageSource {
  std::vector<std::unique_ptr<LabelSource>> labels;  ///< of each share
  std::unique_ptr<Drawer> drawer;                    ///< a share is a part of its pictures
};

/// Sample k of a share shows the image that `order` and `seed` give it, with its label. Throws
/// Error(kInvalidArgument) for a share without images.
ImageSource make_image_source(std::shared_ptr<const ImageSet> set,
                              const std::vector<ImageShare>& shares, SourceOrder order,
                              std::uint64_t seed);

/// Images of a source, read from its lists alone. Throws what `datasets::open_labelled_images`
/// throws.
std::uint64_t count_images(const ImageSourceOptions& options);

}  // namespace glyphmill::job
