// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace glyphmill {

/// Pictures of single characters, all of one size, as data sets of handwriting hold them: ink is
/// bright, the ground 0. Plain data; copies share the pixels, which nobody writes any more.
struct InkImages {
  int rows = 0;  ///< px of every picture
  int cols = 0;
  std::vector<char> characters;  ///< what picture i shows: '0' .. '9', '-', ...
  /// characters.size() x rows x cols bytes, picture after picture, row after row.
  const std::uint8_t* pixels = nullptr;
  std::shared_ptr<const void> owner;  ///< keeps `pixels` alive: memory, or a mapped file

  std::size_t size() const { return characters.size(); }
  std::size_t area() const {
    return static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols);
  }
  const std::uint8_t* at(std::size_t i) const { return pixels + i * area(); }
};

/// Reads the digits of a data set. `path` is one of
///
/// - a directory with MNIST's pair of IDX files, train-images-idx3-ubyte(.gz) and its labels;
/// - one of the two IDX files of a pair: the other is found by its name;
/// - a .npz with arr_0 and arr_1, images and labels, or x_train and y_train;
/// - a .pickle of the number-generator layout, {'images': ..., 'labels': ...};
/// - a directory with the sub-directories 0 .. 9 of pictures that OpenCV reads.
///
/// What a file is, is told by its first bytes, not by its name. IDX names may have '-' or '.'
/// before "idx", any prefix ("train", "t10k"), and .gz; where a directory holds several pairs the
/// train pair is taken. Images of 8 bits are taken as they are; floating-point images of 0 .. 1 are
/// scaled to 0 .. 255 and rounded. Pictures of a directory tree that are dark on light are
/// inverted, and the level of their paper is taken off; where their sizes differ they are fitted,
/// aspect kept, into 28 x 28.
///
/// Files are taken for hostile: every size is checked before memory is asked for, and nothing in
/// them is ever executed. Throws Error: kNotFound, kIo, or kFormat with the file, the byte offset
/// where there is one, the rule and what was found ("labels must be 0 .. 9. Got: 12 (at 4711)",
/// "60000 images and 59999 labels").
InkImages read_digits(const std::string& path);

}  // namespace glyphmill
