// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "glyphmill/center_loss.h"
#include "glyphmill/ocr.h"
#include "ocr/centers.h"

/// How far features are from centers.
namespace glyphmill::ocr {

/// Gathers a `CenterDistances`.
class CenterStatistics {
 public:
  /// Both must outlive it. Class c >= 1 is character c - 1 of `characters`.
  CenterStatistics(const Centers& centers, const std::vector<std::string>& characters)
      : centers_(centers), characters_(characters) {}

  /// The frames of `line`, which has its features, that say characters of `label`.
  void add(const Frames& line, const std::vector<std::uint32_t>& label);

  CenterDistances distances() const;

 private:
  const Centers& centers_;
  const std::vector<std::string>& characters_;
  CenterDistances sums_;  // with sums in the place of means
};

/// The file of all validations, a line each.
std::string to_csv(const std::vector<CenterDistances>& lines);
/// Throws Error(kFormat) for what `to_csv` does not write.
std::vector<CenterDistances> parse_distances(const std::string& csv, const std::string& name);

}  // namespace glyphmill::ocr
