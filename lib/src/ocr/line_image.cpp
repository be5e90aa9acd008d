// SPDX-License-Identifier: Apache-2.0
#include "ocr/line_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/paper.h"
#include "glyphmill/error.h"

namespace glyphmill::ocr {
namespace {

/// Below it an image is blank, and its noise is not made as strong as ink.
constexpr double kLeastDeviation = 4;
/// px; what is wider is no line, and takes more memory than a machine has.
constexpr int kWidest = 1 << 15;

void check_image(const cv::Mat& image) {
  if (!image.empty() && (image.type() == CV_8UC1 || image.type() == CV_8UC3)) return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("image: must be 8-bit gray or colour. Got: {} x {} px, type {}",
                          image.cols, image.rows, image.type()));
}

double gray_of(const cv::Scalar& paper, int channels) {
  if (channels == 1) return paper[0];
  return 0.114 * paper[0] + 0.587 * paper[1] + 0.299 * paper[2];  // BT.601, as OpenCV
}

cv::Mat scaled(const cv::Mat& image, int height) {
  const double exact = static_cast<double>(image.cols) * height / image.rows;
  if (exact > kWidest) {
    throw Error(
        ErrorCode::kInvalidArgument,
        fmt::format("image: scaled to {} px of height must be at most {} px wide. Got: {} x "
                    "{} px",
                    height, kWidest, image.cols, image.rows));
  }
  if (image.rows == height) return image;
  const int width = std::max(1, cvRound(exact));
  cv::Mat result;
  cv::resize(image, result, {width, height}, 0, 0,
             image.rows > height ? cv::INTER_AREA : cv::INTER_LINEAR);
  return result;
}

}  // namespace

void make_line(const cv::Mat& image, const cv::Scalar& paper, const ModelOptions& options,
               LineImage& line) {
  check_image(image);
  cv::Mat source = image;
  cv::Scalar ground = paper;
  const int channels = options.color ? 3 : 1;
  if (image.channels() == 3 && channels == 1) {
    cv::cvtColor(image, source, cv::COLOR_BGR2GRAY);
    ground = cv::Scalar::all(gray_of(paper, image.channels()));
  } else if (image.channels() == 1) {
    ground = cv::Scalar::all(paper[0]);
    if (channels == 3) cv::cvtColor(image, source, cv::COLOR_GRAY2BGR);
  }
  source = scaled(source, static_cast<int>(options.height));
  cv::Scalar mean;
  cv::Scalar deviation;
  cv::meanStdDev(source.reshape(1), mean, deviation);
  const double scale = 1 / std::max(deviation[0], kLeastDeviation);

  line.width = source.cols;
  const std::size_t plane = source.total();
  line.pixels.resize(plane * static_cast<std::size_t>(channels));
  line.paper.resize(static_cast<std::size_t>(channels));
  std::vector<cv::Mat> planes(line.paper.size());
  if (channels == 1) {
    planes[0] = source;
  } else {
    cv::split(source, planes);
  }
  for (std::size_t c = 0; c < planes.size(); ++c) {
    cv::Mat target(source.rows, source.cols, CV_32FC1, line.pixels.data() + c * plane);
    planes[c].convertTo(target, CV_32F, scale, -mean[0] * scale);
    line.paper[c] = static_cast<float>((ground[static_cast<int>(c)] - mean[0]) * scale);
  }
}

void make_line(const cv::Mat& image, const ModelOptions& options, LineImage& line) {
  check_image(image);
  make_line(image, paper_of(image), options, line);
}

int padded_width(int width) { return (width + kWidthUnit - 1) / kWidthUnit * kWidthUnit; }

std::size_t steps_of(int width, const ModelOptions& options) {
  const auto stride = static_cast<std::size_t>(options.stride_px);
  return (static_cast<std::size_t>(width) + stride - 1) / stride;
}

void place_line(const LineImage& line, std::size_t i, LineBatch& batch) {
  const auto from = static_cast<std::size_t>(line.width);
  const auto to = static_cast<std::size_t>(batch.width);
  const auto rows = static_cast<std::size_t>(batch.height);
  const float* source = line.pixels.data();
  float* target = batch.pixels.data() + i * static_cast<std::size_t>(batch.channels) * rows * to;
  for (const float paper : line.paper) {
    for (std::size_t row = 0; row < rows; ++row, source += from, target += to) {
      std::copy(source, source + from, target);
      std::fill(target + from, target + to, paper);
    }
  }
}

}  // namespace glyphmill::ocr
