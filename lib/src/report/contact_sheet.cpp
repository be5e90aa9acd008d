// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/contact_sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/ascii.h"
#include "glyphmill/error.h"
#include "sinks/encoder.h"
#include "sinks/files.h"

namespace glyphmill {
namespace {

constexpr int kGap = 8;
constexpr int kLabelRows = 18;
constexpr int kSheetColumns = 1200;  // px, as far as the widest sample allows
constexpr double kMostPixels = 3e7;  // a sheet that viewers still open
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

void draw_sample(cv::Mat& sheet, const cv::Point& at, const Sample& sample) {
  cv::Mat image = sample.image;
  if (image.channels() == 1) cv::cvtColor(image, image, cv::COLOR_GRAY2BGR);
  image.copyTo(sheet(cv::Rect(at, image.size())));
  draw_label(sheet, {at.x, at.y + image.rows, image.cols, kLabelRows}, sample.label);
}

}  // namespace

cv::Mat contact_sheet(const Generator& generator, std::uint64_t samples) {
  const std::uint64_t count = std::min(samples, generator.count());
  std::vector<Sample> shown;
  cv::Size cell(1, 1);
  for (std::uint64_t k = 0; k < count; ++k) {
    shown.push_back(generator.sample(k));
    cell.width = std::max(cell.width, shown.back().image.cols);
    cell.height = std::max(cell.height, shown.back().image.rows);
    if (static_cast<double>(cell.area()) * static_cast<double>(k + 2) > kMostPixels) break;
  }
  const int columns = std::max(1, (kSheetColumns - kGap) / (cell.width + kGap));
  const int rows = (static_cast<int>(shown.size()) + columns - 1) / columns;
  const cv::Size pitch(cell.width + kGap, cell.height + kLabelRows + kGap);
  cv::Mat sheet(kGap + std::max(1, rows) * pitch.height, kGap + columns * pitch.width, CV_8UC3,
                kBackground);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const int place = static_cast<int>(i);
    draw_sample(sheet,
                {kGap + place % columns * pitch.width, kGap + place / columns * pitch.height},
                shown[i]);
  }
  return sheet;
}

void write_contact_sheet(const Generator& generator, const std::string& path,
                         std::uint64_t samples) {
  const boost::filesystem::path file(path);
  const std::string extension = core::lower_case(file.extension().string());
  if (extension != ".png" && extension != ".jpg" && extension != ".jpeg") {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("preview: must end in .png or .jpg. Got: {}", path));
  }
  std::vector<uchar> bytes;
  sinks::encode_image(extension, contact_sheet(generator, samples), {}, bytes);
  const std::string directory = file.has_parent_path() ? file.parent_path().string() : ".";
  sinks::Directory(directory).replace(
      file.filename().string(),
      std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace glyphmill
