// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/filesystem.hpp>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace glyphmill::test {

/// A directory of its own for one test, removed afterwards.
class TempDir {
 public:
  TempDir()
      : path_(boost::filesystem::temp_directory_path() /
              boost::filesystem::unique_path("glyphmill-%%%%-%%%%-%%%%")) {
    boost::filesystem::create_directories(path_);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    boost::system::error_code ignored;
    boost::filesystem::remove_all(path_, ignored);
  }

  std::string path(const std::string& name = "") const {
    return name.empty() ? path_.string() : (path_ / name).string();
  }

 private:
  boost::filesystem::path path_;
};

inline std::string read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write_all(const std::string& path, const std::string& bytes) {
  boost::filesystem::create_directories(boost::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

/// Every regular file below `directory` with its bytes, by relative path.
inline std::map<std::string, std::string> tree_of(const std::string& directory) {
  namespace fs = boost::filesystem;
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!fs::is_regular_file(entry.path())) continue;
    files[fs::relative(entry.path(), directory).string()] = read_all(entry.path().string());
  }
  return files;
}

}  // namespace glyphmill::test
