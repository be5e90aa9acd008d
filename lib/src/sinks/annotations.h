// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "glyphmill/sample.h"

/// Lines of JSON about single samples, written by hand: they are made for every sample.
namespace glyphmill::sinks {

/// Appends `text` (UTF-8) as a JSON string.
void append_json_string(std::string& json, std::string_view text);

/// Appends the character's upright box [x, y, width, height], px.
void append_box(std::string& json, const CharacterBox& character);

/// Appends the sample as an object without line end: index, label, text, file (null where `file` is
/// empty), width, height, characters with box and quadrilateral (px), and every drawn value.
void append_sample(std::string& json, const Sample& sample, std::string_view file);

}  // namespace glyphmill::sinks
