// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "glyphmill/ink_images.h"
#include "glyphs/digit_files/array.h"

/// Python's pickles of protocol 2 to 5, as far as they are plain values and NumPy arrays. Python
/// itself would call whatever functions a pickle names; here there is nothing that could be called:
/// the few names that arrays need are understood, and any other is refused.
namespace glyphmill::digit_files {

struct PickleList;
struct PickleDict;

/// str (UTF-8) as a view into `owner`.
struct PickleText {
  std::string_view text;
  std::shared_ptr<const void> owner;
};

/// bytes, bytearray and the str of Python 2.
struct PickleBytes {
  std::string_view bytes;
  std::shared_ptr<const void> owner;
};

/// What a pickle of arrays calls. Only met inside the tuples that no reader looks at.
enum class PickleName {
  kReconstruct,
  kScalar,
  kFromBuffer,
  kNdarray,
  kDtype,
  kEncode,
  kBytes,
  kBytearray,
};

/// None is std::monostate; NumPy's single numbers are plain ones.
using PickleValue =
    std::variant<std::monostate, bool, std::int64_t, double, PickleText, PickleBytes,
                 std::shared_ptr<Array>, std::shared_ptr<ArrayType>, PickleName,
                 std::shared_ptr<PickleList>, std::shared_ptr<PickleDict>>;

/// Values may be shared, but no container holds itself; so a walk ends. `depth` and `weight` are
/// bounded, so that it ends soon and needs little stack.
struct PickleContainer {
  unsigned depth = 1;        ///< containers in containers, at most kMostPickleDepth
  std::uint64_t weight = 1;  ///< values that a walk meets, this one included
  bool contained = false;    ///< is part of another one, and therefore complete
};

constexpr unsigned kMostPickleDepth = 100;

struct PickleList : PickleContainer {
  bool is_tuple = false;
  std::vector<PickleValue> items;
};

struct PickleDict : PickleContainer {
  std::vector<std::pair<PickleValue, PickleValue>> items;  ///< in the order of the file

  /// The value of a key that is text; nullptr if there is none. Of several the last, as in Python.
  const PickleValue* find(std::string_view key) const;
};

/// The one value of a pickle. What it holds keeps the bytes of the file alive.
/// Throws Error(kFormat) with the place where it is not a pickle of plain values and arrays.
PickleValue parse_pickle(const FileBytes& file);

bool is_pickle(const FileBytes& file);

/// "a list", "None", ...: for messages.
std::string_view kind_of(const PickleValue& value);

/// The dictionary that a whole file is. Throws Error(kFormat).
std::shared_ptr<PickleDict> pickle_dict(const FileBytes& file);

/// The value of a key that must be there. Throws Error(kFormat).
const PickleValue& required(const PickleDict& dict, std::string_view key, const std::string& name);

/// The pictures that the array `value` holds. Throws Error(kFormat).
ImageStack pickle_images(const PickleValue& value, const std::string& name);

/// Labels as text: from an array, or a list or tuple of text and whole numbers.
std::vector<std::string> pickle_labels(const PickleValue& value, const std::string& name);

/// The digits of {'images': ..., 'labels': ..., 'metadata': ...}. Throws Error(kFormat).
InkImages pickle_digits(const FileBytes& file);

}  // namespace glyphmill::digit_files
