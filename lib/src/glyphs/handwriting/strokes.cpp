// SPDX-License-Identifier: Apache-2.0
#include "glyphs/handwriting/strokes.h"

#include <algorithm>
#include <cmath>

namespace glyphmill::glyphs {
namespace {

struct Vector {
  double x = 0;
  double y = 0;
};

Vector operator+(Vector a, Vector b) { return {a.x + b.x, a.y + b.y}; }
Vector operator-(Vector a, Vector b) { return {a.x - b.x, a.y - b.y}; }
Vector operator*(double k, Vector a) { return {k * a.x, k * a.y}; }

/// std::hypot guards against overflow that cannot come here, and takes longer than all the rest.
double norm(double x, double y) { return std::sqrt(x * x + y * y); }

/// Directions in which the curve comes to a point and leaves it, per unit of the knots.
struct Tangents {
  Vector in;
  Vector out;
};

/// Points this near are one: keeps knots apart.
constexpr double kSamePoint = 1e-4;

double knot_length(const PathPoint& a, const PathPoint& b) {
  return std::sqrt(std::max(norm(b.x - a.x, b.y - a.y), kSamePoint));
}

Vector secant(const PathPoint& a, const PathPoint& b) {
  return (1 / knot_length(a, b)) * (Vector{b.x, b.y} - Vector{a.x, a.y});
}

/// Of a point with neighbours on both sides. At a corner the pen heads for the next point.
Tangents inner_tangents(const PathPoint& before, const PathPoint& at, const PathPoint& after,
                        double roundness) {
  const double d0 = knot_length(before, at);
  const double d1 = knot_length(at, after);
  const Vector across = (1 / (d0 + d1)) * (Vector{after.x, after.y} - Vector{before.x, before.y});
  const Vector smooth = roundness * (secant(before, at) + secant(at, after) - across);
  const double c = at.sharpness;
  return {(1 - c) * smooth + c * secant(before, at), (1 - c) * smooth + c * secant(at, after)};
}

class Tracer {
 public:
  Tracer(const Strokes& strokes, const PenMotion& motion, std::vector<LinePoint>& line)
      : points_(strokes.points), motion_(motion), line_(line) {}

  void stroke(std::size_t begin, std::size_t end) {
    const std::size_t first = line_.size();
    line_.push_back({points_[begin].x, points_[begin].y, 1, true});
    for (std::size_t i = begin; i + 1 < end; ++i) span(i, i > begin, i + 2 < end);
    press(first);
  }

 private:
  /// From point i to the next. At the ends of a stroke the curvature is let run out.
  void span(std::size_t i, bool has_before, bool has_after) {
    const PathPoint& a = points_[i];
    const PathPoint& b = points_[i + 1];
    const Vector chord = secant(a, b);
    Vector leaving = chord;
    Vector coming = chord;
    if (has_before) leaving = inner_tangents(points_[i - 1], a, b, motion_.roundness).out;
    if (has_after) coming = inner_tangents(a, b, points_[i + 2], motion_.roundness).in;
    if (!has_before) leaving = 1.5 * chord - 0.5 * coming;
    if (!has_after) coming = 1.5 * chord - 0.5 * leaving;
    const double knot = knot_length(a, b);
    for (int k = 1; k <= motion_.steps; ++k) {
      const double t = static_cast<double>(k) / motion_.steps;
      const double u = 1 - t;
      const Vector at = (u * u * (1 + 2 * t)) * Vector{a.x, a.y} +
                        (t * t * (1 + 2 * u)) * Vector{b.x, b.y} + (t * u * u * knot) * leaving -
                        (t * t * u * knot) * coming;
      line_.push_back({at.x, at.y, 1, false});
    }
  }

  /// Pieces take the same time each, so a long piece was drawn fast.
  void press(std::size_t first) {
    double longest = 0;
    for (std::size_t i = first + 1; i < line_.size(); ++i) longest = std::max(longest, length(i));
    if (longest <= kSamePoint) return;
    const double pieces = static_cast<double>(line_.size() - 1 - first);
    for (std::size_t i = first; i < line_.size(); ++i) {
      const double before = length(std::max(i, first + 1));
      const double after = length(std::min(i + 1, line_.size() - 1));
      const double speed = (before + after) / (2 * longest);
      const double way = static_cast<double>(i - first) / pieces;
      const double lifted = motion_.lift * std::max(0.0, 3 * way - 2);
      line_[i].radius = (1 - motion_.thinning * speed) * (1 - lifted);
    }
  }

  double length(std::size_t i) const {
    return norm(line_[i].x - line_[i - 1].x, line_[i].y - line_[i - 1].y);
  }

  const std::vector<PathPoint>& points_;
  const PenMotion& motion_;
  std::vector<LinePoint>& line_;
};

}  // namespace

void Strokes::clear() {
  points.clear();
  starts.clear();
}

std::size_t Strokes::end(std::size_t stroke) const {
  return stroke + 1 < starts.size() ? starts[stroke + 1] : points.size();
}

void trace(const Strokes& strokes, const PenMotion& motion, std::vector<LinePoint>& line) {
  line.clear();
  Tracer tracer(strokes, motion, line);
  for (std::size_t s = 0; s < strokes.count(); ++s)
    tracer.stroke(strokes.starts[s], strokes.end(s));
}

}  // namespace glyphmill::glyphs
