// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <array>
#include <optional>
#include <string>

#include "arrays.h"
#include "core/paper.h"
#include "drawn.h"
#include "glyphmill/error.h"
#include "glyphmill/ops.h"
#include "glyphmill/recipe.h"
#include "module.h"

namespace py = pybind11;

namespace glyphmill::python {
namespace {

/// Lists the fields of an operation: key, default, help.
class FieldLister final : public FieldVisitor {
 public:
  py::list fields;

  void boolean(std::string_view key, bool& value, std::string_view help) override {
    add(key, py::bool_(value), help);
  }
  void integer(std::string_view key, std::uint64_t& value, const IntegerBounds&,
               std::string_view help) override {
    add(key, py::int_(value), help);
  }
  void integer(std::string_view key, std::optional<std::uint64_t>& value, std::string_view none,
               const IntegerBounds&, std::string_view help) override {
    add(key, value ? py::object(py::int_(*value)) : py::object(text_of(none)), help);
  }
  void integer_range(std::string_view key, IntegerRange& value, const IntegerRange&,
                     std::string_view help) override {
    add_range(key, value.min, value.max, help);
  }
  void integers(std::string_view key, std::vector<std::uint64_t>& values, const IntegerBounds&,
                std::string_view help) override {
    add(key, py::cast(values), help);
  }
  void number(std::string_view key, double& value, const Bounds&, std::string_view help) override {
    add(key, py::float_(value), help);
  }
  void number(std::string_view key, std::optional<double>& value, const Bounds&,
              std::string_view help) override {
    add(key, value ? py::object(py::float_(*value)) : py::object(py::str("auto")), help);
  }
  void range(std::string_view key, Range& value, const Bounds&, std::string_view help) override {
    add_range(key, value.min, value.max, help);
  }
  void range(std::string_view key, std::optional<Range>& value, const Bounds&,
             std::string_view help) override {
    if (value) {
      add_range(key, value->min, value->max, help);
    } else {
      add(key, py::str("auto"), help);
    }
  }
  void spread(std::string_view key, Range& value, double, const Bounds&,
              std::string_view help) override {
    add_range(key, value.min, value.max, help);
  }
  void text(std::string_view key, std::string& value, std::string_view help) override {
    add(key, text_of(value), help);
  }
  void texts(std::string_view key, std::vector<std::string>& value,
             std::string_view help) override {
    add(key, py::cast(value), help);
  }
  void choice(std::string_view key, std::size_t& index, const std::vector<std::string_view>& names,
              std::string_view help) override {
    add(key, text_of(names.at(index)), help);
  }
  void choices(std::string_view key, std::vector<std::size_t>& indices,
               const std::vector<std::string_view>& names, std::string_view help) override {
    py::list chosen;
    for (const std::size_t index : indices) chosen.append(text_of(names.at(index)));
    add(key, chosen, help);
  }

 private:
  static py::str text_of(std::string_view text) { return {text.data(), text.size()}; }

  template <class Number>
  void add_range(std::string_view key, Number min, Number max, std::string_view help) {
    add(key, min == max ? py::cast(min) : py::object(py::make_tuple(min, max)), help);
  }

