// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <new>
#include <opencv2/core.hpp>
#include <string>
#include <string_view>

#include "glyphmill/error.h"
#include "sinks/pickle_file.h"

/// Many pictures of one size, as the data sets of number-generator hold them: a cv::Mat of three
/// dimensions, {N, H, W}, CV_8UC1, continuous; empty if there are none.
namespace glyphmill::job {

/// Throws Error(kInvalidArgument) "THING: RULE. Got: VALUE".
[[noreturn]] void refuse(std::string_view thing, std::string_view rule, const std::string& got);

/// Pictures that are not written yet. Throws std::bad_alloc.
cv::Mat new_pictures(std::uint64_t count, const cv::Size& size);

/// Copies of pictures that lie one after the other. Throws std::bad_alloc.
cv::Mat copied_pictures(std::uint64_t count, const cv::Size& size, const std::uint8_t* pixels);

/// Requires that there are pictures.
cv::Size picture_size(const cv::Mat& pictures);

/// One of them; shares the pixels and keeps them alive.
cv::Mat picture_at(const cv::Mat& pictures, std::size_t i);

/// Throws Error(kInvalidArgument) that names `thing` unless both sides are 1 .. `most`.
void check_sides(std::string_view thing, const cv::Size& size, int most);

/// All that a pickle of pictures needs but their labels.
sinks::Pack pack_of(const cv::Mat& pictures);

/// Writes a pickle that is under its name whole or not at all. Throws Error(kIo).
void save_pickle(const std::string& path, const sinks::Pack& pack,
                 const sinks::PickleOptions& options);

/// The value of `action`, which reads `path`. Throws Error(kIo) where memory is short.
template <class Action>
auto reading(const std::string& path, const Action& action) {
  try {
    return action();
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::kIo, path + ": takes more memory than there is");
  }
}

}  // namespace glyphmill::job
