// SPDX-License-Identifier: Apache-2.0
#include "glyphs/augment/digit_warp.h"

#include <algorithm>
#include <cmath>

#ifdef GLYPHMILL_HAS_AVX2
#include <immintrin.h>
#endif

namespace glyphmill::glyphs {
namespace {

/// Binary digits after the point of positions along a row, and of the positions at the rows'
/// starts.
constexpr int kDigits = 20;
constexpr int kStartDigits = 32;
constexpr std::int32_t kOne = 1 << kDigits;

/// Of weights. Two of them and eight digits of a grey level fill the 32 of `Level`.
constexpr int kWeightDigits = kLevelDigits / 2;
constexpr int kWeightShift = kDigits - kWeightDigits;

/// Pixels. Positions up to twice this, and what the fill modes make of them, fit 32 bits.
constexpr int kMostReach = kMostSide;

constexpr double kDegree = 0.017453292519943295;

/// Wide enough for every map of bounded options, so narrow that kMostSide times it fits 64 bits.
std::int64_t fixed(double value) {
  constexpr double kMost = 1 << 20;
  return std::llround(std::ldexp(std::clamp(value, -kMost, kMost), kStartDigits));
}

/// A coordinate along one row of the output, in kDigits.
struct Course {
  std::int64_t start;
  std::int64_t step;
};

/// The same for all rows, in kStartDigits.
struct Sweep {
  std::int64_t start;
  std::int64_t down;
  std::int64_t right;

  explicit Sweep(const Coordinate& of)
      : start(fixed(of.start)), down(fixed(of.down)), right(fixed(of.right)) {}

  Course at(int row) const { return {rounded(start + row * down), rounded(right)}; }

 private:
  static std::int64_t rounded(std::int64_t value) {
    constexpr int kDropped = kStartDigits - kDigits;
    return (value + (1 << (kDropped - 1))) >> kDropped;
  }
};

/// One axis of the source.
struct Axis {
  std::int32_t side;  ///< pixels
  std::int32_t last;  ///< position of the last pixel's centre
  std::int32_t most;  ///< the last position whose right neighbour is a pixel, too
  explicit Axis(int pixels) : side(pixels), last((pixels - 1) * kOne), most(last - 1) {}
};

/// What scipy's map_coordinate (ni_interpolation.c) makes of a coordinate outside the picture, for
/// those that are less than a side outside it.
template <FillMode kMode>
inline std::int32_t folded(std::int32_t at, const Axis& axis) {
  if constexpr (kMode == FillMode::kReflect) {
    // |d c b a|a b c d|: mirrored half a pixel beyond the outermost centres.
    const std::int32_t end = axis.side * kOne;
    std::int32_t from_edge = at + kOne / 2;
    from_edge = from_edge < 0 ? -from_edge : from_edge;
    from_edge = from_edge > end ? 2 * end - from_edge : from_edge;
    at = from_edge - kOne / 2;
  }
  if constexpr (kMode == FillMode::kWrap) {
    at += at < 0 ? axis.last : 0;
    at -= at > axis.last ? axis.last : 0;
  }
  // The last centre is seen from the pixel before it, with the whole weight on the right: the
  // weight's rounding makes up for the missing digit.
  at = at < axis.most ? at : axis.most;
  return at > 0 ? at : 0;
}

/// The same position, or one with the same value, that `folded` takes.
template <FillMode kMode>
std::int32_t brought_near(std::int64_t at, const Axis& axis) {
  const std::int64_t last = axis.last;
  if constexpr (kMode == FillMode::kReflect) {
    const std::int64_t period = 2 * std::int64_t{axis.side} * kOne;
    const std::int64_t rest = (at + kOne / 2) % period;
    return static_cast<std::int32_t>((rest < 0 ? rest + period : rest) - kOne / 2);
  }
  if constexpr (kMode == FillMode::kWrap) {
    if (last == 0) return 0;
    // Whole periods lead into (0, last] from below and into [0, last) from above.
    if (at < 0) return static_cast<std::int32_t>(last - (-at) % last);
    return static_cast<std::int32_t>(at > last ? at % last : at);
  }
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(at, -kOne, last + kOne));
}

inline bool inside(std::int32_t at, const Axis& axis) {
  return static_cast<std::uint32_t>(at) <= static_cast<std::uint32_t>(axis.last);
}

inline Level weight_of(std::int32_t at) {
  constexpr std::int32_t kHalf = 1 << (kWeightShift - 1);
  return static_cast<Level>(((at & (kOne - 1)) + kHalf) >> kWeightShift);
}

struct Source {
  const std::uint8_t* pixels;
  Axis rows;
  Axis cols;
  Level outside;
  std::ptrdiff_t stride;
  std::ptrdiff_t below;  ///< from a pixel to its neighbours; 0 where there is none at all
  std::ptrdiff_t right;

