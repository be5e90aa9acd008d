// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace glyphmill {

/// What kind of trouble an `Error` tells of. The set is closed: programs map it to exit codes.
enum class ErrorCode {
  kInvalidArgument,  ///< the caller asked for something that breaks a rule (options, recipe, flags)
  kNotFound,         ///< a file or folder that was named does not exist
  kFormat,           ///< a file exists and its content is not what it must be
  kIo,               ///< the operating system refused: disk full, permission, vanished directory
  kInternal,         ///< a defect of this library: please report it
};

/// The one exception the library throws. `what()` names the thing, the rule and what was given,
/// e.g. "ops.gaussian_noise.sigma: must be between 0 and 1. Got: 7".
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace glyphmill
