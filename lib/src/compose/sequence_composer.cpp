// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <opencv2/imgproc.hpp>

#include "compose/resample_rows.h"
#include "compose/stretch.h"
#include "core/create_within.h"
#include "glyphmill/balance.h"
#include "glyphmill/error.h"
#include "glyphmill/sequence.h"
#include "glyphmill/utf8.h"
#include "glyphs/ink_bounds.h"

namespace glyphmill {
namespace {

using Placed = SequenceComposer::Scratch::Placed;

constexpr std::string_view kStage = "compose";
constexpr std::uint32_t kWriterStage = stage_id("sample.writer");
constexpr std::uint32_t kAugmentStage = stage_id("sample.augment");
constexpr std::uint64_t kGapPart = 1;  // the stream of the gaps, apart from that of the pictures

/// The first rows and columns of a matrix that is reused and only grows.
cv::Mat corner_of(cv::Mat& memory, int rows, int columns) {
  const int needed = columns + compose::kSpareColumns;
  if (memory.rows < rows || memory.cols < needed) {
    memory.create(std::max(memory.rows, rows), std::max(memory.cols, needed), CV_8UC1);
  }
  return memory(cv::Rect(0, 0, columns, rows));
}

/// What turns coverage into the gray level of black ink on white, by exclusive or.
constexpr uchar kInverted = 0xff;

template <class Word>
void copy_word(const std::uint8_t* from, uchar mask, uchar* to) {
  constexpr Word kOnes = static_cast<Word>(~Word{0}) / 0xff;
  Word word;
  std::memcpy(&word, from, sizeof word);
  word ^= static_cast<Word>(kOnes * mask);
  std::memcpy(to, &word, sizeof word);
}

/// Copies a row of pixels with the mask put on. Rows are short: whole words, the last of which may
/// overlap the one before it, are several times as fast as a call of memcpy or a loop over bytes.
void copy_row(const std::uint8_t* from, int width, uchar mask, uchar* to) {
  if (width >= 8) {
    for (int x = 0; x + 8 < width; x += 8) copy_word<std::uint64_t>(from + x, mask, to + x);
    copy_word<std::uint64_t>(from + width - 8, mask, to + width - 8);
  } else if (width >= 4) {
    copy_word<std::uint32_t>(from, mask, to);
    copy_word<std::uint32_t>(from + width - 4, mask, to + width - 4);
  } else {
    for (int x = 0; x < width; ++x) to[x] = from[x] ^ mask;
  }
}

/// Sets are larger than caches: asked for while the other pictures are drawn, the pixels are there
/// when they are laid.
void prefetch(const Placed& placed) {
  const std::uint8_t* at = placed.pixels + placed.ink.y * placed.stride;
  const std::uint8_t* const end = placed.pixels + placed.ink.br().y * placed.stride;
  for (; at < end; at += 64) __builtin_prefetch(at);
}

/// Lays the ink of a character into the line; where it overlaps another's, the stronger shows.
void lay(const Placed& placed, int shift, uchar mask, cv::Mat& line) {
  const int width = placed.ink.width;
  for (int y = placed.ink.y; y < placed.ink.br().y; ++y) {
    const std::uint8_t* from = placed.pixels + y * placed.stride + placed.ink.x;
    uchar* to = line.ptr(y, placed.x + shift);
    if (!placed.overlaps) {
      copy_row(from, width, mask, to);
      continue;
    }
    for (int x = 0; x < width; ++x) {
      to[x] = std::max<uchar>(to[x] ^ mask, from[x]) ^ mask;
    }
  }
}

compose::Colors colors_of(Ground ground) {
  const cv::Vec3b white = cv::Vec3b::all(255), black = cv::Vec3b::all(0);
  return ground == Ground::kWhite ? compose::Colors{white, black} : compose::Colors{black, white};
}

/// Colours that leave coverage what it is.
const compose::Colors kCoverage{cv::Vec3b::all(0), cv::Vec3b::all(255)};

/// Makes an image of ground alone, in the memory that it has if that is of this size and its own: a
/// part of a larger image has pixels of others between its rows.
void lay_ground(int rows, int columns, uchar gray, cv::Mat& image) {
  if (!image.isContinuous()) image.release();
  core::create_within(image, rows, columns, CV_8UC1);
  std::memset(image.data, gray, image.total());
}

/// `pixels` of a picture of `from` rows, in one of `to` rows; at least 1.
int scaled(int pixels, int to, int from) {
  return std::max(1, cvRound(static_cast<double>(pixels) * to / from));
}

/// The characters' ink in the image: its place in the line, scaled, then moved.
void box_characters(const std::vector<Placed>& placed, const cv::Size2d& scale,
                    const cv::Point2f& shift, Sample& sample) {
  sample.characters.resize(placed.size());
  for (std::size_t i = 0; i < placed.size(); ++i) {
    const Placed& each = placed[i];
    CharacterBox& box = sample.characters[i];
    box.text.assign(1, sample.text[i]);
    const cv::Rect2d ink(each.x * scale.width, each.ink.y * scale.height,
                         each.ink.width * scale.width, each.ink.height * scale.height);
    box.quad = quad_of(cv::Rect2f(ink) + shift);
  }
}

}  // namespace

void describe(SequenceOptions& options, FieldVisitor& visitor) {
  visitor.integer("height", options.height, {8, 1024}, "height of the image, px");
  visitor.integer("width", options.width, "natural", {1, 65536},
                  "width of the image, px: shorter sequences are centred, longer ones reduced; "
                  "natural: as long as they are");
  visitor.integer_range(
      "spacing_px", options.spacing_px, {-512, 10000},
      "gap between characters, px; negative overlaps, by a quarter of either at most");
  visitor.choice_of(
      "spacing", options.spacing, {"each", "auto"},
      "each (a draw for every gap, from ink to ink) or auto (whole pictures and the one "
      "gap that fills the width, where it is within the range)");
  visitor.choice_of("ground", options.ground, {"white", "black"},
                    "black ink on white, or white on black");
}

SequenceComposer::SequenceComposer(const DigitSet& digits, const ImageDataGenerator& augment,
                                   const SequenceOptions& options, double writer_consistency)
    : digits_(digits),
      augment_(augment),
      options_(options),
      writer_consistency_(writer_consistency),
      height_(static_cast<int>(options.height)),
      scaled_cols_(scaled(digits.cols(), height_, digits.rows())) {
  check_bounds(options, "compose");
}

void SequenceComposer::check(const std::string& name, const std::string& text,
                             std::size_t part) const {
  for (const std::string& character : utf8_characters(text)) {
    if (character.size() == 1 && digits_.count(character[0], part) > 0) continue;
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: no picture of '{}' in {}", name, character, digits_.name()));
  }
}

std::uint64_t SequenceComposer::longest_line(std::size_t characters) const {
  if (characters == 0) return 0;
  const auto gap = static_cast<std::uint64_t>(std::max<std::int64_t>(0, options_.spacing_px.max));
  return characters * static_cast<std::uint64_t>(scaled_cols_) + (characters - 1) * gap;
}

void SequenceComposer::check_width(std::size_t characters) const {
  if (options_.width && *options_.width < characters) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("compose.width: must be at least a pixel for each of {} characters. "
                            "Got: {}",
                            characters, *options_.width));
  }
  const std::uint64_t most = kMostLinePixels / options_.height;
  const std::uint64_t longest = longest_line(characters);
  if (longest > most) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("compose: a line of {} characters must be at most {} px long at height "
                            "{}. Got: up to {}",
                            characters, most, options_.height, longest));
  }
}