  Source(const std::uint8_t* from, const DigitWarp& warp)
      : pixels(from),
        rows(warp.rows),
        cols(warp.cols),
        outside(warp.outside),
        stride(warp.cols),
        below(warp.rows > 1 ? warp.cols : 0),
        right(warp.cols > 1 ? 1 : 0) {}
};

inline Level mixed(Level a, Level b, Level weight) {
  return (a << kWeightDigits) + (b - a) * weight;  // modulo 2^32, which the sum is below
}

template <FillMode kMode>
inline Level level_at(const Source& source, std::int32_t row, std::int32_t col) {
  if (kMode == FillMode::kConstant && !(inside(row, source.rows) && inside(col, source.cols))) {
    return source.outside;
  }
  row = folded<kMode>(row, source.rows);
  col = folded<kMode>(col, source.cols);
  const std::uint8_t* p = source.pixels + (row >> kDigits) * source.stride + (col >> kDigits);
  const Level wx = weight_of(col);
  const Level above = mixed(p[0], p[source.right], wx);
  p += source.below;
  return mixed(above, mixed(p[0], p[source.right], wx), weight_of(row));
}

/// Makes `count` levels of a row.
using MakeRow = void (*)(const Source&, const Course& row, const Course& col, int count, Level* to);

/// For positions within reach.
template <FillMode kMode>
void near_row(const Source& source, const Course& row, const Course& col, int count, Level* to) {
  const auto row_start = static_cast<std::int32_t>(row.start);
  const auto col_start = static_cast<std::int32_t>(col.start);
  const auto row_step = static_cast<std::int32_t>(row.step);
  const auto col_step = static_cast<std::int32_t>(col.step);
  for (int i = 0; i < count; ++i) {
    to[i] = level_at<kMode>(source, row_start + i * row_step, col_start + i * col_step);
  }
}

/// For any.
template <FillMode kMode>
void far_row(const Source& source, const Course& row, const Course& col, int count, Level* to) {
  for (int i = 0; i < count; ++i) {
    to[i] = level_at<kMode>(source, brought_near<kMode>(row.start + i * row.step, source.rows),
                            brought_near<kMode>(col.start + i * col.step, source.cols));
  }
}

/// Whether the positions that the map reaches are those that `folded` takes.
bool reaches_near(const Sweep& sweep, const DigitWarp& warp, int side) {
  const double beyond = warp.fill_mode == FillMode::kReflect || warp.fill_mode == FillMode::kWrap
                            ? side - 1.5
                            : kMostReach - side;
  const auto pixels = [](std::int64_t at) {
    return std::ldexp(static_cast<double>(at), -kStartDigits);
  };
  const double down = pixels(sweep.down) * (warp.rows - 1);
  const double right = pixels(sweep.right) * (warp.cols - 1);
  const double low = pixels(sweep.start) + std::min(down, 0.0) + std::min(right, 0.0);
  const double high = pixels(sweep.start) + std::max(down, 0.0) + std::max(right, 0.0);
  return low > -beyond && high < side - 1 + beyond;
}

#ifdef GLYPHMILL_HAS_AVX2

/// Levels made at a time.
constexpr int kLanes = 8;

template <FillMode kMode>
GLYPHMILL_AVX2 inline __m256i folded_avx2(__m256i at, const Axis& axis) {
  if constexpr (kMode == FillMode::kReflect) {
    const __m256i half = _mm256_set1_epi32(kOne / 2);
    const __m256i both = _mm256_set1_epi32(2 * axis.side * kOne);
    const __m256i from_edge = _mm256_abs_epi32(_mm256_add_epi32(at, half));
    at = _mm256_sub_epi32(_mm256_min_epi32(from_edge, _mm256_sub_epi32(both, from_edge)), half);
  }
  if constexpr (kMode == FillMode::kWrap) {
    const __m256i last = _mm256_set1_epi32(axis.last);
    at = _mm256_add_epi32(at, _mm256_and_si256(_mm256_srai_epi32(at, 31), last));
    at = _mm256_sub_epi32(at, _mm256_and_si256(_mm256_cmpgt_epi32(at, last), last));
  }
  at = _mm256_min_epi32(at, _mm256_set1_epi32(axis.most));
  return _mm256_max_epi32(at, _mm256_setzero_si256());
}

/// All ones where the position is not `inside`.
GLYPHMILL_AVX2 inline __m256i beyond_avx2(__m256i at, const Axis& axis) {
  return _mm256_or_si256(_mm256_srai_epi32(at, 31),
                         _mm256_cmpgt_epi32(at, _mm256_set1_epi32(axis.last)));
}

GLYPHMILL_AVX2 inline __m256i weights_avx2(__m256i at) {
  const __m256i fraction = _mm256_and_si256(at, _mm256_set1_epi32(kOne - 1));
  return _mm256_srli_epi32(_mm256_add_epi32(fraction, _mm256_set1_epi32(1 << (kWeightShift - 1))),
                           kWeightShift);
}

/// Two numbers of 16 bits in each of 32.
GLYPHMILL_AVX2 inline __m256i paired_avx2(__m256i low, __m256i high) {
  return _mm256_or_si256(low, _mm256_slli_epi32(high, 16));
}

/// Pixels at `offsets` and to the right of them, mixed by the weights paired in `weights`.
GLYPHMILL_AVX2 inline __m256i mixed_pixels_avx2(const std::uint8_t* pixels, __m256i offsets,
                                                __m256i weights) {
  const __m256i four = _mm256_i32gather_epi32(reinterpret_cast<const int*>(pixels), offsets, 1);
  const __m256i first_two = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9, -1, 12, -1, 13, -1));
  return _mm256_madd_epi16(_mm256_shuffle_epi8(four, first_two), weights);
}

