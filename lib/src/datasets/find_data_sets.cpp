// SPDX-License-Identifier: Apache-2.0
#include "datasets/find_data_sets.h"

#include <optional>

#include "datasets/manifest.h"
#include "glyphmill/error.h"

namespace glyphmill::datasets {
namespace {

void find(const sinks::Directory& directory, int depth, std::vector<std::string>& found) {
  if (directory.has(kManifestFile) || directory.has(kWorkDirectory)) {
    found.push_back(directory.path());
    return;
  }
  if (depth == 0) return;
  for (const std::string& entry : directory.entries()) {
    std::optional<sinks::Directory> inside;
    try {
      inside.emplace(directory.open(entry));
    } catch (const Error&) {
      continue;  // a file or a link
    }
    find(*inside, depth - 1, found);
  }
}

}  // namespace

std::vector<std::string> find_data_sets(const sinks::Directory& directory) {
  constexpr int kDepth = 2;  // splits hold formats, and nothing is deeper
  std::vector<std::string> found;
  find(directory, kDepth, found);
  return found;
}

}  // namespace glyphmill::datasets
