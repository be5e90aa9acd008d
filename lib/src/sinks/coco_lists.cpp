// SPDX-License-Identifier: Apache-2.0
#include "sinks/coco_lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>

#include "glyphmill/version.h"
#include "sinks/annotations.h"

namespace glyphmill::sinks {
namespace {

const std::string kImages = "coco-images";
const std::string kObjects = "coco-objects";

/// Numbers of objects are the sample's with so many places for its characters.
constexpr std::uint64_t kObjectsASample = 1000;

/// A line of the piece: the object's start, its character and its end; the number of its category
/// is known only when all characters are.
constexpr char kSeparator = '\t';

cv::Rect2f cut(const cv::Rect2f& box, const cv::Mat& image) {
  return box & cv::Rect2f(0, 0, static_cast<float>(image.cols), static_cast<float>(image.rows));
}

void append_object(std::string& line, const Sample& sample, std::size_t place) {
  const CharacterBox& character = sample.characters[place];
  const auto out = std::back_inserter(line);
  const cv::Rect2f box = cut(bounds_of(character.quad), sample.image);
  fmt::format_to(out, "{{\"id\":{},\"image_id\":{},\"category_id\":{}{}{}",
                 (sample.index + 1) * kObjectsASample + place, sample.index + 1, kSeparator,
                 character.text, kSeparator);
  fmt::format_to(out, ",\"bbox\":[{:.2f},{:.2f},{:.2f},{:.2f}],\"area\":{:.2f},\"iscrowd\":0,",
                 box.x, box.y, box.width, box.height, box.area());
  line += "\"segmentation\":[[";
  for (std::size_t i = 0; i < character.quad.size(); ++i) {
    const float x = std::clamp(character.quad[i].x, 0.0F, static_cast<float>(sample.image.cols));
    const float y = std::clamp(character.quad[i].y, 0.0F, static_cast<float>(sample.image.rows));
    fmt::format_to(out, "{}{:.2f},{:.2f}", i == 0 ? "" : ",", x, y);
  }
  line += "]]}\n";
}

std::map<std::string, std::size_t> categories_of(const FinishedSet& set) {
  std::map<std::string, std::size_t> categories;
  set.for_each_piece_line(kObjects, [&](std::string_view line) {
    const std::size_t start = line.find(kSeparator) + 1;
    categories.emplace(line.substr(start, line.find(kSeparator, start) - start), 0);
  });
  std::size_t next = 1;
  for (auto& category : categories) category.second = next++;
  return categories;
}

}  // namespace

void write_coco_pieces(const Sample& sample, const std::string& file, ShardPieces& pieces) {
  std::string line = fmt::format("{{\"id\":{},\"file_name\":", sample.index + 1);
  append_json_string(line, file);
  line +=
      fmt::format(",\"width\":{},\"height\":{},\"text\":", sample.image.cols, sample.image.rows);
  append_json_string(line, sample.label);
  pieces.write(kImages, line + "}\n");
  line.clear();
  for (std::size_t i = 0; i < sample.characters.size(); ++i) append_object(line, sample, i);
  pieces.write(kObjects, line);
}

void write_coco(const FinishedSet& set, const std::string& name) {
  const std::map<std::string, std::size_t> categories = categories_of(set);
  NewFile file(set.work(), name + ".tmp", name);
  file.write(
      fmt::format("{{\"info\":{{\"description\":\"Glyphmill {}\"}},\n\"images\":[", version()));
  std::string_view between = "\n";
  set.for_each_piece_line(kImages, [&](std::string_view line) {
    file.write(between);
    file.write(line);
    between = ",\n";
  });
  file.write("],\n\"annotations\":[");
  between = "\n";
  set.for_each_piece_line(kObjects, [&](std::string_view line) {
    const std::size_t start = line.find(kSeparator) + 1;
    const std::size_t end = line.find(kSeparator, start);
    const std::string character(line.substr(start, end - start));
    file.write(between);
    file.write(line.substr(0, start - 1));
    file.write(fmt::to_string(categories.at(character)));
    file.write(line.substr(end + 1));
    between = ",\n";
  });
  file.write("],\n\"categories\":[");
  between = "\n";
  for (const auto& [character, number] : categories) {
    std::string line = fmt::format("{{\"id\":{},\"name\":", number);
    append_json_string(line, character);
    file.write(between);
    file.write(line + "}");
    between = ",\n";
  }
  file.write("]}\n");
  file.commit();
}

}  // namespace glyphmill::sinks
