// SPDX-License-Identifier: Apache-2.0
#include "datasets/tar.h"

#include <fmt/format.h>

#include <algorithm>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"

namespace glyphmill::datasets {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kBlock = 512;
constexpr std::size_t kNameSize = 100;
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kChecksumAt = 148;
constexpr std::size_t kChecksumSize = 8;
constexpr std::size_t kTypeAt = 156;
constexpr std::size_t kMagicAt = 257;
constexpr std::size_t kPrefixAt = 345;
constexpr std::uint64_t kMostPadding = 1 << 20;  // behind the end; tar rounds to 10240 bytes

bool is_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == bytes.npos; }

}  // namespace

/// Digits, spaces before them and a space or NUL behind.
std::uint64_t TarWalk::octal(const std::string& header, std::size_t at, std::size_t size,
                             std::string_view what) const {
  const std::string_view field = std::string_view(header).substr(at, size);
  const std::size_t begin = std::min(field.find_first_not_of(' '), field.size());
  const std::size_t end = std::min(field.find_first_not_of("01234567", begin), field.size());
  if (end == begin || field.find_first_not_of(" \0"sv, end) != field.npos) {
    refuse(fmt::format("{}: member at byte {}", file_.path(), at_),
           fmt::format("its {} must be an octal number", what), shown(field));
  }
  std::uint64_t value = 0;  // of 12 digits at most
  for (const char digit : field.substr(begin, end - begin)) {
    value = 8 * value + static_cast<std::uint64_t>(digit - '0');
  }
  return value;
}

void TarWalk::check_header(const std::string& header) const {
  const std::string origin = fmt::format("{}: member at byte {}", file_.path(), at_);
  if (header.compare(kMagicAt, 8, "ustar\00000", 8) != 0) {
    refuse(origin, "must be of the ustar format", shown(header.substr(kMagicAt, 8)));
  }
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const bool inside = i >= kChecksumAt && i < kChecksumAt + kChecksumSize;
    sum += static_cast<unsigned char>(inside ? ' ' : header[i]);
  }
  const std::uint64_t stated = octal(header, kChecksumAt, kChecksumSize, "checksum");
  if (sum != stated) {
    refuse(origin, fmt::format("its header must have the checksum {:o}", stated),
           fmt::format("{:o}", sum));
  }
  if (header[kTypeAt] != '0') {
    refuse(origin, "must be a regular file",
           fmt::format("type '{}'", shown(header.substr(kTypeAt, 1))));
  }
}

bool TarWalk::next(TarMember& member) {
  file_.read(at_, kBlock, block_);
  if (is_zero(block_)) {
    check_end();
    return false;
  }
  check_header(block_);
  member.name = block_.substr(0, std::min(block_.find('\0'), kNameSize));
  const std::string origin = fmt::format("{}: member at byte {}", file_.path(), at_);
  const bool has_prefix = block_[kPrefixAt] != '\0';
  if (has_prefix || member.name.empty() || member.name.find('/') != std::string::npos ||
      member.name[0] == '.') {
    refuse(origin, "must be a file at the top of the archive",
           shown(has_prefix ? block_.substr(kPrefixAt, kNameSize) : member.name));
  }
  member.size = octal(block_, kSizeAt, 12, "size");
  member.at = at_ + kBlock;
  const std::uint64_t left = file_.size() - member.at;
  if (member.size > left) {
    refuse(fmt::format("{}: {}", file_.path(), shown(member.name)),
           fmt::format("must end inside of the archive, which has {} bytes left", left),
           fmt::format("{} bytes", member.size));
  }
  at_ = member.at + (member.size + kBlock - 1) / kBlock * kBlock;
  return true;
}

/// Two blocks of zeros, and no others behind.
void TarWalk::check_end() {
  const std::uint64_t left = file_.size() - at_;
  if (left < 2 * kBlock || left > kMostPadding) {
    refuse(file_.path(), fmt::format("must end with {} to {} zeros", 2 * kBlock, kMostPadding),
           fmt::format("{} bytes", left));
  }
  file_.read(at_, static_cast<std::size_t>(left), block_);
  if (!is_zero(block_)) refuse(file_.path(), "must end with zeros", "other bytes behind its end");
}

}  // namespace glyphmill::datasets
