// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "compose/colorize.h"
#include "compose/options.h"
#include "compose/prepared_glyphs.h"
#include "compose/stretch.h"
#include "core/create_within.h"
#include "glyphmill/balance.h"
#include "glyphmill/compose.h"
#include "glyphmill/error.h"
#include "glyphmill/utf8.h"

namespace glyphmill {
namespace {

using compose::Colors;
using compose::PreparedGlyph;

constexpr std::string_view kStage = "compose";

/// A gibibyte of coverage at the greatest height.
constexpr int kLongestLine = 1 << 20;

/// Draws balanced looks from a stream of its own.
constexpr std::uint32_t kLookStage = stage_id("sample.look");

cv::Vec3b bytes_of(const cv::Scalar& color) {
  return {cv::saturate_cast<uchar>(color[0]), cv::saturate_cast<uchar>(color[1]),
          cv::saturate_cast<uchar>(color[2])};
}

/// Lays ink over ink: the darker coverage wins, so overlapping strokes do not double. Whole vectors
/// of columns, into the line's spare ones at its end.
void lay_coverage(const PreparedGlyph& glyph, cv::Mat& line, const cv::Point& at) {
  constexpr int kColumns = compose::kSpareColumns;
  using Columns = std::array<uchar, kColumns>;  // on copies, which cannot alias
  for (int y = 0; y < glyph.coverage.rows; ++y) {
    const uchar* from = glyph.coverage.ptr(y);
    uchar* to = line.ptr(at.y + y) + at.x;
    for (int x = 0; x < glyph.advance; x += kColumns) {
      Columns below;
      Columns above;
      std::copy_n(to + x, kColumns, below.begin());
      std::copy_n(from + x, kColumns, above.begin());
      for (std::size_t i = 0; i < kColumns; ++i) below[i] = std::max(below[i], above[i]);
      std::copy_n(below.begin(), kColumns, to + x);
    }
  }
}

/// Mixes a glyph in its own ink into a BGR line.
void lay_ink(const PreparedGlyph& glyph, const cv::Vec3b& ink, cv::Mat& line, const cv::Point& at) {
  for (int y = 0; y < glyph.coverage.rows; ++y) {
    const uchar* from = glyph.coverage.ptr(y);
    cv::Vec3b* to = line.ptr<cv::Vec3b>(at.y + y) + at.x;
    for (int x = 0; x < glyph.advance; ++x) to[x] = compose::mixed(to[x], ink, from[x]);
  }
}

/// Copies the part of a tile that lies on the line.
void lay_tile(const cv::Mat& tile, cv::Mat& line, const cv::Point& at) {
  const cv::Rect place = cv::Rect(at, tile.size()) & cv::Rect({0, 0}, line.size());
  if (!place.empty()) tile(place - at).copyTo(line(place));
}

/// cv::Mat::setTo allocates.
template <class Pixel>
void fill(cv::Mat& image, const Pixel& pixel) {
  for (int y = 0; y < image.rows; ++y) std::fill_n(image.ptr<Pixel>(y), image.cols, pixel);
}

/// How far resizing by `scale` carries ink beyond its pixels, in pixels of the result: half a
/// pixel's square and the kernel's reach on each side.
float spread(double scale) {
  return scale == 1 ? 0 : static_cast<float>(0.5 * std::max(1.0, scale) + 0.5);
}

/// Glyphs come with soft edges, so bilinear sampling aliases only where it skips columns; averaging
/// costs many times as much.
bool is_bilinear(int from, int to) { return to >= compose::kLeastBilinear * from; }

/// An image of this width in a buffer that only grows, so that widths cost no allocation, with
/// spare columns.
cv::Mat columns_of(cv::Mat& buffer, int rows, int width, int type) {
  core::create_within(buffer, rows, width + compose::kSpareColumns, type);
  return buffer.colRange(0, width);
}

}  // namespace

struct Composer::Impl {
  const GlyphSet& glyphs;
  ComposeOptions options;
  compose::PreparedGlyphs prepared;
  Range spacing;
  Range margin;
  double jitter_stddev;

  using Placed = Scratch::Placed;

