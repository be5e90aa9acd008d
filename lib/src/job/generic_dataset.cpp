// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstring>
#include <opencv2/core/check.hpp>
#include <utility>

#include "glyphmill/error.h"
#include "glyphmill/number_generator.h"
#include "glyphmill/utf8.h"
#include "glyphs/digit_files/idx.h"
#include "glyphs/digit_files/pickle.h"
#include "glyphs/digit_files/rules.h"
#include "job/picture_stack.h"

namespace glyphmill {
namespace {

using digit_files::PickleDict;
using digit_files::PickleList;
using digit_files::PickleValue;
using namespace job;

void check_labels(const std::vector<std::string>& labels) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (is_utf8(labels[i])) continue;
    refuse(fmt::format("labels[{}]", i), "must be UTF-8", printable(labels[i].substr(0, 40)));
  }
}

void check_counts(std::size_t images, std::size_t labels) {
  if (images == labels) return;
  refuse("labels", "must be as many as the images",
         fmt::format("{} images and {} labels", images, labels));
}

std::string kind_of(const cv::Mat& image) {
  return fmt::format("{} dimensions of {}", image.dims, cv::typeToString(image.type()));
}

void check(const GenericDataset::Data& data) {
  const cv::Mat& images = data.images;
  check_labels(data.labels);
  if (images.empty()) return check_counts(0, data.labels.size());
  if (images.dims != 3 || images.type() != CV_8UC1 || !images.isContinuous()) {
    refuse("images", "must have three dimensions of CV_8UC1, continuous",
           kind_of(images) + (images.isContinuous() ? "" : ", not continuous"));
  }
  check_sides("images", picture_size(images), digit_files::kMostSide);
  check_counts(static_cast<std::size_t>(images.size[0]), data.labels.size());
}

/// The size that all pictures have, those that are there and those to be added.
cv::Size common_size(const cv::Mat& present, const std::vector<cv::Mat>& added) {
  cv::Size size = present.empty() ? cv::Size() : picture_size(present);
  for (std::size_t i = 0; i < added.size(); ++i) {
    const cv::Mat& image = added[i];
    const std::string name = fmt::format("images[{}]", i);
    if (image.dims > 2 || image.type() != CV_8UC1) {
      refuse(name, "must have two dimensions of CV_8UC1", kind_of(image));
    }
    if (size.empty()) size = image.size();
    check_sides(name, image.size(), digit_files::kMostSide);
    if (image.size() == size) continue;
    refuse(name, fmt::format("must be {} x {} as the others", size.height, size.width),
           fmt::format("{} x {}", image.rows, image.cols));
  }
  return size;
}

/// The value of a key; nullptr where it is not there or None.
const PickleValue* said(const PickleDict& dict, std::string_view key) {
  const PickleValue* const value = dict.find(key);
  return value == nullptr || std::holds_alternative<std::monostate>(*value) ? nullptr : value;
}

double timestamp_of(const PickleValue& value, const std::string& name) {
  if (const auto* const whole = std::get_if<std::int64_t>(&value)) {
    return static_cast<double>(*whole);
  }
  if (const auto* const number = std::get_if<double>(&value)) return *number;
  digit_files::refuse(name, "'creation_timestamp' must be a number", digit_files::kind_of(value));
}

IntegerRange spacing_range_of(const PickleValue& value, const std::string& name) {
  if (const auto* const list = std::get_if<std::shared_ptr<PickleList>>(&value)) {
    const std::vector<PickleValue>& ends = (*list)->items;
    const auto* const min = ends.size() == 2 ? std::get_if<std::int64_t>(&ends[0]) : nullptr;
    const auto* const max = ends.size() == 2 ? std::get_if<std::int64_t>(&ends[1]) : nullptr;
    if (min != nullptr && max != nullptr) return {*min, *max};
  }
  digit_files::refuse(name, "'spacing_range' must be a pair of whole numbers",
                      digit_files::kind_of(value));
}