  void add(std::string_view key, const py::object& value, std::string_view help) {
    fields.append(py::make_tuple(text_of(key), value, text_of(help)));
  }
};

/// (name, help, fields) of every operation.
py::list op_table_rows() {
  py::list rows;
  for (const OpInfo& op : op_table()) {
    FieldLister lister;
    Stage stage = make_stage(op.name);
    describe(stage, lister);
    rows.append(py::make_tuple(py::str(op.name.data(), op.name.size()),
                               py::str(op.help.data(), op.help.size()), lister.fields));
  }
  return rows;
}

/// A copy as the operations want it.
cv::Mat image_of(const py::array& array) {
  const auto refuse = [&] {
    throw Error(
        ErrorCode::kInvalidArgument,
        fmt::format("image: must be uint8 of (H, W) or (H, W, 3). Got: {}", described(array)));
  };
  constexpr py::ssize_t kLongest = 32766;  // what a warp can address
  if (!py::isinstance<py::array_t<std::uint8_t>>(array)) refuse();
  const bool is_gray = array.ndim() == 2 || (array.ndim() == 3 && array.shape(2) == 1);
  if (!is_gray && (array.ndim() != 3 || array.shape(2) != 3)) refuse();
  for (int side = 0; side < 2; ++side) {
    if (array.shape(side) < 1 || array.shape(side) > kLongest) refuse();
  }
  const py::array_t<std::uint8_t, py::array::c_style | py::array::forcecast> plain(array);
  const int rows = static_cast<int>(array.shape(0));
  const int cols = static_cast<int>(array.shape(1));
  // Only read from.
  auto* const pixels = const_cast<std::uint8_t*>(plain.data());
  cv::Mat image;
  if (is_gray) {
    cv::Mat(rows, cols, CV_8UC1, pixels).copyTo(image);
  } else {
    cv::cvtColor(cv::Mat(rows, cols, CV_8UC3, pixels), image, cv::COLOR_RGB2BGR);
  }
  return image;
}

/// A pipeline for pictures that come from anywhere.
class Transform {
 public:
  /// `ops` is the list of that name of a recipe, as JSON.
  explicit Transform(const std::string& ops)
      : pipeline_(parse_recipe("{}", "", fmt::format("{{\"ops\": {}}}", ops)).ops) {}

  /// As sample `index` of `seed`. Returns the image and the quadrilaterals.
  py::tuple apply(const py::array& array, std::uint64_t seed, std::uint64_t index,
                  const std::optional<py::array_t<float, py::array::c_style>>& quads,
                  const std::optional<std::array<int, 3>>& paper) const {
    Sample sample;
    sample.index = index;
    sample.image = image_of(array);
    sample.paper =
        paper ? cv::Scalar((*paper)[2], (*paper)[1], (*paper)[0]) : paper_of(sample.image);
    if (quads) read_quads(*quads, sample);
    cv::Mat scratch;
    {
      const py::gil_scoped_release unlocked;
      pipeline_.run(sample, seed, scratch);
    }
    py::array image = array_of(sample.image);
    if (array.ndim() != image.ndim()) image = image.reshape({array.shape(0), array.shape(1), {1}});
    return py::make_tuple(image, quads ? py::object(quads_of(sample)) : py::none());
  }

 private:
  static void read_quads(const py::array_t<float, py::array::c_style>& quads, Sample& sample) {
    if (quads.ndim() != 3 || quads.shape(1) != 4 || quads.shape(2) != 2) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("quads: must be float32 of (n, 4, 2). Got: {}", described(quads)));
    }
    const auto corners = quads.unchecked<3>();
    for (py::ssize_t i = 0; i < quads.shape(0); ++i) {
      CharacterBox character;
      for (py::ssize_t corner = 0; corner < 4; ++corner) {
        character.quad[static_cast<std::size_t>(corner)] = {corners(i, corner, 0),
                                                            corners(i, corner, 1)};
      }
      sample.characters.push_back(character);
    }
  }

  Pipeline pipeline_;
};

}  // namespace

void add_transforms(py::module_& module) {
  module.def("op_table", op_table_rows);
  module.def(
      "derived_seed",
      [](std::uint64_t seed, std::uint64_t part) {
        return derived({seed, 0, stage_id("python.worker")}, part).seed;
      },
      py::arg("seed"), py::arg("part"));
  py::class_<Transform>(module, "Transform")
      .def(py::init<const std::string&>(), py::arg("ops"))
      .def("apply", &Transform::apply, py::arg("image"), py::arg("seed"), py::arg("index"),
           py::arg("quads"), py::arg("paper"));
}

}  // namespace glyphmill::python
