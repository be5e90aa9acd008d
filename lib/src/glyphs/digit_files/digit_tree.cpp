// SPDX-License-Identifier: Apache-2.0
#include "glyphs/digit_files/digit_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <opencv2/imgproc.hpp>

#include "core/ascii.h"
#include "core/decode_picture.h"
#include "core/picture_size.h"
#include "core/plain_picture.h"
#include "glyphs/digit_files/rules.h"

namespace glyphmill::digit_files {
namespace {

namespace fs = boost::filesystem;

constexpr std::uint64_t kMostFileBytes = std::uint64_t{256} << 20;
constexpr std::uint64_t kMostPixels = 64000000;

/// Where sizes differ: MNIST's.
constexpr int kFittedSide = 28;

std::vector<fs::path> sorted_entries(const fs::path& directory) {
  std::vector<fs::path> entries;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    if (entry.path().filename().string()[0] != '.') entries.push_back(entry.path());
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

bool is_class_name(const std::string& name) { return name.size() == 1 && core::is_digit(name[0]); }

/// Width and height that the header of a PGM, PPM or PBM file states.
std::optional<core::PictureSize> netpbm_size(std::string_view text) {
  if (text.size() < 3 || text[0] != 'P' || text[1] < '1' || text[1] > '6') return std::nullopt;
  std::size_t at = 2;
  const auto number = [&]() -> std::uint64_t {
    while (at < text.size() && !core::is_digit(text[at])) {
      at = text[at] == '#' ? std::min(text.find('\n', at), text.size()) : at + 1;
    }
    std::uint64_t value = 0;
    for (; at < text.size() && core::is_digit(text[at]) && value <= kMostPixels; ++at) {
      value = 10 * value + static_cast<std::uint64_t>(text[at] - '0');
    }
    return value;
  };
  const std::uint64_t width = number();
  return core::PictureSize{width, number()};
}

/// Paper that is not quite even, above the level of most of the border.
constexpr int kUnevenness = 8;
/// How far JPEG's ripples beside strokes reach above the ground, at the usual qualities.
constexpr int kRipples = 32;

/// Ink on a ground of 0. The ground is what most of the border is, and is taken off where it is not
/// 0 already: a faint paper would pass for ink.
void take_off_ground(std::vector<std::uint8_t>& border, bool is_jpeg, cv::Mat& picture) {
  const auto most = border.begin() + static_cast<std::ptrdiff_t>(border.size() * 9 / 10);
  std::nth_element(border.begin(), most, border.end());
  if (*most == 0 && !is_jpeg) return;
  const int ground = std::min(254, *most + (is_jpeg ? kRipples : kUnevenness));
  const double scale = 255.0 / (255 - ground);
  picture.convertTo(picture, CV_8U, scale, -ground * scale);
}

/// Inverts dark ink on light ground: what is at the border is the ground.
cv::Mat bright_ink(cv::Mat picture, bool is_jpeg) {
  std::vector<std::uint8_t> border;
  double inside = 0;
  for (int y = 0; y < picture.rows; ++y) {
    for (int x = 0; x < picture.cols; ++x) {
      const std::uint8_t pixel = picture.at<std::uint8_t>(y, x);
      const bool at_border = y == 0 || x == 0 || y == picture.rows - 1 || x == picture.cols - 1;
      if (at_border) border.push_back(pixel);
      if (!at_border) inside += pixel;
    }
  }
  const auto middle = border.begin() + static_cast<std::ptrdiff_t>(border.size() / 2);
  std::nth_element(border.begin(), middle, border.end());
  const std::size_t inner = picture.total() - border.size();
  if (inner > 0 && *middle > inside / static_cast<double>(inner)) {
    picture = 255 - picture;
    for (std::uint8_t& pixel : border) pixel = static_cast<std::uint8_t>(255 - pixel);
  }
  take_off_ground(border, is_jpeg, picture);
  return picture;
}

/// The picture of a file as bright ink on 0.
cv::Mat read_picture(const std::string& path) {
  constexpr std::string_view kRule = "must be a PNG, JPEG, BMP, TIFF or PGM picture";
  const FileBytes file = file_bytes(path);
  if (file.size > kMostFileBytes) {
    refuse(path, "a picture of a digit must not exceed 256 MiB", fmt::format("{}", file.size));
  }
  const std::vector<unsigned char> bytes(file.data, file.data + file.size);
  auto size = core::picture_size(core::text_of(bytes));
  if (!size) size = netpbm_size(file.text());
  if (!size) refuse(path, kRule, "another file");
  if (size->width == 0 || size->height == 0 || size->width > kMostPixels / size->height) {
    refuse(path, "a picture of a digit must have 1 to 64 million pixels",
           fmt::format("{} x {}", size->width, size->height));
  }
  require_side(path, size->width);
  require_side(path, size->height);
  if (core::ends_early(core::text_of(bytes))) refuse(path, kRule, "a part of one");
  cv::Mat picture;
  try {
    picture = core::decode_picture(core::text_of(bytes));
    picture = core::plain_picture(picture, 1);
  } catch (const cv::Exception&) {
    picture.release();
  }
  if (picture.empty()) refuse(path, kRule, "one that cannot be decoded");
  double least = 0, greatest = 0;
  cv::minMaxLoc(picture, &least, &greatest);
  const bool is_jpeg = file.size > 2 && file.data[0] == 0xff && file.data[1] == 0xd8;
  if (least < greatest) picture = bright_ink(picture, is_jpeg);
  if (least == greatest || cv::countNonZero(picture) == 0) {
    refuse(path, "a picture of a digit must show ink on paper", "nothing that stands out");
  }
  return picture;
}

/// Fitted into a square of MNIST's size, aspect kept, centred on black.
cv::Mat fitted(const cv::Mat& picture) {
  const double scale = static_cast<double>(kFittedSide) / std::max(picture.rows, picture.cols);
  const cv::Size size(std::max(1, cvRound(picture.cols * scale)),
                      std::max(1, cvRound(picture.rows * scale)));
  cv::Mat small;
  // Averages where it shrinks; to enlarge there is nothing to average.
  cv::resize(picture, small, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  cv::Mat result = cv::Mat::zeros(kFittedSide, kFittedSide, CV_8UC1);
  small.copyTo(result(cv::Rect((kFittedSide - size.width) / 2, (kFittedSide - size.height) / 2,
                               size.width, size.height)));
  return result;
}

/// Pictures one after the other: as they are while they are all of one size, fitted from the first
/// on that differs. So never more is held than is returned, and one picture.
class Gatherer {
 public:
  void add(const cv::Mat& picture, char character) {
    if (size_.empty()) size_ = picture.size();
    if (!fits_ && picture.size() != size_) fit_all();
    append(fits_ ? fitted(picture) : picture);
    characters_.push_back(character);
  }

  InkImages result() {
    InkImages digits;
    digits.rows = size_.height;
    digits.cols = size_.width;
    digits.characters = std::move(characters_);
    const auto owner = std::make_shared<const std::vector<std::uint8_t>>(std::move(pixels_));
    digits.pixels = owner->data();
    digits.owner = owner;
    return digits;
  }

 private:
  void append(const cv::Mat& picture) {
    for (int y = 0; y < picture.rows; ++y) {
      pixels_.insert(pixels_.end(), picture.ptr(y), picture.ptr(y) + picture.cols);
    }
  }

  void fit_all() {
    std::vector<std::uint8_t> whole;
    whole.swap(pixels_);
    const auto area = static_cast<std::size_t>(size_.area());
    for (std::size_t i = 0; i < characters_.size(); ++i) {
      append(fitted(cv::Mat(size_, CV_8UC1, whole.data() + i * area)));
    }
    size_ = cv::Size(kFittedSide, kFittedSide);
    fits_ = true;
  }

  bool fits_ = false;
  cv::Size size_;
  std::vector<char> characters_;
  std::vector<std::uint8_t> pixels_;
};

}  // namespace

bool is_digit_tree(const std::string& directory) {
  const std::vector<fs::path> entries = sorted_entries(directory);
  return std::any_of(entries.begin(), entries.end(), [](const fs::path& entry) {
    return is_class_name(entry.filename().string()) && fs::is_directory(entry);
  });
}

InkImages read_digit_tree(const std::string& directory) {
  Gatherer gatherer;
  for (const fs::path& entry : sorted_entries(directory)) {
    if (!fs::is_directory(entry)) continue;
    const std::string name = entry.filename().string();
    if (!is_class_name(name)) {
      refuse(directory, "the sub-directories of a directory of digits must be 0 .. 9",
             printable(name));
    }
    for (const fs::path& picture : sorted_entries(entry)) {
      gatherer.add(read_picture(picture.string()), name[0]);
    }
  }
  InkImages digits = gatherer.result();
  require_counts(directory, digits.size(), digits.size());
  return digits;
}

}  // namespace glyphmill::digit_files
