// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "glyphmill/data_set.h"

namespace glyphmill::datasets {

/// Labelled images of a directory, which is one of
///
/// - a finished data set that Glyphmill wrote, in any format, in its order;
/// - images with a labels.tsv, lines of PATH<TAB>LABEL, that names them, in its order;
/// - images whose names without the extension are their labels, in the order of the names' bytes.
///
/// Labels are UTF-8 without control characters. Thread-safe.
class LabelledImages {
 public:
  virtual ~LabelledImages() = default;
  virtual std::uint64_t count() const = 0;
  /// Reads the samples, in their order, with places that begin with the directory; images are not
  /// looked at. Throws, as its `next` does, Error: kFormat (also for links, and whatever else is no
  /// file), kIo.
  virtual std::unique_ptr<SampleReader> read() const = 0;
};

/// Throws Error: kNotFound; kFormat for a directory without images, one of several data sets, and a
/// list that names an image twice or a path outside; kIo.
std::unique_ptr<LabelledImages> open_labelled_images(const std::string& path);

}  // namespace glyphmill::datasets
