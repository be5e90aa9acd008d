// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>
#include <string>

#include "glyphmill/generator.h"

namespace glyphmill {

/// A picture of the first `samples` samples (at most all there are, and fewer of huge ones: about
/// 30 million pixels), made by `Generator::sample`, in columns, each with its label under it.
/// CV_8UC3.
cv::Mat contact_sheet(const Generator& generator, std::uint64_t samples = 60);

/// Writes the sheet as PNG or JPEG, by the file's extension; a file of that name is replaced when
/// the new one is whole. Throws Error(kInvalidArgument) for another extension, Error(kIo).
void write_contact_sheet(const Generator& generator, const std::string& path,
                         std::uint64_t samples = 60);

}  // namespace glyphmill