/// Draws which picture shows each character, and changes it.
void SequenceComposer::choose(Sample& sample, const StreamKey& key, std::size_t part,
                              Scratch& scratch) const {
  std::optional<std::size_t> writer;
  if (writer_consistency_ > 0) {
    writer = balanced_class(digits_.style_count(part), {key.seed, key.sample, kWriterStage});
    sample.drawn.push_back({kStage, "writer", static_cast<double>(*writer)});
  }
  SampleRng rng(key);
  scratch.placed.resize(sample.text.size());
  for (std::size_t i = 0; i < sample.text.size(); ++i) {
    const bool own = writer && (writer_consistency_ >= 1 || rng.bernoulli(writer_consistency_));
    const std::uint32_t index =
        digits_.pick(sample.text[i], part, own ? writer : std::nullopt, rng);
    sample.drawn.push_back({kStage, "picture", static_cast<double>(index), true});
    const DigitSet::Picture& picture = digits_.picture(index);
    scratch.placed[i] = {picture.pixels, digits_.cols(), picture.ink};
    prefetch(scratch.placed[i]);
    if (!augment_.is_identity()) augment(i, key, sample, scratch);
    if (height_ != digits_.rows()) scale(i, scratch);
  }
}

void SequenceComposer::augment(std::size_t i, const StreamKey& key, Sample& sample,
                               Scratch& scratch) const {
  const std::size_t area = static_cast<std::size_t>(digits_.rows() * digits_.cols());
  const std::size_t needed = area * scratch.placed.size();
  if (scratch.augmented.size() < needed) scratch.augmented.resize(needed);
  Placed& placed = scratch.placed[i];
  std::uint8_t* const result = scratch.augmented.data() + i * area;
  SampleRng rng(derived({key.seed, key.sample, kAugmentStage}, i));
  augment_.apply(placed.pixels, augment_.draw(rng), result, scratch.work);
  const cv::Mat picture(digits_.rows(), digits_.cols(), CV_8UC1, result);
  const cv::Rect ink = glyphs::ink_bounds(picture, {0, picture.cols});
  if (ink.empty()) {
    sample.drawn.push_back({kStage, "lost_ink", static_cast<double>(i), true});
    return;
  }
  placed.pixels = result;
  placed.ink = ink;
}

