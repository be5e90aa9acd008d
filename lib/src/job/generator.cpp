// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "core/instruction_set.h"
#include "glyphmill/error.h"
#include "glyphmill/utf8.h"
#include "job/image_source.h"
#include "job/look.h"
#include "job/mix_law.h"
#include "job/recipe_fields.h"
#include "job/splits.h"
#include "sinks/encoder.h"
#include "sinks/file_name.h"
#include "sinks/layout.h"

namespace glyphmill {
namespace {

constexpr std::uint32_t kComposeStage = stage_id("sample.compose");
constexpr std::uint32_t kMixStage = stage_id("sample.mix");

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

bool is_packed(Format format) {
  return format == Format::kIdx || format == Format::kNpz || format == Format::kPickle;
}

/// Float values have no place in image files.
void check_normalize(const OutputOptions& output) {
  if (!output.normalize) return;
  for (const Format format : output.format) {
    if (format == Format::kNpz || format == Format::kPickle) continue;
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("output.normalize: only in the formats npz and pickle. Got: {}",
                            format_names()[static_cast<std::size_t>(format)]));
  }
}

/// What is packed into one array has one size. A width law that cannot give it is refused before
/// anything is made; what depends on the labels is found when it is packed.
void check_one_width(const Look& look) {
  const auto* digits = std::get_if<DigitLook>(&look);
  const auto* tiles = std::get_if<TileLook>(&look);
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

/// The same of images that are there already.
void check_packed(const OutputOptions& output, const job::ImageSet& set) {
  const ImageShape shape = set.shape();
  const auto& formats = output.format;
  if (std::any_of(formats.begin(), formats.end(), is_packed) &&
      (shape.height == 0 || shape.width == 0)) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("output.format: packed images have one size. Got: images of several "
                            "in {}",
                            set.name()));
  }
  if (std::count(formats.begin(), formats.end(), Format::kIdx) > 0 && shape.channels == 3) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("source.color: must be gray, for idx holds gray images only. Got: "
                            "images in colour in {}",
                            set.name()));
  }
}

void check_gray(const Look& look) {
  const auto* tiles = std::get_if<TileLook>(&look);
  if (tiles == nullptr || !tiles->compose.color) return;
  throw Error(ErrorCode::kInvalidArgument,
              "compose.color: must be false, for idx holds gray images only. Got: true");
}

/// The seed of a part's laws: each character of its name keys the next, so that names that differ
/// have independent streams.
std::uint64_t part_seed(std::uint64_t seed, const std::string& name) {
  StreamKey key{seed, 0, kMixStage};
  for (const char c : name) key = derived(key, static_cast<unsigned char>(c));
  return name.empty() ? seed : key.seed;
}

/// The operations keep the size and the channels of what is composed.
ImageShape shape_of(const Look& look) {
  if (const auto* tiles = std::get_if<TileLook>(&look)) {
    return {static_cast<int>(tiles->compose.height), 0, tiles->compose.color ? 3 : 1};
  }
  const SequenceOptions& compose = std::get<DigitLook>(look).compose;
  return {static_cast<int>(compose.height), static_cast<int>(compose.width.value_or(0)), 1};
}

/// One sort of samples: of a mix a part of it, else all.
struct Part {
  std::string name;
  std::uint64_t seed = 0;
  std::vector<std::unique_ptr<LabelSource>> labels;  // one, or one for each split
  std::unique_ptr<Drawer> drawer;
  bool divides_pictures = false;  // each split has a part of them
  ImageShape shape;
  Pipeline pipeline;
};

ImageShape common_shape(const std::vector<Part>& parts) {
  ImageShape common = parts.front().shape;
  for (const Part& part : parts) {
    if (part.shape.height != common.height) common.height = 0;
    if (part.shape.width != common.width) common.width = 0;
    if (part.shape.channels != common.channels) common.channels = 0;
  }
  return common;
}

}  // namespace

