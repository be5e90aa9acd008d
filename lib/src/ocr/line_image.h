// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <opencv2/core.hpp>
#include <vector>

#include "glyphmill/ocr.h"

/// Images as networks take them.
namespace glyphmill::ocr {

/// A line of a network's height, planes of floats: channel, row, column. Mean 0 and standard
/// deviation 1, so that neither ink nor paper nor contrast matter before the first layer.
struct LineImage {
  int width = 0;
  std::vector<float> pixels;
  std::vector<float> paper;  ///< of each channel: what lies beside the line
};

/// Scales and normalises an image, reusing the memory of `line`. `paper` is BGR, or gray in [0].
/// Throws Error(kInvalidArgument) for images that are not CV_8UC1 or CV_8UC3, empty, or scaled
/// wider than 32768 px.
void make_line(const cv::Mat& image, const cv::Scalar& paper, const ModelOptions& options,
               LineImage& line);
/// The same of an image whose paper nobody knows.
void make_line(const cv::Mat& image, const ModelOptions& options, LineImage& line);

/// Widths that differ little share a batch, and a plan of the convolutions.
constexpr int kWidthUnit = 16;
int padded_width(int width);

/// Lines of one padded width, ready for a network.
struct LineBatch {
  int channels = 0;
  int height = 0;
  int width = 0;              ///< of all
  std::vector<int> widths;    ///< of each line before it was padded
  std::vector<float> pixels;  ///< line, channel, row, column
};

/// Puts `count` lines, given by `line(i)`, side by side with their paper, into a batch as wide as
/// the widest of them needs.
template <class GetLine>
void make_batch(std::size_t count, const GetLine& line, const ModelOptions& options,
                LineBatch& batch);

/// Steps of a line that tell something: those that begin within it.
std::size_t steps_of(int width, const ModelOptions& options);

/// Copies a line to place `i` of a batch whose sizes are set.
void place_line(const LineImage& line, std::size_t i, LineBatch& batch);

template <class GetLine>
void make_batch(std::size_t count, const GetLine& line, const ModelOptions& options,
                LineBatch& batch) {
  batch.channels = options.color ? 3 : 1;
  batch.height = static_cast<int>(options.height);
  batch.width = 0;
  batch.widths.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    batch.widths[i] = line(i).width;
    batch.width = std::max(batch.width, padded_width(batch.widths[i]));
  }
  batch.pixels.resize(count * static_cast<std::size_t>(batch.channels * batch.height) *
                      static_cast<std::size_t>(batch.width));
  for (std::size_t i = 0; i < count; ++i) place_line(line(i), i, batch);
}

}  // namespace glyphmill::ocr
