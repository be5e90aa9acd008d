// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "sinks/sink.h"

namespace glyphmill::sinks {

/// Several data sets of the same samples, each in its own format and directory, written at once.
/// They are cut into the same shards; a shard is finished when it is in all of them.
std::unique_ptr<Sink> make_several_sinks(std::vector<std::unique_ptr<Sink>> sinks);

}  // namespace glyphmill::sinks