struct Generator::Impl {
  explicit Impl(const Recipe& given)
      : recipe(given), seed(required_seed(given)), mix(weights_of(given)) {
    const std::vector<MixPart> sorts = parts_of(recipe);
    check_sources(recipe);
    if (!recipe.count) recipe.count = sample_count_of_all(recipe);
    check_count(*recipe.count);
    recipe.output.image_ext = resolved_image_ext(recipe);
    sinks::FileNamer(recipe.output.name_pattern, sinks::extension_of(recipe.output.image_ext),
                     *recipe.count);  // refuses what no run could write
    choose_splits();
    for (const Format format : recipe.output.format) {
      sinks::packed_names({0, *recipe.count, "", recipe.output, format, recipe.split});
    }
    sinks::check_shard_size(recipe.output);
    check_normalize(recipe.output);
    core::fastest();  // refuses a wrong choice
    for (std::size_t i = 0; i < sorts.size(); ++i) {
      within_part(sorts[i].name, [&] { add_part(i, sorts[i]); });
    }
    shape = common_shape(parts);
  }

  static std::vector<double> weights_of(const Recipe& recipe) {
    check_mix(recipe);
    std::vector<double> weights;
    for (const MixPart& part : parts_of(recipe)) weights.push_back(part.weight);
    return weights;
  }

  static std::uint64_t sample_count_of_all(Recipe recipe) {
    recipe.split.clear();
    return sample_count(recipe);
  }

  /// The splits that are made: all of them or, where the recipe says so, one.
  void choose_splits() {
    check_splits(recipe);
    splits = split_ranges(recipe.splits, *recipe.count);
    for (std::size_t i = 0; i < recipe.splits.size(); ++i) {
      split_names.push_back(recipe.splits[i].name);
      if (splits[i].first < splits[i].end) continue;
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("splits.{}: must have at least one sample. Got: none of {}",
                              recipe.splits[i].name, *recipe.count));
    }
    for (std::size_t i = 0; i < recipe.splits.size(); ++i) {
      if (recipe.split != recipe.splits[i].name) continue;
      splits = {splits[i]};
      split_names = {recipe.split};
      break;
    }
  }

  void add_part(std::size_t place, const MixPart& sort) {
    Part part;
    part.name = sort.name;
    part.seed = part_seed(seed, sort.name);
    part.pipeline = Pipeline(sort.ops);
    Look& look = recipe.mix.empty() ? recipe.look : recipe.mix[place].look;
    const Separation separate = separation_of(recipe, look);
    if (auto* images = std::get_if<ImageLook>(&look)) {
      add_images(place, separate, *images, part);
    } else {
      add_drawn(place, separate, sort, look, part);
    }
    parts.push_back(std::move(part));
  }

  /// What split `i` has for itself of a part's labels or pictures.
  LabelShare share_of(std::size_t place, std::size_t i) const {
    return {split_names[i], splits[i].share, seed, mix.count(place, splits[i].first)};
  }

  void add_drawn(std::size_t place, const Separation& separate, const MixPart& sort, Look& look,
                 Part& part) {
    part.shape = shape_of(look);
    for (std::size_t i = 0; i < (separate.labels ? splits.size() : 1); ++i) {
      const LabelShare share = separate.labels ? share_of(place, i) : LabelShare{};
      part.labels.push_back(make_labels(sort.labels, part.seed, share, sort.label_weights));
    }
    check_limit(place, *part.labels.front());
    const auto& formats = recipe.output.format;
    if (std::any_of(formats.begin(), formats.end(), is_packed)) check_one_width(look);
    if (std::count(formats.begin(), formats.end(), Format::kIdx) > 0) check_gray(look);
    part.divides_pictures = separate.glyphs;
    std::vector<Range> pictures;
    for (const SplitRange& split : splits) {
      if (separate.glyphs) pictures.push_back(split.share);
    }
    if (pictures.empty()) pictures.push_back({0, 1});
    part.drawer = make_drawer(look, pictures, seed, *part.labels.front());
    for (const auto& each : part.labels) part.drawer->check_width(each->longest_text());
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      check_texts(part, i, separate.glyphs ? split_names[i] : "");
    }
  }

  /// Splits that have no label in common have no image in common either.
  void add_images(std::size_t place, const Separation& separate, ImageLook& look, Part& part) {
    using Of = job::ImageShare::Of;
    const auto set = std::make_shared<const job::ImageSet>(look.source);
    check_packed(recipe.output, *set);
    part.shape = set->shape();
    part.divides_pictures = separate.labels || separate.glyphs;
    std::vector<job::ImageShare> shares;
    for (std::size_t i = 0; part.divides_pictures && i < splits.size(); ++i) {
      shares.push_back({separate.labels ? Of::kLabels : Of::kImages, share_of(place, i)});
    }
    if (shares.empty()) shares.emplace_back();
    job::ImageSource source = make_image_source(set, shares, look.source.order, part.seed);
    part.labels = std::move(source.labels);
    part.drawer = std::move(source.drawer);
  }

  void check_limit(std::size_t place, const LabelSource& labels) const {
    const std::uint64_t count = mix.count(place, *recipe.count);
    if (count <= labels.limit()) return;
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("count: must not exceed the {} different labels that there are. "
                            "Got: {}",
                            labels.limit(), count));
  }

  static void check_texts(const Part& part, std::size_t pictures, const std::string& split) {
    part.labels.front()->for_each_text([&](const std::string& name, const std::string& text) {
      part.drawer->check(split.empty() ? name : "splits." + split, text, pictures);
    });
  }

  std::uint64_t count() const { return splits.back().end - splits.front().first; }

  /// Where sample k of the splits that are made stands.
  struct Place {
    std::uint64_t index = 0;  ///< among the samples of all splits
    std::size_t split = 0;
    const Part* part = nullptr;
    std::uint64_t own = 0;  ///< among the samples of its part
  };

  Place place_of(std::uint64_t k) const {
    if (k >= count()) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("sample: index must be below {}. Got: {}", count(), k));
    }
    Place place;
    place.index = splits.front().first + k;
    while (place.index >= splits[place.split].end) ++place.split;
    const job::MixLaw::Place own = mix.at(place.index);
    place.part = &parts[own.part];
    place.own = own.index;
    return place;
  }

  void label(const Place& place, LabelText& label) const {
    const auto& labels = place.part->labels;
    labels[std::min(place.split, labels.size() - 1)]->at(place.own, label);
  }

  Recipe recipe;
  std::uint64_t seed;
  job::MixLaw mix;
  std::vector<SplitRange> splits;  // in order, without gaps
  std::vector<std::string> split_names;
  std::vector<Part> parts;
  ImageShape shape;
};

