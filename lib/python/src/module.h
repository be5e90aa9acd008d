// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

/// The extension module glyphmill._core: what the Python files of the package stand on. Each
/// function adds one part of it.
namespace glyphmill::python {

void add_data_set(pybind11::module_& module);
void add_errors(pybind11::module_& module);
void add_generator(pybind11::module_& module);
void add_number_generator(pybind11::module_& module);
void add_sequences(pybind11::module_& module);
void add_transforms(pybind11::module_& module);

}  // namespace glyphmill::python
