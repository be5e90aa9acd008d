// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sinks/pack.h"

namespace glyphmill::sinks {

/// Writes a pickle (protocol 4) that plain pickle.load reads beside any numpy:
///
///     {'images': array (N, H, W) or (N, H, W, 3), uint8 or float32, writable,
///      'labels': [str, ...],
///      'metadata': {'creation_timestamp': 0.0, 'spacing_range': (min, max) or None,
///                   'image_width': W}}
///
/// The time of creation is 0.0 because the same recipe gives the same bytes. The pack's parts are
/// pixels as they are.
void write_pickle(const Pack& pack, const Write& write);

}  // namespace glyphmill::sinks
