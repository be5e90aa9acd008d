// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ocr/center_distances.h"
#include "ocr/model_files.h"
#include "ocr/network.h"
#include "ocr/sample_stream.h"

namespace glyphmill::ocr {

/// What the network says of the first `count` samples of a stream. `lines` is memory that is kept
/// from one call to the next. `centers`, if there, counts their features. Of the measurement only
/// loss, accuracy and error rate of the validation are set.
Measurement evaluate(Network& network, const ModelOptions& options, const Alphabet& alphabet,
                     const SampleStream& stream, std::uint64_t count, LineMaker& lines,
                     CenterStatistics* centers);

}  // namespace glyphmill::ocr
