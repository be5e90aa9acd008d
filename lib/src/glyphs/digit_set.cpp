// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>

#include "glyphmill/balance.h"
#include "glyphmill/digits.h"
#include "glyphmill/error.h"
#include "glyphs/hand_style.h"
#include "glyphs/ink_bounds.h"
#include "glyphs/style_cells.h"

namespace glyphmill {
namespace {

constexpr std::uint32_t kSplitStage = stage_id("digits.split");
constexpr std::size_t kNoClass = ~std::size_t{0};

using Picture = DigitSet::Picture;
using Indices = std::vector<std::uint32_t>;

/// A header for pixels that nobody writes.
cv::Mat picture_of(const InkImages& images, std::size_t i) {
  return {images.rows, images.cols, CV_8UC1, const_cast<std::uint8_t*>(images.at(i))};
}

Picture with_bounds(const InkImages& images, std::size_t i, const std::string& name) {
  const cv::Rect ink = glyphs::ink_bounds(picture_of(images, i), {0, images.cols});
  const bool flat = ink.area() == images.rows * images.cols &&
                    std::all_of(images.at(i), images.at(i) + images.area(),
                                [&](std::uint8_t level) { return level == *images.at(i); });
  if (ink.empty() || flat) {
    throw Error(ErrorCode::kFormat,
                fmt::format("{}: every picture must show its character. Got: picture {} ('{}') "
                            "without ink",
                            name, i, images.characters[i]));
  }
  return {images.at(i), ink};
}

/// For each picture of a class the place in `all` of the first that has the same pixels.
std::vector<std::size_t> first_alike(const Indices& all, const std::vector<Picture>& pictures,
                                     std::size_t area) {
  std::unordered_map<std::string_view, std::size_t> place_of;
  std::vector<std::size_t> first;
  first.reserve(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto* pixels = reinterpret_cast<const char*>(pictures[all[i]].pixels);
    first.push_back(place_of.emplace(std::string_view(pixels, area), i).first->second);
  }
  return first;
}

/// Those whose place in a keyed order of all lies in the share. Copies go where the first of them
/// goes, for an oversampled set must not have one picture in two parts.
Indices share_of(const Indices& all, const Range& share, const std::vector<std::size_t>& first_of,
                 const StreamKey& key) {
  const auto size = static_cast<double>(all.size());
  const auto first = static_cast<std::uint64_t>(std::llround(share.min * size));
  const auto end = static_cast<std::uint64_t>(std::llround(share.max * size));
  Indices result;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::uint64_t place = permuted(first_of[i], all.size(), key);
    if (place >= first && place < end) result.push_back(all[i]);
  }
  return result;
}

std::vector<glyphs::HandStyle> styles_of(const std::vector<Picture>& pictures, int rows, int cols) {
  std::vector<glyphs::HandStyle> styles;
  styles.reserve(pictures.size());
  for (const Picture& each : pictures) {
    styles.push_back(
        glyphs::measure_style(each.pixels, rows, cols, static_cast<std::size_t>(cols)));
  }
  return styles;
}

std::uint32_t one_of(const std::uint32_t* indices, std::size_t size, SampleRng& rng) {
  return indices[rng.uniform_int(0, static_cast<std::int64_t>(size) - 1)];
}

}  // namespace

struct DigitSet::Part {
  std::vector<Indices> pictures_of_class;
  std::unique_ptr<glyphs::StyleCells> styles;
};

void describe(DigitOptions& options, FieldVisitor& visitor) {
  visitor.text("digits", options.digits,
               "pictures of digits: builtin:handwriting, MNIST's IDX files or their folder, .npz, "
               ".pickle, or a folder 0/ .. 9/ of pictures");
  visitor.integer("writers", options.writers, {1, 100000}, "writers of the built-in handwriting");
  visitor.number("writer_consistency", options.writer_consistency, {0, 1},
                 "share of a sequence's digits that are in one writer's hand");
  visitor.text("checksum", options.checksum,
               "of the pictures that the recipe was resolved with; \"\": not checked");
}

DigitSet::DigitSet(std::vector<InkImages> sources, const Options& options)
    : name_(options.name), sources_(std::move(sources)) {
  std::size_t total = 0;
  for (const InkImages& images : sources_) total += images.size();
  if (total == 0) {
    throw Error(ErrorCode::kInvalidArgument, name_ + ": must have at least one picture. Got: none");
  }
  rows_ = sources_.front().rows;
  cols_ = sources_.front().cols;
  class_of_.fill(kNoClass);
  pictures_.reserve(total);
  std::vector<Indices> pictures_of_class;
  for (const InkImages& images : sources_) {
    for (std::size_t i = 0; i < images.size(); ++i) {
      std::size_t& place = class_of_[static_cast<unsigned char>(images.characters[i])];
      if (place == kNoClass) {
        place = pictures_of_class.size();
        pictures_of_class.emplace_back();
      }
      pictures_of_class[place].push_back(static_cast<std::uint32_t>(pictures_.size()));
      pictures_.push_back(with_bounds(images, i, name_));
    }
  }
  std::vector<glyphs::HandStyle> styles;
  if (options.styles) styles = styles_of(pictures_, rows_, cols_);
  for (const Range& share : options.parts) {
    Part part;
    part.pictures_of_class = parted(pictures_of_class, share, options.seed);
    if (options.styles) {
      part.styles = std::make_unique<glyphs::StyleCells>(styles, part.pictures_of_class);
    }
    parts_.push_back(std::move(part));
  }
}

/// Every class's share of its pictures.
std::vector<std::vector<std::uint32_t>> DigitSet::parted(const std::vector<Indices>& classes,
                                                         const Range& share,
                                                         std::uint64_t seed) const {
  if (share == Range{0, 1}) return classes;
  const auto area = static_cast<std::size_t>(rows_ * cols_);
  std::vector<Indices> result;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const StreamKey key = derived({seed, 0, kSplitStage}, c);
    result.push_back(share_of(classes[c], share, first_alike(classes[c], pictures_, area), key));
  }
  return result;
}

DigitSet::~DigitSet() = default;

std::size_t DigitSet::count(char character, std::size_t part) const {
  const std::size_t c = class_of(character);
  return c == kNoClass ? 0 : parts_[part].pictures_of_class[c].size();
}

std::size_t DigitSet::style_count(std::size_t part) const {
  return parts_[part].styles ? parts_[part].styles->count() : 1;
}

std::uint32_t DigitSet::pick(char character, std::size_t part,
                             const std::optional<std::size_t>& style, SampleRng& rng) const {
  const std::size_t c = class_of(character);
  const Part& from = parts_[part];
  if (style && from.styles) {
    const auto cell = from.styles->of(c, *style);
    if (cell.size() > 0) return one_of(cell.data(), cell.size(), rng);
  }
  return one_of(from.pictures_of_class[c].data(), from.pictures_of_class[c].size(), rng);
}

}  // namespace glyphmill
