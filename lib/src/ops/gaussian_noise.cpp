// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ops/gaussian_noise.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/pixel_bits.h"
#include "ops/noise_kernels.h"
#include "ops/pixels.h"

namespace glyphmill {
namespace ops {
namespace {

using core::kBatchValues;
using core::PixelBits;

// Of its 16 bits a value takes one for the sign and 15 for one of 32768 equally likely cells of
// |z|. |z| is taken from a line through each 32 of them: so the table stays in the first cache, and
// is off by less than 1/10000. The cells of the outermost 1/32 are wide and rare enough that a
// histogram of a million values would show lines and cells, so each of these is cut into 8 equally
// likely parts, with a |z| for every one. Which part it is tell the last three bits of the next
// value in the batch, that hardly matter for that one.
constexpr unsigned kCells = 32768;
constexpr unsigned kCellsPerLine = 32;
constexpr unsigned kFirstTailCell = kCells - kCells / 32;
constexpr unsigned kLines = kFirstTailCell / kCellsPerLine;
constexpr unsigned kParts = 8;
constexpr unsigned kEntries = kLines + (kCells - kFirstTailCell) * kParts;

/// Part p of a tail cell stands at kTailStart + cell * kParts + p, modulo 2^16.
constexpr auto kTailStart = static_cast<std::uint16_t>(kLines - kFirstTailCell * kParts);

/// |z| = (start * kGainUnit + gain * cell) / (2 * kGainUnit) + kMiddle rounded down, `cell` counted
/// from the line's first: start and gain are twice as fine as |z|, and start is shifted by 2 *
/// kMiddle to fit. In one 32-bit word, as vector instructions multiply and add it.
struct Line {
  std::int16_t gain;
  std::int16_t start;
};
constexpr int kGainDigits = 10;
constexpr int kGainUnit = 1 << kGainDigits;
constexpr int kMiddle = 1 << 14;

/// Rounding |z| down loses half a unit on the average, which is a whole one of `start`.
Line line_of(double start, double gain) {
  return {static_cast<std::int16_t>(std::lround(2 * gain * kGainUnit)),
          static_cast<std::int16_t>(std::lround(2 * start + 1) - 2 * kMiddle)};
}

using Places = std::array<std::uint16_t, kBatchValues>;
using Lines = std::array<Line, kBatchValues>;
using Normals = std::array<std::int16_t, kBatchValues>;

struct NormalTable {
  std::array<Line, kEntries> lines;
  double one;  ///< what 1 is in this table
};

/// |z| in the middle of one of `cells` equally likely cells.
double magnitude(unsigned cell, unsigned cells) {
  return normal_quantile(0.5 + (cell + 0.5) / (2.0 * cells));
}

NormalTable make_normal_table() {
  constexpr unsigned kFinest = kCells * kParts;
  NormalTable table;
  table.one = std::floor(32766 / magnitude(kFinest - 1, kFinest));
  for (unsigned line = 0; line < kLines; ++line) {
    const double start = table.one * magnitude(line * kCellsPerLine, kCells);
    const double next = table.one * magnitude((line + 1) * kCellsPerLine, kCells);
    table.lines[line] = line_of(start, (next - start) / kCellsPerLine);
  }
  for (unsigned place = kLines; place < kEntries; ++place) {
    const unsigned part = kFirstTailCell * kParts + place - kLines;
    table.lines[place] = line_of(table.one * magnitude(part, kFinest), 0);
  }
  return table;
}

const NormalTable& normal_table() {
  static const NormalTable table = make_normal_table();
  return table;
}

/// sigma in fixed point with as many digits as fit. A normal value of the table times `factor`, cut
/// to its upper 16 bits, has `shift` binary digits after the point.
struct Scale {
  std::int16_t factor;
  std::int16_t half;
  int shift;
};

Scale scale_of(double sigma) {
  const double unit = sigma / normal_table().one;
  int shift = 15;
  while (std::ldexp(unit, 16 + shift) > 32767) --shift;
  return {static_cast<std::int16_t>(std::lround(std::ldexp(unit, 16 + shift))),
          static_cast<std::int16_t>(1 << (shift - 1)), shift};
}

void find_places(const PixelBits& bits, Places& places) {
  std::array<std::uint16_t, kBatchValues> next;
  std::copy(bits.begin() + 1, bits.end(), next.begin());
  next.back() = bits.front();
  for (std::size_t i = 0; i < kBatchValues; ++i) {
    // In 16 bits and without branches: so compilers vectorise it.
    const auto cell = static_cast<std::uint16_t>(bits[i] & 0x7fff);
    const auto bulk = static_cast<std::uint16_t>(cell / kCellsPerLine);
    const auto tail = static_cast<std::uint16_t>(kTailStart + cell * kParts + next[i] % kParts);
    places[i] = cell < kFirstTailCell ? bulk : tail;
  }
}

/// z of every value: |z| rounded down, with its sign.
void draw_normals(const NormalTable& table, const PixelBits& bits, const Places& places,
                  Normals& normals) {
  for (std::size_t i = 0; i < kBatchValues; ++i) {
    const Line line = table.lines[places[i]];
    const int cell = static_cast<int>(bits[i] % kCellsPerLine);
    const int magnitude =
        ((line.start * kGainUnit + line.gain * cell) >> (kGainDigits + 1)) + kMiddle;
    const int sign = -(bits[i] >> 15);  // 0 or -1; a branch would be mispredicted half the time
    normals[i] = static_cast<std::int16_t>((magnitude ^ sign) - sign);
  }
}

/// In 16 bits, without branches, and on a copy, which `normals` cannot alias: so compilers
/// vectorise it.
void add_batch(std::uint8_t* values, const Normals& normals, const Scale& scale) {
  const auto short_int = [](int value) { return static_cast<std::int16_t>(value); };
  std::array<std::uint8_t, kBatchValues> sums;
  std::copy_n(values, kBatchValues, sums.begin());
  for (std::size_t i = 0; i < kBatchValues; ++i) {
    const std::int16_t product = short_int((normals[i] * scale.factor) >> 16);
    const std::int16_t noise = short_int(short_int(product + scale.half) >> scale.shift);
    const std::int16_t sum = short_int(sums[i] + noise);
    sums[i] =
        static_cast<std::uint8_t>(std::min<std::int16_t>(std::max<std::int16_t>(sum, 0), 255));
  }
  std::copy(sums.begin(), sums.end(), values);
}

#ifdef GLYPHMILL_HAS_AVX2

GLYPHMILL_AVX2 inline __m256i load(const void* place) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(place));
}

GLYPHMILL_AVX2 void find_places_avx2(const PixelBits& bits, Places& places) {
  static_assert(kParts == 8 && kCellsPerLine == 32, "the shifts below");
  // The values after those from kNexts on, which begin the batch again.
  constexpr std::size_t kNexts = kBatchValues - 16;
  std::array<std::uint16_t, 17> last;
  std::copy_n(&bits[kNexts], 16, last.begin());
  last[16] = bits[0];
  const __m256i first_tail_cell = _mm256_set1_epi16(kFirstTailCell);
  const __m256i tail_start = _mm256_set1_epi16(static_cast<std::int16_t>(kTailStart));
  for (std::size_t i = 0; i < kBatchValues; i += 16) {
    const __m256i own = load(&bits[i]);
    const __m256i next = load(i == kNexts ? &last[1] : &bits[i + 1]);
    const __m256i cell = _mm256_and_si256(own, _mm256_set1_epi16(0x7fff));
    const __m256i part = _mm256_and_si256(next, _mm256_set1_epi16(7));
    const __m256i tail =
        _mm256_add_epi16(_mm256_slli_epi16(own, 3), _mm256_add_epi16(part, tail_start));
    const __m256i in_bulk = _mm256_cmpgt_epi16(first_tail_cell, cell);
    const __m256i place = _mm256_blendv_epi8(tail, _mm256_srli_epi16(cell, 5), in_bulk);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(&places[i]), place);
  }
}

