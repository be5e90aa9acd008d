// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ops/salt_pepper.h"

#include <algorithm>
#include <array>

#include "core/philox_lanes.h"
#include "ops/pixels.h"

namespace glyphmill {
namespace {

constexpr std::string_view kName = "salt_pepper";
constexpr Bounds kShareBounds{0, 1};

/// Hits found at a time: enough for the lanes of wide registers, and to hide what each waits for.
constexpr std::size_t kBatch = 16;
using Uniforms = std::array<double, kBatch>;
using Gaps = std::array<std::uint64_t, kBatch>;

/// Uniform in [0, 1), 53 bits.
double uniform01(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t word = (static_cast<std::uint64_t>(high) << 32) | low;
  return static_cast<double>(static_cast<std::int64_t>(word >> 11)) * 0x1p-53;
}

/// What decides about hits: their distances and their colours.
struct Draws {
  Uniforms places;
  Uniforms colours;
};

/// One block of the stream a hit.
Draws draws_from(const StreamKey& key, std::uint32_t block) {
  std::array<std::uint16_t, 8 * kBatch> halves;
  core::philox_halves(key, block, kBatch, halves.data(), core::fastest());
  Draws draws;
  for (std::size_t i = 0; i < kBatch; ++i) {
    const auto word = [&](std::size_t w) {
      const std::size_t low = 8 * i + 2 * w;
      return halves[low] | (static_cast<std::uint32_t>(halves[low + 1]) << 16);
    };
    draws.places[i] = uniform01(word(0), word(1));
    draws.colours[i] = uniform01(word(2), word(3));
  }
  return draws;
}

/// The geometric law of the number of pixels passed over between two hits:
/// P(gap >= n) = (1 - amount)^n.
class GapLaw {
 public:
  /// Gaps that reach `end`, or that no 53-bit u but 0 reaches, are not told apart.
  GapLaw(double amount, std::size_t end) {
    double power = 1 - amount;
    for (; power >= 0x1p-53 && (std::size_t{1} << size_) <= end; power *= power) {
      miss_[size_++] = power;
    }
  }

  /// For each u the largest n with u < (1 - amount)^n, found digit by digit. Multiplications and
  /// comparisons alone, unlike log(u) / log(1 - amount), come out the same with every mathematical
  /// library.
  Gaps gaps(const Uniforms& u) const {
#ifdef GLYPHMILL_HAS_AVX2
    if (core::fastest() == core::InstructionSet::kAvx2) return gaps_avx2(u);
#endif
    Gaps gaps;
    std::transform(u.begin(), u.end(), gaps.begin(), [this](double each) { return gap(each); });
    return gaps;
  }

 private:
  std::uint64_t gap(double u) const {
    std::uint64_t n = 0;
    double reached = 1;
    for (std::size_t digit = size_; digit-- > 0;) {
      // No branch, for it would be mispredicted half the time.
      const bool set = u < reached * miss_[digit];
      reached *= set ? miss_[digit] : 1.0;
      n |= std::uint64_t{set} << digit;
    }
    return n;
  }

#ifdef GLYPHMILL_HAS_AVX2
  GLYPHMILL_AVX2 Gaps gaps_avx2(const Uniforms& u) const {
    constexpr std::size_t kLanes = 4;
    Gaps gaps;
    for (std::size_t i = 0; i < kBatch; i += 2 * kLanes) {  // two at a time, for the latency
      const __m256d u0 = _mm256_loadu_pd(&u[i]);
      const __m256d u1 = _mm256_loadu_pd(&u[i + kLanes]);
      __m256d reached0 = _mm256_set1_pd(1);
      __m256d reached1 = reached0;
      __m256i n0 = _mm256_setzero_si256();
      __m256i n1 = n0;
      for (std::size_t digit = size_; digit-- > 0;) {
        const __m256d miss = _mm256_set1_pd(miss_[digit]);
        const __m256i bit = _mm256_set1_epi64x(std::int64_t{1} << digit);
        find_digit(u0, miss, bit, reached0, n0);
        find_digit(u1, miss, bit, reached1, n1);
      }
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(&gaps[i]), n0);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(&gaps[i + kLanes]), n1);
    }
    return gaps;
  }

  GLYPHMILL_AVX2 static void find_digit(__m256d u, __m256d miss, __m256i bit, __m256d& reached,
                                        __m256i& n) {
    const __m256d next = _mm256_mul_pd(reached, miss);
    const __m256d set = _mm256_cmp_pd(u, next, _CMP_LT_OQ);
    reached = _mm256_blendv_pd(reached, next, set);
    n = _mm256_or_si256(n, _mm256_and_si256(_mm256_castpd_si256(set), bit));
  }
#endif

  std::array<double, 64> miss_{};  // (1 - amount)^(2^digit)
  std::size_t size_ = 0;
};

void check(const cv::Mat& image, const SaltPepperParams& params) {
  ops::check_image(image, kName);
  ops::check_param(kName, "amount", params.amount, kShareBounds);
  ops::check_param(kName, "salt_share", params.salt_share, kShareBounds);
}

void hit_pixels(cv::Mat& image, const SaltPepperParams& params, const StreamKey& key) {
  const std::size_t total = image.total();
  const auto cols = static_cast<std::size_t>(image.cols);
  const auto channels = static_cast<std::size_t>(image.channels());
  const GapLaw law(params.amount, total);
  std::uint32_t block = core::kFirstPixelBlock;
  int row = 0;
  std::size_t row_start = 0;
  for (std::size_t pixel = 0;; block += kBatch) {
    const Draws draws = draws_from(key, block);
    const Gaps gaps = law.gaps(draws.places);
    for (std::size_t i = 0; i < kBatch; ++i, ++pixel) {
      pixel += gaps[i];
      if (pixel >= total) return;
      for (; pixel - row_start >= cols; row_start += cols) ++row;
      const std::uint8_t colour = draws.colours[i] < params.salt_share ? 255 : 0;
      std::uint8_t* place = image.ptr(row) + (pixel - row_start) * channels;
      for (std::size_t c = 0; c < channels; ++c) place[c] = colour;
    }
  }
}

}  // namespace

void describe(SaltPepperOptions& options, FieldVisitor& visitor) {
  visitor.range("amount", options.amount, kShareBounds, "share of the pixels that are hit");
  visitor.range("salt_share", options.salt_share, kShareBounds,
                "share of the hits that turn white; the others turn black");
}

SaltPepperParams draw(const SaltPepperOptions& options, SampleRng& rng) {
  SaltPepperParams params;
  params.amount = rng.uniform(options.amount);
  params.salt_share = rng.uniform(options.salt_share);
  return params;
}

void record(const SaltPepperParams& params, std::string_view stage,
            std::vector<DrawnValue>& drawn) {
  drawn.push_back({stage, "amount", params.amount});
  drawn.push_back({stage, "salt_share", params.salt_share});
}

cv::Mat salt_pepper(const cv::Mat& src, const SaltPepperParams& params, const StreamKey& key) {
  check(src, params);
  cv::Mat hit = src.clone();
  hit_pixels(hit, params, key);
  return hit;
}

void apply(Sample& sample, const SaltPepperParams& params, const StreamKey& key, cv::Mat&) {
  check(sample.image, params);
  hit_pixels(sample.image, params, key);
}

}  // namespace glyphmill
