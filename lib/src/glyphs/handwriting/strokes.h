// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

/// The way of a pen: what the shapes of characters are written down in, and the line it becomes.
/// Units are heights of a digit, x to the right, y downwards.
namespace glyphmill::glyphs {

/// A point that the pen passes.
struct PathPoint {
  double x = 0;
  double y = 0;
  double sharpness = 0;  ///< 0: passed in a smooth curve, 1: a corner
};

/// The strokes of one character, one after another: the pen is lifted in between.
struct Strokes {
  std::vector<PathPoint> points;
  std::vector<std::size_t> starts;  ///< index of the first point of each stroke

  void clear();
  std::size_t count() const { return starts.size(); }
  std::size_t end(std::size_t stroke) const;  ///< behind the stroke's last point
};

/// A point of the line that the pen leaves.
struct LinePoint {
  double x = 0;
  double y = 0;
  double radius = 1;           ///< of the pen
  bool starts_stroke = false;  ///< no ink between this point and the one before
};

/// How a pen that goes through the points moves.
struct PenMotion {
  double roundness = 1;  ///< length of the curve's tangents: 0 straight lines, 1 Catmull-Rom
  double thinning = 0;   ///< share of the radius that is lost where the pen is at its fastest
  double lift = 0;       ///< share of the radius that is lost at the end of a stroke
  int steps = 4;         ///< pieces of line between two points
};

/// The line through the strokes' points: cubic curves with the tangents of centripetal Catmull-Rom
/// splines (Yuksel, Schaefer, Keyser: "Parameterization and applications of Catmull-Rom curves",
/// CAD 43, 2011), which make no loops of their own where points lie unevenly.
void trace(const Strokes& strokes, const PenMotion& motion, std::vector<LinePoint>& line);

}  // namespace glyphmill::glyphs