  std::size_t spell(const Sample& sample, const StreamKey& key, Scratch& scratch) const;
  int place(SampleRng& rng, Scratch& scratch) const;
  double longest_line(std::size_t characters) const;
  const PreparedGlyph& colors_for(const std::vector<Placed>& placed, SampleRng& rng) const;
  void draw_line(const std::vector<Placed>& placed, const PreparedGlyph& colors,
                 cv::Mat& line) const;
  int drawn_width(std::size_t characters, SampleRng& rng) const;
  void finish_image(const cv::Mat& line, const PreparedGlyph& colors, int width, Sample& sample,
                    cv::Mat& resized) const;
  void box_characters(const std::vector<Placed>& placed, double scale, Sample& sample) const;
  bool line_is_coverage() const {
    return options.seams == Seams::kBlend && options.ink == Ink::kShared;
  }
};

Composer::Composer(const GlyphSet& glyphs, const ComposeOptions& options) {
  check_bounds(options, "compose");
  impl_ = std::make_unique<Impl>(
      Impl{glyphs, options, compose::prepare(glyphs, options), compose::resolved_spacing(options),
           compose::resolved_margin(options), compose::resolved_jitter(options)});
}

Composer::~Composer() = default;

void Composer::check(const std::string& name, const std::string& text) const {
  std::vector<const GlyphSet::GlyphIndices*> pieces;
  if (impl_->glyphs.spell(text, 0, pieces)) return;  // all looks spell the same texts
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("{}: {}", name, impl_->glyphs.why_unspellable(text)));
}

void Composer::check_width(std::size_t characters) const {
  const auto law = compose::width_law(impl_->options, characters);
  if (law.mean < law.narrowest || law.mean > compose::kWidestImage) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("compose.width_mean: must be between {:.0f} and {:.0f} for {} "
                            "characters at height {}. Got: {}",
                            law.narrowest, compose::kWidestImage, characters, impl_->options.height,
                            law.mean));
  }
  const double longest = impl_->longest_line(characters);
  if (longest > kLongestLine) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("compose: a line of {} characters must be at most {} px long before "
                            "its width is drawn. Got: up to {:.0f}",
                            characters, kLongestLine, longest));
  }
}

/// Bound for what `place` returns for so many characters.
double Composer::Impl::longest_line(std::size_t characters) const {
  int widest = 0;
  for (const PreparedGlyph& glyph : prepared.glyphs) widest = std::max(widest, glyph.advance);
  return static_cast<double>(characters) * (widest + std::max(0.0, spacing.max)) + 2 * margin.max;
}

/// Takes the looks in turn, each equally often, and spells the text in it.
std::size_t Composer::Impl::spell(const Sample& sample, const StreamKey& key,
                                  Scratch& scratch) const {
  const StreamKey look_key{key.seed, key.sample, kLookStage};
  const auto look = static_cast<std::size_t>(balanced_class(glyphs.look_count(), look_key));
  if (!glyphs.spell(sample.text, look, scratch.pieces)) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("'{}': {}", sample.text, glyphs.why_unspellable(sample.text)));
  }
  return look;
}

/// Draws glyphs, gaps and heights; returns the length of the line.
int Composer::Impl::place(SampleRng& rng, Scratch& scratch) const {
  scratch.placed.clear();
  double x = rng.uniform(margin);
  double end = x;
  for (const GlyphSet::GlyphIndices* piece : scratch.pieces) {
    const auto last = static_cast<std::int64_t>(piece->size()) - 1;
    const auto index = (*piece)[static_cast<std::size_t>(rng.uniform_int(0, last))];
    const PreparedGlyph& glyph = prepared.glyphs[index];
    const double jitter =
        rng.truncated_normal(0, jitter_stddev, -prepared.room_above, prepared.room_below);
    scratch.placed.push_back({&glyph, {cvRound(x), cvRound(jitter)}});
    // Overlap must not carry a glyph back over the one before it by more than half of it.
    end = std::max(end, x + glyph.advance);
    x += std::max(glyph.advance + rng.uniform(spacing), 0.5 * glyph.advance);
  }
  return std::max(1, static_cast<int>(std::ceil(end + rng.uniform(margin))));
}

/// One glyph of the line gives paper and ink to all: the strongest in ink of three that are drawn,
/// so that a line is seldom as faint as its faintest tile. An empty text has the set's first.
const PreparedGlyph& Composer::Impl::colors_for(const std::vector<Placed>& placed,
                                                SampleRng& rng) const {
  if (placed.empty()) return prepared.glyphs.front();
  const auto last = static_cast<std::int64_t>(placed.size()) - 1;
  std::array<const PreparedGlyph*, 3> drawn;
  for (const PreparedGlyph*& glyph : drawn) {
    glyph = placed[static_cast<std::size_t>(rng.uniform_int(0, last))].glyph;
  }
  return **std::max_element(drawn.begin(), drawn.end(),
                            [](const auto* a, const auto* b) { return a->contrast < b->contrast; });
}

