// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "datasets/stored_file.h"

namespace glyphmill::datasets {

/// The unnamed database of an LMDB file (data version 1, 64 bits, little-endian), read page by
/// page. liblmdb maps the file and trusts what stands in it; here every page number, offset and
/// size is checked first, because the file may be anybody's.
class LmdbFile {
 public:
  /// Throws Error(kFormat) where the file has no valid meta page.
  explicit LmdbFile(StoredFile file);

  const std::string& path() const { return file_.path(); }
  std::uint64_t entries() const { return entries_; }

 private:
  friend class LmdbCursor;

  bool read_meta(std::uint64_t at);

  StoredFile file_;
  std::uint64_t page_size_ = 0;
  std::uint64_t transaction_ = 0;
  std::uint64_t last_page_ = 0;
  std::uint64_t root_ = 0;
  std::uint64_t entries_ = 0;
  std::size_t depth_ = 0;
};

/// Walks through the entries in the order of their keys. The file must outlive it.
class LmdbCursor {
 public:
  explicit LmdbCursor(const LmdbFile& file) : file_(file) {}

  /// Goes to the first entry whose key is not below `key`.
  void seek(std::string_view key);
  /// False behind the last entry. The cursor stands on an entry otherwise.
  bool is_there() const { return !levels_.empty(); }
  void advance();
  /// Of the entry that the cursor stands on.
  std::string_view key() const;
  /// Throws Error(kFormat) if it has more than `most` bytes.
  void value(std::uint64_t most, std::string& bytes) const;

 private:
  /// A page on the way from the root to a leaf, and the node that is taken in it.
  struct Level {
    std::string page;
    std::uint64_t number = 0;
    std::size_t nodes = 0;
    std::size_t node = 0;
  };

  void descend(std::uint64_t page, std::string_view key);
  void load(std::uint64_t number, Level& level) const;
  std::size_t find(const Level& level, bool is_leaf, std::string_view key) const;
  std::size_t node_at(const Level& level, std::size_t node) const;
  std::string_view key_of(const Level& level, std::size_t node) const;
  std::uint64_t child_of(const Level& level, std::size_t node) const;
  [[noreturn]] void refuse_page(std::uint64_t number, std::string_view rule,
                                std::string_view found) const;

  const LmdbFile& file_;
  std::vector<Level> levels_;
};

}  // namespace glyphmill::datasets
