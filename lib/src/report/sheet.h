// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>
#include <string>
#include <string_view>
#include <vector>

/// Pictures of labelled images in columns.
namespace glyphmill::report {

constexpr double kMostSheetPixels = 3e7;  // a sheet that viewers still open

struct SheetSpan {
  std::string text;
  bool is_marked = false;  ///< in red
  int least_width = 0;     ///< px, to align what follows
};

struct SheetCell {
  cv::Mat image;  ///< CV_8UC1 or CV_8UC3
  std::string label;
  std::vector<std::vector<SheetSpan>> notes = {};  ///< lines below the label
};

/// False if the sheet would be too large with this image as well; the first one always fits.
bool fits(const std::vector<SheetCell>& cells, const cv::Mat& image);

cv::Mat draw_sheet(const std::vector<SheetCell>& cells);

/// Throws Error(kInvalidArgument) "NAME: ..." if the path does not end in .png, .jpg or .jpeg.
void check_sheet_path(const std::string& path, std::string_view name = "preview");
void write_sheet(const cv::Mat& sheet, const std::string& path);

}  // namespace glyphmill::report
