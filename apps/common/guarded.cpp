// SPDX-License-Identifier: Apache-2.0
#include "common/guarded.h"

#include <dlfcn.h>

#include <cstdio>
#include <new>
#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>

#include "common/program.h"
#include "common/streams.h"
#include "glyphmill/error.h"

namespace glyphmill {
namespace {

/// OpenCV's core brings LAPACK with it. Where that is OpenBLAS, it starts a thread for every
/// processor, and each spins for 50 ms before it sleeps: more than many a run takes. They are
/// started again by whatever should need them.
void end_threads_of_blas() {
  void* const symbol = dlsym(RTLD_DEFAULT, "blas_thread_shutdown_");
  if (symbol != nullptr) reinterpret_cast<int (*)()>(symbol)();
}

}  // namespace

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
    end_threads_of_blas();
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
