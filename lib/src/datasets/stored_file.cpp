// SPDX-License-Identifier: Apache-2.0
#include "datasets/stored_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "glyphmill/utf8.h"

namespace glyphmill::datasets {
namespace {

constexpr std::size_t kLongestPath = 4096;
constexpr std::size_t kBuffer = 1 << 16;

[[noreturn]] void fail(const std::string& path, int cause) {
  throw Error(ErrorCode::kIo,
              fmt::format("{}: cannot read: {}", path, std::generic_category().message(cause)));
}

}  // namespace

void refuse(const std::string& name, std::string_view rule, std::string_view found) {
  throw Error(ErrorCode::kFormat, fmt::format("{}: {}. Got: {}", name, rule, found));
}

StoredFile::StoredFile(int descriptor, std::string path)
    : descriptor_(descriptor), path_(std::move(path)) {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) {
    const int cause = errno;
    ::close(descriptor_);
    fail(path_, cause);
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
}

StoredFile::StoredFile(StoredFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      size_(other.size_) {}

StoredFile::~StoredFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::size_t StoredFile::read_some(std::uint64_t at, char* bytes, std::size_t size) const {
  if (at >= size_) return 0;
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got =
        ::pread(descriptor_, bytes + done, size - done, static_cast<off_t>(at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path_, errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

void StoredFile::read(std::uint64_t at, std::size_t size, std::string& bytes) const {
  if (at > size_ || size > size_ - at) {
    refuse(path_, fmt::format("{} bytes must follow byte {}", size, at),
           fmt::format("a file of {} bytes", size_));
  }
  bytes.resize(size);
  if (read_some(at, bytes.data(), size) == size) return;
  refuse(path_, "must not change while it is read", "a file that was cut short");
}

void StoredFile::read_whole(std::uint64_t most, std::string& bytes) const {
  if (size_ > most) {
    refuse(path_, fmt::format("must not exceed {} bytes", most), fmt::format("{}", size_));
  }
  read(0, static_cast<std::size_t>(size_), bytes);
}

void check_path(const std::string& origin, std::string_view path) {
  const auto refuse_path = [&](std::string_view rule) {
    refuse(origin, fmt::format("a path must {}", rule), shown(path));
  };
  if (path.empty()) refuse_path("not be empty");
  if (path.size() > kLongestPath) refuse_path(fmt::format("not exceed {} bytes", kLongestPath));
  if (path.find('\0') != std::string_view::npos) refuse_path("not hold a NUL");
  if (path.front() == '/') refuse_path("be relative to the data set");
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") {
      refuse_path("name every directory on its way");
    }
    begin = end + 1;
  }
}

StoredFile Tree::open(std::string_view path) {
  check_path(root_.path(), path);
  const std::size_t slash = path.rfind('/');
  const std::string name(slash == std::string_view::npos ? path : path.substr(slash + 1));
  const sinks::Directory& parent =
      slash == std::string_view::npos ? root_ : directory(path.substr(0, slash));
  return {parent.open_to_read(name), parent.path() + "/" + printable(name)};
}

const sinks::Directory& Tree::directory(std::string_view path) {
  check_path(root_.path(), path);
  if (last_ && path == last_path_) return *last_;
  last_.reset();
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string part(path.substr(begin, end - begin));
    sinks::Directory next = last_ ? last_->open(part) : root_.open(part);
    last_.emplace(std::move(next));
    begin = end + 1;
  }
  last_path_ = path;
  return *last_;
}

void Cursor::seek(std::uint64_t at) {
  if (at >= at_ && at - at_ <= filled_) {
    used_ = static_cast<std::size_t>(at - at_);
    return;
  }
  at_ = at;
  used_ = filled_ = 0;
}

bool Cursor::fill() {
  if (used_ < filled_) return true;
  buffer_.resize(kBuffer);
  at_ += filled_;
  used_ = 0;
  filled_ = file_.read_some(at_, buffer_.data(), buffer_.size());
  return filled_ > 0;
}

void Cursor::refuse_end() const {
  refuse(path(), "must be whole", fmt::format("a file that ends at byte {}", place()));
}

int Cursor::peek() { return fill() ? static_cast<unsigned char>(buffer_[used_]) : -1; }

char Cursor::take() {
  if (!fill()) refuse_end();
  return buffer_[used_++];
}

void Cursor::take(std::size_t size, std::string& bytes) {
  if (size > left()) refuse_end();
  bytes.clear();
  while (bytes.size() < size) {
    if (!fill()) refuse_end();
    const std::size_t piece = std::min(size - bytes.size(), filled_ - used_);
    bytes.append(buffer_.data() + used_, piece);
    used_ += piece;
  }
}

bool Cursor::take_line(std::size_t most, std::string& line) {
  line.clear();
  bool any = false;
  while (fill()) {
    any = true;
    const char* const begin = buffer_.data() + used_;
    const std::size_t there = filled_ - used_;
    const auto* const end = static_cast<const char*>(std::memchr(begin, '\n', there));
    const std::size_t size = end == nullptr ? there : static_cast<std::size_t>(end - begin);
    if (line.size() + size > most) {
      refuse(path(), fmt::format("lines must not exceed {} bytes", most),
             fmt::format("a longer one before byte {}", place() + size));
    }
    line.append(begin, size);
    used_ += size + (end == nullptr ? 0 : 1);
    if (end != nullptr) return true;
  }
  return any;
}

}  // namespace glyphmill::datasets
