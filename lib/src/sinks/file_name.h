// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/sample.h"

namespace glyphmill::sinks {

/// `text` as part of a file name: path separators, characters that some file system, make, its
/// shell or a list of names cannot take (blanks and commas too), control characters, '%' and a
/// leading '.' become %XX; all else stays, UTF-8 included.
std::string safe_in_file_name(std::string_view text);

/// Makes image names from a pattern with the fields {label} {text} {index} {height} {width} {hash}
/// {md5} {ext}. Immutable; thread-safe.
class FileNamer {
 public:
  /// `count` gives {index} its digits. Throws Error(kInvalidArgument) for an unknown or unclosed
  /// field, a path separator, a control character, or a pattern that does not end in {ext} or the
  /// extension itself.
  FileNamer(const std::string& pattern, std::string_view ext, std::uint64_t count);

  /// The name for a sample whose encoded image is `bytes`; at most 240 bytes, for which label and
  /// text are cut where need be.
  std::string name(const Sample& sample, std::string_view bytes) const;

  /// True if no two samples of a run can have one name.
  bool is_unique() const;

 private:
  enum class Field { kLiteral, kLabel, kText, kIndex, kHeight, kWidth, kHash, kMd5, kExt };
  struct Piece {
    Field field;
    std::string literal;
  };

  std::string expand(const Piece& piece, const Sample& sample, std::string_view bytes) const;
  std::string cut_name(const Sample& sample, std::string_view bytes, std::size_t total) const;

  std::vector<Piece> pieces_;
  std::string ext_;
  int index_digits_;
};

}  // namespace glyphmill::sinks
