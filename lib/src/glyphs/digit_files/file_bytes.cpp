// SPDX-License-Identifier: Apache-2.0
#include "glyphs/digit_files/file_bytes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <system_error>

#include "glyphmill/error.h"

namespace glyphmill::digit_files {
namespace {

// Smaller files are read: they cannot change under us, and a mapped file that somebody shortens
// ends the process (SIGBUS). From here on memory counts for more.
constexpr std::size_t kMapFrom = std::size_t{256} << 20;

[[noreturn]] void refuse_open(const std::string& path, int number) {
  const bool missing = number == ENOENT || number == ENOTDIR;
  throw Error(missing ? ErrorCode::kNotFound : ErrorCode::kIo,
              fmt::format("{}: {}", path, std::generic_category().message(number)));
}

class Descriptor {
 public:
  explicit Descriptor(const std::string& path)
      : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (number_ < 0) refuse_open(path, errno);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { ::close(number_); }

  int number() const { return number_; }

 private:
  int number_;
};

void read_all(const Descriptor& file, FileBytes& bytes) {
  const FreshBytes fresh = fresh_bytes(bytes.size, bytes.name);
  bytes.data = fresh.data;
  bytes.owner = fresh.owner;
  for (std::size_t done = 0; done < bytes.size;) {
    const ssize_t count = ::read(file.number(), fresh.data + done, bytes.size - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) refuse_open(bytes.name, errno);
    if (count == 0) {
      throw Error(ErrorCode::kIo, fmt::format("{}: was cut short while it was read", bytes.name));
    }
    done += static_cast<std::size_t>(count);
  }
}

void map(const Descriptor& file, FileBytes& bytes) {
  void* const start = ::mmap(nullptr, bytes.size, PROT_READ, MAP_PRIVATE, file.number(), 0);
  if (start == MAP_FAILED) refuse_open(bytes.name, errno);
  const std::size_t size = bytes.size;
  bytes.data = static_cast<const std::uint8_t*>(start);
  bytes.owner = std::shared_ptr<void>(start, [size](void* mapped) { ::munmap(mapped, size); });
}

}  // namespace

FileBytes file_bytes(const std::string& path) {
  const Descriptor file(path);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) refuse_open(path, errno);
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorCode::kFormat, fmt::format("{}: must be a file", path));
  }
  FileBytes bytes;
  bytes.name = path;
  bytes.size = static_cast<std::size_t>(status.st_size);
  if (bytes.size < kMapFrom) {
    read_all(file, bytes);
  } else {
    map(file, bytes);
  }
  return bytes;
}

FreshBytes fresh_bytes(std::size_t size, const std::string& name) {
  try {
    // Not std::vector, which would write zeros first.
    const std::shared_ptr<std::uint8_t[]> memory(new std::uint8_t[size]);
    return {memory.get(), memory};
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::kIo,
                fmt::format("{}: {} bytes of memory are needed and not to be had", name, size));
  }
}

void refuse(const std::string& name, std::string_view rule, std::string_view found,
            std::optional<std::uint64_t> at) {
  std::string message = fmt::format("{}: {}. Got: {}", name, rule, found);
  if (at) message += fmt::format(" (at {})", *at);
  throw Error(ErrorCode::kFormat, message);
}

}  // namespace glyphmill::digit_files
