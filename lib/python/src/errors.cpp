// SPDX-License-Identifier: Apache-2.0
#include <exception>
#include <opencv2/core.hpp>

#include "glyphmill/error.h"
#include "module.h"

namespace glyphmill::python {
namespace {

PyObject* exception_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kFormat:
      return PyExc_ValueError;
    case ErrorCode::kNotFound:
      return PyExc_FileNotFoundError;
    case ErrorCode::kIo:
      return PyExc_OSError;
    case ErrorCode::kInternal:
      break;
  }
  return PyExc_RuntimeError;
}

}  // namespace

void add_errors(pybind11::module_&) {
  pybind11::register_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) std::rethrow_exception(pointer);
    } catch (const Error& error) {
      PyErr_SetString(exception_for(error.code()), error.what());
    } catch (const cv::Exception& error) {
      PyErr_SetString(error.code == cv::Error::StsNoMem ? PyExc_MemoryError : PyExc_RuntimeError,
                      error.what());
    }
  });
}

}  // namespace glyphmill::python
