// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "glyphs/digit_files/file_bytes.h"

/// As much of the zip format (PKWARE's APPNOTE.TXT) as an .npz uses: one volume, no encryption,
/// files stored or deflated, of any size (Zip64). Files are found by the central directory, so what
/// local headers leave open (data descriptors) does not matter.
namespace glyphmill::digit_files {

struct ZipEntry {
  std::string name;
  unsigned method = 0;  ///< 0 stored, 8 deflated
  unsigned flags = 0;
  std::uint32_t crc = 0;
  std::uint64_t packed_size = 0;
  std::uint64_t size = 0;
  std::uint64_t header_at = 0;
};

bool is_zip(const FileBytes& file);

/// The files of the archive, in its order. Throws Error(kFormat).
std::vector<ZipEntry> zip_entries(const FileBytes& archive);

/// The content of one of them, its checksum verified; a stored file is not copied.
FileBytes zip_content(const FileBytes& archive, const ZipEntry& entry);

}  // namespace glyphmill::digit_files
