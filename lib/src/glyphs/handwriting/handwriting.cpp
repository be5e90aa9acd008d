// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/handwriting.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/ascii.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "glyphmill/random.h"
#include "glyphs/handwriting/pen.h"
#include "glyphs/handwriting/sketch.h"
#include "glyphs/handwriting/strokes.h"
#include "glyphs/handwriting/writer.h"

namespace glyphmill {
namespace {

using glyphs::LinePoint;

constexpr std::uint64_t kMostWriters = 100000;
constexpr int kLeastSize = 8;
constexpr int kLargestSize = 1024;
/// Memory that one call may take, bytes.
constexpr std::uint64_t kMostBytes = std::uint64_t{4} << 30;

/// MNIST's measures, px: ink in a box of 20 in pictures of 28.
constexpr int kBoxPx = 20;
constexpr int kPicturePx = 28;

/// A thinner line would leave gaps between pixels, px.
constexpr double kLeastRadius = 0.5;

/// Pieces of line between two points of a shape: enough for the eye at that size.
constexpr int kLeastSteps = 4;

std::uint64_t bytes_of(const HandwritingOptions& options) {
  const auto side = static_cast<std::uint64_t>(options.size);
  return options.writers * options.characters.size() * side * side;
}

void validate(const HandwritingOptions& options) {
  const auto refuse = [](const std::string& reason) {
    throw Error(ErrorCode::kInvalidArgument, "handwriting: " + reason);
  };
  if (options.writers < 1 || options.writers > kMostWriters) {
    refuse(fmt::format("writers must be 1 .. {}. Got: {}", kMostWriters, options.writers));
  }
  if (options.size < kLeastSize || options.size > kLargestSize) {
    refuse(fmt::format("size must be {} .. {}. Got: {}", kLeastSize, kLargestSize, options.size));
  }
  const std::size_t unknown = options.characters.find_first_not_of(kHandwrittenCharacters);
  if (options.characters.empty() || unknown != std::string::npos) {
    refuse(fmt::format("characters must be of {}. Got: {}", kHandwrittenCharacters,
                       shown(options.characters)));
  }
  if (bytes_of(options) > kMostBytes) {
    refuse(fmt::format("the pictures must fit into {} bytes. Got: {} writers, size {} = {} bytes",
                       kMostBytes, options.writers, options.size, bytes_of(options)));
  }
}

struct Bounds {
  double left = 1e9;
  double top = 1e9;
  double right = -1e9;
  double bottom = -1e9;
};

Bounds bounds_of(const std::vector<LinePoint>& line) {
  Bounds b;
  for (const LinePoint& p : line) {
    b.left = std::min(b.left, p.x);
    b.right = std::max(b.right, p.x);
    b.top = std::min(b.top, p.y);
    b.bottom = std::max(b.bottom, p.y);
  }
  return b;
}

/// Writes one character after another and keeps its working memory in between.
class Hand {
 public:
  explicit Hand(int size)
      : size_(size), box_(size * kBoxPx / kPicturePx), margin_(std::max(1, size / kPicturePx)) {}

  /// One character into size x size bytes that are 0.
  void write(const glyphs::Writer& habits, char character, SampleRng rng, std::uint8_t* out) {
    const glyphs::Writer writer = glyphs::strayed(habits, rng);
    const bool digit = core::is_digit(character);
    strokes_.clear();
    glyphs::Sketch sketch(writer, rng, strokes_);
    digit ? glyphs::sketch_digit(character, sketch) : glyphs::sketch_mark(character, sketch);
    deform(writer);
    for (std::size_t s = 0; s < strokes_.count(); ++s) hurry(s, writer.haste);
    const int steps = std::max(kLeastSteps, size_ / 12);
    glyphs::trace(strokes_, {writer.roundness, writer.thinning, writer.lift, steps}, line_);
    const auto softness = static_cast<float>(writer.softness);
    digit ? write_digit(writer.pen, softness, out) : write_mark(writer.pen, softness, out);
  }

 private:
  /// Bows, spreads, widens, slants and turns the field, and puts 0 to its middle height.
  void deform(const glyphs::Writer& writer) {
    // Half-angle form: a rotation without the functions that differ between libraries.
    const double t = writer.turn / 2;
    const double cosine = (1 - t * t) / (1 + t * t);
    const double sine = 2 * t / (1 + t * t);
    const double middle = middle_x();
    for (glyphs::PathPoint& p : strokes_.points) {
      const double v = p.y - 0.5;
      const double x = (p.x + writer.bow * (1 - 4 * v * v)) * writer.breadth - writer.slant * v;
      const double y = v * (1 + 4 * writer.spread * (p.x - middle));
      p.x = cosine * x - sine * y;
      p.y = sine * x + cosine * y;
    }
  }

  double middle_x() const {
    const auto [least, most] =
        std::minmax_element(strokes_.points.begin(), strokes_.points.end(),
                            [](const auto& a, const auto& b) { return a.x < b.x; });
    return (least->x + most->x) / 2;
  }

  /// Pulls what lies between two points towards the straight way from one to the other.
  void hurry(std::size_t stroke, double haste) {
    auto& points = strokes_.points;
    glyphs::PathPoint before = points[strokes_.starts[stroke]];
    for (std::size_t i = strokes_.starts[stroke] + 1; i + 1 < strokes_.end(stroke); ++i) {
      const glyphs::PathPoint here = points[i];
      points[i].x += haste / 2 * ((before.x + points[i + 1].x) / 2 - here.x);
      points[i].y += haste / 2 * ((before.y + points[i + 1].y) / 2 - here.y);
      before = here;
    }
  }

