// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ops/ink_paper.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "ops/pixels.h"

namespace glyphmill {
namespace {

constexpr std::string_view kName = "ink_paper";
constexpr Bounds kShareBounds{0, 1};
constexpr Bounds kHueBounds{-360, 720};

/// Levels by which ink and paper differ at least: in an image with less there is none, and its
/// noise must not become ink.
constexpr int kLeastContrast = 40;
/// Of the pixels as many lie beyond the ink's level; noise has outliers.
constexpr double kBeyondInk = 0.01;

constexpr double kBlueShare = 0.114, kGreenShare = 0.587, kRedShare = 0.299;  // ITU-R BT.601

/// 0 .. 255, from a pixel in blue, green, red; the shares in 256ths.
int luminance(const std::uint8_t* pixel) {
  return (29 * pixel[0] + 150 * pixel[1] + 77 * pixel[2] + 128) >> 8;
}

/// Blue, green, red, 0 .. 1 each.
using Color = std::array<double, 3>;

Color hue_color(double degrees) {
  const double sixth = (degrees - 360 * std::floor(degrees / 360)) / 60;
  const auto channel = [sixth](double centre) {
    double distance = std::abs(sixth - centre);
    distance = std::min(distance, 6 - distance);
    return std::clamp(2 - distance, 0.0, 1.0);
  };
  return {channel(4), channel(2), channel(0)};
}

Color color_of(double lightness, double saturation, double hue_deg) {
  Color color = hue_color(hue_deg);
  const double own = kBlueShare * color[0] + kGreenShare * color[1] + kRedShare * color[2];
  for (double& value : color) {
    value = std::clamp(lightness + saturation * (value - own), 0.0, 1.0);
  }
  return color;
}

/// New values by luminance, for each channel.
using Levels = std::array<std::array<std::uint8_t, 256>, 3>;

/// The level beyond which `kBeyondInk` of the pixels lie, on the side of the paper where the image
/// differs more.
int ink_level(const std::array<std::uint32_t, 256>& counts, int paper) {
  std::uint64_t total = 0;
  for (const std::uint32_t count : counts) total += count;
  const auto beyond = static_cast<std::uint64_t>(kBeyondInk * static_cast<double>(total));
  int darkest = 0, brightest = 255;
  for (std::uint64_t seen = counts[0]; seen <= beyond;
       seen += counts[static_cast<std::size_t>(++darkest)])
    continue;
  for (std::uint64_t seen = counts[255]; seen <= beyond;
       seen += counts[static_cast<std::size_t>(--brightest)])
    continue;
  const int ink = paper - darkest >= brightest - paper ? darkest : brightest;
  if (std::abs(ink - paper) >= kLeastContrast) return ink;
  return paper >= 128 ? paper - kLeastContrast : paper + kLeastContrast;
}

std::array<std::uint32_t, 256> count_levels(const cv::Mat& image) {
  std::array<std::uint32_t, 256> counts{};
  for (int y = 0; y < image.rows; ++y) {
    const std::uint8_t* pixel = image.ptr(y);
    for (int x = 0; x < image.cols; ++x, pixel += image.channels()) {
      ++counts[static_cast<std::size_t>(image.channels() == 1 ? *pixel : luminance(pixel))];
    }
  }
  return counts;
}

Levels levels_of(const Color& paper, const Color& ink, int paper_level, int ink_level) {
  Levels levels;
  for (std::size_t channel = 0; channel < 3; ++channel) {
    for (int level = 0; level < 256; ++level) {
      const double share = static_cast<double>(level - paper_level) / (ink_level - paper_level);
      const double value = 255 * (paper[channel] + share * (ink[channel] - paper[channel]));
      levels[channel][static_cast<std::size_t>(level)] =
          static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0) + 0.5);
    }
  }
  return levels;
}

void check(const cv::Mat& image, const InkPaperParams& params) {
  ops::check_image(image, kName);
  ops::check_param(kName, "ink", params.ink, kShareBounds);
  ops::check_param(kName, "ink_saturation", params.ink_saturation, kShareBounds);
  ops::check_param(kName, "ink_hue_deg", params.ink_hue_deg, kHueBounds);
  ops::check_param(kName, "paper", params.paper, kShareBounds);
  ops::check_param(kName, "paper_saturation", params.paper_saturation, kShareBounds);
  ops::check_param(kName, "paper_hue_deg", params.paper_hue_deg, kHueBounds);
}

