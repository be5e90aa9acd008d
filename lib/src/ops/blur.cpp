// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ops/blur.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/create_within.h"
#include "ops/pixels.h"

namespace glyphmill {
namespace {

constexpr std::string_view kName = "blur";
constexpr Bounds kSigmaBounds{0, 20};
constexpr Bounds kMotionBounds{0, 100};
constexpr Bounds kAngleBounds{-180, 180};

/// Weights are parts of 2^14: integers, so that every processor gets the same bytes.
constexpr int kWeightBits = 14;
constexpr double kPi = 3.14159265358979323846;

/// A neighbour of a pixel and what it counts.
struct Tap {
  int dx = 0;
  int dy = 0;
  std::uint32_t weight = 0;
};

/// A line of `length` px through the middle, taken at several points a pixel, each in the middle of
/// its piece; a point counts for the four pixels around it. Good until this thread's next call.
const std::vector<Tap>& line_taps(double length, double angle_deg) {
  thread_local std::vector<double> shares;
  thread_local std::vector<Tap> taps;
  constexpr int kPointsPerPixel = 4;
  const int points = 2 * static_cast<int>(std::ceil(kPointsPerPixel * length / 2)) + 1;
  const int reach = static_cast<int>(std::ceil(length / 2)) + 1;
  const int side = 2 * reach + 1;
  const double step_x = std::cos(angle_deg * kPi / 180), step_y = -std::sin(angle_deg * kPi / 180);
  shares.assign(static_cast<std::size_t>(side) * static_cast<std::size_t>(side), 0);
  taps.clear();
  const auto share = [&](int x, int y) -> double& {
    return shares[static_cast<std::size_t>((y + reach) * side + x + reach)];
  };
  for (int point = 0; point < points; ++point) {
    const double at = length * ((point + 0.5) / points - 0.5);
    const double x = at * step_x, y = at * step_y;
    const double left = std::floor(x), top = std::floor(y);
    const int column = static_cast<int>(left), row = static_cast<int>(top);
    share(column, row) += (1 - (x - left)) * (1 - (y - top));
    share(column + 1, row) += (x - left) * (1 - (y - top));
    share(column, row + 1) += (1 - (x - left)) * (y - top);
    share(column + 1, row + 1) += (x - left) * (y - top);
  }
  std::uint32_t left_over = 1u << kWeightBits;
  for (int y = -reach; y <= reach; ++y) {
    for (int x = -reach; x <= reach; ++x) {
      const auto weight = static_cast<std::uint32_t>(share(x, y) / points * (1 << kWeightBits));
      left_over -= weight;
      if (weight > 0) taps.push_back({x, y, weight});
    }
  }
  taps.push_back({0, 0, left_over});  // what rounding down left
  return taps;
}

/// Weighted sums of `padded`, which has `reach` more pixels on every side, into `dst`.
void sum_taps(const cv::Mat& padded, int reach, const std::vector<Tap>& taps, cv::Mat& dst) {
  constexpr int kTogether = 1024;  // values whose sums stay in the nearest cache
  std::array<std::uint32_t, kTogether> sums{};
  const int channels = dst.channels();
  const int values = dst.cols * channels;
  for (int y = 0; y < dst.rows; ++y) {
    for (int first = 0; first < values; first += kTogether) {
      const int count = std::min(kTogether, values - first);
      std::fill_n(sums.begin(), count, 1u << (kWeightBits - 1));  // rounds
      for (const Tap& tap : taps) {
        const std::uint8_t* const from =
            padded.ptr(y + reach + tap.dy) + first + (reach + tap.dx) * channels;
        for (int i = 0; i < count; ++i) {
          sums[static_cast<std::size_t>(i)] += tap.weight * from[i];
        }
      }
      std::uint8_t* const to = dst.ptr(y) + first;
      for (int i = 0; i < count; ++i) {
        to[i] = static_cast<std::uint8_t>(sums[static_cast<std::size_t>(i)] >> kWeightBits);
      }
    }
  }
}

void check(const cv::Mat& image, const BlurParams& params) {
  ops::check_image(image, kName);
  ops::check_param(kName, "sigma_px", params.sigma_px, kSigmaBounds);
  ops::check_param(kName, "motion_px", params.motion_px, kMotionBounds);
  ops::check_param(kName, "motion_angle_deg", params.motion_angle_deg, kAngleBounds);
}

constexpr int kBorder = cv::BORDER_REPLICATE | cv::BORDER_ISOLATED;

/// `image` may be exchanged with `work`.
void blur_into(cv::Mat& image, const BlurParams& params, cv::Mat& work) {
  if (params.sigma_px > 0) {
    core::create_within(work, image.rows, image.cols, image.type());
    cv::GaussianBlur(image, work, {}, params.sigma_px, params.sigma_px, kBorder);
    cv::swap(image, work);
  }
  if (params.motion_px > 0) {
    const std::vector<Tap>& taps = line_taps(params.motion_px, params.motion_angle_deg);
    int reach = 0;
    for (const Tap& tap : taps) reach = std::max({reach, std::abs(tap.dx), std::abs(tap.dy)});
    core::create_within(work, image.rows + 2 * reach, image.cols + 2 * reach, image.type());
    cv::copyMakeBorder(image, work, reach, reach, reach, reach, kBorder);
    sum_taps(work, reach, taps, image);
  }
}

}  // namespace

void describe(BlurOptions& options, FieldVisitor& visitor) {
  visitor.range("sigma_px", options.sigma_px, kSigmaBounds,
                "standard deviation of a Gaussian blur, px; 0 leaves it out");
  visitor.range("motion_px", options.motion_px, kMotionBounds,
                "length of the line that motion smears a point to, px; 0 leaves it out");
  visitor.range("motion_angle_deg", options.motion_angle_deg, kAngleBounds,
                "direction of motion, degrees counter-clockwise from the right");
}

BlurParams draw(const BlurOptions& options, SampleRng& rng) {
  BlurParams params;
  params.sigma_px = rng.uniform(options.sigma_px);
  params.motion_px = rng.uniform(options.motion_px);
  params.motion_angle_deg = rng.uniform(options.motion_angle_deg);
  return params;
}

void record(const BlurParams& params, std::string_view stage, std::vector<DrawnValue>& drawn) {
  drawn.push_back({stage, "sigma_px", params.sigma_px});
  drawn.push_back({stage, "motion_px", params.motion_px});
  drawn.push_back({stage, "motion_angle_deg", params.motion_angle_deg});
}

cv::Mat blur(const cv::Mat& src, const BlurParams& params) {
  check(src, params);
  cv::Mat image = src.clone(), work;
  blur_into(image, params, work);
  return image;
}

void apply(Sample& sample, const BlurParams& params, const StreamKey&, cv::Mat& scratch) {
  check(sample.image, params);
  blur_into(sample.image, params, scratch);
}

}  // namespace glyphmill
