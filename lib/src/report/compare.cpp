// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <opencv2/core.hpp>

#include "glyphmill/data_set.h"
#include "glyphmill/inspect.h"
#include "glyphmill/parse.h"

namespace glyphmill {
namespace {

std::string text_of(const cv::Mat& image) {
  return fmt::format("{} x {} with {} channels", image.rows, image.cols, image.channels());
}

bool same_pixels(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && a.type() == b.type() && cv::norm(a, b, cv::NORM_INF) == 0;
}

bool same_bytes(const StoredSample& a, const StoredSample& b) {
  return a.bytes == b.bytes && a.pixels.has_value() == b.pixels.has_value() &&
         (!a.pixels ||
          (a.pixels->rows == b.pixels->rows && a.pixels->columns == b.pixels->columns &&
           a.pixels->channels == b.pixels->channels && a.pixels->is_float == b.pixels->is_float));
}

}  // namespace

Comparison compare_data_sets(const std::string& a, const std::string& b) {
  const DataSet first(a);
  const DataSet second(b);
  Comparison comparison;
  const auto differ = [&](const std::string& what) {
    comparison.result = Comparison::Result::kDifferent;
    comparison.difference = what;
    return comparison;
  };
  if (first.manifest().count != second.manifest().count) {
    return differ(
        fmt::format("{} samples and {}", first.manifest().count, second.manifest().count));
  }
  const auto of_first = first.read();
  const auto of_second = second.read();
  StoredSample x;
  StoredSample y;
  for (; of_first->next(x) && of_second->next(y); ++comparison.samples) {
    const std::string sample = fmt::format("sample {}", comparison.samples);
    if (x.label != y.label) {
      return differ(fmt::format("{}: label '{}' and '{}'", sample, shown(x.label), shown(y.label)));
    }
    if (same_bytes(x, y)) continue;
    comparison.result = Comparison::Result::kSamePixels;
    const cv::Mat image = decoded(x);
    const cv::Mat other = decoded(y);
    if (image.size() != other.size() || image.type() != other.type()) {
      return differ(fmt::format("{}: image {} and {}", sample, text_of(image), text_of(other)));
    }
    if (!same_pixels(image, other)) {
      return differ(fmt::format("{}: pixels, by up to {} levels", sample,
                                cv::norm(image, other, cv::NORM_INF)));
    }
  }
  return comparison;
}

}  // namespace glyphmill