Generator::Generator(const Recipe& recipe) : impl_(std::make_unique<Impl>(recipe)) {}
Generator::~Generator() = default;
Generator::Generator(Generator&&) noexcept = default;
Generator& Generator::operator=(Generator&&) noexcept = default;

const Recipe& Generator::recipe() const { return impl_->recipe; }

std::uint64_t Generator::count() const { return impl_->count(); }

ImageShape Generator::image_shape() const { return impl_->shape; }

std::vector<std::string> Generator::characters() const {
  std::set<std::string> characters;  // the order of UTF-8 is that of code points
  for (const Part& part : impl_->parts) {
    for (const auto& labels : part.labels) {
      labels->for_each_label([&](const std::string& label) {
        for (std::string& character : utf8_characters(label)) {
          characters.insert(std::move(character));
        }
      });
    }
  }
  return {characters.begin(), characters.end()};
}

Sample Generator::sample(std::uint64_t k) const {
  Sample result;
  Scratch scratch;
  sample(k, result, scratch);
  return result;
}

void Generator::sample(std::uint64_t k, Sample& sample, Scratch& scratch) const {
  const Impl::Place place = impl_->place_of(k);
  const Part& part = *place.part;
  sample.drawn.clear();
  impl_->label(place, scratch.label);
  sample.label = scratch.label.label;
  sample.text = scratch.label.text;
  // Shares of the samples are exact among those of a part, so its laws see their own count.
  sample.index = place.own;
  const std::size_t pictures = part.divides_pictures ? place.split : 0;
  part.drawer->draw(sample, {part.seed, place.own, kComposeStage}, pictures, scratch.compose);
  part.pipeline.run(sample, part.seed, scratch.image);
  sample.index = place.index;
}

LabelText Generator::label(std::uint64_t k) const {
  LabelText label;
  impl_->label(impl_->place_of(k), label);
  return label;
}

const std::string& Generator::part(std::uint64_t k) const { return impl_->place_of(k).part->name; }

}  // namespace glyphmill
