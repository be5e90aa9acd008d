// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "glyphmill/error.h"
#include "glyphmill/number_generator.h"

/// Loads and saves data sets, for tests in other languages: any number of KIND FROM TO, KIND being
/// `generic` or `digits`. Prints a line for each: "copied", or "error: " and the message.
int main(int argc, char** argv) {
  for (int i = 1; i + 2 < argc; i += 3) {
    try {
      if (argv[i] == std::string("digits")) {
        glyphmill::DigitImageDataset::load(argv[i + 1]).save(argv[i + 2]);
      } else {
        glyphmill::GenericDataset::load(argv[i + 1]).save(argv[i + 2]);
      }
      fmt::print("copied\n");
    } catch (const glyphmill::Error& error) {
      fmt::print("error: {}\n", error.what());
    }
  }
  return 0;
}
