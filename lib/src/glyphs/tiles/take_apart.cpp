// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "glyphmill/error.h"
#include "glyphmill/tiles.h"
#include "glyphmill/utf8.h"
#include "glyphs/ink_bounds.h"

namespace glyphmill {
namespace {

/// Ground and ink that differ by less than this many grey levels are a blank tile: the grain of
/// paper and the ringing of JPEG stay below it.
constexpr float kLeastContrast = 20;

/// A pixel with at least this coverage is taken for ink when strokes are looked for.
constexpr float kStroke = 0.35f;

/// value = a + b x + c y
struct Plane {
  double a = 0, b = 0, c = 0;
  double at(int x, int y) const { return a + b * x + c * y; }
};

using Ground = std::array<Plane, 3>;

cv::Vec3f border_median(const cv::Mat& bgr) {
  std::array<std::vector<uchar>, 3> values;
  for (int y = 0; y < bgr.rows; ++y) {
    const bool whole_row = y == 0 || y == bgr.rows - 1;
    const int step = whole_row ? 1 : std::max(1, bgr.cols - 1);
    for (int x = 0; x < bgr.cols; x += step) {
      for (int c = 0; c < 3; ++c) {
        values[static_cast<std::size_t>(c)].push_back(bgr.at<cv::Vec3b>(y, x)[c]);
      }
    }
  }
  cv::Vec3f median;
  for (int c = 0; c < 3; ++c) {
    auto& channel = values[static_cast<std::size_t>(c)];
    const auto middle = channel.begin() + static_cast<std::ptrdiff_t>(channel.size() / 2);
    std::nth_element(channel.begin(), middle, channel.end());
    median[c] = static_cast<float>(*middle);
  }
  return median;
}

/// Distance in grey levels of every pixel from one colour, clipped to 8 bits.
cv::Mat1b distance_from(const cv::Mat& bgr, const cv::Vec3f& color) {
  cv::Mat1b distance(bgr.size());
  for (int y = 0; y < bgr.rows; ++y) {
    const auto* from = bgr.ptr<cv::Vec3b>(y);
    uchar* to = distance[y];
    for (int x = 0; x < bgr.cols; ++x) {
      const cv::Vec3f difference = cv::Vec3f(from[x]) - color;
      to[x] = cv::saturate_cast<uchar>(cv::norm(difference) / std::sqrt(3.0));
    }
  }
  return distance;
}

/// What the least-squares planes need: sums over pixels, exact in whole numbers.
struct PlaneSums {
  std::int64_t n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
  struct Channel {
    std::int64_t v = 0, vx = 0, vy = 0;
  };
  std::array<Channel, 3> channels;
};

PlaneSums sums_over(const cv::Mat& bgr, const cv::Mat1b& ground) {
  PlaneSums sums;
  for (int y = 0; y < bgr.rows; ++y) {
    const auto* from = bgr.ptr<cv::Vec3b>(y);
    const uchar* wanted = ground[y];
    std::int64_t n = 0, sum_x = 0, sum_xx = 0;
    std::array<std::int64_t, 3> v{};
    for (int x = 0; x < bgr.cols; ++x) {
      const std::int64_t one = wanted[x] ? 1 : 0;  // no branch: strokes come and go
      n += one;
      sum_x += one * x;
      sum_xx += one * x * x;
      for (std::size_t c = 0; c < 3; ++c) {
        const std::int64_t value = one * from[x].val[c];
        v[c] += value;
        sums.channels[c].vx += value * x;
      }
    }
    sums.n += n;
    sums.x += sum_x;
    sums.y += n * y;
    sums.xx += sum_xx;
    sums.xy += sum_x * y;
    sums.yy += n * y * y;
    for (std::size_t c = 0; c < 3; ++c) {
      sums.channels[c].v += v[c];
      sums.channels[c].vy += v[c] * y;
    }
  }
  return sums;
}

/// Least-squares planes of the channels over the pixels of `ground`.
Ground fit_planes(const cv::Mat& bgr, const cv::Mat1b& ground) {
  const PlaneSums sums = sums_over(bgr, ground);
  const auto real = [](std::int64_t sum) { return static_cast<double>(sum); };
  const cv::Matx33d normal =
      cv::Matx33d(real(sums.n), real(sums.x), real(sums.y), real(sums.x), real(sums.xx),
                  real(sums.xy), real(sums.y), real(sums.xy), real(sums.yy)) +
      cv::Matx33d::eye() * 1e-9;
  Ground planes;
  for (std::size_t c = 0; c < 3; ++c) {
    const PlaneSums::Channel& channel = sums.channels[c];
    const cv::Vec3d right(real(channel.v), real(channel.vx), real(channel.vy));
    const cv::Vec3d solution = normal.solve(right, cv::DECOMP_CHOLESKY);
    planes[c] = {solution[0], solution[1], solution[2]};
  }
  return planes;
}

Ground flat_ground(const cv::Vec3f& color) {
  return {Plane{color[0], 0, 0}, Plane{color[1], 0, 0}, Plane{color[2], 0, 0}};
}

/// The paper's colour at every place. Too little of it in sight gives a flat colour, for a plane
/// through few pixels would tilt at random.
Ground fit_ground(const cv::Mat& bgr, const cv::Vec3f& flat, const cv::Mat1b& strokes) {
  cv::Mat1b near_strokes;
  cv::dilate(strokes, near_strokes, cv::Mat::ones(3, 3, CV_8U));
  cv::Mat1b ground;
  cv::bitwise_not(near_strokes, ground);
  const bool enough = cv::countNonZero(ground) >= std::max(24, bgr.rows * bgr.cols / 10);
  return enough ? fit_planes(bgr, ground) : flat_ground(flat);
}

/// Difference of every pixel from its paper.
cv::Mat3f residual(const cv::Mat& bgr, const Ground& ground) {
  cv::Mat3f result(bgr.size());
  for (int y = 0; y < bgr.rows; ++y) {
    const auto* from = bgr.ptr<cv::Vec3b>(y);
    cv::Vec3f* to = result[y];
    for (int x = 0; x < bgr.cols; ++x) {
      for (std::size_t c = 0; c < 3; ++c) {
        to[x].val[c] = static_cast<float>(from[x].val[c] - ground[c].at(x, y));
      }
    }
  }
  return result;
}

/// Mean residual of the strongest sixth of the stroke pixels: full ink, seen from the paper.
cv::Vec3f full_ink(const cv::Mat3f& from_paper, const cv::Mat1b& strokes) {
  std::vector<cv::Vec3f> pixels;
  for (int y = 0; y < strokes.rows; ++y) {
    const uchar* stroke = strokes[y];
    for (int x = 0; x < strokes.cols; ++x) {
      if (stroke[x]) pixels.push_back(from_paper[y][x]);
    }
  }
  if (pixels.empty()) return {0, 0, 0};
  const std::size_t strongest = std::max<std::size_t>(1, pixels.size() / 6);
  const auto middle = pixels.begin() + static_cast<std::ptrdiff_t>(strongest);
  std::nth_element(pixels.begin(), middle == pixels.end() ? middle - 1 : middle, pixels.end(),
                   [](const cv::Vec3f& a, const cv::Vec3f& b) { return a.dot(a) > b.dot(b); });
  cv::Vec3f sum(0, 0, 0);
  for (std::size_t i = 0; i < strongest; ++i) sum += pixels[i];
  return sum * (1.0f / static_cast<float>(strongest));
}

/// Robust standard deviation of the coverage where there is only paper.
float grain_of(const cv::Mat1f& coverage, const cv::Mat1b& strokes) {
  std::vector<float> ground(coverage.total());
  auto end = ground.begin();
  for (int y = 0; y < coverage.rows; ++y) {
    const uchar* stroke = strokes[y];
    const float* value = coverage[y];
    for (int x = 0; x < coverage.cols; ++x) {
      *end = std::abs(value[x]);
      end += stroke[x] ? 0 : 1;
    }
  }
  ground.erase(end, ground.end());
  if (ground.empty()) return 0;
  const auto middle = ground.begin() + static_cast<std::ptrdiff_t>(ground.size() / 2);
  std::nth_element(ground.begin(), middle, ground.end());
  return 1.4826f * *middle;  // median absolute deviation of a normal law to its sigma
}

/// Drops what the paper does on its own: everything away from strokes, and near them what is not
/// clearly above the grain. Soft, so that strokes keep their haze.
cv::Mat1b clean(const cv::Mat1f& coverage, float grain) {
  cv::Mat1b strokes;
  cv::compare(coverage, std::max(kStroke, 4 * grain), strokes, cv::CMP_GT);
  cv::Mat1b reach;
  cv::dilate(strokes, reach, cv::getStructuringElement(cv::MORPH_ELLIPSE, {5, 5}));
  const float low = std::max(0.03f, 1.5f * grain);
  const float high = 2.5f * low;
  cv::Mat1b result(coverage.size());
  for (int y = 0; y < coverage.rows; ++y) {
    const uchar* reached = reach[y];
    const float* from = coverage[y];
    uchar* to = result[y];
    for (int x = 0; x < coverage.cols; ++x) {
      const float value = reached[x] ? from[x] : 0;
      const float t = std::clamp((value - low) / (high - low), 0.0f, 1.0f);
      to[x] = cv::saturate_cast<uchar>(255 * value * t * t * (3 - 2 * t));
    }
  }
  return result;
}

cv::Scalar clipped_color(const cv::Vec3d& bgr) {
  cv::Scalar color;
  for (int c = 0; c < 3; ++c) color[c] = std::clamp(bgr[c], 0.0, 255.0);
  return color;
}

void separate_opaque(const std::optional<cv::Scalar>& paper, Glyph& glyph) {
  const cv::Mat& bgr = glyph.pixels;
  const cv::Vec3f flat =
      paper ? cv::Vec3f(static_cast<float>((*paper)[0]), static_cast<float>((*paper)[1]),
                        static_cast<float>((*paper)[2]))
            : border_median(bgr);
  const cv::Mat1b distance = distance_from(bgr, flat);
  cv::Mat1b strokes;
  cv::threshold(distance, strokes, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
  const Ground ground = paper ? flat_ground(flat) : fit_ground(bgr, flat, strokes);
  const cv::Mat3f from_paper = residual(bgr, ground);
  const cv::Vec3f ink = full_ink(from_paper, strokes);
  cv::Vec3d centre;
  for (int c = 0; c < 3; ++c) {
    centre[c] = ground[static_cast<std::size_t>(c)].at(bgr.cols / 2, bgr.rows / 2);
  }
  glyph.paper = clipped_color(centre);
  glyph.ink = clipped_color(centre + cv::Vec3d(ink));
  glyph.coverage = cv::Mat1b::zeros(bgr.size());
  if (cv::norm(ink) / std::sqrt(3.0) < kLeastContrast) return;
  cv::Mat1f coverage(bgr.size());
  const float full = ink.dot(ink);
  for (int y = 0; y < bgr.rows; ++y) {
    const cv::Vec3f* from = from_paper[y];
    float* to = coverage[y];
    for (int x = 0; x < bgr.cols; ++x) to[x] = from[x].dot(ink) / full;
  }
  glyph.coverage = clean(coverage, grain_of(coverage, strokes));
}

void separate_alpha(const cv::Mat& bgra, const cv::Scalar& paper, Glyph& glyph) {
  cv::extractChannel(bgra, glyph.coverage, 3);
  cv::Mat bgr;
  cv::cvtColor(bgra, bgr, cv::COLOR_BGRA2BGR);
  double peak = 0;
  cv::minMaxLoc(glyph.coverage, nullptr, &peak);
  glyph.paper = paper;
  if (peak > 0) glyph.ink = cv::mean(bgr, glyph.coverage >= 0.75 * peak);
  glyph.pixels.create(bgr.size(), CV_8UC3);
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = 0; x < bgr.cols; ++x) {
      const double alpha = glyph.coverage.at<uchar>(y, x) / 255.0;
      for (int c = 0; c < 3; ++c) {
        const double color = bgr.at<cv::Vec3b>(y, x)[c];
        glyph.pixels.at<cv::Vec3b>(y, x)[c] =
            cv::saturate_cast<uchar>(paper[c] + alpha * (color - paper[c]));
      }
    }
  }
}

bool is_see_through(const cv::Mat& picture) {
  if (picture.channels() != 4) return false;
  cv::Mat alpha;
  cv::extractChannel(picture, alpha, 3);
  return cv::countNonZero(alpha != 255) > 0;
}

/// Cuts the columns of a tile of several characters where the least ink is, near even parts, and
/// boxes the ink of each part.
std::vector<cv::Rect> box_characters(const cv::Mat& coverage, std::size_t characters) {
  cv::Mat1i ink_of_column;
  cv::reduce(coverage, ink_of_column, 0, cv::REDUCE_SUM, CV_32S);
  const cv::Rect all = glyphs::ink_bounds(coverage, {0, coverage.cols});
  const double part = static_cast<double>(all.width) / static_cast<double>(characters);
  std::vector<cv::Rect> boxes;
  int from = all.x;
  for (std::size_t i = 1; i <= characters; ++i) {
    int to = all.x + all.width;
    if (i < characters) {
      const double even = all.x + part * static_cast<double>(i);
      const int first = std::max(from, static_cast<int>(even - part / 3));
      const int last = std::max(first, std::min(to - 1, static_cast<int>(even + part / 3)));
      int quiet = first;
      for (int x = first; x <= last; ++x) {
        const int best = ink_of_column(0, quiet);
        const bool closer = std::abs(x - even) < std::abs(quiet - even);
        if (ink_of_column(0, x) < best || (ink_of_column(0, x) == best && closer)) quiet = x;
      }
      to = std::clamp(quiet, from, to);
    }
    boxes.push_back(glyphs::ink_bounds(coverage, {from, to}));
    from = to;
  }
  return boxes;
}

}  // namespace

Glyph take_apart(const cv::Mat& picture, const std::string& text,
                 const std::optional<cv::Scalar>& paper) {
  const int channels = picture.channels();
  if (picture.empty() || picture.depth() != CV_8U || channels == 2 || channels > 4) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("tile '{}': must be a non-empty 8-bit picture with 1, 3 or 4 channels. "
                            "Got: {} x {}, type {}",
                            text, picture.cols, picture.rows, picture.type()));
  }
  Glyph glyph;
  glyph.text = text;
  if (is_see_through(picture)) {
    separate_alpha(picture, paper.value_or(cv::Scalar::all(255)), glyph);
  } else {
    if (channels == 1) cv::cvtColor(picture, glyph.pixels, cv::COLOR_GRAY2BGR);
    if (channels == 3) glyph.pixels = picture.clone();
    if (channels == 4) cv::cvtColor(picture, glyph.pixels, cv::COLOR_BGRA2BGR);
    separate_opaque(paper, glyph);
  }
  glyph.character_boxes = box_characters(glyph.coverage, utf8_length(text));
  return glyph;
}

}  // namespace glyphmill
