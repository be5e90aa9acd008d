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

/// What $GLYPHMILL_INSTRUCTION_SET names, "portable" or "avx2"; the fastest available one where it
/// is not set. Throws Error(kInvalidArgument) for another name or one that is not available here.
InstructionSet chosen_instruction_set();

/// The same, read once: what the loops run wherever a caller does not choose. Throws likewise.
inline InstructionSet fastest() {
  static const InstructionSet set = chosen_instruction_set();
  return set;
}

}  // namespace glyphmill::core
