// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "glyphs/digit_files/pickle.h"
#include "glyphs/digit_files/rules.h"

namespace glyphmill::digit_files {
namespace {

/// Text, or the text that Python 2 wrote as bytes.
const std::string_view* text_of(const PickleValue& value) {
  if (const auto* const text = std::get_if<PickleText>(&value)) return &text->text;
  if (const auto* const bytes = std::get_if<PickleBytes>(&value)) return &bytes->bytes;
  return nullptr;
}

std::string label_text(const PickleValue& value, const std::string& name) {
  if (const std::string_view* const text = text_of(value)) {
    if (!is_utf8(*text)) refuse(name, "labels must be UTF-8", printable(text->substr(0, 40)));
    return std::string(*text);
  }
  if (const auto* const number = std::get_if<std::int64_t>(&value)) {
    return fmt::format("{}", *number);
  }
  refuse(name, "labels must be whole numbers or text", kind_of(value));
}

}  // namespace

const PickleValue* PickleDict::find(std::string_view key) const {
  const auto found = std::find_if(items.rbegin(), items.rend(), [key](const auto& item) {
    const std::string_view* const text = text_of(item.first);
    return text != nullptr && *text == key;
  });
  return found == items.rend() ? nullptr : &found->second;
}

std::string_view kind_of(const PickleValue& value) {
  if (const auto* const list = std::get_if<std::shared_ptr<PickleList>>(&value)) {
    return (*list)->is_tuple ? "a tuple" : "a list";
  }
  static constexpr std::string_view kKinds[] = {
      "None",     "a truth value", "a whole number", "a number", "text",        "bytes",
      "an array", "a dtype",       "a function",     "a list",   "a dictionary"};
  static_assert(std::size(kKinds) == std::variant_size_v<PickleValue>);
  return kKinds[value.index()];
}

std::shared_ptr<PickleDict> pickle_dict(const FileBytes& file) {
  const PickleValue value = parse_pickle(file);
  if (const auto* const dict = std::get_if<std::shared_ptr<PickleDict>>(&value)) return *dict;
  refuse(file.name, "a pickle must be {'images': ..., 'labels': ..., 'metadata': ...}",
         kind_of(value));
}

const PickleValue& required(const PickleDict& dict, std::string_view key, const std::string& name) {
  if (const PickleValue* const value = dict.find(key)) return *value;
  refuse(name, "a pickle must be {'images': ..., 'labels': ..., 'metadata': ...}",
         fmt::format("no '{}'", key));
}

ImageStack pickle_images(const PickleValue& value, const std::string& name) {
  const auto* const array = std::get_if<std::shared_ptr<Array>>(&value);
  if (array == nullptr) refuse(name, "'images' must be an array", kind_of(value));
  return image_stack(**array);
}

std::vector<std::string> pickle_labels(const PickleValue& value, const std::string& name) {
  if (const auto* const array = std::get_if<std::shared_ptr<Array>>(&value)) {
    return array_texts(**array);
  }
  const auto* const list = std::get_if<std::shared_ptr<PickleList>>(&value);
  if (list == nullptr) refuse(name, "'labels' must be an array or a list", kind_of(value));
  std::vector<std::string> labels;
  labels.reserve((*list)->items.size());
  for (const PickleValue& item : (*list)->items) labels.push_back(label_text(item, name));
  return labels;
}

InkImages pickle_digits(const FileBytes& file) {
  const std::shared_ptr<PickleDict> dict = pickle_dict(file);
  const std::vector<std::string> texts =
      pickle_labels(required(*dict, "labels", file.name), file.name);
  std::vector<char> labels;
  labels.reserve(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].size() != 1 || !core::is_digit(texts[i][0])) {
      refuse_label(fmt::format("{}: label {}", file.name, i), texts[i], std::nullopt);
    }
    labels.push_back(texts[i][0]);
  }
  const ImageStack images = pickle_images(required(*dict, "images", file.name), file.name);
  return labelled(file.name, images, std::move(labels));
}

}  // namespace glyphmill::digit_files
