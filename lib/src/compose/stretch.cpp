// SPDX-License-Identifier: Apache-2.0
#include "compose/stretch.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#ifdef GLYPHMILL_HAS_AVX2
#include <immintrin.h>
#endif

namespace glyphmill::compose {
namespace {

/// Columns made at a time, top to bottom, so that what belongs to a column is found once an image.
constexpr int kColumns = 16;
constexpr int kHalf = kColumns / 2;

/// Where some neighbouring columns of the image come from: column i mixes the columns `left[i]`
/// and the one after it, the latter with the weight `weight[i]` / 128.
struct Columns {
  std::array<int, kColumns> left;
  std::array<std::uint8_t, kColumns> weight;
};

/// The positions of a line's columns in another of a different width.
class Stretch {
 public:
  Stretch(int from, int to)
      : step_((std::int64_t{from} << kDigits) / to), last_(std::int64_t{from - 1} * 128) {}

  Columns columns(int first) const {
    Columns columns;
    for (int i = 0; i < kColumns; ++i) {
      // Pixel centres are at halves.
      const std::int64_t centre =
          step_ / 2 + (first + i) * step_ - (std::int64_t{1} << (kDigits - 1));
      const std::int64_t rounded = (centre + (1 << (kDigits - 8))) >> (kDigits - 7);
      const std::int64_t place = std::clamp<std::int64_t>(rounded, 0, last_);
      columns.left[static_cast<std::size_t>(i)] = static_cast<int>(place >> 7);
      columns.weight[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(place & 127);
    }
    return columns;
  }

 private:
  static constexpr int kDigits = 30;
  std::int64_t step_;
  std::int64_t last_;
};

/// The colour of each coverage, BGR in the low three bytes.
using Palette = std::array<std::uint32_t, 256>;

Palette palette_of(const Colors& colors) {
  Palette palette;
  for (std::size_t i = 0; i < palette.size(); ++i) {
    const cv::Vec3b bgr = mixed(colors.paper, colors.ink, static_cast<uchar>(i));
    palette[i] = static_cast<std::uint32_t>(bgr[0] | (bgr[1] << 8) | (bgr[2] << 16));
  }
  return palette;
}

/// Makes columns `first` .. `first` + `count` - 1 of the image.
void stretch_portable(const cv::Mat& coverage, const Columns& columns, const Palette& palette,
                      int first, int count, cv::Mat& image) {
  const auto channels = static_cast<std::size_t>(image.channels());
  for (int y = 0; y < image.rows; ++y) {
    const uchar* row = coverage.ptr(y);
    uchar* to = image.ptr(y, first);
    for (int i = 0; i < count; ++i, to += channels) {
      const uchar* from = row + columns.left[static_cast<std::size_t>(i)];
      const int weight = columns.weight[static_cast<std::size_t>(i)];
      const int mix = (from[0] * (128 - weight) + from[1] * weight + 64) >> 7;
      std::memcpy(to, &palette[static_cast<std::size_t>(mix)], channels);
    }
  }
}

#ifdef GLYPHMILL_HAS_AVX2

/// Bytes in both halves of a register.
using Bytes = std::array<std::uint8_t, 2 * kColumns>;
using Words = std::array<std::uint16_t, kColumns>;

template <class Array>
GLYPHMILL_AVX2 inline __m256i load(const Array& array) {
  static_assert(sizeof(Array) == sizeof(__m256i));
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(array.data()));
}

/// Columns as what a byte shuffle and a multiplication of bytes take: eight columns a half, all out
/// of 16 bytes of the line.
struct ShuffledColumns {
  int left;
  int right;
  __m256i pairs;
  __m256i weights;
};

GLYPHMILL_AVX2 inline ShuffledColumns shuffled(const Columns& columns) {
  Bytes pairs;
  Bytes weights;
  for (std::size_t i = 0; i < kColumns; ++i) {
    const int base = columns.left[i < kHalf ? 0 : kHalf];
    pairs[2 * i] = static_cast<std::uint8_t>(columns.left[i] - base);
    pairs[2 * i + 1] = static_cast<std::uint8_t>(pairs[2 * i] + 1);
    weights[2 * i] = static_cast<std::uint8_t>(128 - columns.weight[i]);
    weights[2 * i + 1] = columns.weight[i];
  }
  return {columns.left[0], columns.left[kHalf], load(pairs), load(weights)};
}

/// Coverages of the columns in one row, 16 bits each.
GLYPHMILL_AVX2 inline __m256i stretched(const uchar* row, const ShuffledColumns& columns) {
  const auto half = [row](int at) { return reinterpret_cast<const __m128i*>(row + at); };
  const __m256i bytes = _mm256_loadu2_m128i(half(columns.right), half(columns.left));
  // The weights go up to 128, so they have to be the unsigned factor and the pixels the signed one.
  const __m256i pixels =
      _mm256_xor_si256(_mm256_shuffle_epi8(bytes, columns.pairs), _mm256_set1_epi8(-128));
  const __m256i sums = _mm256_maddubs_epi16(columns.weights, pixels);
  return _mm256_srli_epi16(_mm256_add_epi16(sums, _mm256_set1_epi16(128 * 128 + 64)), 7);
}

/// Factors and terms of `mixed` for 16 values in a row: (paper * 255 + 127 + (ink - paper) *
/// coverage) / 255, modulo 2^16.
struct Mix {
  __m256i gain;
  __m256i start;
};

/// For the values from `first` on, channel after channel.
GLYPHMILL_AVX2 inline Mix mix_of(const Colors& colors, int first, int channels) {
  Words gain;
  Words start;
  for (int i = 0; i < kColumns; ++i) {
    const int c = (first + i) % channels;
    const auto place = static_cast<std::size_t>(i);
    gain[place] = static_cast<std::uint16_t>(colors.ink[c] - colors.paper[c]);
    start[place] = static_cast<std::uint16_t>(colors.paper[c] * 255 + 127);
  }
  return {load(gain), load(start)};
}

GLYPHMILL_AVX2 inline __m256i colored(__m256i coverage, const Mix& mix) {
  const __m256i sums = _mm256_add_epi16(_mm256_mullo_epi16(coverage, mix.gain), mix.start);
  // The product with 0x8081 / 2^23 is the whole part of sums / 255 for all of 16 bits.
  const __m256i factor = _mm256_set1_epi16(static_cast<std::int16_t>(0x8081));
  return _mm256_srli_epi16(_mm256_mulhi_epu16(sums, factor), 7);
}

GLYPHMILL_AVX2 inline void store(__m256i words, uchar* to) {
  const __m256i bytes = _mm256_permute4x64_epi64(_mm256_packus_epi16(words, words), 0b1000);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_castsi256_si128(bytes));
}

GLYPHMILL_AVX2 void stretch_gray_avx2(const cv::Mat& coverage, const Columns& columns,
                                      const Colors& colors, int first, cv::Mat& image) {
  const ShuffledColumns from = shuffled(columns);
  const Mix mix = mix_of(colors, 0, 1);
  for (int y = 0; y < image.rows; ++y) {
    store(colored(stretched(coverage.ptr(y), from), mix), image.ptr(y, first));
  }
}

/// Shuffle that takes word (first + i) / 3 of the register's half to word i.
GLYPHMILL_AVX2 inline __m256i tripled(int first_low, int first_high) {
  Bytes bytes;
  for (int i = 0; i < kColumns; ++i) {
    const int first = i < kHalf ? first_low : first_high;
    const int word = (first + i % kHalf) / 3;
    bytes[static_cast<std::size_t>(2 * i)] = static_cast<std::uint8_t>(2 * word);
    bytes[static_cast<std::size_t>(2 * i + 1)] = static_cast<std::uint8_t>(2 * word + 1);
  }
  return load(bytes);
}

GLYPHMILL_AVX2 void stretch_color_avx2(const cv::Mat& coverage, const Columns& columns,
                                       const Colors& colors, int first, cv::Mat& image) {
  const ShuffledColumns from = shuffled(columns);
  const Mix mix0 = mix_of(colors, 0, 3);
  const Mix mix1 = mix_of(colors, 16, 3);
  const Mix mix2 = mix_of(colors, 32, 3);
  // Of the 48 values, 0 .. 23 come from the low half of the coverages.
  const __m256i triple0 = tripled(0, 8);
  const __m256i triple1 = tripled(16, 0);
  const __m256i triple2 = tripled(8, 16);
  for (int y = 0; y < image.rows; ++y) {
    const __m256i all = stretched(coverage.ptr(y), from);
    const __m256i low = _mm256_permute2x128_si256(all, all, 0x00);
    const __m256i high = _mm256_permute2x128_si256(all, all, 0x11);
    uchar* to = image.ptr(y, first);
    store(colored(_mm256_shuffle_epi8(low, triple0), mix0), to);
    store(colored(_mm256_shuffle_epi8(all, triple1), mix1), to + 16);
    store(colored(_mm256_shuffle_epi8(high, triple2), mix2), to + 32);
  }
}

void stretch_avx2(const cv::Mat& coverage, const Colors& colors, cv::Mat& image) {
  const Stretch stretch(coverage.cols, image.cols);
  const auto make = image.channels() == 1 ? stretch_gray_avx2 : stretch_color_avx2;
  for (int x = 0; x < image.cols; x += kColumns) {
    const int first = std::min(x, image.cols - kColumns);  // the last may overlap
    make(coverage, stretch.columns(first), colors, first, image);
  }
}

#endif

}  // namespace

void stretch_and_color(const cv::Mat& coverage, const Colors& colors, cv::Mat& image,
                       core::InstructionSet set) {
#ifdef GLYPHMILL_HAS_AVX2
  if (set == core::InstructionSet::kAvx2 && image.cols >= kColumns) {
    return stretch_avx2(coverage, colors, image);
  }
#else
  static_cast<void>(set);
#endif
  const Stretch stretch(coverage.cols, image.cols);
  const Palette palette = palette_of(colors);
  for (int x = 0; x < image.cols; x += kColumns) {
    const int count = std::min(kColumns, image.cols - x);
    stretch_portable(coverage, stretch.columns(x), palette, x, count, image);
  }
}

}  // namespace glyphmill::compose
