// SPDX-License-Identifier: Apache-2.0
#include "datasets/lmdb.h"

#include <fmt/format.h>

#include <utility>

#include "glyphmill/error.h"

namespace glyphmill::datasets {
namespace {

// Offsets and marks of mdb.c.
constexpr std::uint64_t kMagic = 0xBEEFC0DE;
constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kPageHeader = 16;
constexpr std::size_t kFlagsAt = 10;
constexpr std::size_t kLowerAt = 12;
constexpr std::size_t kUpperAt = 14;
constexpr std::size_t kOverflowPagesAt = 12;
constexpr std::size_t kNodeHeader = 8;
constexpr std::size_t kMetaSize = 136;
constexpr std::size_t kPageSizeAt = 24;
constexpr std::size_t kMainAt = 72;
constexpr std::size_t kLastPageAt = 120;
constexpr std::size_t kTransactionAt = 128;
constexpr std::uint64_t kBranch = 0x01;
constexpr std::uint64_t kLeaf = 0x02;
constexpr std::uint64_t kOverflow = 0x04;
constexpr std::uint64_t kMeta = 0x08;
constexpr std::uint64_t kBigData = 0x01;
constexpr std::uint64_t kNoPage = ~std::uint64_t{0};
constexpr std::size_t kMostDepth = 32;
constexpr std::uint64_t kLeastPage = 256;
constexpr std::uint64_t kMostPage = 65536;

/// The caller has seen to it that the number is inside.
std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

}  // namespace

LmdbFile::LmdbFile(StoredFile file) : file_(std::move(file)) {
  const bool first = read_meta(0);
  // The second page follows the first, whose size only a meta page tells.
  bool second = false;
  for (std::uint64_t size = page_size_ > 0 ? page_size_ : kLeastPage; !second && size <= kMostPage;
       size *= 2) {
    second = read_meta(size);
    if (first) break;
  }
  if (!first && !second) refuse(path(), "must be an LMDB file", "no valid meta page");
}

/// Takes what the meta page at this byte says, if it is one and the newer. The other may be of a
/// transaction that was not finished.
bool LmdbFile::read_meta(std::uint64_t at) {
  std::string page(kPageHeader + kMetaSize, '\0');
  if (file_.read_some(at, page.data(), page.size()) != page.size()) return false;
  const std::string_view meta = std::string_view(page).substr(kPageHeader);
  if (number(page, kFlagsAt, 2) != kMeta || number(meta, 0, 4) != kMagic ||
      number(meta, 4, 4) != kVersion) {
    return false;
  }
  const std::uint64_t size = number(meta, kPageSizeAt, 4);
  const bool is_size = size >= kLeastPage && size <= kMostPage && (size & (size - 1)) == 0;
  if (!is_size || (at != 0 && at != size) || (page_size_ > 0 && size != page_size_)) return false;
  const std::uint64_t transaction = number(meta, kTransactionAt, 8);
  if (page_size_ > 0 && transaction <= transaction_) return true;
  page_size_ = size;
  transaction_ = transaction;
  last_page_ = number(meta, kLastPageAt, 8);
  if (number(meta, kMainAt + 4, 2) != 0) {
    refuse(path(), "the database must be a plain one",
           fmt::format("flags {:#x}", number(meta, kMainAt + 4, 2)));
  }
  depth_ = static_cast<std::size_t>(number(meta, kMainAt + 6, 2));
  entries_ = number(meta, kMainAt + 32, 8);
  root_ = number(meta, kMainAt + 40, 8);
  if (depth_ > kMostDepth) {
    refuse(path(), fmt::format("its tree must not be deeper than {}", kMostDepth),
           fmt::format("{}", depth_));
  }
  if (last_page_ >= file_.size() / page_size_) {
    refuse(path(), fmt::format("must have {} pages of {} bytes", last_page_ + 1, page_size_),
           fmt::format("{} bytes", file_.size()));
  }
  return true;
}

void LmdbCursor::refuse_page(std::uint64_t page, std::string_view rule,
                             std::string_view found) const {
  refuse(fmt::format("{}: page {}", file_.path(), page), rule, found);
}

void LmdbCursor::load(std::uint64_t page, Level& level) const {
  if (page < 2 || page > file_.last_page_) {
    refuse_page(page, fmt::format("pages of the tree must be 2 to {}", file_.last_page_),
                "another");
  }
  const auto size = static_cast<std::size_t>(file_.page_size_);
  file_.file_.read(page * file_.page_size_, size, level.page);
  const std::uint64_t flags = number(level.page, kFlagsAt, 2);
  const bool is_leaf = levels_.size() == file_.depth_;
  const std::size_t lower = number(level.page, kLowerAt, 2);
  const std::size_t upper = number(level.page, kUpperAt, 2);
  if (number(level.page, 0, 8) != page || flags != (is_leaf ? kLeaf : kBranch)) {
    refuse_page(page, is_leaf ? "must be a leaf" : "must be a branch",
                fmt::format("page {} with flags {:#x}", number(level.page, 0, 8), flags));
  }
  if (lower < kPageHeader + 2 || lower % 2 != 0 || upper < lower || upper > size) {
    refuse_page(page, "must hold nodes between its header and its end",
                fmt::format("bytes {} to {}", lower, upper));
  }
  level.number = page;
  level.nodes = (lower - kPageHeader) / 2;
  level.node = 0;
}

/// The place of a node in its page; its header and its key are inside.
std::size_t LmdbCursor::node_at(const Level& level, std::size_t node) const {
  const std::size_t at = number(level.page, kPageHeader + 2 * node, 2);
  const std::size_t size = level.page.size();
  if (at < kPageHeader + 2 * level.nodes || at > size - kNodeHeader ||
      number(level.page, at + 6, 2) > size - kNodeHeader - at) {
    refuse_page(level.number, fmt::format("node {} must be inside of its page", node),
                fmt::format("byte {}", at));
  }
  return at;
}

std::string_view LmdbCursor::key_of(const Level& level, std::size_t node) const {
  const std::size_t at = node_at(level, node);
  return std::string_view(level.page).substr(at + kNodeHeader, number(level.page, at + 6, 2));
}

std::uint64_t LmdbCursor::child_of(const Level& level, std::size_t node) const {
  return number(level.page, node_at(level, node), 6);
}

/// In a leaf the first node whose key is not below `key`, and the number of nodes if there is none;
/// in a branch the last whose key is not above it, where the first has none and goes before all.
std::size_t LmdbCursor::find(const Level& level, bool is_leaf, std::string_view key) const {
  std::size_t low = is_leaf ? 0 : 1;
  std::size_t high = level.nodes;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    const std::string_view found = key_of(level, middle);
    if (is_leaf ? found < key : found <= key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return is_leaf ? low : low - 1;
}

void LmdbCursor::descend(std::uint64_t page, std::string_view key) {
  while (levels_.size() < file_.depth_) {
    levels_.emplace_back();
    Level& level = levels_.back();
    load(page, level);
    const bool is_leaf = levels_.size() == file_.depth_;
    level.node = find(level, is_leaf, key);
    if (!is_leaf) page = child_of(level, level.node);
  }
}

void LmdbCursor::seek(std::string_view key) {
  levels_.clear();
  if (file_.depth_ == 0 || file_.root_ == kNoPage) return;
  descend(file_.root_, key);
  if (levels_.back().node == levels_.back().nodes) {
    --levels_.back().node;
    advance();
  }
}

void LmdbCursor::advance() {
  while (!levels_.empty() && ++levels_.back().node == levels_.back().nodes) levels_.pop_back();
  if (levels_.empty() || levels_.size() == file_.depth_) return;
  descend(child_of(levels_.back(), levels_.back().node), "");
}

std::string_view LmdbCursor::key() const { return key_of(levels_.back(), levels_.back().node); }

void LmdbCursor::value(std::uint64_t most, std::string& bytes) const {
  const Level& level = levels_.back();
  const std::size_t at = node_at(level, level.node);
  const std::uint64_t size = number(level.page, at, 4);
  const std::uint64_t flags = number(level.page, at + 4, 2);
  const std::size_t data = at + kNodeHeader + key().size();
  const std::size_t room = level.page.size() - data;
  const bool is_apart = flags == kBigData;
  if ((flags != 0 && !is_apart) || (is_apart ? 8 : size) > room) {
    refuse_page(level.number,
                fmt::format("the value of node {} must be plain and inside", level.node),
                fmt::format("flags {:#x}, {} bytes", flags, size));
  }
  if (size > most) {
    refuse_page(level.number,
                fmt::format("the value of node {} must not exceed {} bytes", level.node, most),
                fmt::format("{}", size));
  }
  if (!is_apart) {
    bytes.assign(level.page, data, static_cast<std::size_t>(size));
    return;
  }
  const std::uint64_t page = number(level.page, data, 8);
  const std::uint64_t needed = (kPageHeader + size + file_.page_size_ - 1) / file_.page_size_;
  if (page < 2 || page > file_.last_page_ || file_.last_page_ - page + 1 < needed) {
    refuse_page(level.number,
                fmt::format("the value of node {} must be inside of the file", level.node),
                fmt::format("{} pages from {}", needed, page));
  }
  std::string header;
  file_.file_.read(page * file_.page_size_, kPageHeader, header);
  if (number(header, 0, 8) != page || number(header, kFlagsAt, 2) != kOverflow ||
      number(header, kOverflowPagesAt, 4) < needed) {
    refuse_page(page, fmt::format("must be the first of {} overflow pages", needed),
                "another page");
  }
  file_.file_.read(page * file_.page_size_ + kPageHeader, static_cast<std::size_t>(size), bytes);
}

}  // namespace glyphmill::datasets
