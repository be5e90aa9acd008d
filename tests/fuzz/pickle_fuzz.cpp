// SPDX-License-Identifier: Apache-2.0
#include "fuzz/fuzz_input.h"
#include "glyphs/digit_files/pickle.h"

namespace glyphmill::digit_files {
namespace {

/// Looks at everything that a value holds.
void walk(const PickleValue& value, unsigned depth) {
  if (depth > kMostPickleDepth) std::abort();
  if (const auto* const list = std::get_if<std::shared_ptr<PickleList>>(&value)) {
    for (const PickleValue& item : (*list)->items) walk(item, depth + 1);
  } else if (const auto* const dict = std::get_if<std::shared_ptr<PickleDict>>(&value)) {
    for (const auto& item : (*dict)->items) {
      walk(item.first, depth + 1);
      walk(item.second, depth + 1);
    }
  } else if (const auto* const text = std::get_if<PickleText>(&value)) {
    fuzz::touch(reinterpret_cast<const std::uint8_t*>(text->text.data()), text->text.size());
  } else if (const auto* const bytes = std::get_if<PickleBytes>(&value)) {
    fuzz::touch(reinterpret_cast<const std::uint8_t*>(bytes->bytes.data()), bytes->bytes.size());
  } else if (const auto* const array = std::get_if<std::shared_ptr<Array>>(&value)) {
    fuzz::touch((*array)->bytes.data, (*array)->bytes.size);
    fuzz::expect_result_or_refusal([&] { array_texts(**array); });
    fuzz::expect_result_or_refusal([&] { image_stack(**array); });
  }
}

}  // namespace
}  // namespace glyphmill::digit_files

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glyphmill;
  const digit_files::FileBytes file = fuzz::file_of(data, size);
  fuzz::expect_result_or_refusal([&] { digit_files::walk(digit_files::parse_pickle(file), 0); });
  fuzz::expect_result_or_refusal([&] { fuzz::touch(digit_files::pickle_digits(file)); });
  return 0;
}