void look_up(const NormalTable& table, const Places& places, Lines& lines) {
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kBatchValues; ++i) lines[i] = table.lines[places[i]];
}

/// |z| - kMiddle of eight values, 32 bits each.
GLYPHMILL_AVX2 inline __m256i magnitudes_avx2(const Line* lines, const std::uint16_t* bits) {
  const __m128i halves = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bits));
  const __m128i cells = _mm_and_si128(halves, _mm_set1_epi16(kCellsPerLine - 1));
  const __m256i factors =
      _mm256_or_si256(_mm256_cvtepu16_epi32(cells), _mm256_set1_epi32(kGainUnit << 16));
  return _mm256_srai_epi32(_mm256_madd_epi16(load(lines), factors), kGainDigits + 1);
}

GLYPHMILL_AVX2 void add_batch_avx2(std::uint8_t* values, const PixelBits& bits, const Lines& lines,
                                   const Scale& scale) {
  const __m256i factor = _mm256_set1_epi16(scale.factor);
  const __m256i half = _mm256_set1_epi16(scale.half);
  const __m128i shift = _mm_cvtsi32_si128(scale.shift);
  const __m256i one = _mm256_set1_epi16(1);
  const __m256i middle = _mm256_set1_epi16(kMiddle);
  for (std::size_t i = 0; i < kBatchValues; i += 16) {
    const __m256i packed = _mm256_packs_epi32(magnitudes_avx2(&lines[i], &bits[i]),
                                              magnitudes_avx2(&lines[i + 8], &bits[i + 8]));
    const __m256i magnitudes =
        _mm256_add_epi16(_mm256_permute4x64_epi64(packed, 0b11011000), middle);
    const __m256i sign = _mm256_or_si256(load(&bits[i]), one);  // never 0, which would clear z
    const __m256i z = _mm256_sign_epi16(magnitudes, sign);
    const __m256i noise =
        _mm256_sra_epi16(_mm256_add_epi16(_mm256_mulhi_epi16(z, factor), half), shift);
    auto* place = reinterpret_cast<__m128i*>(values + i);
    const __m256i sum = _mm256_add_epi16(_mm256_cvtepu8_epi16(_mm_loadu_si128(place)), noise);
    const __m128i clipped =
        _mm_packus_epi16(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    _mm_storeu_si128(place, clipped);
  }
}

GLYPHMILL_AVX2 void noise_batch_avx2(std::uint8_t* values, core::ChunkState& state,
                                     const Scale& scale) {
  PixelBits bits;
  Places places;
  Lines lines;
  core::next_bits(state, bits);
  find_places_avx2(bits, places);
  look_up(normal_table(), places, lines);
  add_batch_avx2(values, bits, lines, scale);
}

#endif

/// Bits, places and what follows go through arrays of a batch, which stay in the first cache and
/// give the processor time to complete a store before the values are read back.
void noise_batch(std::uint8_t* values, core::ChunkState& state, const Scale& scale,
                 InstructionSet set) {
#ifdef GLYPHMILL_HAS_AVX2
  if (set == InstructionSet::kAvx2) return noise_batch_avx2(values, state, scale);
#else
  static_cast<void>(set);
#endif
  PixelBits bits;
  Places places;
  Normals normals;
  core::next_bits(state, bits);
  find_places(bits, places);
  draw_normals(normal_table(), bits, places, normals);
  add_batch(values, normals, scale);
}

}  // namespace

