// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "glyphmill/range.h"

/// Counter-based randomness: every value is a pure function of (seed, sample, stage, position), so
/// threads, order, shards and resumption cannot change a byte. The generator is Philox4x32-10
/// (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011), with
/// key = the 64-bit seed and counter = (block, stage, sample low word, sample high word).
/// Blocks 0 .. 2^31-2 feed `SampleRng`, block 2^31-1 derives further streams, and blocks 2^31 and
/// up feed per-pixel noise.
namespace glyphmill {

/// Names one independent random stream.
struct StreamKey {
  std::uint64_t seed = 0;    ///< the job's seed
  std::uint64_t sample = 0;  ///< the sample's index
  std::uint32_t stage = 0;   ///< who draws: `stage_id("affine")`, ...
};

/// 32-bit FNV-1a hash of a stage's name. Inserting a stage into a recipe leaves the others' draws
/// as they were. Two names with one id are refused where recipes are checked. Names with a '.' are
/// the library's own.
constexpr std::uint32_t stage_id(std::string_view name) {
  std::uint32_t hash = 2166136261u;
  for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

/// A stream independent of that of `key` and of those of every other `part`.
StreamKey derived(const StreamKey& key, std::uint64_t part);

/// Draws parameters in sequence from one stream. A small value: create, use, drop; not thread-safe,
/// never stored. The laws are our own because those of <random> differ between standard libraries;
/// integers, Bernoulli and uniforms are the same bits everywhere, normals for one libm.
class SampleRng {
 public:
  explicit SampleRng(const StreamKey& key) : key_(key) {}

  /// 32 uniform bits.
  std::uint32_t bits();
  /// Uniform in [0, 1), 53 bits.
  double uniform01();
  /// Uniform in [range.min, range.max); exactly range.min where both ends are equal.
  double uniform(const Range& range);
  /// Uniform integer in [low, high], both included, without bias (Lemire 2019, with rejection).
  /// Requires low <= high.
  std::int64_t uniform_int(std::int64_t low, std::int64_t high);
  /// True with the given probability in [0, 1]: never at 0, always at 1.
  bool bernoulli(double probability);
  /// Normal law by inversion: one uniform draw a value.
  double normal(double mean, double stddev);
  /// Normal law cut to [low, high] and renormalised, by inversion. Requires low <= high and
  /// stddev >= 0; stddev 0 gives the mean moved into the interval.
  double truncated_normal(double mean, double stddev, double low, double high);

 private:
  StreamKey key_;
  std::uint32_t block_ = 0;
  unsigned used_ = 4;  // words of buffer_ already given
  std::array<std::uint32_t, 4> buffer_{};
};

/// Standard normal distribution function.
double normal_cdf(double z);

/// Its inverse for p in (0, 1); relative error about 1e-16 (M. J. Wichura, algorithm AS 241,
/// PPND16, Applied Statistics 37, 1988).
double normal_quantile(double p);

}  // namespace glyphmill
