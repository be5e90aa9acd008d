// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "glyphmill/data_set.h"
#include "sinks/file_name.h"

namespace glyphmill::report {

/// Knows from the recipe of a data set what its images are called. Immutable; thread-safe.
class NameCheck {
 public:
  /// Throws Error(kFormat) if there is a recipe and it cannot be read, or has another seed.
  explicit NameCheck(const DataSet& set);

  /// The name that the image should have; none if it has it, or if nobody can tell.
  std::optional<std::string> other_name(const StoredSample& sample, const cv::Mat& image) const;

 private:
  std::optional<sinks::FileNamer> jpg_;
  std::optional<sinks::FileNamer> png_;
};

}  // namespace glyphmill::report
