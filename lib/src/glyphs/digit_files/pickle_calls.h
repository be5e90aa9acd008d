// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphs/digit_files/pickle.h"

/// What the functions do that a pickle of NumPy arrays names.
namespace glyphmill::digit_files {

class PickleCalls {
 public:
  explicit PickleCalls(const FileBytes& file) : file_(file), unpacked_left_(file.size) {}

  /// Throws Error(kFormat) that names module and name where they are none of ours.
  PickleName name(std::string_view module, std::string_view name, std::size_t at) const;

  /// The value that calling `name` with `arguments` gives.
  PickleValue call(PickleName name, const PickleList& arguments, std::size_t at);

  /// Gives an array or a type the state that follows it.
  void build(const PickleValue& object, const PickleValue& state, std::size_t at) const;

 private:
  PickleValue scalar(const PickleList& arguments, std::size_t at);
  PickleValue from_buffer(const PickleList& arguments, std::size_t at) const;
  PickleValue ndarray(const PickleList& arguments, std::size_t at) const;
  PickleValue dtype(const PickleList& arguments, std::size_t at) const;
  PickleValue encoded(const PickleList& arguments, std::size_t at);
  PickleValue bytes_of(const PickleList& arguments, std::size_t at);

  Array array(const PickleValue& shape, const PickleValue& type, const PickleValue& bytes,
              std::size_t at) const;
  std::vector<std::uint64_t> shape(const PickleValue& value, std::size_t at) const;
  ArrayType type(const PickleValue& value, std::size_t at) const;
  void take_memory(std::size_t size, std::size_t at);

  const FileBytes& file_;
  std::size_t unpacked_left_;  // bytes that may still be made of what is in the file
};

}  // namespace glyphmill::digit_files
