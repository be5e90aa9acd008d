// SPDX-License-Identifier: Apache-2.0
#include "ops/warp.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#ifdef GLYPHMILL_HAS_AVX2
#include <immintrin.h>
#endif

#include "core/create_within.h"

namespace glyphmill::ops {
namespace {

/// Values made at a time: a vector register's worth of 16-bit numbers.
constexpr int kLanes = 16;

/// Pixels between exact positions. Within a block they advance by a step of 16 binary digits, so
/// that they are off by at most kBlock / 2^17 pixel.
constexpr int kBlock = 64;

/// Pixels of the outside around the source. Positions are within one of it; rounding may carry them
/// a little beyond.
constexpr int kFrame = 2;

constexpr int kMostChannels = 3;

/// A position in pixels with 24 binary digits after the point. The widest map of an image of 32766
/// pixels leaves room in 64 bits, and its far end is off by less than 1/1000 pixel.
using Fine = std::int64_t;
constexpr int kFineDigits = 24;

/// The same with 16.
using Position = std::int64_t;
constexpr Position kOne = 1 << 16;

Fine fine(double value) { return std::llround(std::ldexp(value, kFineDigits)); }
Position rounded(Fine value) { return (value + (1 << 7)) >> (kFineDigits - 16); }

/// A coordinate of the source at the start of a row, and what it gains per column.
struct Course {
  Fine start;
  Fine step;
};

struct Span {
  int begin;
  int end;
};

/// A gray level p as (p - 128 + 1/2) * 128: differences of two fit 16 bits, and mixing needs no
/// rounding any more.
std::int16_t level_of(std::uint8_t value) {
  return static_cast<std::int16_t>((value - 128) * 128 + 64);
}

/// The source as levels, framed by the outside.
struct Framed {
  const std::int16_t* origin;  ///< of pixel (0, 0)
  std::ptrdiff_t stride;
};

/// What the positions in a block gain from its first value to each other, modulo a pixel.
struct Gains {
  std::array<std::uint16_t, kBlock * kMostChannels> x;
  std::array<std::uint16_t, kBlock * kMostChannels> y;
};

/// a + (b - a) * weight / 2^15, rounded.
inline std::int16_t mixed(std::int16_t a, std::int16_t b, std::int16_t weight) {
  const int product = static_cast<std::int16_t>(b - a) * weight;
  return static_cast<std::int16_t>(a + (((product >> 14) + 1) >> 1));
}

inline std::int16_t weight_of(std::uint16_t fraction) {
  return static_cast<std::int16_t>(fraction >> 1);
}

inline std::uint8_t value_of(std::int16_t level) {
  return static_cast<std::uint8_t>((level >> 7) + 128);
}

/// Neighbouring pixels whose left upper source pixels are neighbours, too.
struct Run {
  const std::int16_t* top;
  const std::int16_t* bottom;
  std::uint16_t x;  ///< fractions of the first pixel's position
  std::uint16_t y;
};

/// Makes `count` values of a run.
using Blend = void (*)(const Run&, const Gains&, int count, std::uint8_t* to);

template <int kChannels>
void blend_portable(const Run& run, const Gains& gains, int count, std::uint8_t* to) {
  for (int i = 0; i < count; ++i) {
    const auto place = static_cast<std::size_t>(i);
    const std::int16_t wx = weight_of(static_cast<std::uint16_t>(run.x + gains.x[place]));
    const std::int16_t wy = weight_of(static_cast<std::uint16_t>(run.y + gains.y[place]));
    const std::int16_t above = mixed(run.top[i], run.top[i + kChannels], wx);
    const std::int16_t below = mixed(run.bottom[i], run.bottom[i + kChannels], wx);
    to[i] = value_of(mixed(above, below, wy));
  }
}

#ifdef GLYPHMILL_HAS_AVX2

GLYPHMILL_AVX2 inline __m256i load(const void* place) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(place));
}

GLYPHMILL_AVX2 inline __m256i mixed_avx2(__m256i a, __m256i b, __m256i weight) {
  return _mm256_add_epi16(a, _mm256_mulhrs_epi16(_mm256_sub_epi16(b, a), weight));
}

GLYPHMILL_AVX2 inline __m256i weights_avx2(std::uint16_t start, const std::uint16_t* gains) {
  const __m256i first = _mm256_set1_epi16(static_cast<std::int16_t>(start));
  return _mm256_srli_epi16(_mm256_add_epi16(first, load(gains)), 1);
}

/// kLanes levels from the value `first` on.
template <int kChannels>
GLYPHMILL_AVX2 inline __m256i blended_avx2(const Run& run, const Gains& gains, int first) {
  const auto place = static_cast<std::size_t>(first);
  const __m256i wx = weights_avx2(run.x, &gains.x[place]);
  const __m256i wy = weights_avx2(run.y, &gains.y[place]);
  const std::int16_t* top = run.top + first;
  const std::int16_t* bottom = run.bottom + first;
  const __m256i above = mixed_avx2(load(top), load(top + kChannels), wx);
  const __m256i below = mixed_avx2(load(bottom), load(bottom + kChannels), wx);
  return _mm256_srai_epi16(mixed_avx2(above, below, wy), 7);
}