/// Brings a picture to the height of the line.
void SequenceComposer::scale(std::size_t i, Scratch& scratch) const {
  const std::size_t area = static_cast<std::size_t>(height_ * scaled_cols_);
  const std::size_t needed = area * scratch.placed.size();
  if (scratch.scaled.size() < needed) scratch.scaled.resize(needed);
  Placed& placed = scratch.placed[i];
  const cv::Mat from(digits_.rows(), digits_.cols(), CV_8UC1,
                     const_cast<std::uint8_t*>(placed.pixels));
  cv::Mat to(height_, scaled_cols_, CV_8UC1, scratch.scaled.data() + i * area);
  if (height_ >= compose::kLeastBilinear * digits_.rows()) {
    cv::Mat rows = corner_of(scratch.shrunk, height_, from.cols);
    compose::resample_rows(from, rows);
    compose::stretch_and_color(rows, kCoverage, to, core::fastest());
  } else {
    cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
  }
  const cv::Rect ink = glyphs::ink_bounds(to, {0, to.cols});
  // Of ink too faint for a reduced picture at least a place is left.
  placed = {to.data, to.cols, ink.empty() ? cv::Rect(to.cols / 2, to.rows / 2, 1, 1) : ink};
}

/// Gives every character its column in the line, and returns the line's length.
int SequenceComposer::place(const StreamKey& key, std::vector<Placed>& placed) const {
  if (placed.empty()) return 0;
  SampleRng rng(derived(key, kGapPart));
  const IntegerRange& range = options_.spacing_px;
  const bool whole_pictures = options_.spacing == SpacingLaw::kAuto;
  const double gap_of_all = whole_pictures ? common_gap(placed.size(), rng) : 0;
  double at = 0;
  int end = 0;
  for (std::size_t i = 0; i < placed.size(); ++i) {
    Placed& each = placed[i];
    const int width = whole_pictures ? scaled_cols_ : each.ink.width;
    if (i > 0) {
      const double gap =
          whole_pictures ? gap_of_all : static_cast<double>(rng.uniform_int(range.min, range.max));
      const int before = whole_pictures ? scaled_cols_ : placed[i - 1].ink.width;
      const int deepest = -(std::min(before, width) / 4);
      at += std::max(gap, static_cast<double>(deepest));
      each.overlaps = gap < 0;
    }
    const int first = cvRound(at);
    each.x = first + (whole_pictures ? each.ink.x : 0);
    at += width;
    end = std::max(end, first + width);
  }
  return end;
}

