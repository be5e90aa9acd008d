// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/filesystem.hpp>
#include <cstdlib>

#include "glyphmill/recipe.h"

namespace glyphmill::bench {

/// What all ratios are taken from: codes of ten digits, 50 x 285, half of them rotated, Gaussian
/// and salt-and-pepper noise, JPEG quality 95.
inline Recipe reference_job(bool color, std::uint64_t count) {
  Recipe recipe = codes_recipe();
  recipe.seed = 1;
  recipe.count = count;
  std::get<TileLook>(recipe.look).compose.color = color;
  return recipe;
}

/// Where data sets are written: $GLYPHMILL_BENCH_DIR, else the system's temporary directory.
inline boost::filesystem::path fresh_directory() {
  const char* base = std::getenv("GLYPHMILL_BENCH_DIR");
  const auto parent =
      base != nullptr ? boost::filesystem::path(base) : boost::filesystem::temp_directory_path();
  return parent / boost::filesystem::unique_path("glyphmill-bench-%%%%%%%%");
}

}  // namespace glyphmill::bench
