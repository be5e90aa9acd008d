// SPDX-License-Identifier: Apache-2.0
// Reads options, pictures and changes from stdin, writes the changed pictures to stdout, both JSON:
// what image_data_generator_test.py compares with NumPy and SciPy.
#include <iostream>
#include <nlohmann/json.hpp>

#include "glyphmill/image_data_generator.h"

namespace glyphmill {

NLOHMANN_JSON_SERIALIZE_ENUM(FillMode, {{FillMode::kNearest, "nearest"},
                                        {FillMode::kConstant, "constant"},
                                        {FillMode::kReflect, "reflect"},
                                        {FillMode::kWrap, "wrap"}})

namespace {

using nlohmann::json;

template <class Value>
void read(const json& from, const char* key, Value& value) {
  if (from.contains(key)) from.at(key).get_to(value);
}

ImageDataGeneratorOptions options_of(const json& from) {
  ImageDataGeneratorOptions options;
  read(from, "fill_mode", options.fill_mode);
  read(from, "cval", options.cval);
  read(from, "rescale", options.rescale);
  read(from, "samplewise_center", options.samplewise_center);
  read(from, "samplewise_std_normalization", options.samplewise_std_normalization);
  read(from, "featurewise_center", options.featurewise_center);
  read(from, "featurewise_std_normalization", options.featurewise_std_normalization);
  read(from, "zca_whitening", options.zca_whitening);
  read(from, "zca_epsilon", options.zca_epsilon);
  return options;
}

ImageDataGeneratorParams params_of(const json& from) {
  ImageDataGeneratorParams params;
  read(from, "theta_deg", params.theta_deg);
  read(from, "shift_rows", params.shift_rows);
  read(from, "shift_cols", params.shift_cols);
  read(from, "shear_deg", params.shear_deg);
  read(from, "zoom_rows", params.zoom_rows);
  read(from, "zoom_cols", params.zoom_cols);
  read(from, "channel_shift", params.channel_shift);
  read(from, "brightness", params.brightness);
  read(from, "flip_horizontal", params.flip_horizontal);
  read(from, "flip_vertical", params.flip_vertical);
  return params;
}

/// Change i is done to picture i.
json changed(const json& given) {
  const auto pixels = given.at("pixels").get<std::vector<std::uint8_t>>();
  InkImages images;
  images.rows = given.at("rows");
  images.cols = given.at("cols");
  images.characters.assign(pixels.size() / images.area(), '0');
  images.pixels = pixels.data();
  const ImageDataGenerator generator(options_of(given.at("options")), images);
  ImageDataGenerator::Scratch scratch;
  std::vector<std::uint8_t> bytes(images.area());
  std::vector<float> values(images.area());
  json result{{"bytes", json::array()}, {"values", json::array()}};
  const json& changes = given.at("changes");
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const ImageDataGeneratorParams params = params_of(changes[i]);
    generator.apply(images.at(i), params, bytes.data(), scratch);
    generator.apply(images.at(i), params, values.data(), scratch);
    result["bytes"].push_back(bytes);
    result["values"].push_back(values);
  }
  return result;
}

}  // namespace
}  // namespace glyphmill

int main() {
  std::cout << glyphmill::changed(nlohmann::json::parse(std::cin)) << "\n";
  return 0;
}
