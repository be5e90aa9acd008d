// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <string>

#include "glyphmill/error.h"
#include "glyphmill/ink_images.h"

/// Prints what read_digits makes of each file named, one line each, for tests in other languages:
/// characters, rows, columns and the pixels in hexadecimal, or "error: " and the message.
int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    try {
      const glyphmill::InkImages digits = glyphmill::read_digits(argv[i]);
      const std::string characters(digits.characters.begin(), digits.characters.end());
      fmt::print("{} {} {} {:02x}\n", characters, digits.rows, digits.cols,
                 fmt::join(digits.at(0), digits.at(digits.size()), ""));
    } catch (const glyphmill::Error& error) {
      fmt::print("error: {}\n", error.what());
    }
  }
  return 0;
}
