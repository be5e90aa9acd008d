// SPDX-License-Identifier: Apache-2.0
#include "sinks/checksum.h"

#include <fmt/format.h>

namespace glyphmill::sinks {
namespace {

std::string hex_of(const XXH128_hash_t& hash) {
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace

Checksum::Checksum() : state_(XXH3_createState(), &XXH3_freeState) {
  XXH3_128bits_reset(state_.get());
}

void Checksum::add(std::string_view bytes) {
  XXH3_128bits_update(state_.get(), bytes.data(), bytes.size());
}

std::string Checksum::hex() const { return hex_of(XXH3_128bits_digest(state_.get())); }

std::string checksum_of(std::string_view bytes) {
  return hex_of(XXH3_128bits(bytes.data(), bytes.size()));
}

}  // namespace glyphmill::sinks