template <int kChannels>
GLYPHMILL_AVX2 inline void blend_lanes_avx2(const Run& run, const Gains& gains, int first,
                                            std::uint8_t* to) {
  const __m256i levels = blended_avx2<kChannels>(run, gains, first);
  const __m256i packed = _mm256_permute4x64_epi64(_mm256_packs_epi16(levels, levels), 0b1000);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to),
                   _mm_xor_si128(_mm256_castsi256_si128(packed), _mm_set1_epi8(-128)));
}

template <int kChannels>
GLYPHMILL_AVX2 void blend_avx2(const Run& run, const Gains& gains, int count, std::uint8_t* to) {
  if (count < kLanes) {
    std::array<std::uint8_t, kLanes> values;
    blend_lanes_avx2<kChannels>(run, gains, 0, values.data());
    std::copy_n(values.begin(), count, to);
    return;
  }
  for (int first = 0; first + kLanes <= count; first += kLanes) {
    blend_lanes_avx2<kChannels>(run, gains, first, to + first);
  }
  // The rest once more together with some before it.
  if (count % kLanes != 0) {
    blend_lanes_avx2<kChannels>(run, gains, count - kLanes, to + count - kLanes);
  }
}

#endif

/// Pixels until the whole part of a position changes.
inline int run_length(Position position, Position step) {
  const int fraction = static_cast<int>(position & (kOne - 1));
  const int gain = static_cast<int>(step);
  if (gain > 0) return (static_cast<int>(kOne) - 1 - fraction) / gain + 1;
  if (gain < 0) return fraction / -gain + 1;
  return std::numeric_limits<int>::max();
}

/// Where a block of pixels comes from.
struct Block {
  Position x, y;
  Position step_x, step_y;
};

template <int kChannels>
inline Run run_at(const Framed& source, const Block& at) {
  const std::int16_t* top = source.origin + (at.y >> 16) * source.stride + (at.x >> 16) * kChannels;
  return {top, top + source.stride, static_cast<std::uint16_t>(at.x),
          static_cast<std::uint16_t>(at.y)};
}

template <int kChannels, Blend kBlend>
void warp_block(const Framed& source, Block at, const Gains& gains, int count, std::uint8_t* to) {
  while (count > 0) {
    const int length =
        std::min({count, run_length(at.x, at.step_x - kOne), run_length(at.y, at.step_y)});
    kBlend(run_at<kChannels>(source, at), gains, length * kChannels, to);
    at.x += length * at.step_x;
    at.y += length * at.step_y;
    to += length * kChannels;
    count -= length;
  }
}

struct Row {
  Course x, y;
  Span inside;
};

template <int kChannels, Blend kBlend>
void warp_row(const Framed& source, const Row& row, const Gains& gains, std::uint8_t* to) {
  Block at{0, 0, rounded(row.x.step), rounded(row.y.step)};
  for (int u = row.inside.begin; u < row.inside.end; u += kBlock) {
    const int count = std::min(kBlock, row.inside.end - u);
    at.x = rounded(row.x.start + u * row.x.step);
    at.y = rounded(row.y.start + u * row.y.step);
    warp_block<kChannels, kBlend>(source, at, gains, count, to + u * kChannels);
  }
}

std::int64_t ceil_div(std::int64_t a, std::int64_t positive) {
  return a / positive + (a % positive > 0 ? 1 : 0);
}

/// The columns of 0 .. count - 1 whose positions are in [low, high).
Span columns_within(const Course& course, Fine low, Fine high, int count) {
  const auto [start, step] = course;
  if (step < 0) return columns_within({-start, -step}, 1 - high, 1 - low, count);
  if (step == 0) return start >= low && start < high ? Span{0, count} : Span{0, 0};
  const auto clipped = [&](std::int64_t column) {
    return static_cast<int>(std::clamp<std::int64_t>(column, 0, count));
  };
  return {clipped(ceil_div(low - start, step)), clipped(ceil_div(high - start, step))};
}

/// Columns that see something of the source: its pixels reach less than one pixel beyond it.
Span columns_inside(const Course& x, const Course& y, const cv::Size& size) {
  const Span by_x = columns_within(x, -fine(1), fine(size.width), size.width);
  const Span by_y = columns_within(y, -fine(1), fine(size.height), size.width);
  const int begin = std::max(by_x.begin, by_y.begin);
  return {begin, std::max(begin, std::min(by_x.end, by_y.end))};
}

/// Some pixels of one colour in a row, to copy from.
constexpr int kPatternPixels = 16;
template <class Value>
using Pattern = std::array<Value, kPatternPixels * kMostChannels>;

