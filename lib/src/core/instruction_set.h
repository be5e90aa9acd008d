// SPDX-License-Identifier: Apache-2.0
#pragma once

#if defined(__x86_64__) && defined(__GNUC__)
#define GLYPHMILL_HAS_AVX2 1
#define GLYPHMILL_AVX2 __attribute__((target("avx2")))
#endif

/// Which machine code the inner loops of the pixel work run. It never shows in their results.
namespace glyphmill::core {

enum class InstructionSet { kPortable, kAvx2 };

/// Whether this build and this processor have it.
inline bool available(InstructionSet set) {
  if (set == InstructionSet::kPortable) return true;
#ifdef GLYPHMILL_HAS_AVX2
  return __builtin_cpu_supports("avx2") != 0;
#else
  return false;
#endif
}

inline InstructionSet fastest() {
  static const InstructionSet set =
      available(InstructionSet::kAvx2) ? InstructionSet::kAvx2 : InstructionSet::kPortable;
  return set;
}

}  // namespace glyphmill::core
