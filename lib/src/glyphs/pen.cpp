// SPDX-License-Identifier: Apache-2.0
#include "glyphs/pen.h"

#include <algorithm>
#include <cmath>

namespace glyphmill::glyphs {
namespace {

/// A pixel that no line is near.
constexpr float kFarOutside = -1e6f;

/// Beyond the line's edge a pixel can still have some ink, px.
constexpr double kReach = 1;

}  // namespace

void Paper::clear(int side) {
  side_ = side;
  inside_.assign(static_cast<std::size_t>(side) * static_cast<std::size_t>(side), kFarOutside);
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
  const auto pixel = [&](double value) {
    return static_cast<int>(std::clamp(value, 0.0, static_cast<double>(side_)));
  };
  const int x0 = pixel(std::min(from.x, to.x) - reach + 0.5);
  const int x1 = pixel(std::max(from.x, to.x) + reach + 0.5);
  const int y0 = pixel(std::min(from.y, to.y) - reach + 0.5);
  const int y1 = pixel(std::max(from.y, to.y) + reach + 0.5);
  const auto dx = static_cast<float>(to.x - from.x);
  const auto dy = static_cast<float>(to.y - from.y);
  const auto r0 = static_cast<float>(from.radius);
  const auto dr = static_cast<float>(to.radius - from.radius);
  const float per_radius = 1 / (2 * r0 + dr);
  const float length2 = dx * dx + dy * dy;
  const float per_length2 = length2 > 0 ? 1 / length2 : 0;
  const float left = static_cast<float>(x0 + 0.5 - from.x);
  for (int y = y0; y < y1; ++y) {
    const auto py = static_cast<float>(y + 0.5 - from.y);
    float* row =
        inside_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(side_) + x0;
    for (int k = 0; k < x1 - x0; ++k) {
      const float px = left + static_cast<float>(k);
      float t = (px * dx + py * dy) * per_length2;
      t = t < 0 ? 0 : t;
      t = t > 1 ? 1 : t;
      const float ex = px - t * dx;
      const float ey = py - t * dy;
      const float r = r0 + t * dr;
      const float depth = (r * r - ex * ex - ey * ey) * per_radius;
      row[k] = row[k] > depth ? row[k] : depth;
    }
  }
}

std::uint8_t Paper::ink(int x, int y, float softness) const {
  const float depth = inside_[static_cast<std::size_t>(y) * static_cast<std::size_t>(side_) +
                              static_cast<std::size_t>(x)];
  const float share = std::clamp(0.5f + depth / softness, 0.0f, 1.0f);
  return static_cast<std::uint8_t>(255 * share + 0.5f);
}

}  // namespace glyphmill::glyphs
