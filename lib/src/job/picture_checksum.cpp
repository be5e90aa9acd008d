// SPDX-License-Identifier: Apache-2.0
#include "job/picture_checksum.h"

#include <fmt/format.h>

#include "glyphmill/error.h"

namespace glyphmill::job {

void settle_checksum(std::string& given, const std::string& found, std::string_view section,
                     std::string_view name) {
  if (!given.empty() && given != found) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}.checksum: {} is not what the recipe was resolved with, and would "
                            "make other images; remove the key to use it all the same. Got: {}",
                            section, name, found));
  }
  given = found;
}

}  // namespace glyphmill::job
