// SPDX-License-Identifier: Apache-2.0
#include "glyphs/handwriting/pen.h"

#include <algorithm>
#include <cmath>

namespace glyphmill::glyphs {
namespace {

/// A pixel that no line is near.
constexpr float kFarOutside = -100;

/// Beyond the line's edge a pixel can still have some ink, px.
constexpr double kReach = 1;

/// Pixels are drawn in groups that vector instructions take; rows have room for a whole last one.
constexpr int kTogether = 4;

/// Without a branch, which would keep the compiler from working on groups.
inline float clamped01(float t) { return 0.5f * (std::abs(t) - std::abs(t - 1) + 1); }

}  // namespace

void Paper::clear(int width, int height) {
  width_ = width;
  height_ = height;
  stride_ = static_cast<std::size_t>(width) + kTogether - 1;
  inside_.assign(static_cast<std::size_t>(height) * stride_, kFarOutside);
}

void Paper::draw(const std::vector<LinePoint>& line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool alone = i + 1 == line.size() || line[i + 1].starts_stroke;
    if (!alone) {
      segment(line[i], line[i + 1]);
    } else if (line[i].starts_stroke) {
      segment(line[i], line[i]);
    }
  }
}

/// Distance from the edge of a line of radius r to a point at distance d from its middle, r - d, is
/// taken as (r r - d d) / (2 r): the same at the edge, where alone it shows, and without a root.
void Paper::segment(const LinePoint& from, const LinePoint& to) {
  const double reach = std::max(from.radius, to.radius) + kReach;
  const auto pixel = [](double value, int end) {
    return static_cast<int>(std::clamp(value + 0.5, 0.0, static_cast<double>(end)));
  };
  const int x0 = pixel(std::min(from.x, to.x) - reach, width_);
  const int x1 = pixel(std::max(from.x, to.x) + reach, width_);
  const int y0 = pixel(std::min(from.y, to.y) - reach, height_);
  const int y1 = pixel(std::max(from.y, to.y) + reach, height_);
  const auto dx = static_cast<float>(to.x - from.x);
  const auto dy = static_cast<float>(to.y - from.y);
  const auto r0 = static_cast<float>(from.radius);
  const auto dr = static_cast<float>(to.radius - from.radius);
  const float per_radius = 1 / (2 * r0 + dr);
  const float length2 = dx * dx + dy * dy;
  const float per_length2 = length2 > 0 ? 1 / length2 : 0;
  const float left = static_cast<float>(x0 + 0.5 - from.x);
  const int width = (x1 - x0 + kTogether - 1) & -kTogether;
  for (int y = y0; y < y1; ++y) {
    const auto py = static_cast<float>(y + 0.5 - from.y);
    float* row = inside_.data() + static_cast<std::size_t>(y) * stride_ + x0;
    for (int k = 0; k < width; ++k) {
      const float px = left + static_cast<float>(k);
      const float t = clamped01((px * dx + py * dy) * per_length2);
      const float ex = px - t * dx;
      const float ey = py - t * dy;
      const float r = r0 + t * dr;
      const float depth = (r * r - ex * ex - ey * ey) * per_radius;
      row[k] = row[k] > depth ? row[k] : depth;
    }
  }
}

void Paper::develop(float softness, std::uint8_t* ink) const {
  const float steepness = 1 / softness;
  const int width = width_;
  for (int y = 0; y < height_; ++y, ink += width) {
    const float* row = inside_.data() + static_cast<std::size_t>(y) * stride_;
    for (int x = 0; x < width; ++x) {
      const float share = clamped01(row[x] * steepness + 0.5f);
      ink[x] = static_cast<std::uint8_t>(static_cast<int>(255 * share + 0.5f));
    }
  }
}

}  // namespace glyphmill::glyphs
