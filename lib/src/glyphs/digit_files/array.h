// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "glyphmill/ink_images.h"
#include "glyphs/digit_files/file_bytes.h"

/// Arrays as NumPy stores them, in .npy files and in pickles alike.
namespace glyphmill::digit_files {

struct ArrayType {
  char kind = 'u';  ///< 'b'ool, 'u'nsigned, 'i'nteger, 'f'loat, 'U'nicode, 'S' for bytes
  bool big_endian = false;
  std::size_t item_size = 1;  ///< bytes
  std::string name;           ///< as the file has it, for messages
};

struct Array {
  ArrayType type;
  bool fortran_order = false;  ///< the first index runs fastest
  std::vector<std::uint64_t> shape;
  FileBytes bytes;       ///< the items, exactly; the name is that of the array
  std::uint64_t at = 0;  ///< place of the first item in its file, for messages

  std::uint64_t count() const;  ///< of items
};

/// Many pictures of one size; in C order, 0 .. 255.
struct ImageStack {
  std::uint64_t count = 0;
  int rows = 0;
  int cols = 0;
  const std::uint8_t* pixels = nullptr;
  std::shared_ptr<const void> owner;
};

/// The type that NumPy writes as "|u1", "<f4", ">U1" or by name as "uint8". Throws
/// Error(kFormat) that names `array` where it is none of booleans, numbers and text.
ArrayType array_type(std::string_view description, const std::string& array,
                     std::optional<std::uint64_t> at = std::nullopt);

/// The bytes that items of this type and shape take. Throws Error(kFormat) where they are more than
/// can be counted, or other than `given`, the number of bytes that are there (at byte `at`).
void require_array_size(const Array& array, std::uint64_t given);

/// Pictures of shape (N, H, W) or (N, H, W, 1): whole numbers of 0 .. 255 as they are, floats of
/// 0 .. 1 times 255 and rounded, booleans as 0 and 255. Bytes in C order are not copied.
ImageStack image_stack(const Array& array);

/// Text (trailing zeros dropped) and whole numbers (in decimal) of shape (N,) or (N, 1), as UTF-8.
std::vector<std::string> array_texts(const Array& array);

using ArrayItem = std::variant<bool, std::int64_t, double, std::string>;

/// The first item of an array that has one.
ArrayItem first_item(const Array& array);

/// Labels of one digit each, of shape (N,) or (N, 1).
std::vector<char> digit_labels(const Array& array);

/// Pictures with what they show; as many of the one as of the other.
InkImages labelled(const std::string& name, const ImageStack& images, std::vector<char> labels);

}  // namespace glyphmill::digit_files
