// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ops/gaussian_noise.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/philox_lanes.h"
#include "ops/noise_kernels.h"
#include "ops/pixels.h"

namespace glyphmill {
namespace ops {
namespace {

/// Values made at a time. Bits, normals and sums go through arrays of this size, which stay in the
/// first cache and give the processor time to complete a store before the values are read back.
constexpr std::size_t kBatch = 256;
constexpr std::uint32_t kBlocksPerBatch = kBatch / 8;

using Bits = std::array<std::uint16_t, kBatch>;
using Places = std::array<std::uint16_t, kBatch>;
using Normals = std::array<std::int16_t, kBatch>;

// Of its 16 bits a value takes one for the sign and 15 for one of 32768 equally likely cells of
// |z|. The cells of the outermost 1/32 are wide and rare enough that a histogram of a million
// values would show them, so each is cut into 8 equally likely parts. Which part it is tell the
// last three bits of the neighbour in the stream, that hardly matter for the neighbour's own value.
constexpr unsigned kCells = 32768;
constexpr unsigned kFirstTailCell = kCells - kCells / 32;
constexpr unsigned kParts = 8;
constexpr unsigned kMagnitudes = kFirstTailCell + (kCells - kFirstTailCell) * kParts;

/// |z| at the middle of every cell and part, as fixed-point number.
struct NormalTable {
  std::array<std::int16_t, kMagnitudes> magnitudes;
  double one;  ///< what 1 is in this table
};

NormalTable make_normal_table() {
  constexpr double kFinest = 1.0 / (kCells * kParts);
  NormalTable table;
  table.one = std::floor(32767 / normal_quantile(1 - kFinest / 4));
  for (unsigned place = 0; place < kMagnitudes; ++place) {
    const double beyond = place < kFirstTailCell ? 0 : place - kFirstTailCell;
    const double probability =
        place < kFirstTailCell
            ? (place + 0.5) / kCells
            : static_cast<double>(kFirstTailCell) / kCells + (beyond + 0.5) * kFinest;
    const double z = normal_quantile(0.5 + probability / 2);
    table.magnitudes[place] = static_cast<std::int16_t>(std::lround(z * table.one));
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

std::uint16_t place_of(unsigned own, unsigned neighbour) {
  const unsigned cell = own & 0x7fffu;
  const unsigned beyond = std::max(cell, kFirstTailCell) - kFirstTailCell;
  const unsigned part = cell < kFirstTailCell ? 0 : neighbour % kParts;
  return static_cast<std::uint16_t>(cell + beyond * (kParts - 1) + part);
}

void find_places(const Bits& bits, Places& places) {
  for (std::size_t i = 0; i < kBatch; i += 2) {
    places[i] = place_of(bits[i], bits[i + 1]);
    places[i + 1] = place_of(bits[i + 1], bits[i]);
  }
}

void look_up(const NormalTable& table, const Places& places, Normals& normals) {
  for (std::size_t i = 0; i < kBatch; ++i) normals[i] = table.magnitudes[places[i]];
}

/// In 16 bits, without branches, and on a copy, which `bits` cannot alias: so compilers vectorise
/// it.
void add_batch(std::uint8_t* values, const Bits& bits, const Normals& normals, const Scale& scale) {
  const auto short_int = [](int value) { return static_cast<std::int16_t>(value); };
  std::array<std::uint8_t, kBatch> sums;
  std::copy_n(values, kBatch, sums.begin());
  for (std::size_t i = 0; i < kBatch; ++i) {
    const std::int16_t sign = short_int(-(bits[i] >> 15));  // 0 or -1
    const std::int16_t z = short_int((normals[i] ^ sign) - sign);
    const std::int16_t product = short_int((z * scale.factor) >> 16);
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

GLYPHMILL_AVX2 void find_places_avx2(const Bits& bits, Places& places) {
  static_assert(kParts == 8, "the steps and the mask below");
  const __m256i first_tail_cell = _mm256_set1_epi16(kFirstTailCell);
  for (std::size_t i = 0; i < kBatch; i += 16) {
    const __m256i own = load(&bits[i]);
    const __m256i neighbour =
        _mm256_or_si256(_mm256_slli_epi32(own, 16), _mm256_srli_epi32(own, 16));
    const __m256i cell = _mm256_and_si256(own, _mm256_set1_epi16(0x7fff));
    const __m256i beyond = _mm256_subs_epu16(cell, first_tail_cell);  // 0 outside the tail
    const __m256i steps = _mm256_sub_epi16(_mm256_slli_epi16(beyond, 3), beyond);
    const __m256i in_bulk = _mm256_cmpgt_epi16(first_tail_cell, cell);
    const __m256i part =
        _mm256_andnot_si256(in_bulk, _mm256_and_si256(neighbour, _mm256_set1_epi16(7)));
    const __m256i place = _mm256_add_epi16(cell, _mm256_add_epi16(steps, part));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(&places[i]), place);
  }
}

GLYPHMILL_AVX2 void add_batch_avx2(std::uint8_t* values, const Bits& bits, const Normals& normals,
                                   const Scale& scale) {
  const __m256i factor = _mm256_set1_epi16(scale.factor);
  const __m256i half = _mm256_set1_epi16(scale.half);
  const __m128i shift = _mm_cvtsi32_si128(scale.shift);
  const __m256i one = _mm256_set1_epi16(1);
  for (std::size_t i = 0; i < kBatch; i += 16) {
    const __m256i sign = _mm256_or_si256(load(&bits[i]), one);  // never 0, which would clear z
    const __m256i z = _mm256_sign_epi16(load(&normals[i]), sign);
    const __m256i noise =
        _mm256_sra_epi16(_mm256_add_epi16(_mm256_mulhi_epi16(z, factor), half), shift);
    auto* place = reinterpret_cast<__m128i*>(values + i);
    const __m256i sum = _mm256_add_epi16(_mm256_cvtepu8_epi16(_mm_loadu_si128(place)), noise);
    const __m256i clipped = _mm256_permute4x64_epi64(_mm256_packus_epi16(sum, sum), 0b1000);
    _mm_storeu_si128(place, _mm256_castsi256_si128(clipped));
  }
}

#endif

void noise_batch(std::uint8_t* values, std::uint32_t block, const Scale& scale,
                 const StreamKey& key, InstructionSet set) {
  Bits bits;
  Places places;
  Normals normals;
#ifdef GLYPHMILL_HAS_AVX2
  if (set == InstructionSet::kAvx2) {
    core::philox_halves_avx2(key, block, kBlocksPerBatch, bits.data());
    find_places_avx2(bits, places);
    look_up(normal_table(), places, normals);
    return add_batch_avx2(values, bits, normals, scale);
  }
#else
  static_cast<void>(set);
#endif
  core::philox_halves(key, block, kBlocksPerBatch, bits.data());
  find_places(bits, places);
  look_up(normal_table(), places, normals);
  add_batch(values, bits, normals, scale);
}

}  // namespace

void add_noise(std::uint8_t* values, std::size_t count, double sigma, const StreamKey& key,
               InstructionSet set) {
  const Scale scale = scale_of(sigma);
  std::uint32_t block = core::kFirstPixelBlock;
  std::size_t done = 0;
  for (; done + kBatch <= count; done += kBatch, block += kBlocksPerBatch) {
    noise_batch(values + done, block, scale, key, set);
  }
  if (done == count) return;
  std::array<std::uint8_t, kBatch> rest{};
  std::copy(values + done, values + count, rest.begin());
  noise_batch(rest.data(), block, scale, key, set);
  std::copy_n(rest.begin(), count - done, values + done);
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
