// SPDX-License-Identifier: Apache-2.0
#include "datasets/lists.h"
#include "fuzz/fuzz_input.h"
#include "fuzz/stored_input.h"

/// One byte: the kind of the list; the list.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glyphmill;
  if (size == 0) return 0;
  std::unique_ptr<datasets::RecordReader> reader;
  fuzz::expect_result_or_refusal([&] {
    constexpr int kKinds = 6;
    reader = datasets::read_list(fuzz::stored_file_of(data + 1, size - 1),
                                 static_cast<datasets::ListKind>(data[0] % kKinds), "");
  });
  bool more = reader != nullptr;
  // Every record takes a byte, so there cannot be more of them.
  for (std::size_t records = 0; more; ++records) {
    if (records > size) std::abort();
    fuzz::expect_result_or_refusal([&] {
      datasets::Record record;
      more = reader->next(record);
    });
  }
  return 0;
}
