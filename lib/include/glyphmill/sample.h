// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/geometry.h"

namespace glyphmill {

/// One drawn character and where its ink is.
struct CharacterBox {
  std::string text;  ///< one Unicode character, UTF-8
  Quad quad{};       ///< holds the character's ink; moved by every geometric operation
};

/// One parameter that was drawn for a sample.
struct DrawnValue {
  std::string_view stage;  ///< "compose" or the stage's name; lives as long as the Generator
  std::string_view name;   ///< e.g. "angle_deg"
  double value = 0;
  bool repeats = false;  ///< drawn for each character: one of several of its name
};

/// A labelled image. Plain data; copying shares the pixels (cv::Mat).
struct Sample {
  std::uint64_t index = 0;
  cv::Mat image;      ///< CV_8UC1 or CV_8UC3 (BGR)
  std::string label;  ///< UTF-8: what a recogniser must answer
  std::string text;   ///< UTF-8: what is drawn, e.g. "2018年08月16日" for the label "20180816"
  std::vector<CharacterBox> characters;  ///< one per character of `text`, in reading order
  cv::Scalar paper =
      cv::Scalar::all(255);       ///< BGR (or gray in [0]) ground that borders are filled with
  std::vector<DrawnValue> drawn;  ///< every parameter drawn for this sample
};

}  // namespace glyphmill