int image_width_of(const PickleValue& value, const std::string& name) {
  constexpr std::string_view kRule = "'image_width' must be a whole number of 32 bits";
  const auto* const width = std::get_if<std::int64_t>(&value);
  if (width == nullptr) digit_files::refuse(name, kRule, digit_files::kind_of(value));
  if (*width != static_cast<int>(*width)) {
    digit_files::refuse(name, kRule, fmt::format("{}", *width));
  }
  return static_cast<int>(*width);
}

DatasetMetadata metadata_of(const PickleDict& file, const std::string& name) {
  DatasetMetadata metadata;
  const PickleValue* const value = said(file, "metadata");
  if (value == nullptr) return metadata;
  const auto* const dict = std::get_if<std::shared_ptr<PickleDict>>(value);
  if (dict == nullptr) {
    digit_files::refuse(name, "'metadata' must be a dictionary", digit_files::kind_of(*value));
  }
  if (const PickleValue* const time = said(**dict, "creation_timestamp")) {
    metadata.creation_timestamp = timestamp_of(*time, name);
  }
  if (const PickleValue* const range = said(**dict, "spacing_range")) {
    metadata.spacing_range = spacing_range_of(*range, name);
  }
  if (const PickleValue* const width = said(**dict, "image_width")) {
    metadata.image_width = image_width_of(*width, name);
  }
  return metadata;
}

/// An array without items, whatever its shape.
bool is_empty_array(const PickleValue& value) {
  const auto* const array = std::get_if<std::shared_ptr<digit_files::Array>>(&value);
  return array != nullptr && (*array)->count() == 0;
}

GenericDataset read_dataset(const std::string& path) {
  const digit_files::FileBytes file = digit_files::unpacked_file(path);
  const std::shared_ptr<PickleDict> dict = digit_files::pickle_dict(file);
  GenericDataset::Data data;
  data.labels = digit_files::pickle_labels(digit_files::required(*dict, "labels", path), path);
  const PickleValue& images = digit_files::required(*dict, "images", path);
  if (!data.labels.empty() || !is_empty_array(images)) {
    const digit_files::ImageStack stack = digit_files::pickle_images(images, path);
    digit_files::require_counts(path, stack.count, data.labels.size());
    data.images = copied_pictures(stack.count, {stack.cols, stack.rows}, stack.pixels);
  }
  return GenericDataset(std::move(data), metadata_of(*dict, path));
}

}  // namespace

GenericDataset::GenericDataset(Data data, const DatasetMetadata& metadata)
    : data_(std::move(data)), metadata_(metadata) {
  check(data_);
}

GenericDataset GenericDataset::load(const std::string& path) {
  return reading(path, [&] { return read_dataset(path); });
}

void GenericDataset::save(const std::string& path) const {
  sinks::Pack pack = pack_of(data_.images);
  pack.spacing_range = metadata_.spacing_range;
  pack.labels = [this](const sinks::Write& write) {
    for (const std::string& label : data_.labels) write(label);
  };
  save_pickle(path, pack,
              {sinks::PickleLabels::kText, metadata_.creation_timestamp, metadata_.image_width});
}

void GenericDataset::add_examples(const std::vector<cv::Mat>& images,
                                  const std::vector<std::string>& labels) {
  check_counts(images.size(), labels.size());
  check_labels(labels);
  if (images.empty()) return;
  const cv::Size size = common_size(data_.images, images);
  Data all;
  all.images = new_pictures(this->size() + images.size(), size);
  if (this->size() > 0) std::memcpy(all.images.data, data_.images.data, data_.images.total());
  for (std::size_t i = 0; i < images.size(); ++i) {
    images[i].copyTo(picture_at(all.images, this->size() + i));
  }
  all.labels.reserve(this->size() + labels.size());
  all.labels = data_.labels;
  all.labels.insert(all.labels.end(), labels.begin(), labels.end());
  std::swap(data_, all);
}

GenericDataset::Example GenericDataset::operator[](std::size_t i) const {
  return {picture_at(data_.images, i), data_.labels[i]};
}

}  // namespace glyphmill
