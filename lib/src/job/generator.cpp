// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "glyphmill/error.h"
#include "job/look.h"
#include "job/recipe_fields.h"
#include "job/splits.h"
#include "sinks/encoder.h"
#include "sinks/file_name.h"
#include "sinks/layout.h"

namespace glyphmill {
namespace {

constexpr std::uint32_t kComposeStage = stage_id("sample.compose");

std::uint64_t required_seed(const Recipe& recipe) {
  if (!recipe.seed) {
    throw Error(ErrorCode::kInvalidArgument, "seed: must be given to make samples. Got: auto");
  }
  return *recipe.seed;
}

/// A count that no recipe spelled: built in C++, or from `per_date`.
void check_count(std::uint64_t count) {
  const IntegerBounds bounds = recipe_numbers()[1].bounds;
  if (count >= bounds.min && count <= bounds.max) return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("count: {}. Got: {}", rule_of(bounds), count));
}

/// Float values have no place in image files, and what is packed into one array has one size. A
/// width law that cannot give it is refused before anything is made; what depends on the labels is
/// found when it is packed.
void check_format(const Recipe& recipe) {
  const std::vector<Format>& formats = recipe.output.format;
  const auto is_packed = [](Format format) {
    return format == Format::kIdx || format == Format::kNpz || format == Format::kPickle;
  };
  if (recipe.output.normalize) {
    for (const Format format : formats) {
      if (format == Format::kNpz || format == Format::kPickle) continue;
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("output.normalize: only in the formats npz and pickle. Got: {}",
                              format_names()[static_cast<std::size_t>(format)]));
    }
  }
  if (std::none_of(formats.begin(), formats.end(), is_packed)) return;
  const auto* digits = std::get_if<DigitLook>(&recipe.look);
  const auto* tiles = std::get_if<TileLook>(&recipe.look);
  if (digits != nullptr && !digits->compose.width && digits->compose.spacing == SpacingLaw::kEach) {
    throw Error(ErrorCode::kInvalidArgument,
                "compose.width: must be a number of pixels, for packed images have one size. "
                "Got: natural");
  }
  if (tiles != nullptr && tiles->compose.width_stddev.value_or(1) > 0) {
    throw Error(
        ErrorCode::kInvalidArgument,
        fmt::format(
            "compose.width_stddev: must be 0, for packed images have one size. "
            "Got: {}",
            tiles->compose.width_stddev ? fmt::to_string(*tiles->compose.width_stddev) : "auto"));
  }
}

}  // namespace

struct Generator::Impl {
  explicit Impl(const Recipe& given)
      : recipe(given),
        seed(required_seed(given)),
        labels(make_labels(given.labels, seed)),
        pipeline(given.ops) {
    if (!recipe.count) recipe.count = labels->natural_count();
    check_count(*recipe.count);
    if (*recipe.count > labels->limit()) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("count: must not exceed the {} different labels that there are. "
                              "Got: {}",
                              labels->limit(), *recipe.count));
    }
    recipe.output.image_ext = resolved_image_ext(recipe);
    sinks::FileNamer(recipe.output.name_pattern, sinks::extension_of(recipe.output.image_ext),
                     *recipe.count);  // refuses what no run could write
    choose_splits();
    for (const Format format : recipe.output.format) {
      sinks::packed_names({0, *recipe.count, "", recipe.output, format, recipe.split});
    }
    sinks::check_shard_size(recipe.output);
    check_format(recipe);
    std::vector<Range> parts;
    for (const SplitRange& split : splits) parts.push_back(split.pictures);
    drawer = make_drawer(recipe, parts, *labels);
    drawer->check_width(labels->longest_text());
    for (std::size_t part = 0; part < splits.size(); ++part) check_texts(part);
  }

  /// The splits that are made: all of them or, where the recipe says so, one.
  void choose_splits() {
    check_splits(recipe);
    splits = split_ranges(recipe.splits, *recipe.count);
    for (std::size_t i = 0; i < recipe.splits.size(); ++i) {
      if (splits[i].first < splits[i].end) continue;
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("splits.{}: must have at least one sample. Got: none of {}",
                              recipe.splits[i].name, *recipe.count));
    }
    for (std::size_t i = 0; i < recipe.splits.size(); ++i) {
      if (recipe.split != recipe.splits[i].name) continue;
      splits = {splits[i]};
      break;
    }
  }

  void check_texts(std::size_t part) const {
    std::string split = recipe.split;
    if (split.empty() && !recipe.splits.empty()) split = recipe.splits[part].name;
    labels->for_each_text([&](const std::string& name, const std::string& text) {
      drawer->check(split.empty() ? name : "splits." + split, text, part);
    });
  }

  std::uint64_t count() const { return splits.back().end - splits.front().first; }

  /// The place of sample k among those of all splits.
  std::uint64_t index_of(std::uint64_t k) const {
    if (k < count()) return splits.front().first + k;
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("sample: index must be below {}. Got: {}", count(), k));
  }

  std::size_t part_of(std::uint64_t index) const {
    std::size_t part = 0;
    while (index >= splits[part].end) ++part;
    return part;
  }

  Recipe recipe;
  std::uint64_t seed;
  std::unique_ptr<LabelSource> labels;
  std::vector<SplitRange> splits;  // in order, without gaps
  std::unique_ptr<Drawer> drawer;
  Pipeline pipeline;
};

Generator::Generator(const Recipe& recipe) : impl_(std::make_unique<Impl>(recipe)) {}
Generator::~Generator() = default;
Generator::Generator(Generator&&) noexcept = default;
Generator& Generator::operator=(Generator&&) noexcept = default;

const Recipe& Generator::recipe() const { return impl_->recipe; }

std::uint64_t Generator::count() const { return impl_->count(); }

Sample Generator::sample(std::uint64_t k) const {
  Sample result;
  Scratch scratch;
  sample(k, result, scratch);
  return result;
}

void Generator::sample(std::uint64_t k, Sample& sample, Scratch& scratch) const {
  const std::uint64_t index = impl_->index_of(k);
  sample.index = index;
  sample.drawn.clear();
  impl_->labels->at(index, scratch.label);
  sample.label = scratch.label.label;
  sample.text = scratch.label.text;
  impl_->drawer->draw(sample, {impl_->seed, index, kComposeStage}, impl_->part_of(index),
                      scratch.compose);
  impl_->pipeline.run(sample, impl_->seed, scratch.image);
}

LabelText Generator::label(std::uint64_t k) const {
  LabelText label;
  impl_->labels->at(impl_->index_of(k), label);
  return label;
}

}  // namespace glyphmill