void add_noise(std::uint8_t* values, std::size_t count, double sigma, const StreamKey& key,
               InstructionSet set) {
  const Scale scale = scale_of(sigma);
  core::ChunkState state;
  for (std::size_t done = 0; done < count; done += kBatchValues) {
    if (done % core::kChunkValues == 0) {
      state = core::chunk_state(key, static_cast<std::uint32_t>(done / core::kChunkValues), set);
    }
    if (done + kBatchValues <= count) {
      noise_batch(values + done, state, scale, set);
      continue;
    }
    std::array<std::uint8_t, kBatchValues> rest{};
    std::copy(values + done, values + count, rest.begin());
    noise_batch(rest.data(), state, scale, set);
    std::copy_n(rest.begin(), count - done, values + done);
  }
}

}  // namespace ops

namespace {

constexpr std::string_view kName = "gaussian_noise";
constexpr Bounds kSigmaBounds{0, 1};

/// `image` lies in one piece.
void add_noise_to(cv::Mat& image, const GaussianNoiseParams& params, const StreamKey& key) {
  ops::for_each_stretch(image, [&](std::uint8_t* values, std::size_t count) {
    ops::add_noise(values, count, 255 * params.sigma, key, core::fastest());
  });
}

}  // namespace

void describe(GaussianNoiseOptions& options, FieldVisitor& visitor) {
  visitor.range("sigma", options.sigma, kSigmaBounds,
                "standard deviation of the noise as a share of full scale (255)");
}

GaussianNoiseParams draw(const GaussianNoiseOptions& options, SampleRng& rng) {
  return {rng.uniform(options.sigma)};
}

void record(const GaussianNoiseParams& params, std::string_view stage,
            std::vector<DrawnValue>& drawn) {
  drawn.push_back({stage, "sigma", params.sigma});
}

cv::Mat gaussian_noise(const cv::Mat& src, const GaussianNoiseParams& params,
                       const StreamKey& key) {
  ops::check_image(src, kName);
  ops::check_param(kName, "sigma", params.sigma, kSigmaBounds);
  cv::Mat noisy = src.clone();
  add_noise_to(noisy, params, key);
  return noisy;
}

void apply(Sample& sample, const GaussianNoiseParams& params, const StreamKey& key,
           cv::Mat& scratch) {
  ops::check_image(sample.image, kName);
  ops::check_param(kName, "sigma", params.sigma, kSigmaBounds);
  if (sample.image.isContinuous()) return add_noise_to(sample.image, params, key);
  // The noise is numbered through the whole image, so the rows have to come together first.
  sample.image.copyTo(scratch);
  add_noise_to(scratch, params, key);
  scratch.copyTo(sample.image);
}

}  // namespace glyphmill