  /// The line on paper, px being heights * factor + offset.
  void draw(double radius, double factor, double offset_x, double offset_y) {
    drawn_ = line_;
    for (LinePoint& p : drawn_) {
      p.x = p.x * factor + offset_x;
      p.y = p.y * factor + offset_y;
      p.radius = std::max(kLeastRadius, p.radius * radius);
    }
    paper_.draw(drawn_);
  }

  /// As MNIST's digits were made: the larger side of the ink fills the box, then whole pixels of
  /// shift bring the centre of mass to pixel size / 2. A digit that would come to the border of the
  /// picture by this is made smaller.
  void write_digit(double pen, float softness, std::uint8_t* out) {
    const Bounds b = bounds_of(line_);
    for (int box = box_;; --box) {
      draw_into_box(b, pen, box, softness);
      const Place place = centred();
      if (!place.has_margin) continue;
      for (int y = 0; y < paper_.height(); ++y) {
        std::copy_n(ink_.data() + y * paper_.width(), paper_.width(),
                    out + (y + place.top) * size_ + place.left);
      }
      return;
    }
  }

  void draw_into_box(const Bounds& b, double pen, int box, float softness) {
    const double width = b.right - b.left;
    const double height = b.bottom - b.top;
    const double radius = pen / 2 * box / kBoxPx;
    const double factor = (box - 2 * radius) / std::max({width, height, 1e-3});
    const auto pixels = [&](double length) {
      return std::min(box, static_cast<int>(std::ceil(length * factor + 2 * radius)));
    };
    paper_.clear(pixels(width), pixels(height));
    draw(radius, factor, radius - b.left * factor, radius - b.top * factor);
    ink_.resize(static_cast<std::size_t>(paper_.width()) *
                static_cast<std::size_t>(paper_.height()));
    paper_.develop(softness, ink_.data());
  }

  /// Where the paper must lie in the picture.
  struct Place {
    int left = 0;
    int top = 0;
    bool has_margin = false;
  };

  Place centred() const {
    std::int64_t sum = 0;
    std::int64_t sum_x = 0;
    std::int64_t sum_y = 0;
    for (int y = 0; y < paper_.height(); ++y) {
      const std::uint8_t* row = ink_.data() + y * paper_.width();
      int row_sum = 0;
      int row_sum_x = 0;
      for (int x = 0; x < paper_.width(); ++x) {
        row_sum += row[x];
        row_sum_x += row[x] * x;
      }
      sum += row_sum;
      sum_x += row_sum_x;
      sum_y += static_cast<std::int64_t>(row_sum) * y;
    }
    const auto shift = [&](std::int64_t moment) {
      const auto centre = static_cast<double>(moment) / static_cast<double>(sum);
      return static_cast<int>(std::lround(size_ / 2 - centre));
    };
    const Place p{shift(sum_x), shift(sum_y)};
    const bool has_margin = std::min(p.left, p.top) >= margin_ &&
                            p.left + paper_.width() <= size_ - margin_ &&
                            p.top + paper_.height() <= size_ - margin_;
    return {p.left, p.top, has_margin};
  }

  /// On the line that digits stand on, in the middle of the picture's width. What would come to the
  /// border, as in tiny pictures, is moved or made smaller.
  void write_mark(double pen, float softness, std::uint8_t* out) {
    const Bounds b = bounds_of(line_);
    const double radius = std::max(kLeastRadius, pen / 2 * box_ / kBoxPx);
    const double from = margin_ + radius + softness / 2 + 0.5;  // where the pen may go
    const double to = size_ - from;
    const double extent = std::max({b.right - b.left, b.bottom - b.top, 1e-3});
    const double factor = std::min(box_ - 2 * radius, (to - from) / extent);
    const double middle = size_ / 2.0;
    paper_.clear(size_, size_);
    draw(radius, factor, middle - (b.left + b.right) / 2 * factor,
         std::max(from - b.top * factor, std::min(middle, to - b.bottom * factor)));
    paper_.develop(softness, out);
  }

  int size_;
  int box_;
  int margin_;  // empty on every side of a picture
  glyphs::Strokes strokes_;
  std::vector<LinePoint> line_;   // in heights of a digit, 0 its middle
  std::vector<LinePoint> drawn_;  // in px
  glyphs::Paper paper_;
  std::vector<std::uint8_t> ink_;
};

}  // namespace

InkImages handwriting(const HandwritingOptions& options) {
  validate(options);
  InkImages images;
  images.rows = images.cols = options.size;
  auto pixels = std::make_shared<std::vector<std::uint8_t>>(bytes_of(options));
  Hand hand(options.size);
  std::uint8_t* out = pixels->data();
  for (std::uint64_t w = 0; w < options.writers; ++w) {
    const glyphs::Writer writer = glyphs::writer(w);
    const StreamKey key{0, w, stage_id("handwriting.character")};
    for (const char character : options.characters) {
      const std::size_t place = kHandwrittenCharacters.find(character);
      hand.write(writer, character, SampleRng(derived(key, place)), out);
      images.characters.push_back(character);
      out += images.area();
    }
  }
  images.pixels = pixels->data();
  images.owner = pixels;
  return images;
}

}  // namespace glyphmill
