// SPDX-License-Identifier: Apache-2.0
#include "sinks/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "glyphmill/error.h"

namespace glyphmill::sinks {
namespace {

[[noreturn]] void fail(const std::string& path, std::string_view action, int cause) {
  throw Error(ErrorCode::kIo, fmt::format("{}: cannot {}: {}", path, action,
                                          std::generic_category().message(cause)));
}

std::string joined(const std::string& directory, const std::string& name) {
  return directory + "/" + name;
}

/// Closes on leaving; `close` reports what closing finds out (quota and network file systems).
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }
  bool close() { return ::close(std::exchange(descriptor_, -1)) == 0; }

 private:
  int descriptor_;
};

std::string_view kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "directory";
  if (S_ISFIFO(mode)) return "pipe";
  return S_ISSOCK(mode) ? "socket" : "device";
}

/// 0, or the cause of the failure.
int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written == 0 ? ENOSPC : errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// True as well where the file system has no locks.
bool lock_now(int descriptor, LockFile::Kind kind) {
  const int operation = kind == LockFile::Kind::kShared ? LOCK_SH : LOCK_EX;
  return ::flock(descriptor, operation | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

}  // namespace

FilePlace place_of_file(const std::string& path) {
  const boost::filesystem::path whole(path);
  struct stat there {};
  if (::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
    throw Error(ErrorCode::kIo,
                fmt::format("{}: must be a regular file where there is one. Got: a {}", path,
                            kind_of(there.st_mode)));
  }
  return {Directory(whole.has_parent_path() ? whole.parent_path().string() : "."),
          whole.filename().string()};
}

std::string name_of_our_own(const std::string& name) {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  return fmt::format("{}.{}.{}.tmp", name, host, ::getpid());
}

Claim::Claim(Claim&& other) noexcept
    : directory_(std::exchange(other.directory_, -1)),
      name_(std::move(other.name_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      sole_(other.sole_) {}

Claim::~Claim() {
  if (descriptor_ < 0) return;
  // While it is still ours: a file that another has claimed meanwhile must stay.
  if (sole_) ::unlinkat(directory_, name_.c_str(), 0);
  ::close(descriptor_);
  ::close(directory_);
}

Directory::Directory(const std::string& path, bool create) : descriptor_(-1), path_(path) {
  if (create && !boost::filesystem::is_directory(path)) {
    boost::system::error_code cause;
    boost::filesystem::create_directories(path, cause);
    if (cause) fail(path, "make the directory", cause.value());
  }
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor_ < 0) fail(path, "open the directory", errno);
}

Directory::Directory(Directory&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

Directory::~Directory() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool Directory::try_lock(LockFile::Kind kind) const { return lock_now(descriptor_, kind); }

LockFile::LockFile(const Directory& directory, const std::string& name)
    : descriptor_(::openat(directory.descriptor_, name.c_str(),
                           O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) fail(joined(directory.path_, name), "make the file", errno);
}

LockFile::~LockFile() { ::close(descriptor_); }

bool LockFile::try_lock(Kind kind) { return lock_now(descriptor_, kind); }

void LockFile::wait() {
  while (::flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) continue;
}

std::optional<Claim> Directory::claim(const std::string& name) const {
  for (;;) {
    File file(::openat(descriptor_, name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666));
    if (file.get() < 0) fail(joined(path_, name), "make the file", errno);
    const bool locked = ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
    if (!locked && errno == EWOULDBLOCK) return std::nullopt;
    // Who had it before may have removed the file after it was opened here.
    struct stat ours {};
    struct stat named {};
    if (::fstat(file.get(), &ours) != 0) fail(joined(path_, name), "open the file", errno);
    const bool there = ::fstatat(descriptor_, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0;
    if (!there || ours.st_ino != named.st_ino) continue;
    const int directory = ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 0);
    if (directory < 0) fail(path_, "open the directory", errno);
    return Claim(directory, name, file.release(), locked);
  }
}

std::string Directory::path_of_descriptor() const {
  return fmt::format("/proc/self/fd/{}", descriptor_);
}

Directory Directory::open(const std::string& name) const {
  const int descriptor =
      ::openat(descriptor_, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) fail(joined(path_, name), "open the directory", errno);
  return {descriptor, joined(path_, name)};
}

Directory Directory::make(const std::string& name) const {
  if (::mkdirat(descriptor_, name.c_str(), 0777) != 0 && errno != EEXIST) {
    fail(joined(path_, name), "make the directory", errno);
  }
  return open(name);
}

Directory Directory::make_path(const std::string& path) const {
  const std::size_t slash = path.find('/');
  Directory first = make(path.substr(0, slash));
  return slash == std::string::npos ? std::move(first) : first.make_path(path.substr(slash + 1));
}

bool Directory::has(const std::string& name) const {
  struct stat status {};
  return ::fstatat(descriptor_, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

std::optional<std::uint64_t> Directory::size_of(const std::string& name) const {
  struct stat status {};
  if (::fstatat(descriptor_, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size);
}

std::vector<std::string> Directory::entries() const {
  const int copy = ::openat(descriptor_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) fail(path_, "list the directory", errno);
  DIR* const stream = ::fdopendir(copy);
  if (stream == nullptr) {
    const int cause = errno;
    ::close(copy);
    fail(path_, "list the directory", cause);
  }
  const std::unique_ptr<DIR, int (*)(DIR*)> closer(stream, &::closedir);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool Directory::write_new(const std::string& name, std::string_view bytes) const {
  File file(::openat(descriptor_, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.get() < 0 && errno == EEXIST) return false;
  if (file.get() < 0) fail(joined(path_, name), "make the file", errno);
  int cause = write_all(file.get(), bytes);
  if (cause == 0 && !file.close()) cause = errno;
  if (cause != 0) {
    ::unlinkat(descriptor_, name.c_str(), 0);
    fail(joined(path_, name), "write", cause);
  }
  return true;
}

void Directory::replace(const std::string& name, std::string_view bytes) const {
  replace(name, 1, [&](std::uint64_t) { return std::string(bytes); });
}

void Directory::replace(const std::string& name, std::uint64_t parts,
                        const std::function<std::string(std::uint64_t)>& next) const {
  NewFile file(*this, name_of_our_own("." + name), name);
  for (std::uint64_t i = 0; i < parts; ++i) file.write(next(i));
  file.commit();
}

int Directory::open_to_read(const std::string& name) const {
  File file(::openat(descriptor_, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (file.get() < 0 && errno == ELOOP) {
    throw Error(ErrorCode::kFormat,
                fmt::format("{}: must be a file. Got: a symbolic link", joined(path_, name)));
  }
  if (file.get() < 0) fail(joined(path_, name), "open the file", errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail(joined(path_, name), "open the file", errno);
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorCode::kFormat, fmt::format("{}: must be a file. Got: a {}",
                                                joined(path_, name), kind_of(status.st_mode)));
  }
  return file.release();
}

void Directory::for_each_chunk(const std::string& name,
                               const std::function<void(std::string_view)>& use) const {
  const File file(open_to_read(name));
  std::vector<char> chunk(1 << 16);
  for (;;) {
    const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(joined(path_, name), "read", errno);
    if (got == 0) return;
    use({chunk.data(), static_cast<std::size_t>(got)});
  }
}

std::string Directory::read(const std::string& name) const {
  std::string bytes;
  for_each_chunk(name, [&](std::string_view chunk) { bytes += chunk; });
  return bytes;
}

void Directory::for_each_line(const std::string& name,
                              const std::function<void(std::string_view)>& use) const {
  std::string begun;
  for_each_chunk(name, [&](std::string_view chunk) {
    std::size_t end = chunk.find('\n');
    for (; end != std::string_view::npos; end = chunk.find('\n')) {
      begun += chunk.substr(0, end);
      use(begun);
      begun.clear();
      chunk.remove_prefix(end + 1);
    }
    begun += chunk;
  });
  if (!begun.empty()) use(begun);
}

void Directory::move(const std::string& name, const Directory& to,
                     const std::string& new_name) const {
  if (::renameat(descriptor_, name.c_str(), to.descriptor_, new_name.c_str()) != 0) {
    fail(joined(to.path_, new_name), "put in place", errno);
  }
}

bool Directory::remove(const std::string& name) const {
  if (::unlinkat(descriptor_, name.c_str(), 0) == 0 || errno == ENOENT) return true;
  if (errno != EISDIR && errno != EPERM) fail(joined(path_, name), "remove", errno);
  if (::unlinkat(descriptor_, name.c_str(), AT_REMOVEDIR) == 0) return true;
  if (errno == ENOTEMPTY || errno == EEXIST) return false;
  fail(joined(path_, name), "remove", errno);
}

void Directory::remove_all(const std::string& name) const {
  struct stat status {};
  if (::fstatat(descriptor_, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (S_ISDIR(status.st_mode)) {
    const Directory inside = open(name);
    for (const std::string& entry : inside.entries()) inside.remove_all(entry);
  }
  remove(name);
}

void Directory::sync() const {
  // File systems that cannot sync a directory say so by these two.
  if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != ENOTSUP) fail(path_, "sync", errno);
}

void Directory::sync_file_system() const {
  if (::syncfs(descriptor_) != 0) fail(path_, "sync", errno);
}

OpenFile::OpenFile(const Directory& directory, std::string name)
    : directory_(directory), name_(std::move(name)) {
  ::unlinkat(directory_.descriptor_, name_.c_str(), 0);
  descriptor_ = ::openat(directory_.descriptor_, name_.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail_to("make the file", errno);
}

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void OpenFile::write(std::string_view bytes) {
  constexpr std::size_t kWorthAWrite = 1 << 16;
  buffer_ += bytes;
  if (buffer_.size() >= kWorthAWrite) flush();
}

void OpenFile::close() {
  flush();
  if (::fsync(descriptor_) != 0) fail_to("write", errno);
  if (::close(std::exchange(descriptor_, -1)) != 0) fail_to("write", errno);
}

void OpenFile::flush() {
  const int cause = write_all(descriptor_, buffer_);
  if (cause != 0) fail_to("write", cause);
  buffer_.clear();
}

void OpenFile::fail_to(std::string_view action, int cause) const {
  fail(joined(directory_.path(), name_), action, cause);
}

NewFile::NewFile(const Directory& directory, std::string temporary, std::string name)
    : directory_(directory),
      temporary_(std::move(temporary)),
      name_(std::move(name)),
      file_(directory, temporary_) {}

NewFile::~NewFile() {
  try {
    if (!committed_) directory_.remove(temporary_);
  } catch (...) {  // what failed first is the error to report
  }
}

void NewFile::commit() {
  file_.close();
  directory_.move(temporary_, directory_, name_);
  committed_ = true;
  directory_.sync();
}

}  // namespace glyphmill::sinks
