// SPDX-License-Identifier: Apache-2.0
#include "sinks/idx_files.h"

#include <fmt/format.h>

#include <limits>
#include <map>

#include "glyphmill/error.h"
#include "glyphmill/utf8.h"

namespace glyphmill::sinks {
namespace {

constexpr char kUnsignedByte = 8;

[[noreturn]] void refuse(const std::string& rule) {
  throw Error(ErrorCode::kInvalidArgument, "output.format: idx " + rule);
}

std::string header(const std::vector<std::uint64_t>& sides) {
  std::string bytes{'\0', '\0', kUnsignedByte, static_cast<char>(sides.size())};
  for (const std::uint64_t side : sides) {
    if (side > std::numeric_limits<std::uint32_t>::max()) {
      refuse(fmt::format("holds at most {} images. Got: {}",
                         std::numeric_limits<std::uint32_t>::max(), side));
    }
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(side >> shift & 0xff);
  }
  return bytes;
}

}  // namespace

std::vector<std::string> idx_names(const std::string& split) {
  std::string prefix = split.empty() ? "train" : split;
  if (split == "test") prefix = "t10k";
  return {prefix + "-images-idx3-ubyte", prefix + "-labels-idx1-ubyte",
          prefix + "-labels-idx2-ubyte"};
}

void write_idx_images(const Pack& pack, const Write& write) {
  if (pack.shape.channels != 1) {
    refuse(fmt::format("holds gray images only. Got: {} channels", pack.shape.channels));
  }
  write(header({pack.count, static_cast<std::uint64_t>(pack.shape.rows),
                static_cast<std::uint64_t>(pack.shape.columns)}));
  pack.images(write);
}

void write_idx_labels(const Pack& pack, const std::vector<std::string>& alphabet,
                      const Write& write) {
  if (alphabet.size() > 255) {
    refuse(
        fmt::format("holds labels of at most 255 different characters. Got: {}", alphabet.size()));
  }
  std::map<std::string, char> place;
  for (std::size_t i = 0; i < alphabet.size(); ++i) place[alphabet[i]] = static_cast<char>(i);
  const auto padding = static_cast<char>(alphabet.size());
  if (pack.longest_label == 1 && pack.shortest_label == 1) {
    write(header({pack.count}));
  } else {
    write(header({pack.count, pack.longest_label}));
  }
  std::string bytes;
  pack.labels([&](std::string_view label) {
    bytes.clear();
    for (const std::string& character : utf8_characters(label)) bytes += place.at(character);
    bytes.resize(pack.longest_label, padding);
    write(bytes);
  });
}

}  // namespace glyphmill::sinks
