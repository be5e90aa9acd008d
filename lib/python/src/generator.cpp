// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/generator.h"

#include <fmt/format.h>
#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrays.h"
#include "drawn.h"
#include "glyphmill/batch.h"
#include "glyphmill/error.h"
#include "glyphmill/utf8.h"
#include "module.h"
#include "signals.h"

namespace py = pybind11;

namespace glyphmill::python {
namespace {

/// Working memory that one call uses and the next one takes over. Guarded by the interpreter's
/// lock, so that a process that was forked in the middle of a call finds it whole.
template <class Memory>
class Pool {
 public:
  /// Taken from the pool, and given back at the end, both with the lock held.
  class Loan {
   public:
    explicit Loan(Pool& pool) : pool_(pool), memory_(std::move(pool.free_.back())) {
      pool.free_.pop_back();
    }
    ~Loan() { pool_.free_.push_back(std::move(memory_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    Memory* operator->() { return memory_.get(); }
    Memory& operator*() { return *memory_; }

   private:
    Pool& pool_;
    std::unique_ptr<Memory> memory_;
  };

  template <class... Arguments>
  Loan take(const Arguments&... arguments) {
    if (free_.empty()) free_.push_back(std::make_unique<Memory>(arguments...));
    return Loan(*this);
  }

 private:
  std::vector<std::unique_ptr<Memory>> free_;
};

struct SampleMemory {
  Sample sample;
  Generator::Scratch scratch;
};

/// Holds OpenCV to the calling thread while a batch has threads of its own. The setting belongs to
/// the process, which may use OpenCV, too: it is put back. With the interpreter's lock held.
class OneThreadOfOpenCv {
 public:
  OneThreadOfOpenCv() {
    if (batches_++ > 0) return;
    before_ = cv::getNumThreads();
    cv::setNumThreads(1);
  }
  ~OneThreadOfOpenCv() {
    if (--batches_ == 0) cv::setNumThreads(before_);
  }
  OneThreadOfOpenCv(const OneThreadOfOpenCv&) = delete;
  OneThreadOfOpenCv& operator=(const OneThreadOfOpenCv&) = delete;

 private:
  static inline int batches_ = 0;
  static inline int before_ = 0;
};

/// In red, green, blue; three equal values for a gray image.
py::tuple paper_of(const Sample& sample) {
  const cv::Scalar& paper = sample.paper;
  const int last = sample.image.channels() - 1;
  const auto level = [&](int channel) { return cv::saturate_cast<std::uint8_t>(paper[channel]); };
  return py::make_tuple(level(last), level(last / 2), level(0));
}

std::vector<py::ssize_t> array_shape(std::uint64_t count, const ImageShape& shape,
                                     BatchLayout layout) {
  if (layout == BatchLayout::kNchw) {
    return {static_cast<py::ssize_t>(count), shape.channels, shape.height, shape.width};
  }
  return {static_cast<py::ssize_t>(count), shape.height, shape.width, shape.channels};
}

/// The shape of the images that a batch in `out` has.
ImageShape checked_shape(const py::array& out, std::uint64_t count, BatchLayout layout) {
  const bool is_nchw = layout == BatchLayout::kNchw;
  const int channels_axis = is_nchw ? 1 : 3;
  const bool is_plain = py::isinstance<py::array_t<std::uint8_t>>(out) && out.writeable() &&
                        (out.flags() & py::array::c_style) != 0;
  const bool is_batch = out.ndim() == 4 && static_cast<std::uint64_t>(out.shape(0)) == count &&
                        (out.shape(channels_axis) == 1 || out.shape(channels_axis) == 3) &&
                        out.shape(2) > 0 && out.shape(2) <= 1 << 20 && out.shape(3) <= 1 << 20 &&
                        out.shape(1) > 0 && out.shape(1) <= 1 << 20 && out.shape(3) > 0;
  if (!is_plain || !is_batch) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("out: must be a writable, contiguous uint8 array of {} x {}, C being 1 "
                            "or 3. Got: {}{}",
                            count, is_nchw ? "C x H x W" : "H x W x C", described(out),
                            out.writeable() ? "" : ", read only"));
  }
  const auto side = [&](int axis) { return static_cast<int>(out.shape(axis)); };
  return is_nchw ? ImageShape{side(2), side(3), side(1)} : ImageShape{side(1), side(2), side(3)};
}

/// A Generator and the memory that its calls share. The lock is let go of while samples are made.
class PyGenerator {
 public:
  /// `spare_seed` is for a recipe without one.
  PyGenerator(const std::optional<std::string>& path, const std::string& recipe,
              const std::string& changes, std::uint64_t spare_seed)
      : generator_(seeded(path ? read_recipe(*path, changes) : parse_recipe(recipe, "", changes),
                          spare_seed)) {}

