// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

namespace glyphmill {

/// The outermost call of every program: makes streams and OpenCV ready and runs `body`, which says
/// the program's name as soon as it knows it, to its exit code. What it throws is told as "NAME:
/// what", and makes the exit code 2 for bad usage and 1 for everything else.
int run_guarded(const std::function<int(std::string& name)>& body);

}  // namespace glyphmill
