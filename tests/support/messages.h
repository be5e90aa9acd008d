// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "glyphmill/error.h"

namespace glyphmill::test {

/// What `action` throws, as text; "" if it throws nothing.
template <class Action>
std::string message_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// The same; the code must be this.
template <class Action>
std::string message_of(Action&& action, ErrorCode code) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    return error.what();
  }
  return "";
}

}  // namespace glyphmill::test
