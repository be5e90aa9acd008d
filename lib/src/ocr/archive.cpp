// SPDX-License-Identifier: Apache-2.0
#include "ocr/archive.h"

#include <sstream>

#include "glyphmill/parse.h"
#include "glyphs/digit_files/zip.h"

namespace glyphmill::ocr {

std::string brief(const c10::Error& error) {
  const std::string text = error.what_without_backtrace();
  return shown(text.substr(0, text.find('\n')));
}

void check_archive(const std::string& bytes, const std::string& name) {
  const digit_files::FileBytes file{name, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                    bytes.size(), nullptr};
  for (const digit_files::ZipEntry& entry : digit_files::zip_entries(file)) {
    digit_files::zip_content(file, entry);
  }
}

torch::serialize::InputArchive open_archive(const std::string& bytes) {
  torch::serialize::InputArchive archive;
  archive.load_from(bytes.data(), bytes.size());
  return archive;
}

std::string bytes_of(torch::serialize::OutputArchive& archive) {
  std::ostringstream stream;
  archive.save_to(stream);
  return stream.str();
}

}  // namespace glyphmill::ocr
