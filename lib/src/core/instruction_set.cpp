// SPDX-License-Identifier: Apache-2.0
#include "core/instruction_set.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"

namespace glyphmill::core {

InstructionSet chosen_instruction_set() {
  constexpr const char* kVariable = "GLYPHMILL_INSTRUCTION_SET";
  const bool has_avx2 = available(InstructionSet::kAvx2);
  const char* const value = std::getenv(kVariable);
  if (value == nullptr) return has_avx2 ? InstructionSet::kAvx2 : InstructionSet::kPortable;
  const std::string_view name = value;
  if (name == "portable") return InstructionSet::kPortable;
  if (name == "avx2" && has_avx2) return InstructionSet::kAvx2;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("{}: must be {}. Got: {}", kVariable,
                          has_avx2 ? "portable or avx2" : "portable, for there is no AVX2 here",
                          shown(name)));
}

}  // namespace glyphmill::core
