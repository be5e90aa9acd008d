// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <limits>
#include <mutex>
#include <opencv2/core.hpp>
#include <utility>

#include "glyphmill/error.h"

/// How threads that share work fail: with the same error, however many they are.
namespace glyphmill::job {

/// Keeps the failure of the lowest index. Thread-safe.
class FirstFailure {
 public:
  /// Work behind a failure is in vain.
  bool is_before(std::uint64_t index) const { return index_ < index; }

  void keep(std::uint64_t index, std::exception_ptr error) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (is_before(index)) return;
    index_ = index;
    error_ = std::move(error);
  }

  /// When all threads have ended.
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::atomic<std::uint64_t> index_{std::numeric_limits<std::uint64_t>::max()};
  std::mutex mutex_;
  std::exception_ptr error_;
};

/// Runs `action` with the sample's number before its errors.
template <class Action>
void within_sample(std::uint64_t k, const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("sample {}: {}", k, error.what()));
  } catch (const cv::Exception& error) {
    throw Error(ErrorCode::kInternal, fmt::format("sample {}: {}", k, error.what()));
  }
}

}  // namespace glyphmill::job
