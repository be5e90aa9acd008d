// SPDX-License-Identifier: Apache-2.0
#include "job/tile_manifest.h"

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "job/yaml_tree.h"

namespace glyphmill {
namespace {

cv::Scalar bgr_of(const FieldValue& value) {
  if (value.shape != FieldValue::Shape::kList || value.items.size() != 3) {
    throw Error(ErrorCode::kFormat, "must be [red, green, blue]. Got: " + shown(value));
  }
  const IntegerBounds byte{0, 255};
  const auto channel = [&](std::size_t i) {
    return static_cast<double>(parse_integer(value.items[i], byte));
  };
  return {channel(2), channel(1), channel(0)};
}

/// Reads the value of `key` with `read_value`, if it is given.
template <class Read>
void read_key(YamlFields& fields, std::string_view key, const Read& read_value) {
  const FieldValue* const given = fields.find(key);
  if (given == nullptr) return;
  try {
    read_value(*given);
  } catch (const Error& error) {
    fields.refuse(key, error.what());
  }
}

TileOverride read_tile(const YamlEntry& entry, YamlProblems& problems) {
  TileOverride tile;
  YamlFields fields(entry.value, "tiles." + shown(entry.key), problems);
  read_key(fields, "text", [&](const FieldValue& value) { tile.text = text_of(value); });
  read_key(fields, "look", [&](const FieldValue& value) { tile.look = text_of(value); });
  read_key(fields, "paper", [&](const FieldValue& value) { tile.paper = bgr_of(value); });
  fields.refuse_others({"text", "look", "paper"});
  return tile;
}

}  // namespace

TileManifest parse_tile_manifest(const std::string& yaml, const std::string& name) {
  YamlProblems problems(name, ErrorCode::kFormat);
  const YamlNode root = parse_yaml(yaml, problems);
  YamlFields fields(root, "", problems);
  for (const char* key : {"license", "source"}) {
    // Free text of several lines, for people alone.
    read_key(fields, key, [](const FieldValue& value) { scalar_of(value, "must be text"); });
  }
  fields.refuse_others({"license", "source", "tiles"});
  TileManifest manifest;
  if (const YamlNode* tiles = root.find("tiles")) {
    if (tiles->kind != YamlNode::Kind::kMap) {
      problems.add(tiles->at, "tiles", "must be a map. Got: " + shown(tiles->value()));
    }
    for (const YamlEntry& entry : tiles->entries) {
      manifest[entry.key] = read_tile(entry, problems);
    }
  }
  problems.throw_if_any();
  return manifest;
}

}  // namespace glyphmill