double SequenceComposer::common_gap(std::size_t characters, SampleRng& rng) const {
  const IntegerRange& range = options_.spacing_px;
  if (options_.width && characters > 1) {
    const auto count = static_cast<double>(characters);
    const double filling =
        (static_cast<double>(*options_.width) - count * scaled_cols_) / (count - 1);
    if (filling >= static_cast<double>(range.min) && filling <= static_cast<double>(range.max)) {
      return filling;
    }
  }
  return static_cast<double>(rng.uniform_int(range.min, range.max));
}

/// Draws the line at its own size, in the middle of an image of `width` columns.
void SequenceComposer::draw_centred(int length, int width, Sample& sample,
                                    const Scratch& scratch) const {
  const uchar mask = options_.ground == Ground::kWhite ? kInverted : 0;
  lay_ground(height_, width, mask, sample.image);
  const int shift = (width - length) / 2;
  for (const Placed& each : scratch.placed) lay(each, shift, mask, sample.image);
  box_characters(scratch.placed, {1, 1}, {static_cast<float>(shift), 0}, sample);
}

/// Reduces the line to `width` columns, and its rows in the same proportion.
void SequenceComposer::draw_reduced(int length, int width, Sample& sample, Scratch& scratch) const {
  cv::Mat line = corner_of(scratch.line, height_, length);
  for (int y = 0; y < line.rows; ++y) std::memset(line.ptr(y), 0, static_cast<std::size_t>(length));
  for (const Placed& each : scratch.placed) lay(each, 0, 0, line);
  const double share = static_cast<double>(width) / length;
  const int rows = std::max(1, cvRound(height_ * share));
  const compose::Colors colors = colors_of(options_.ground);
  lay_ground(height_, width, colors.paper[0], sample.image);
  const int top = (height_ - rows) / 2;
  cv::Mat target = sample.image.rowRange(top, top + rows);
  if (share >= compose::kLeastBilinear) {
    cv::Mat lower = corner_of(scratch.shrunk, rows, length);
    compose::resample_rows(line, lower);
    compose::stretch_and_color(lower, colors, target, core::fastest());
  } else {
    cv::resize(line, target, target.size(), 0, 0, cv::INTER_AREA);
    if (options_.ground == Ground::kWhite) cv::bitwise_not(target, target);
  }
  const double rows_share = static_cast<double>(rows) / height_;
  box_characters(scratch.placed, {share, rows_share}, {0, static_cast<float>(top)}, sample);
}

void SequenceComposer::compose(Sample& sample, const StreamKey& key, std::size_t part,
                               Scratch& scratch) const {
  choose(sample, key, part, scratch);
  const int length = place(key, scratch.placed);
  const int width = options_.width ? static_cast<int>(*options_.width) : std::max(1, length);
  if (length <= width) {
    draw_centred(length, width, sample, scratch);
  } else {
    draw_reduced(length, width, sample, scratch);
  }
  sample.paper = cv::Scalar::all(options_.ground == Ground::kWhite ? 255 : 0);
  sample.drawn.push_back({kStage, "line_px", static_cast<double>(length)});
}

}  // namespace glyphmill
