// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "sinks/format_writer.h"

namespace glyphmill::sinks {

/// The formats with an image file a sample: folder, jsonl, hf, tesseract, easyocr, coco. A shard is
/// a directory of images; what they differ in stands beside images or in a list of all.
std::unique_ptr<FormatWriter> make_image_files(const DataSet& data_set);

}  // namespace glyphmill::sinks
