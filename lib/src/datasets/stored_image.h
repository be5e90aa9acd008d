// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

#include "glyphmill/data_set.h"

/// Images that people have in other kinds of files than Glyphmill writes.
namespace glyphmill::datasets {

/// What an image is, before its pixels are decoded.
struct PictureKind {
  cv::Size size;
  bool has_color = false;
};

/// Of pixels, or of a PNG, JPEG, BMP or TIFF file. Throws Error(kFormat), naming the sample's
/// place, for what is none of these, is not whole, or has more than 100 million pixels.
PictureKind checked_kind(const StoredSample& sample);

/// The image, which `checked_kind` accepts, in 8 bits and 1 (gray) or 3 (BGR) channels; what is
/// transparent shows white. Throws Error(kFormat) for damaged data.
cv::Mat plain_image(const StoredSample& sample, int channels);

}  // namespace glyphmill::datasets
