// SPDX-License-Identifier: Apache-2.0
#include "drawn.h"

#include <fmt/format.h>

namespace py = pybind11;

namespace glyphmill::python {

py::dict drawn_of(const Sample& sample) {
  py::dict drawn;
  for (const DrawnValue& value : sample.drawn) {
    const py::str key(fmt::format("{}.{}", value.stage, value.name));
    if (!value.repeats) {
      drawn[key] = value.value;
    } else if (drawn.contains(key)) {
      drawn[key].cast<py::list>().append(value.value);
    } else {
      py::list values;
      values.append(value.value);
      drawn[key] = values;
    }
  }
  return drawn;
}

py::array_t<float> quads_of(const Sample& sample) {
  py::array_t<float> quads({sample.characters.size(), std::size_t{4}, std::size_t{2}});
  auto corners = quads.mutable_unchecked<3>();
  for (std::size_t i = 0; i < sample.characters.size(); ++i) {
    for (std::size_t corner = 0; corner < 4; ++corner) {
      corners(i, corner, 0) = sample.characters[i].quad[corner].x;
      corners(i, corner, 1) = sample.characters[i].quad[corner].y;
    }
  }
  return quads;
}

py::array_t<float> boxes_of(const Sample& sample) {
  py::array_t<float> boxes({sample.characters.size(), std::size_t{4}});
  auto sides = boxes.mutable_unchecked<2>();
  for (std::size_t i = 0; i < sample.characters.size(); ++i) {
    const cv::Rect2f box = bounds_of(sample.characters[i].quad);
    sides(i, 0) = box.x;
    sides(i, 1) = box.y;
    sides(i, 2) = box.width;
    sides(i, 3) = box.height;
  }
  return boxes;
}

}  // namespace glyphmill::python
