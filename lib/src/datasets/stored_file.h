// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sinks/files.h"

/// Reading what somebody else may have written: nothing outside the data set is opened, nothing is
/// held in memory because a header says so, and whatever breaks a rule is an Error(kFormat) "PATH:
/// RULE. Got: FOUND".
namespace glyphmill::datasets {

/// Throws Error(kFormat) "NAME: RULE. Got: FOUND".
[[noreturn]] void refuse(const std::string& name, std::string_view rule, std::string_view found);

/// A regular file that is open for reading. Not mapped: a mapped file that somebody shortens would
/// end the process.
class StoredFile {
 public:
  StoredFile(int descriptor, std::string path);
  StoredFile(StoredFile&& other) noexcept;
  StoredFile(const StoredFile&) = delete;
  StoredFile& operator=(const StoredFile&) = delete;
  ~StoredFile();

  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }
  int descriptor() const { return descriptor_; }

  /// Puts exactly `size` bytes from `at` on into `bytes`. Throws Error: kFormat if the file does
  /// not have them, kIo.
  void read(std::uint64_t at, std::size_t size, std::string& bytes) const;
  /// At most `size` of them; fewer at the end of the file.
  std::size_t read_some(std::uint64_t at, char* bytes, std::size_t size) const;
  /// The whole file, which must not exceed `most` bytes.
  void read_whole(std::uint64_t most, std::string& bytes) const;

 private:
  int descriptor_;
  std::string path_;
  std::uint64_t size_ = 0;
};

/// Throws Error(kFormat), naming `origin`, where `path` is not a relative path that stays below the
/// directory it starts from.
void check_path(const std::string& origin, std::string_view path);

/// The directory of a data set. Every component of a path is opened without following links, and
/// the directory that was used last is kept open. One per thread.
class Tree {
 public:
  explicit Tree(const std::string& root) : root_(root) {}

  const sinks::Directory& root() const { return root_; }
  /// Throws Error: kFormat for a path that leaves the directory, a link, a pipe; kIo.
  StoredFile open(std::string_view path);
  const sinks::Directory& directory(std::string_view path);

 private:
  sinks::Directory root_;
  std::string last_path_;
  std::optional<sinks::Directory> last_;
};

/// Reads a file from some byte on, through a buffer. The file must outlive it.
class Cursor {
 public:
  explicit Cursor(const StoredFile& file, std::uint64_t at = 0) : file_(file), at_(at) {}

  const std::string& path() const { return file_.path(); }
  std::uint64_t place() const { return at_ + used_; }
  std::uint64_t left() const { return file_.size() - std::min(file_.size(), place()); }
  void seek(std::uint64_t at);

  /// The next byte, not taken; -1 at the end.
  int peek();
  /// Throws Error(kFormat) at the end.
  char take();
  void take(std::size_t size, std::string& bytes);
  /// The line without its end. False at the end of the file; throws Error(kFormat) if it is longer
  /// than `most`.
  bool take_line(std::size_t most, std::string& line);

 private:
  bool fill();
  [[noreturn]] void refuse_end() const;

  const StoredFile& file_;
  std::uint64_t at_;  // of the buffer's first byte
  std::size_t used_ = 0;
  std::size_t filled_ = 0;
  std::vector<char> buffer_;
};

}  // namespace glyphmill::datasets