template <FillMode kMode>
GLYPHMILL_AVX2 inline __m256i levels_avx2(const Source& source, __m256i row_at, __m256i col_at) {
  const __m256i row = folded_avx2<kMode>(row_at, source.rows);
  const __m256i col = folded_avx2<kMode>(col_at, source.cols);
  const __m256i cells =
      paired_avx2(_mm256_srli_epi32(row, kDigits), _mm256_srli_epi32(col, kDigits));
  const __m256i strides = _mm256_set1_epi32(static_cast<std::int32_t>(source.stride) | (1 << 16));
  const __m256i offsets = _mm256_madd_epi16(cells, strides);
  const __m256i wx = weights_avx2(col);
  const __m256i weights =
      paired_avx2(_mm256_sub_epi32(_mm256_set1_epi32(1 << kWeightDigits), wx), wx);
  const __m256i above = mixed_pixels_avx2(source.pixels, offsets, weights);
  const __m256i below = mixed_pixels_avx2(source.pixels + source.below, offsets, weights);
  const __m256i difference = _mm256_mullo_epi32(_mm256_sub_epi32(below, above), weights_avx2(row));
  const __m256i levels = _mm256_add_epi32(_mm256_slli_epi32(above, kWeightDigits), difference);
  if constexpr (kMode == FillMode::kConstant) {
    const __m256i outside = _mm256_set1_epi32(static_cast<std::int32_t>(source.outside));
    const __m256i beyond =
        _mm256_or_si256(beyond_avx2(row_at, source.rows), beyond_avx2(col_at, source.cols));
    return _mm256_blendv_epi8(levels, outside, beyond);
  }
  return levels;
}

