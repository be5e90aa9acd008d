// SPDX-License-Identifier: Apache-2.0
#include "datasets/manifest.h"
#include "fuzz/fuzz_input.h"
#include "fuzz/stored_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glyphmill;
  fuzz::expect_result_or_refusal(
      [&] { datasets::parse_manifest(fuzz::stored_file_of(data, size)); });
  return 0;
}
