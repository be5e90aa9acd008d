// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/data_set.h"

#include <fmt/format.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrays.h"
#include "glyphmill/error.h"
#include "module.h"

namespace py = pybind11;

namespace glyphmill::python {
namespace {

/// Stands before a sample of a part.
struct Reader {
  std::size_t part = 0;
  std::uint64_t next = 0;  // index in the data set
  std::unique_ptr<SampleReader> samples;
};

/// A data set whose samples are asked for in any order. Readers that are in use are nobody else's;
/// those that are not wait where they stand, for mostly the next sample is asked for next.
class PyDataSet {
 public:
  explicit PyDataSet(const std::string& path) : set_(path) {}

  const DataSet& set() const { return set_; }

  py::tuple image_and_label(std::uint64_t k) {
    const std::size_t part = part_of(k);
    Reader reader = take_reader(part, k);
    StoredSample sample;
    cv::Mat image;
    {
      const py::gil_scoped_release unlocked;
      if (!reader.samples) reader = {part, set_.parts()[part].first, set_.read(part)};
      reader.samples->skip(k - reader.next);
      reader.next = k + 1;
      if (!reader.samples->next(sample)) {
        throw Error(ErrorCode::kFormat,
                    fmt::format("{}: must have a sample {}. Got: the end", set_.path(), k));
      }
      image = decoded(sample);
    }
    py::tuple result = py::make_tuple(array_of(image), sample.label);
    constexpr std::size_t kMostWaiting = 4;
    if (waiting_.size() == kMostWaiting) waiting_.erase(waiting_.begin());
    waiting_.push_back(std::move(reader));
    return result;
  }

  /// The labels of all samples, as labels.tsv lists them.
  py::list labels() const {
    std::vector<std::string> labels;
    {
      const py::gil_scoped_release unlocked;
      const auto reader = set_.labels(0);
      for (ListedLabel label; reader->next(label);) labels.push_back(label.label);
    }
    return py::cast(labels);
  }

 private:
  std::size_t part_of(std::uint64_t k) const {
    const auto& parts = set_.parts();
    const auto behind = std::upper_bound(
        parts.begin(), parts.end(), k,
        [](std::uint64_t index, const DataSetPart& part) { return index < part.first; });
    return static_cast<std::size_t>(behind - parts.begin() - 1);
  }

  /// One that stands at or before sample k, or one without samples.
  Reader take_reader(std::size_t part, std::uint64_t k) {
    for (auto reader = waiting_.begin(); reader != waiting_.end(); ++reader) {
      if (reader->part != part || reader->next > k) continue;
      Reader taken = std::move(*reader);
      waiting_.erase(reader);
      return taken;
    }
    return {};
  }

  DataSet set_;
  std::vector<Reader> waiting_;  // guarded by the interpreter's lock
};

}  // namespace

void add_data_set(py::module_& module) {
  py::class_<PyDataSet>(module, "DataSet")
      .def(py::init<const std::string&>(), py::arg("path"))
      .def_property_readonly("path",
                             [](const PyDataSet& self) { return py::bytes(self.set().path()); })
      .def_property_readonly("count",
                             [](const PyDataSet& self) { return self.set().manifest().count; })
      .def_property_readonly("seed",
                             [](const PyDataSet& self) { return self.set().manifest().seed; })
      .def_property_readonly(
          "format",
          [](const PyDataSet& self) {
            return std::string(
                format_names()[static_cast<std::size_t>(self.set().manifest().format)]);
          })
      .def_property_readonly("characters",
                             [](const PyDataSet& self) { return self.set().characters(); })
      .def("labels", &PyDataSet::labels)
      .def("image_and_label", &PyDataSet::image_and_label);
}

}  // namespace glyphmill::python
