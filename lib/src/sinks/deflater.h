// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zlib.h>

#include <string_view>
#include <vector>

#include "sinks/pack.h"

namespace glyphmill::sinks {

/// What there is to find in the bytes.
enum class Repeats {
  kRuns,  ///< of one byte: 8-bit pixels. Noise has no others, and elsewhere hardly less is found.
  kPatterns,  ///< of several: values of more than a byte
};

/// Deflates (RFC 1951) what is added. Stretches that end by `end_stretch` refer to nothing before
/// them, so that they can be made apart and put one behind the other in any file.
class Deflater {
 public:
  Deflater(Write write, Repeats repeats);
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater();

  void add(std::string_view bytes);
  /// Writes all that was added, up to a whole byte; more stretches or `final_block` must follow.
  void end_stretch();
  /// What was added and written so far.
  const Stretch& done() const { return done_; }

  /// The empty last block, which ends a series of stretches.
  static constexpr std::string_view kFinalBlock{"\x03\x00", 2};

 private:
  void run(int flush);

  Write write_;
  z_stream stream_{};
  std::vector<Bytef> out_;
  Stretch done_;
};

/// `b` behind `a`.
Stretch joined(const Stretch& a, const Stretch& b);

}  // namespace glyphmill::sinks
