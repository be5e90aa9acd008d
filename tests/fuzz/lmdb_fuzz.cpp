// SPDX-License-Identifier: Apache-2.0
#include "datasets/lmdb.h"
#include "fuzz/fuzz_input.h"
#include "fuzz/stored_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glyphmill;
  fuzz::expect_result_or_refusal([&] {
    const datasets::LmdbFile file(fuzz::stored_file_of(data, size));
    datasets::LmdbCursor cursor(file);
    cursor.seek("num-samples");
    cursor.seek("image-");
    std::string value;
    // Readers stop at the first key that is not the next one; a tree may lead in circles.
    for (int i = 0; i < 1000 && cursor.is_there(); ++i) {
      cursor.key();
      cursor.value(size, value);
      cursor.advance();
    }
  });
  return 0;
}
