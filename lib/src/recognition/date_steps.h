// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "labels/date_layout.h"
#include "recognition/automaton.h"

namespace glyphmill::recognition {

/// Adds the spellings of all days, from the start on; gives the state that they end in.
State add_dates(const labels::DateLayout& layout, Steps& steps);

}  // namespace glyphmill::recognition
