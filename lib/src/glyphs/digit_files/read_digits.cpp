// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <boost/filesystem.hpp>
#include <new>

#include "glyphmill/error.h"
#include "glyphmill/ink_images.h"
#include "glyphmill/utf8.h"
#include "glyphs/digit_files/digit_tree.h"
#include "glyphs/digit_files/file_bytes.h"
#include "glyphs/digit_files/idx.h"
#include "glyphs/digit_files/npy.h"
#include "glyphs/digit_files/npz.h"
#include "glyphs/digit_files/pickle.h"
#include "glyphs/digit_files/zip.h"

namespace glyphmill {
namespace {

namespace fs = boost::filesystem;
using namespace digit_files;

InkImages read_directory(const std::string& path) {
  if (std::optional<InkImages> digits = read_idx_directory(path)) return std::move(*digits);
  if (is_digit_tree(path)) return read_digit_tree(path);
  refuse(path,
         "a directory of digits must hold a pair of IDX files, or the sub-directories 0 .. 9 of "
         "pictures",
         "neither");
}

InkImages read_file(const std::string& path) {
  const FileBytes file = unpacked_file(path);
  if (is_idx(file)) return read_idx_pair(path, file);
  if (is_zip(file)) return npz_digits(file);
  if (is_pickle(file)) return pickle_digits(file);
  if (is_npy(file)) refuse(path, "images and their labels must be together in one .npz", ".npy");
  refuse(path, "a file of digits must be IDX, .npz or .pickle",
         fmt::format("a file that begins with '{}'", printable(file.text().substr(0, 8))));
}

}  // namespace

InkImages read_digits(const std::string& path) {
  try {
    return fs::is_directory(path) ? read_directory(path) : read_file(path);
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorCode::kIo, fmt::format("{}: {}", path, error.code().message()));
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::kIo, fmt::format("{}: takes more memory than there is", path));
  }
}

}  // namespace glyphmill
