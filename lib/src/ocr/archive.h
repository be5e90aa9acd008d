// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <torch/serialize.h>

#include <string>
#include <vector>

#include "glyphmill/error.h"

/// Libtorch's files, and plain values in them.
namespace glyphmill::ocr {

/// What libtorch says, in one line.
std::string brief(const c10::Error& error);

/// Archives are zip files, whose checksums libtorch does not look at: this does. Throws
/// Error(kFormat) naming the file.
void check_archive(const std::string& bytes, const std::string& name);

/// The bytes of a file that has been checked. Throws c10::Error for those that are no archive.
torch::serialize::InputArchive open_archive(const std::string& bytes);
std::string bytes_of(torch::serialize::OutputArchive& archive);

template <class Value>
void write_values(torch::serialize::OutputArchive& archive, const char* key,
                  const std::vector<Value>& values) {
  archive.write(key, torch::tensor(values, c10::CppTypeToScalarType<Value>::value));
}

/// `size` values. Throws Error(kFormat) where they are others, and what libtorch throws.
template <class Value>
void read_values(torch::serialize::InputArchive& archive, const char* key, std::size_t size,
                 std::vector<Value>& values) {
  torch::Tensor tensor;
  archive.read(key, tensor);
  if (tensor.numel() != static_cast<std::int64_t>(size) ||
      tensor.scalar_type() != c10::CppTypeToScalarType<Value>::value) {
    throw Error(ErrorCode::kFormat,
                fmt::format("{} must be {} values. Got: {}", key, size, tensor.numel()));
  }
  tensor = tensor.contiguous();
  values.assign(tensor.data_ptr<Value>(), tensor.data_ptr<Value>() + size);
}

}  // namespace glyphmill::ocr
