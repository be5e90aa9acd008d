// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sinks/pack.h"

namespace glyphmill::sinks {

/// A deflated file in a zip archive.
struct ZipMember {
  std::string name;  ///< ASCII
  Stretch size;
  /// Writes the deflated bytes: as many as `size` says.
  std::function<void(const Write&)> content;
};

/// Writes an archive of the members, dated 1980-01-01; with the 64-bit fields (zip64) where, and
/// only where, sizes or places need them. PKWARE APPNOTE 6.3.
void write_zip(const std::vector<ZipMember>& members, const Write& write);

/// The parts of an archive that are not content, for a member that starts at `offset` and for a
/// directory of so many bytes that starts there.
std::string zip_local_header(const ZipMember& member);
std::string zip_directory_entry(const ZipMember& member, std::uint64_t offset);
std::string zip_end(std::uint64_t members, std::uint64_t bytes, std::uint64_t offset);

}  // namespace glyphmill::sinks
