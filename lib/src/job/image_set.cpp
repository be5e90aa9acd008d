// SPDX-License-Identifier: Apache-2.0
#include "job/image_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "core/paper.h"
#include "datasets/labelled_images.h"
#include "datasets/stored_file.h"
#include "datasets/stored_image.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "glyphmill/utf8.h"
#include "job/picture_checksum.h"
#include "labels/sources.h"

namespace glyphmill::job {
namespace {

constexpr std::size_t kLongestLabel = 256;  // characters, as of every law of labels
constexpr int kLongestSide = 65500;         // of what formats can hold

void check_label(const StoredSample& image) {
  if (utf8_length(image.label) > kLongestLabel) {
    datasets::refuse(
        image.place, fmt::format("labels must have at most {} characters", kLongestLabel),
        fmt::format("{} ({} characters)", shown(image.label), utf8_length(image.label)));
  }
  try {
    labels::check_printable(image.place + ": label", image.label);
  } catch (const Error& error) {  // here it is the files' mistake
    throw Error(ErrorCode::kFormat, error.what());
  }
}

std::uint64_t bytes_of(const StoredSample& image) {
  return sizeof image + image.place.size() + image.name.size() + image.label.size() +
         image.bytes.size();
}

std::string checksum_of(const std::vector<StoredSample>& images) {
  PieceChecksum checksum;
  for (const StoredSample& image : images) {
    checksum.add(image.label);
    checksum.add(image.bytes);
    if (!image.pixels) continue;
    const PixelLayout& layout = *image.pixels;
    checksum.add(
        fmt::format("{} {} {} {}", layout.rows, layout.columns, layout.channels, layout.is_float));
  }
  return checksum.hex();
}

cv::Size scaled(const cv::Size& size, int height) {
  if (height == 0) return size;
  const double scale = static_cast<double>(height) / size.height;
  return {std::max(1, cvRound(size.width * scale)), height};
}

}  // namespace

ImageSet::ImageSet(ImageSourceOptions& options, std::uint64_t most_bytes,
                   std::uint64_t most_kept_bytes)
    : name_(options.images), height_(static_cast<int>(options.height.value_or(0))) {
  check_bounds(options, "source");
  read(most_bytes);
  settle_checksum(options.checksum, checksum_of(images_), "source", name_);
  const std::vector<ImageShape> shapes = check_headers();
  const bool has_color = std::any_of(shapes.begin(), shapes.end(),
                                     [](const ImageShape& shape) { return shape.channels == 3; });
  const bool as_color =
      options.color == SourceColor::kAuto ? has_color : options.color == SourceColor::kColor;
  shape_ = shapes.front();
  shape_.channels = as_color ? 3 : 1;
  std::uint64_t bytes = 0;
  for (const ImageShape& shape : shapes) {
    if (shape.height != shape_.height) shape_.height = 0;
    if (shape.width != shape_.width) shape_.width = 0;
    bytes += static_cast<std::uint64_t>(shape.height) * static_cast<std::uint64_t>(shape.width) *
             static_cast<std::uint64_t>(shape_.channels);
  }
  if (bytes <= most_kept_bytes) {
    kept_ = std::make_unique<std::atomic<const Picture*>[]>(images_.size());
  }
}

ImageSet::~ImageSet() {
  for (std::size_t i = 0; kept_ && i < images_.size(); ++i) delete kept_[i].load();
}

void ImageSet::read(std::uint64_t most_bytes) {
  const auto source = datasets::open_labelled_images(name_);
  const auto reader = source->read();
  std::uint64_t bytes = 0;
  for (StoredSample image; reader->next(image);) {
    check_label(image);
    bytes += bytes_of(image);
    if (bytes > most_bytes) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("source.images: must take at most {} MiB of memory; take a part of "
                              "them. Got: {}, which takes more from {} on",
                              most_bytes >> 20, name_, image.place));
    }
    images_.push_back(std::move(image));
    image = {};
  }
  if (images_.empty()) datasets::refuse(name_, "must hold images", "none");
}

std::vector<ImageShape> ImageSet::check_headers() {
  std::vector<ImageShape> shapes;
  shapes.reserve(images_.size());
  for (const StoredSample& image : images_) {
    const datasets::PictureKind kind = datasets::checked_kind(image);
    const cv::Size size = scaled(kind.size, height_);
    if (std::max(size.width, size.height) > kLongestSide) {
      datasets::refuse(image.place,
                       fmt::format("an image must have sides of at most {} px{}", kLongestSide,
                                   height_ > 0 ? " at the height of the source" : ""),
                       fmt::format("{} x {}", size.width, size.height));
    }
    sizes_.push_back(kind.size);
    shapes.push_back({size.height, size.width, kind.has_color ? 3 : 1});
  }
  return shapes;
}

ImageSet::Picture ImageSet::decoded_picture(std::size_t i) const {
  cv::Mat image = datasets::plain_image(images_[i], shape_.channels);
  const cv::Size stated = sizes_[i];
  if (image.size() != stated) {
    datasets::refuse(
        images_[i].place,
        fmt::format("must have the {} x {} pixels that it states", stated.width, stated.height),
        fmt::format("{} x {}", image.cols, image.rows));
  }
  const cv::Size size = scaled(stated, height_);
  if (size != stated) {
    // Averages where it shrinks; to enlarge there is nothing to average.
    cv::Mat other;
    cv::resize(image, other, size, 0, 0,
               size.height < stated.height ? cv::INTER_AREA : cv::INTER_LINEAR);
    image = other;
  }
  return {image, paper_of(image)};
}

const ImageSet::Picture& ImageSet::kept_picture(std::size_t i) const {
  const Picture* there = kept_[i].load(std::memory_order_acquire);
  if (there != nullptr) return *there;
  // Two threads may decode it at once; the first to be ready wins.
  auto made = std::make_unique<const Picture>(decoded_picture(i));
  if (kept_[i].compare_exchange_strong(there, made.get(), std::memory_order_acq_rel,
                                       std::memory_order_acquire)) {
    return *made.release();
  }
  return *there;
}

void ImageSet::put(std::size_t i, Sample& sample) const {
  if (kept_) {
    const Picture& picture = kept_picture(i);
    picture.image.copyTo(sample.image);
    sample.paper = picture.paper;
    return;
  }
  Picture picture = decoded_picture(i);
  sample.image = std::move(picture.image);
  sample.paper = picture.paper;
}

}  // namespace glyphmill::job
