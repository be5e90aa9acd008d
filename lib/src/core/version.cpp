// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/version.h"

namespace glyphmill {

const char* version() { return GLYPHMILL_VERSION; }

}  // namespace glyphmill
