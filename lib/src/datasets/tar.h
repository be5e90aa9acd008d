// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "datasets/stored_file.h"

namespace glyphmill::datasets {

/// A file in an archive.
struct TarMember {
  std::string name;
  std::uint64_t at = 0;  ///< its first byte
  std::uint64_t size = 0;
};

/// Walks through a tar archive of POSIX's ustar format that holds regular files only, at its top
/// level, and is whole.
class TarWalk {
 public:
  explicit TarWalk(const StoredFile& file) : file_(file) {}

  /// False behind the last member, where the archive must end. Throws Error(kFormat).
  bool next(TarMember& member);

 private:
  void check_end();
  void check_header(const std::string& header) const;
  std::uint64_t octal(const std::string& header, std::size_t at, std::size_t size,
                      std::string_view what) const;

  const StoredFile& file_;
  std::uint64_t at_ = 0;  // of the next header
  std::string block_;
};

}  // namespace glyphmill::datasets
