// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/handwriting.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "glyphmill/random.h"
#include "glyphs/pen.h"
#include "glyphs/sketch.h"
#include "glyphs/strokes.h"
#include "glyphs/writer.h"

namespace glyphmill {
namespace {

using glyphs::bell;
using glyphs::LinePoint;

constexpr std::uint64_t kMostWriters = 100000;
constexpr int kLeastSize = 8;
constexpr int kLargestSize = 1024;
/// Memory that one call may take, bytes.
constexpr std::uint64_t kMostBytes = std::uint64_t{4} << 30;

/// MNIST's measures: ink in a box of 20 in pictures of 28.
constexpr double kBoxShare = 20.0 / 28;
constexpr double kBoxPx = 20;

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
  explicit Hand(int size) : size_(size), box_(static_cast<int>(std::lround(size * kBoxShare))) {}

  /// Character `c` of the writer, into size x size bytes that are 0.
  void write(const glyphs::Writer& writer, std::uint64_t index, std::size_t c, std::uint8_t* out) {
    const char character = kHandwrittenCharacters[c];
    const bool digit = character >= '0' && character <= '9';
    SampleRng rng(derived({0, index, glyphmill::stage_id("handwriting.character")}, c));
    strokes_.clear();
    glyphs::Sketch sketch(writer, rng, strokes_);
    digit ? glyphs::sketch_digit(character, sketch) : glyphs::sketch_mark(character, sketch);
    shape(writer, rng);
    const double pen = std::max(1.2, writer.pen + 0.15 * bell(rng));
    const int steps = std::max(4, size_ / 12);
    glyphs::trace(strokes_, {writer.roundness, writer.thinning, writer.lift, steps}, line_);
    const double radius = pen / 2 * box_ / kBoxPx;
    const auto softness = static_cast<float>(writer.softness);
    if (digit) {
      write_digit(radius, softness, out);
    } else {
      write_mark(radius, softness, out);
    }
  }

 private:
  /// Bends the field, cuts turns short, turns and slants what is left.
  void shape(const glyphs::Writer& writer, SampleRng& rng) {
    const double bend_x = writer.bend + 0.07 * bell(rng);
    const double bend_y = 0.04 * bell(rng);
    const double breadth = writer.breadth * (1 + 0.08 * bell(rng));
    const double slant = writer.slant + 0.07 * bell(rng);
    const double turn = (writer.turn + 0.04 * bell(rng)) / 2;
    const double cosine = (1 - turn * turn) / (1 + turn * turn);
    const double sine = 2 * turn / (1 + turn * turn);
    for (glyphs::PathPoint& p : strokes_.points) {
      const double v = p.y - 0.5;
      const double x = (p.x + bend_x * (1 - 4 * v * v)) * breadth - slant * v;
      const double y = v + bend_y * (4 * (p.x - 0.25) * v);
      p.x = cosine * x - sine * y;
      p.y = sine * x + cosine * y;
    }
    for (std::size_t s = 0; s < strokes_.count(); ++s) hurry(s, writer.haste);
  }

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

  void scale(double radius, double factor, double left, double top) {
    for (LinePoint& p : line_) {
      p.x = (p.x - left) * factor + radius;
      p.y = (p.y - top) * factor + radius;
      p.radius *= radius;
    }
  }

  /// As MNIST's digits were made: the larger side of the ink fills the box, then whole pixels of
  /// shift bring the centre of mass to pixel size / 2.
  void write_digit(double radius, float softness, std::uint8_t* out) {
    const Bounds b = bounds_of(line_);
    const double extent = std::max({b.right - b.left, b.bottom - b.top, 1e-3});
    const double factor = (box_ - 2 * radius) / extent;
    scale(radius, factor, b.left, b.top);
    paper_.clear(box_);
    paper_.draw(line_);
    ink_.resize(static_cast<std::size_t>(box_) * static_cast<std::size_t>(box_));
    std::int64_t sum = 0, sum_x = 0, sum_y = 0;
    for (int y = 0; y < box_; ++y) {
      for (int x = 0; x < box_; ++x) {
        const std::uint8_t ink = paper_.ink(x, y, softness);
        ink_[static_cast<std::size_t>(y * box_ + x)] = ink;
        sum += ink;
        sum_x += ink * x;
        sum_y += ink * y;
      }
    }
    const auto shift = [&](std::int64_t moment) {
      const auto centre = static_cast<int>(std::lround(
          static_cast<double>(moment) / static_cast<double>(std::max<std::int64_t>(sum, 1))));
      return std::clamp(size_ / 2 - centre, 1, size_ - box_ - 1);
    };
    const int left = shift(sum_x);
    const int top = shift(sum_y);
    for (int y = 0; y < box_; ++y) {
      std::copy_n(ink_.data() + y * box_, box_, out + (y + top) * size_ + left);
    }
  }

  /// On the line that digits stand on, in the middle of the picture's width.
  void write_mark(double radius, float softness, std::uint8_t* out) {
    const Bounds b = bounds_of(line_);
    const double factor = box_ - 2 * radius;
    scale(radius, factor, (b.left + b.right) / 2 - (size_ / 2.0 - radius) / factor,
          -0.5 - (size_ - box_) / 2.0 / factor);
    paper_.clear(size_);
    paper_.draw(line_);
    for (int y = 0; y < size_; ++y) {
      for (int x = 0; x < size_; ++x) out[y * size_ + x] = paper_.ink(x, y, softness);
    }
  }

  int size_;
  int box_;
  glyphs::Strokes strokes_;
  std::vector<LinePoint> line_;
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
    for (const char character : options.characters) {
      hand.write(writer, w, kHandwrittenCharacters.find(character), out);
      images.characters.push_back(character);
      out += images.area();
    }
  }
  images.pixels = pixels->data();
  images.owner = pixels;
  return images;
}

}  // namespace glyphmill
