// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace glyphmill {

/// The library's version, e.g. "0.1.0": recorded in recipes and manifests.
const char* version();

}  // namespace glyphmill