Pattern<std::uint8_t> pattern_of(const cv::Scalar& colour, int channels) {
  Pattern<std::uint8_t> pattern{};
  for (int i = 0; i < kPatternPixels * channels; ++i) {
    pattern[static_cast<std::size_t>(i)] = cv::saturate_cast<std::uint8_t>(colour[i % channels]);
  }
  return pattern;
}

template <int kChannels, class Value>
void fill(Value* to, int pixels, const Pattern<Value>& pattern) {
  constexpr int kWhole = kPatternPixels * kChannels;  // constant, for a copy without a call
  Value* const end = to + pixels * kChannels;
  if (pixels < kPatternPixels) {
    for (int i = 0; to < end; ++i) *to++ = pattern[static_cast<std::size_t>(i)];
    return;
  }
  for (; end - to > kWhole; to += kWhole) std::copy_n(pattern.begin(), kWhole, to);
  std::copy_n(pattern.begin(), kWhole, end - kWhole);
}

/// Lays the source into `work`.
template <int kChannels>
Framed framed(const cv::Mat& src, const Pattern<std::uint8_t>& outside, cv::Mat& work) {
  const int rows = src.rows + 2 * kFrame;
  const int cols = (src.cols + 2 * kFrame) * kChannels + kLanes;  // whole vectors are read
  core::create_within(work, rows, cols, CV_16SC1);
  Pattern<std::int16_t> outside_levels{};
  std::transform(outside.begin(), outside.end(), outside_levels.begin(), level_of);
  for (int y = -kFrame; y < src.rows + kFrame; ++y) {
    auto* to = work.ptr<std::int16_t>(y + kFrame);
    const bool is_outside = y < 0 || y >= src.rows;
    fill<kChannels>(to, is_outside ? src.cols + 2 * kFrame : kFrame, outside_levels);
    if (is_outside) continue;
    to += kFrame * kChannels;
    std::transform(src.ptr(y), src.ptr(y) + src.cols * kChannels, to, level_of);
    fill<kChannels>(to + src.cols * kChannels, kFrame, outside_levels);
  }
  const auto stride = static_cast<std::ptrdiff_t>(work.step1());
  return {work.ptr<std::int16_t>(kFrame) + kFrame * kChannels, stride};
}

template <int kChannels>
Gains gains_of(Fine step_x, Fine step_y) {
  Gains gains{};
  std::size_t place = 0;
  for (int pixel = 0; pixel < kBlock; ++pixel) {
    for (int c = 0; c < kChannels; ++c, ++place) {
      gains.x[place] = static_cast<std::uint16_t>(pixel * rounded(step_x));
      gains.y[place] = static_cast<std::uint16_t>(pixel * rounded(step_y));
    }
  }
  return gains;
}

template <int kChannels, Blend kBlend>
void warp_image(const cv::Mat& src, const AffineMap& to_source, const cv::Scalar& outside,
                cv::Mat& dst, cv::Mat& work) {
  const Pattern<std::uint8_t> ground = pattern_of(outside, kChannels);
  const Framed source = framed<kChannels>(src, ground, work);
  Course x{fine(to_source(0, 2)), fine(to_source(0, 0))};
  Course y{fine(to_source(1, 2)), fine(to_source(1, 0))};
  const Fine down_x = fine(to_source(0, 1));
  const Fine down_y = fine(to_source(1, 1));
  const Gains gains = gains_of<kChannels>(x.step, y.step);
  for (int v = 0; v < src.rows; ++v, x.start += down_x, y.start += down_y) {
    const Span inside = columns_inside(x, y, src.size());
    std::uint8_t* to = dst.ptr(v);
    fill<kChannels>(to, inside.begin, ground);
    warp_row<kChannels, kBlend>(source, {x, y, inside}, gains, to);
    fill<kChannels>(to + inside.end * kChannels, src.cols - inside.end, ground);
  }
}

}  // namespace

bool nearly_keeps_rows(const AffineMap& to_source) {
  return std::abs(to_source(0, 0) - 1) + std::abs(to_source(1, 0)) < 0.4;
}

void warp(const cv::Mat& src, const AffineMap& to_source, const cv::Scalar& outside, cv::Mat& dst,
          cv::Mat& work, core::InstructionSet set) {
  const bool gray = src.channels() == 1;
#ifdef GLYPHMILL_HAS_AVX2
  if (set == core::InstructionSet::kAvx2) {
    const auto warp_avx2 = gray ? warp_image<1, blend_avx2<1>> : warp_image<3, blend_avx2<3>>;
    return warp_avx2(src, to_source, outside, dst, work);
  }
#else
  static_cast<void>(set);
#endif
  const auto warp_portable =
      gray ? warp_image<1, blend_portable<1>> : warp_image<3, blend_portable<3>>;
  warp_portable(src, to_source, outside, dst, work);
}

}  // namespace glyphmill::ops
