// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Files and directories through descriptors, so that a path is resolved once and no rename or
/// symbolic link made meanwhile can lead a write elsewhere. Every failure is an
/// Error(kIo, "path: what failed: cause").
namespace glyphmill::sinks {

/// A name that one process alone may work on; given up, and its file removed, on destruction.
class Claim {
 public:
  Claim(Claim&& other) noexcept;
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;
  ~Claim();
  /// False where the file system has no locks: then others may have the same claim.
  bool is_sole() const { return sole_; }

 private:
  friend class Directory;
  Claim(int directory, std::string name, int descriptor, bool sole)
      : directory_(directory), name_(std::move(name)), descriptor_(descriptor), sole_(sole) {}

  int directory_;  // a descriptor of our own
  std::string name_;
  int descriptor_;
  bool sole_;
};

class Directory;

/// A file whose lock stands for something that processes take turns at, on one machine or on
/// several that share the file system: unlike those of directories, locks of files reach from one
/// to the other. A file system without locks lets everybody in.
class LockFile {
 public:
  /// Makes the file where absent.
  LockFile(const Directory& directory, const std::string& name);
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;
  ~LockFile();

  enum class Kind { kShared, kExclusive };
  /// False if another's lock is in the way.
  bool try_lock(Kind kind);
  /// The exclusive lock, as soon as it is free.
  void wait();

 private:
  int descriptor_;
};

/// An open directory.
class Directory {
 public:
  /// Opens `path`; with `create`, makes it and its parents where absent.
  explicit Directory(const std::string& path, bool create = false);
  Directory(Directory&& other) noexcept;
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory();

  const std::string& path() const { return path_; }
  /// A path that leads here whatever becomes of `path`; for libraries that take no descriptor.
  std::string path_of_descriptor() const;

  /// Locks the directory itself, as a LockFile does, for as long as this object lives; on network
  /// file systems for this machine alone.
  bool try_lock(LockFile::Kind kind) const;
  /// Keeps every other holder of the name from claiming it, across processes and machines that
  /// share the file system; none if one has it. A file `name` stands for the claim.
  std::optional<Claim> claim(const std::string& name) const;
  /// Opens the sub-directory `name`, which must not be a symbolic link.
  Directory open(const std::string& name) const;
  /// Makes the sub-directory if absent, and opens it.
  Directory make(const std::string& name) const;
  /// The same for a path of several names below one another, "000/00012".
  Directory make_path(const std::string& path) const;
  bool has(const std::string& name) const;
  /// Bytes of the file `name`; none if it is absent or no regular file.
  std::optional<std::uint64_t> size_of(const std::string& name) const;
  /// Names of all entries but . and .., sorted.
  std::vector<std::string> entries() const;

  /// Makes a file that must not exist; false if it does. A file that cannot be written whole is
  /// removed again before the error is thrown.
  bool write_new(const std::string& name, std::string_view bytes) const;
  /// Puts `bytes` under `name`, whole or not at all: written beside it, synced and renamed.
  void replace(const std::string& name, std::string_view bytes) const;
  /// The same for content too large to hold: `next` gives the `i`-th of `parts` pieces.
  void replace(const std::string& name, std::uint64_t parts,
               const std::function<std::string(std::uint64_t)>& next) const;
  std::string read(const std::string& name) const;
  /// A descriptor, the caller's to close, of the regular file `name`. A link is not followed, and
  /// a pipe or a device is refused without waiting for it.
  int open_to_read(const std::string& name) const;
  /// Calls `use` with one piece after the other of a file that may be too large to hold.
  void for_each_chunk(const std::string& name,
                      const std::function<void(std::string_view)>& use) const;
  /// Calls `use` with each line, without its end, of a file that may be too large to hold.
  void for_each_line(const std::string& name,
                     const std::function<void(std::string_view)>& use) const;
  /// Moves an entry to another directory; the target must not be a non-empty directory.
  void move(const std::string& name, const Directory& to, const std::string& new_name) const;
  /// Removes a file, or an empty directory; absence is fine. False if a directory is not empty.
  bool remove(const std::string& name) const;
  /// Removes an entry and everything in it, following no links; absence is fine.
  void remove_all(const std::string& name) const;

  /// Waits until the directory's own entries are on the disk.
  void sync() const;
  /// Waits until everything written to this directory's file system is on the disk.
  void sync_file_system() const;

 private:
  friend class LockFile;
  friend class OpenFile;

  Directory(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}

  int descriptor_;
  std::string path_;
};

/// A file by its directory, which is open, and its name in it. What is there and no regular file,
/// as /dev/stdout, is refused: it would be replaced.
struct FilePlace {
  Directory directory;
  std::string name;
};
FilePlace place_of_file(const std::string& path);

/// A name in its own place that no other process, on this machine or another, gives a file.
std::string name_of_our_own(const std::string& name);

/// A file that is written piece by piece. The directory must outlive it.
class OpenFile {
 public:
  /// Takes the place of a file of this name.
  OpenFile(const Directory& directory, std::string name);
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile();

  void write(std::string_view bytes);
  /// With everything written on the disk.
  void close();

 private:
  void flush();
  [[noreturn]] void fail_to(std::string_view action, int cause) const;

  const Directory& directory_;
  std::string name_;
  int descriptor_;
  std::string buffer_;
};

/// A file that is written under a temporary name, and put under its own by `commit`. Destroyed
/// without, it vanishes. The directory must outlive it.
class NewFile {
 public:
  /// Takes the place of a file that has the temporary name.
  NewFile(const Directory& directory, std::string temporary, std::string name);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  void write(std::string_view bytes) { file_.write(bytes); }
  void commit();

 private:
  const Directory& directory_;
  std::string temporary_;
  std::string name_;
  OpenFile file_;
  bool committed_ = false;
};

}  // namespace glyphmill::sinks
