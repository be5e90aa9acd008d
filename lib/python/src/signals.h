// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

namespace glyphmill::python {

/// Lets Ctrl-C through a long call; takes the interpreter's lock, which its caller has let go of.
inline void check_signals() {
  const pybind11::gil_scoped_acquire lock;
  if (PyErr_CheckSignals() != 0) throw pybind11::error_already_set();
}

}  // namespace glyphmill::python
