// SPDX-License-Identifier: Apache-2.0
#include "report/sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <opencv2/imgproc.hpp>

#include "core/ascii.h"
#include "glyphmill/error.h"
#include "sinks/encoder.h"
#include "sinks/files.h"

namespace glyphmill::report {
namespace {

constexpr int kGap = 8;
constexpr std::uint64_t kQuality = 95;
constexpr int kLabelRows = 18;
constexpr int kSheetColumns = 1200;  // px, as far as the widest sample allows
constexpr double kFontScale = 0.42;
const cv::Scalar kBackground(214, 210, 206);
const cv::Scalar kText(60, 40, 20);

/// OpenCV's strokes know ASCII only; what they cannot draw is named by its bytes.
std::string ascii_of(const std::string& label) {
  std::string text;
  for (const char c : label) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      text += c;
    } else {
      text += fmt::format("\\{:02x}", byte);
    }
  }
  return text;
}

void draw_label(cv::Mat& sheet, const cv::Rect& place, const std::string& label) {
  const std::string text = ascii_of(label);
  const cv::Size size = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, kFontScale, 1, nullptr);
  const double fit = size.width > place.width ? static_cast<double>(place.width) / size.width : 1;
  cv::putText(sheet, text, {place.x, place.y + 13}, cv::FONT_HERSHEY_SIMPLEX, kFontScale * fit,
              kText, 1, cv::LINE_AA);
}

void draw_cell(cv::Mat& sheet, const cv::Point& at, const SheetCell& cell) {
  cv::Mat image = cell.image;
  if (image.channels() == 1) cv::cvtColor(image, image, cv::COLOR_GRAY2BGR);
  image.copyTo(sheet(cv::Rect(at, image.size())));
  draw_label(sheet, {at.x, at.y + image.rows, image.cols, kLabelRows}, cell.label);
}

cv::Size largest(const std::vector<SheetCell>& cells) {
  cv::Size size(1, 1);
  for (const SheetCell& cell : cells) {
    size.width = std::max(size.width, cell.image.cols);
    size.height = std::max(size.height, cell.image.rows);
  }
  return size;
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
  const cv::Size pitch(cell.width + kGap, cell.height + kLabelRows + kGap);
  cv::Mat sheet(kGap + std::max(1, rows) * pitch.height, kGap + columns * pitch.width, CV_8UC3,
                kBackground);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const int place = static_cast<int>(i);
    draw_cell(sheet, {kGap + place % columns * pitch.width, kGap + place / columns * pitch.height},
              cells[i]);
  }
  return sheet;
}

void check_sheet_path(const std::string& path) {
  const std::string extension = extension_of(path);
  if (extension == ".png" || extension == ".jpg" || extension == ".jpeg") return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("preview: must end in .png or .jpg. Got: {}", path));
}

void write_sheet(const cv::Mat& sheet, const std::string& path) {
  const boost::filesystem::path file(path);
  sinks::Encoder encoder(extension_of(path) == ".png" ? ImageExt::kPng : ImageExt::kJpg, kQuality);
  const std::string directory = file.has_parent_path() ? file.parent_path().string() : ".";
  sinks::Directory(directory).replace(file.filename().string(), encoder.encode(sheet));
}

}  // namespace glyphmill::report
