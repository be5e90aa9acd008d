// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "glyphmill/recipe.h"
#include "support/temp_dir.h"

namespace glyphmill::test {

inline std::string file_of(const cv::Mat& image, const std::string& extension = ".png") {
  std::vector<uchar> bytes;
  cv::imencode(extension, image, bytes);
  return {bytes.begin(), bytes.end()};
}

/// Light ground with a dark bar that is another for each `i` below 1000.
inline cv::Mat barred_image(std::size_t i, cv::Size size = {40, 16}) {
  cv::Mat image(size, CV_8UC1, cv::Scalar(220));
  image.at<uchar>(8, 10) = static_cast<uchar>(i % 200);
  image.at<uchar>(8, 11) = static_cast<uchar>(i / 200);
  image(cv::Rect(12, 6, 10, 4)).setTo(cv::Scalar(30));
  return image;
}

/// Writes image i as `directory`/LABEL.png.
inline void write_own_images(const std::string& directory, const std::vector<std::string>& labels) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    write_all(directory + "/" + labels[i] + ".png", file_of(barred_image(i)));
  }
}

/// "000", "001", ...: their order is that of their images.
inline std::vector<std::string> numbered_labels(std::size_t count) {
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string digits = std::to_string(i);
    labels.push_back(std::string(3 - digits.size(), '0') + digits);
  }
  return labels;
}

/// The samples of labelled images as they are.
inline Recipe images_recipe(const std::string& images, std::uint64_t seed = 1) {
  Recipe recipe;
  recipe.seed = seed;
  recipe.look = ImageLook{{images, "", std::nullopt, SourceColor::kAuto, SourceOrder::kKeyed}};
  return recipe;
}

}  // namespace glyphmill::test
