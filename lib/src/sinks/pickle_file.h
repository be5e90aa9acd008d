// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "sinks/pack.h"

namespace glyphmill::sinks {

enum class PickleLabels {
  kText,    ///< list of str
  kDigits,  ///< array (N,) of uint8; every label is one digit
};

/// What differs between pickles of one pack.
struct PickleOptions {
  PickleLabels labels = PickleLabels::kText;
  double creation_timestamp = 0;
  std::optional<std::int64_t> image_width;  ///< empty: None
};

/// Writes a pickle (protocol 4) that plain pickle.load reads beside any numpy:
///
///     {'images': array (N, H, W) or (N, H, W, 3), uint8 or float32, writable,
///      'labels': [str, ...] or array (N,), uint8,
///      'metadata': {'creation_timestamp': float, 'spacing_range': (min, max) or None,
///                   'image_width': int or None}}
///
/// The pack's parts are pixels as they are.
void write_pickle(const Pack& pack, const PickleOptions& options, const Write& write);

/// That of a recipe: labels are text, the images' width is told, and the time of creation is 0.0
/// because the same recipe gives the same bytes.
void write_pickle(const Pack& pack, const Write& write);

}  // namespace glyphmill::sinks