/// The positions of kLanes pixels from the one `first` on.
GLYPHMILL_AVX2 inline __m256i positions_avx2(const Course& course, int first) {
  const __m256i places =
      _mm256_add_epi32(_mm256_set1_epi32(first), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  const __m256i steps = _mm256_set1_epi32(static_cast<std::int32_t>(course.step));
  return _mm256_add_epi32(_mm256_set1_epi32(static_cast<std::int32_t>(course.start)),
                          _mm256_mullo_epi32(places, steps));
}

template <FillMode kMode>
GLYPHMILL_AVX2 void near_row_avx2(const Source& source, const Course& row, const Course& col,
                                  int count, Level* to) {
  if (count < kLanes) return near_row<kMode>(source, row, col, count, to);
  for (int next = 0; next < count; next += kLanes) {
    // The last ones once more together with some before them.
    const int first = std::min(next, count - kLanes);
    const __m256i levels =
        levels_avx2<kMode>(source, positions_avx2(row, first), positions_avx2(col, first));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + first), levels);
  }
}

#endif

template <FillMode kMode>
MakeRow row_maker(bool near, core::InstructionSet set) {
  if (!near) return far_row<kMode>;
#ifdef GLYPHMILL_HAS_AVX2
  if (set == core::InstructionSet::kAvx2) return near_row_avx2<kMode>;
#else
  static_cast<void>(set);
#endif
  return near_row<kMode>;
}

MakeRow row_maker(FillMode mode, bool near, core::InstructionSet set) {
  switch (mode) {
    case FillMode::kConstant:
      return row_maker<FillMode::kConstant>(near, set);
    case FillMode::kReflect:
      return row_maker<FillMode::kReflect>(near, set);
    case FillMode::kWrap:
      return row_maker<FillMode::kWrap>(near, set);
    case FillMode::kNearest:
      break;
  }
  return row_maker<FillMode::kNearest>(near, set);
}

/// The linear part and, in `start`, where the centre of the output goes.
struct Linear {
  double down;
  double right;
  double start;
};

Coordinate about_centre(const Linear& of, double centre, double row_centre, double col_centre) {
  return {centre + of.start - of.down * row_centre - of.right * col_centre, of.down, of.right};
}

void flip(Coordinate& coordinate, int rows, int cols, const ImageDataGeneratorParams& params) {
  if (params.flip_vertical) {
    coordinate.start += (rows - 1) * coordinate.down;
    coordinate.down = -coordinate.down;
  }
  if (params.flip_horizontal) {
    coordinate.start += (cols - 1) * coordinate.right;
    coordinate.right = -coordinate.right;
  }
}

}  // namespace

DigitMap output_to_input(const ImageDataGeneratorParams& params, int rows, int cols) {
  const double cos_theta = std::cos(params.theta_deg * kDegree);
  const double sin_theta = std::sin(params.theta_deg * kDegree);
  const double cos_shear = std::cos(params.shear_deg * kDegree);
  const double sin_shear = std::sin(params.shear_deg * kDegree);
  const auto turned = [&](double cos_part, double sin_part) {
    return Linear{params.zoom_rows * cos_part,
                  params.zoom_cols * (-cos_part * sin_shear + sin_part * cos_shear),
                  cos_part * params.shift_rows + sin_part * params.shift_cols};
  };
  const double row_centre = (rows - 1) / 2.0;
  const double col_centre = (cols - 1) / 2.0;
  DigitMap map;
  map.row = about_centre(turned(cos_theta, -sin_theta), row_centre, row_centre, col_centre);
  map.col = about_centre(turned(sin_theta, cos_theta), col_centre, row_centre, col_centre);
  flip(map.row, rows, cols, params);
  flip(map.col, rows, cols, params);
  return map;
}

bool is_identity(const DigitMap& map) {
  const Coordinate& row = map.row;
  const Coordinate& col = map.col;
  return row.start == 0 && row.down == 1 && row.right == 0 && col.start == 0 && col.down == 0 &&
         col.right == 1;
}

void warp_digit(const std::uint8_t* source, const DigitWarp& warp, const DigitMap& map,
                Level* levels, core::InstructionSet set) {
  const Source from(source, warp);
  const Sweep row(map.row);
  const Sweep col(map.col);
  const bool near = reaches_near(row, warp, warp.rows) && reaches_near(col, warp, warp.cols);
  const MakeRow make_row = row_maker(warp.fill_mode, near, set);
  for (int r = 0; r < warp.rows; ++r) {
    make_row(from, row.at(r), col.at(r), warp.cols, levels + std::ptrdiff_t{r} * warp.cols);
  }
}

}  // namespace glyphmill::glyphs
