// SPDX-License-Identifier: Apache-2.0
#include "report/sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <opencv2/imgproc.hpp>

#include "core/ascii.h"
#include "glyphmill/error.h"
#include "report/drawn_text.h"
#include "sinks/encoder.h"
#include "sinks/files.h"

namespace glyphmill::report {
namespace {

constexpr int kGap = 8;
constexpr std::uint64_t kQuality = 95;
constexpr int kLabelRows = 18;
constexpr int kSheetColumns = 1200;  // px, as far as the widest sample allows
const cv::Scalar kBackground(214, 210, 206);
constexpr int kWidestNote = 240;  // px that a note may widen a narrow image's cell to
const cv::Scalar kText(60, 40, 20);
const cv::Scalar kMarked(30, 30, 215);

int width_of(const SheetSpan& span, double scale = kTextScale) {
  const double least = span.least_width * scale / kTextScale;
  return std::max(text_size(span.text, scale).width, cvRound(least));
}

int width_of(const std::vector<SheetSpan>& line) {
  int width = 0;
  for (const SheetSpan& span : line) width += width_of(span);
  return width;
}

/// Smaller than usual where the line is wider than `place`.
void draw_line(cv::Mat& sheet, const cv::Rect& place, const std::vector<SheetSpan>& line) {
  const int width = width_of(line);
  const double scale = kTextScale * std::min(1.0, static_cast<double>(place.width) / width);
  int column = place.x;
  for (const SheetSpan& span : line) {
    draw_text(sheet, span.text, {column, place.y + 13}, span.is_marked ? kMarked : kText, scale);
    column += width_of(span, scale);
  }
}

void draw_cell(cv::Mat& sheet, const cv::Rect& place, const SheetCell& cell) {
  cv::Mat image = cell.image;
  if (image.channels() == 1) cv::cvtColor(image, image, cv::COLOR_GRAY2BGR);
  image.copyTo(sheet(cv::Rect(place.tl(), image.size())));
  // A label is as wide as its image; notes may use the whole cell.
  cv::Rect row(place.x, place.y + image.rows, image.cols, kLabelRows);
  if (!cell.label.empty()) draw_line(sheet, row, {{cell.label}});
  if (cell.label.empty()) row.y -= kLabelRows;
  row.width = place.width;
  for (const auto& note : cell.notes) {
    row.y += kLabelRows;
    draw_line(sheet, row, note);
  }
}

cv::Size largest(const std::vector<SheetCell>& cells) {
  cv::Size size(1, 1);
  for (const SheetCell& cell : cells) {
    size.width = std::max(size.width, cell.image.cols);
    size.height = std::max(size.height, cell.image.rows);
    for (const auto& note : cell.notes) {
      size.width = std::max(size.width, std::min(width_of(note), kWidestNote));
    }
  }
  return size;
}

int most_lines(const std::vector<SheetCell>& cells) {
  std::size_t most = 1;
  for (const SheetCell& cell : cells) {
    most = std::max(most, cell.notes.size() + (cell.label.empty() ? 0 : 1));
  }
  return static_cast<int>(most);
}

std::string extension_of(const std::string& path) {
  return core::lower_case(boost::filesystem::path(path).extension().string());
}

}  // namespace

bool fits(const std::vector<SheetCell>& cells, const cv::Mat& image) {
  const cv::Size cell = largest(cells);
  return cells.empty() || static_cast<double>(std::max(cell.width, image.cols)) *
                                  std::max(cell.height, image.rows) *
                                  static_cast<double>(cells.size() + 1) <=
                              kMostSheetPixels;
}

cv::Mat draw_sheet(const std::vector<SheetCell>& cells) {
  const cv::Size cell = largest(cells);
  const int columns = std::max(1, (kSheetColumns - kGap) / (cell.width + kGap));
  const int rows = (static_cast<int>(cells.size()) + columns - 1) / columns;
  const int lines = most_lines(cells);
  const cv::Size pitch(cell.width + kGap, cell.height + lines * kLabelRows + kGap);
  cv::Mat sheet(kGap + std::max(1, rows) * pitch.height, kGap + columns * pitch.width, CV_8UC3,
                kBackground);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const int place = static_cast<int>(i);
    const cv::Point corner(kGap + place % columns * pitch.width,
                           kGap + place / columns * pitch.height);
    draw_cell(sheet, {corner, cell}, cells[i]);
  }
  return sheet;
}

void check_sheet_path(const std::string& path, std::string_view name) {
  const std::string extension = extension_of(path);
  if (extension == ".png" || extension == ".jpg" || extension == ".jpeg") return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("{}: must end in .png or .jpg. Got: {}", name, path));
}

void write_sheet(const cv::Mat& sheet, const std::string& path) {
  sinks::Encoder encoder(extension_of(path) == ".png" ? ImageExt::kPng : ImageExt::kJpg, kQuality);
  const sinks::FilePlace place = sinks::place_of_file(path);
  place.directory.replace(place.name, encoder.encode(sheet));
}

}  // namespace glyphmill::report
