// SPDX-License-Identifier: Apache-2.0
#include "datasets/tar.h"
#include "fuzz/fuzz_input.h"
#include "fuzz/stored_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glyphmill;
  const datasets::StoredFile file = fuzz::stored_file_of(data, size);
  fuzz::expect_result_or_refusal([&] {
    datasets::TarWalk walk(file);
    datasets::TarMember member;
    std::string bytes;
    while (walk.next(member)) file.read(member.at, static_cast<std::size_t>(member.size), bytes);
  });
  return 0;
}
