// SPDX-License-Identifier: Apache-2.0
#include "common/guarded.h"

#include <cstdio>
#include <new>
#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>

#include "common/program.h"
#include "common/streams.h"
#include "glyphmill/error.h"

namespace glyphmill {

int run_guarded(const std::function<int(std::string& name)>& body) {
  prepare_streams();
  std::string name = "glyphmill";
  const auto failed = [&name](const char* what, int code) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), what);
    return code;
  };
  try {
    // Threads belong to the runner, and what is wrong is told once, by us.
    cv::setNumThreads(1);
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    return body(name);
  } catch (const Error& error) {
    return failed(error.what(),
                  error.code() == ErrorCode::kInvalidArgument ? kBadUsage : kCouldNot);
  } catch (const std::bad_alloc&) {
    return failed("out of memory", kCouldNot);
  } catch (const std::exception& error) {
    return failed(error.what(), kCouldNot);
  } catch (...) {
    return failed("unknown failure", kCouldNot);
  }
}

}  // namespace glyphmill
