// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <xxhash.h>

#include <memory>
#include <string>
#include <string_view>

namespace glyphmill::sinks {

/// XXH3-128 of everything added, in order.
class Checksum {
 public:
  Checksum();

  void add(std::string_view bytes);
  /// 32 hexadecimal digits of what was added so far.
  std::string hex() const;

 private:
  std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state_;
};

/// XXH3-128 of one piece, 32 hexadecimal digits.
std::string checksum_of(std::string_view bytes);

}  // namespace glyphmill::sinks
