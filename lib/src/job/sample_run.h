// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphmill/runner.h"
#include "sinks/sink.h"

namespace glyphmill {

/// What `write_dataset` does with its sink: all shards of the run or its part that are not there
/// yet, then the end of the sink. `options.threads` and `options.part` count.
RunResult write_samples(const Generator& generator, sinks::Sink& sink, const RunOptions& options,
                        const std::function<void(const Progress&)>& on_progress = {},
                        const std::atomic<bool>* stop = nullptr);

}  // namespace glyphmill
