// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphs/digit_files/file_bytes.h"

namespace glyphmill::digit_files {

/// No deflate stream unpacks to more than 1032 times its size: two bits for 258 bytes.
constexpr std::uint64_t kMostExpansion = 1032;

bool is_gzip(const FileBytes& file);

/// The content of a gzip file (RFC 1952), of all its members in turn, checksums verified.
/// Throws Error(kFormat) where it is damaged, cut short or followed by something else.
FileBytes gunzip(const FileBytes& packed);

/// The `unpacked_size` bytes of the raw deflate stream `packed` (RFC 1951), which must end with it.
/// Throws Error(kFormat) where it does not give exactly these.
FileBytes inflate(const FileBytes& packed, std::uint64_t unpacked_size);

std::uint32_t crc32(const FileBytes& bytes);

}  // namespace glyphmill::digit_files