/// Recolours in place; returns the new paper.
cv::Scalar recolor(cv::Mat& image, const InkPaperParams& params, const cv::Scalar& paper) {
  const bool gray = image.channels() == 1;
  const Color new_paper =
      color_of(params.paper, gray ? 0 : params.paper_saturation, params.paper_hue_deg);
  const Color new_ink = color_of(params.ink, gray ? 0 : params.ink_saturation, params.ink_hue_deg);
  const std::array<std::uint8_t, 3> ground{cv::saturate_cast<std::uint8_t>(paper[0]),
                                           cv::saturate_cast<std::uint8_t>(paper[1]),
                                           cv::saturate_cast<std::uint8_t>(paper[2])};
  const int paper_level = gray ? ground[0] : luminance(ground.data());
  const Levels levels =
      levels_of(new_paper, new_ink, paper_level, ink_level(count_levels(image), paper_level));
  for (int y = 0; y < image.rows; ++y) {
    std::uint8_t* pixel = image.ptr(y);
    if (gray) {
      std::transform(pixel, pixel + image.cols, pixel,
                     [&](std::uint8_t level) { return levels[0][level]; });
      continue;
    }
    for (int x = 0; x < image.cols; ++x, pixel += 3) {
      const auto level = static_cast<std::size_t>(luminance(pixel));
      for (std::size_t channel = 0; channel < 3; ++channel) {
        pixel[channel] = levels[channel][level];
      }
    }
  }
  const auto level = static_cast<std::size_t>(paper_level);
  if (gray) return cv::Scalar::all(levels[0][level]);
  return {static_cast<double>(levels[0][level]), static_cast<double>(levels[1][level]),
          static_cast<double>(levels[2][level])};
}

}  // namespace

void describe(InkPaperOptions& options, FieldVisitor& visitor) {
  visitor.range("ink", options.ink, kShareBounds, "lightness of the new ink");
  visitor.range("ink_saturation", options.ink_saturation, kShareBounds,
                "how colourful the ink is; of colour images");
  visitor.range("ink_hue_deg", options.ink_hue_deg, kHueBounds,
                "hue of the ink: 0 red, 120 green, 240 blue");
  visitor.range("paper", options.paper, kShareBounds, "lightness of the new paper");
  visitor.range("paper_saturation", options.paper_saturation, kShareBounds,
                "how colourful the paper is; of colour images");
  visitor.range("paper_hue_deg", options.paper_hue_deg, kHueBounds, "hue of the paper");
}

InkPaperParams draw(const InkPaperOptions& options, SampleRng& rng) {
  InkPaperParams params;
  params.ink = rng.uniform(options.ink);
  params.ink_saturation = rng.uniform(options.ink_saturation);
  params.ink_hue_deg = rng.uniform(options.ink_hue_deg);
  params.paper = rng.uniform(options.paper);
  params.paper_saturation = rng.uniform(options.paper_saturation);
  params.paper_hue_deg = rng.uniform(options.paper_hue_deg);
  return params;
}

void record(const InkPaperParams& params, std::string_view stage, std::vector<DrawnValue>& drawn) {
  drawn.push_back({stage, "ink", params.ink});
  drawn.push_back({stage, "ink_saturation", params.ink_saturation});
  drawn.push_back({stage, "ink_hue_deg", params.ink_hue_deg});
  drawn.push_back({stage, "paper", params.paper});
  drawn.push_back({stage, "paper_saturation", params.paper_saturation});
  drawn.push_back({stage, "paper_hue_deg", params.paper_hue_deg});
}

cv::Mat ink_paper(const cv::Mat& src, const InkPaperParams& params, const cv::Scalar& paper) {
  check(src, params);
  cv::Mat image = src.clone();
  recolor(image, params, paper);
  return image;
}

void apply(Sample& sample, const InkPaperParams& params, const StreamKey&, cv::Mat&) {
  check(sample.image, params);
  sample.paper = recolor(sample.image, params, sample.paper);
}

}  // namespace glyphmill
