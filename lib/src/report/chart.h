// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <vector>

#include "glyphmill/range.h"

/// Line and scatter charts. `write_sheet` (report/sheet.h) writes them. Texts are ASCII; bytes of
/// other characters are shown as \xx.
namespace glyphmill::report {

enum class Mark {
  kLine,    ///< points joined in their order
  kDots,    ///< each point a dot
  kLetter,  ///< each point the series' name, as of characters in a plane
};

struct Series {
  std::string name;                 ///< in the legend, if not empty
  std::vector<cv::Point2d> points;  ///< what is not finite is left out, and breaks a line
  Mark mark = Mark::kLine;
  std::optional<cv::Scalar> colour = {};  ///< BGR; without, one of its place among the series
};

struct Chart {
  std::string title;
  std::string x_label;
  std::string y_label;
  bool log_x = false;  ///< points of x <= 0 are left out
  bool log_y = false;
  std::vector<Series> series;
  std::optional<Range> x_range = {};  ///< without, what the points need
  std::optional<Range> y_range = {};
};

/// CV_8UC3 of that size, which is at least 160 x 120.
cv::Mat draw_chart(const Chart& chart, const cv::Size& size = {640, 420});

/// Charts side by side, row by row; CV_8UC3.
cv::Mat draw_grid(const std::vector<Chart>& charts, int columns = 2,
                  const cv::Size& each = {640, 420});

}  // namespace glyphmill::report
