// SPDX-License-Identifier: Apache-2.0
#include "module.h"

#include "glyphmill/version.h"

PYBIND11_MODULE(_core, module) {
  module.doc() = "The compiled part of glyphmill.";
  module.attr("__version__") = glyphmill::version();
  glyphmill::python::add_errors(module);
  glyphmill::python::add_data_set(module);
  glyphmill::python::add_generator(module);
  glyphmill::python::add_number_generator(module);
  glyphmill::python::add_sequences(module);
  glyphmill::python::add_transforms(module);
}
