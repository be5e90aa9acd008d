// SPDX-License-Identifier: Apache-2.0
#include "sinks/file_name.h"

#include <fmt/format.h>
#include <md5.h>

#include <algorithm>
#include <array>

#include "glyphmill/error.h"
#include "sinks/checksum.h"

namespace glyphmill::sinks {
namespace {

constexpr std::size_t kLongestName = 240;  // file systems take 255; leave room for a suffix

[[noreturn]] void refuse(std::string_view problem, const std::string& pattern) {
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("output.name_pattern: {}. Got: {}", problem, pattern));
}

std::string md5(std::string_view bytes) {
  MD5_CTX context;
  MD5Init(&context);
  MD5Update(&context, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  std::array<std::uint8_t, MD5_DIGEST_LENGTH> digest;
  MD5Final(digest.data(), &context);
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

/// The longest start of `text` of at most `size` bytes that cuts no character and no %XX.
std::string_view cut(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  for (std::size_t back = 1; back <= 2 && back <= size; ++back) {
    if (text[size - back] == '%') return text.substr(0, size - back);
  }
  return text.substr(0, size);
}

}  // namespace

std::string safe_in_file_name(std::string_view text) {
  // What file systems refuse; what ends a name in a make rule or is a command in its shell, for
  // tesstrain; and the comma that ends it in EasyOCR's list.
  static constexpr std::string_view kUnsafe = "/\\:*?\"<>|% ;$`,";
  std::string safe;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool control = byte < 0x20 || byte == 0x7f;
    const bool hides = byte == '.' && i == 0;
    if (control || hides || kUnsafe.find(text[i]) != std::string_view::npos) {
      safe += fmt::format("%{:02X}", byte);
    } else {
      safe += text[i];
    }
  }
  return safe;
}

FileNamer::FileNamer(const std::string& pattern, std::string_view ext, std::uint64_t count)
    : ext_(ext),
      index_digits_(
          static_cast<int>(fmt::formatted_size("{}", std::max<std::uint64_t>(1, count) - 1))) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "", "label", "text", "index", "height", "width", "hash", "md5", "ext"};
  for (const char c : pattern) {
    if (c == '/' || static_cast<unsigned char>(c) < 0x20) {
      refuse("must hold no '/' and no control character", pattern);
    }
  }
  std::string_view rest = pattern;
  while (!rest.empty()) {
    const std::size_t open = rest.find('{');
    if (open != 0) pieces_.push_back({Field::kLiteral, std::string(rest.substr(0, open))});
    if (open == std::string_view::npos) break;
    const std::size_t close = rest.find('}', open);
    if (close == std::string_view::npos) refuse("a '{' must be closed by '}'", pattern);
    const std::string_view name = rest.substr(open + 1, close - open - 1);
    const auto* const known = std::find(kNames.begin() + 1, kNames.end(), name);
    if (known == kNames.end()) {
      refuse("fields are {label} {text} {index} {height} {width} {hash} {md5} {ext}", pattern);
    }
    pieces_.push_back({static_cast<Field>(known - kNames.begin()), ""});
    rest.remove_prefix(close + 1);
  }
  const bool ends_in_ext =
      !pieces_.empty() &&
      (pieces_.back().field == Field::kExt ||
       (pieces_.back().field == Field::kLiteral && pieces_.back().literal.size() > ext_.size() &&
        pieces_.back().literal.substr(pieces_.back().literal.size() - ext_.size() - 1) ==
            "." + ext_));
  if (!ends_in_ext || pattern[0] == '.')
    refuse("must end in .{ext} and not start with '.'", pattern);
}

std::string FileNamer::expand(const Piece& piece, const Sample& sample,
                              std::string_view bytes) const {
  switch (piece.field) {
    case Field::kLiteral:
      return piece.literal;
    case Field::kLabel:
      return safe_in_file_name(sample.label);
    case Field::kText:
      return safe_in_file_name(sample.text);
    case Field::kIndex:
      return fmt::format("{:0{}}", sample.index, index_digits_);
    case Field::kHeight:
      return fmt::to_string(sample.image.rows);
    case Field::kWidth:
      return fmt::to_string(sample.image.cols);
    case Field::kHash:
      return checksum_of(bytes);
    case Field::kMd5:
      return md5(bytes);
    case Field::kExt:
      return ext_;
  }
  throw Error(ErrorCode::kInternal, "file name: unknown field");
}

std::string FileNamer::name(const Sample& sample, std::string_view bytes) const {
  std::string name;
  for (const Piece& piece : pieces_) name += expand(piece, sample, bytes);
  return name.size() <= kLongestName ? name : cut_name(sample, bytes, name.size());
}

std::string FileNamer::cut_name(const Sample& sample, std::string_view bytes,
                                std::size_t total) const {
  std::string name;
  for (const Piece& piece : pieces_) {
    const std::string part = expand(piece, sample, bytes);
    const bool may_be_cut = piece.field == Field::kLabel || piece.field == Field::kText;
    const std::size_t surplus = total > kLongestName ? total - kLongestName : 0;
    const std::size_t room = part.size() - std::min(part.size(), may_be_cut ? surplus : 0);
    const std::string_view left = cut(part, room);
    total -= part.size() - left.size();
    name += left;
  }
  return name;
}

bool FileNamer::is_unique() const {
  return std::any_of(pieces_.begin(), pieces_.end(),
                     [](const Piece& piece) { return piece.field == Field::kIndex; });
}

}  // namespace glyphmill::sinks
