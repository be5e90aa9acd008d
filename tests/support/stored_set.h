// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "glyphmill/output.h"

namespace glyphmill::test {

/// A small data set in the layout of a format, written here and not by the library, so that its
/// readers are tried by another hand.
struct StoredSet {
  Format format = Format::kFolder;
  std::vector<std::string> labels;
  std::vector<cv::Mat> images;
  std::size_t shard_size = 2;
  std::string split = "train";
  bool as_csv = false;  ///< of hf

  /// Gray images of 12 x 8 with these labels, each of its own.
  StoredSet(Format format, std::vector<std::string> labels);

  void write(const std::string& root) const;
};

/// A format's name.
std::string name_of(Format format);

/// Changes the manifest of the data set in `root`.
void change_manifest(const std::string& root,
                     const std::function<void(nlohmann::ordered_json&)>& change);

/// A member of a tar archive in the ustar format; without `type` a regular file.
std::string tar_member(const std::string& name, const std::string& content, char type = '0');

}  // namespace glyphmill::test