  const Generator& generator() const { return generator_; }

  py::tuple image_and_label(std::uint64_t k) {
    auto memory = samples_.take();
    draw(k, *memory);
    return py::make_tuple(array_of(memory->sample.image), memory->sample.label);
  }

  py::tuple sample(std::uint64_t k) {
    auto memory = samples_.take();
    draw(k, *memory);
    const Sample& sample = memory->sample;
    py::list characters;
    for (const CharacterBox& character : sample.characters) characters.append(character.text);
    return py::make_tuple(sample.index, array_of(sample.image), sample.label, sample.text,
                          characters, boxes_of(sample), quads_of(sample), paper_of(sample),
                          drawn_of(sample));
  }

  py::tuple batch(std::uint64_t first, std::uint64_t count, const BatchOptions& given,
                  const std::optional<py::array>& out) {
    BatchOptions options = given;
    if (out) options.shape = checked_shape(*out, count, options.layout);
    py::array images = out ? *out : py::array();
    const auto memory = [&](const ImageShape& shape) {
      const py::gil_scoped_acquire lock;
      if (!out) images = py::array_t<std::uint8_t>(array_shape(count, shape, options.layout));
      return static_cast<std::uint8_t*>(images.mutable_data());
    };
    auto maker = makers_.take(generator_);
    Batch batch;
    {
      const OneThreadOfOpenCv alone;
      const py::gil_scoped_release unlocked;
      batch = maker->make(first, count, options, memory, check_signals);
    }
    py::list labels(count);
    py::array_t<std::int64_t> lengths(static_cast<py::ssize_t>(count));
    py::array_t<std::int64_t> widths(static_cast<py::ssize_t>(count));
    for (std::size_t i = 0; i < count; ++i) {
      labels[i] = py::str(batch.labels[i]);
      lengths.mutable_at(i) = static_cast<std::int64_t>(utf8_length(batch.labels[i]));
      widths.mutable_at(i) = batch.widths[i];
    }
    return py::make_tuple(images, labels, lengths, widths);
  }

 private:
  static Recipe seeded(Recipe recipe, std::uint64_t spare_seed) {
    if (!recipe.seed) recipe.seed = spare_seed;
    return recipe;
  }

  void draw(std::uint64_t k, SampleMemory& memory) const {
    const py::gil_scoped_release unlocked;
    generator_.sample(k, memory.sample, memory.scratch);
  }

  Generator generator_;
  Pool<SampleMemory> samples_;
  Pool<BatchMaker> makers_;
};

BatchLayout layout_of(const std::string& name) {
  if (name == "NCHW") return BatchLayout::kNchw;
  if (name == "NHWC") return BatchLayout::kNhwc;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("layout: must be NCHW or NHWC. Got: {}", printable(name)));
}

}  // namespace

void add_generator(py::module_& module) {
  py::class_<PyGenerator>(module, "Generator")
      .def(py::init<const std::optional<std::string>&, const std::string&, const std::string&,
                    std::uint64_t>(),
           py::arg("path"), py::arg("recipe"), py::arg("changes"), py::arg("spare_seed"))
      .def_property_readonly("count",
                             [](const PyGenerator& self) { return self.generator().count(); })
      .def_property_readonly(
          "seed", [](const PyGenerator& self) { return *self.generator().recipe().seed; })
      .def_property_readonly("shape",
                             [](const PyGenerator& self) {
                               const ImageShape shape = self.generator().image_shape();
                               return py::make_tuple(shape.height, shape.width, shape.channels);
                             })
      .def("characters", [](const PyGenerator& self) { return self.generator().characters(); })
      .def("yaml", [](const PyGenerator& self) { return to_yaml(self.generator().recipe()); })
      .def("json", [](const PyGenerator& self) { return to_json(self.generator().recipe()); })
      .def("label",
           [](const PyGenerator& self, std::uint64_t k) { return self.generator().label(k).label; })
      .def("part",
           [](const PyGenerator& self, std::uint64_t k) { return self.generator().part(k); })
      .def("image_and_label", &PyGenerator::image_and_label)
      .def("sample", &PyGenerator::sample)
      .def(
          "batch",
          [](PyGenerator& self, std::uint64_t first, std::uint64_t count,
             std::optional<std::uint8_t> pad, const std::string& layout, int width,
             const std::optional<py::array>& out, unsigned threads) {
            return self.batch(first, count, {layout_of(layout), pad, {0, width, 0}, threads}, out);
          },
          py::arg("first"), py::arg("count"), py::arg("pad"), py::arg("layout"), py::arg("width"),
          py::arg("out"), py::arg("threads"));
}

}  // namespace glyphmill::python