void Composer::Impl::draw_line(const std::vector<Placed>& placed, const PreparedGlyph& colors,
                               cv::Mat& line) const {
  if (line_is_coverage()) {
    fill(line, uchar{0});
    for (const Placed& each : placed) {
      lay_coverage(*each.glyph, line, {each.shift.x, each.glyph->ink_top + each.shift.y});
    }
    return;
  }
  fill(line, bytes_of(colors.paper));
  for (const Placed& each : placed) {
    if (options.seams == Seams::kKeep) {
      lay_tile(each.glyph->pixels, line, {each.shift.x, each.glyph->tile_top + each.shift.y});
    } else {
      lay_ink(*each.glyph, bytes_of(each.glyph->ink), line,
              {each.shift.x, each.glyph->ink_top + each.shift.y});
    }
  }
}

int Composer::Impl::drawn_width(std::size_t characters, SampleRng& rng) const {
  const auto law = compose::width_law(options, characters);
  return cvRound(rng.truncated_normal(law.mean, law.stddev, law.narrowest, law.widest));
}

/// The one resize, and colour. Coverage is resized before it is coloured: one channel instead of
/// three, with the same result, for both are linear.
void Composer::Impl::finish_image(const cv::Mat& line, const PreparedGlyph& colors, int width,
                                  Sample& sample, cv::Mat& resized) const {
  Colors shown{bytes_of(colors.paper), bytes_of(colors.ink)};
  if (!options.color) shown = compose::grays_of(shown);
  sample.paper = cv::Scalar(shown.paper);
  const cv::Size size(width, line.rows);
  const bool bilinear = is_bilinear(line.cols, width);
  if (line_is_coverage()) {
    cv::Mat coverage = line;
    if (!bilinear) {
      coverage = columns_of(resized, line.rows, width, CV_8UC1);
      cv::resize(line, coverage, size, 0, 0, cv::INTER_AREA);
    }
    core::create_within(sample.image, size.height, size.width, options.color ? CV_8UC3 : CV_8UC1);
    compose::stretch_and_color(coverage, shown, sample.image, core::fastest());
    return;
  }
  cv::Mat& target = options.color ? sample.image : resized;
  core::create_within(target, size.height, size.width, line.type());
  cv::resize(line, target, size, 0, 0, bilinear ? cv::INTER_LINEAR : cv::INTER_AREA);
  if (options.color) return;
  core::create_within(sample.image, size.height, size.width, CV_8UC1);
  cv::cvtColor(resized, sample.image, cv::COLOR_BGR2GRAY);
}

void Composer::Impl::box_characters(const std::vector<Placed>& placed, double scale,
                                    Sample& sample) const {
  std::size_t count = 0;
  for (const Placed& each : placed) count += each.glyph->characters.size();
  sample.characters.resize(count);
  auto out = sample.characters.begin();
  const auto sx = static_cast<float>(scale);
  const auto limit = static_cast<float>(sample.image.cols);
  for (const Placed& each : placed) {
    for (std::size_t i = 0; i < each.glyph->characters.size(); ++i, ++out) {
      out->text = each.glyph->characters[i];
      const cv::Rect box = each.glyph->character_boxes[i] + each.shift;
      const auto left = static_cast<float>(box.x) * sx - spread(scale);
      const auto right = static_cast<float>(box.x + box.width) * sx + spread(scale);
      const float x = std::max(0.0f, left);
      out->quad = quad_of({x, static_cast<float>(box.y), std::min(limit, right) - x,
                           static_cast<float>(box.height)});
    }
  }
}

void Composer::compose(Sample& sample, const StreamKey& key, Scratch& scratch) const {
  const Impl& impl = *impl_;
  const std::size_t look = impl.spell(sample, key, scratch);
  SampleRng rng(key);
  const int length = impl.place(rng, scratch);
  const PreparedGlyph& colors = impl.colors_for(scratch.placed, rng);
  cv::Mat line = columns_of(scratch.line, static_cast<int>(impl.options.height), length,
                            impl.line_is_coverage() ? CV_8UC1 : CV_8UC3);
  impl.draw_line(scratch.placed, colors, line);
  const int width = impl.drawn_width(utf8_length(sample.text), rng);
  impl.finish_image(line, colors, width, sample, scratch.resized);
  impl.box_characters(scratch.placed, static_cast<double>(width) / length, sample);
  sample.drawn.push_back({kStage, "look", static_cast<double>(look)});
  sample.drawn.push_back({kStage, "line_px", static_cast<double>(length)});
  sample.drawn.push_back({kStage, "width_px", static_cast<double>(width)});
}

}  // namespace glyphmill
