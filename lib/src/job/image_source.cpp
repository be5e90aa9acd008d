// SPDX-License-Identifier: Apache-2.0
#include "job/image_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "datasets/labelled_images.h"
#include "glyphmill/balance.h"
#include "glyphmill/error.h"
#include "glyphmill/utf8.h"
#include "labels/share.h"

namespace glyphmill::job {
namespace {

/// Draws which image a sample shows.
constexpr std::uint32_t kImageStage = stage_id("sample.image");
/// Keys which images a split has.
constexpr std::uint32_t kShareStage = stage_id("split.image");

/// The places of a share's images, in the order of the set.
std::vector<std::size_t> chosen_images(const ImageSet& set, const ImageShare& share) {
  const Range& interval = share.share.interval;
  const auto size = static_cast<double>(set.size());
  const auto first = static_cast<std::uint64_t>(std::llround(interval.min * size));
  const auto end = static_cast<std::uint64_t>(std::llround(interval.max * size));
  const StreamKey key{share.share.seed, 0, kShareStage};
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (share.of == ImageShare::Of::kImages) {
      const std::uint64_t place = permuted(i, set.size(), key);
      if (place < first || place >= end) continue;
    }
    if (share.of == ImageShare::Of::kLabels && !share.share.holds(set.label(i))) continue;
    chosen.push_back(i);
  }
  if (!chosen.empty()) return chosen;
  if (share.of == ImageShare::Of::kLabels) labels::refuse_share(share.share);
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("disjoint: each split must have an image of its own, and {} has {}; take "
                          "other shares, or `disjoint` none. Got: a split of {:.3g}",
                          set.name(), set.size(), interval.max - interval.min));
}

/// Which image of a share each sample shows. Immutable; thread-safe.
class ImageOrder {
 public:
  ImageOrder(const ImageSet& set, const ImageShare& share, SourceOrder order, std::uint64_t seed)
      : chosen_(chosen_images(set, share)),
        order_(order),
        seed_(seed),
        first_(share.of == ImageShare::Of::kAll ? 0 : share.share.first) {}

  std::size_t at(std::uint64_t k) const {
    const std::uint64_t own = k - first_;
    return chosen_[order_ == SourceOrder::kStored
                       ? own % chosen_.size()
                       : balanced_class(chosen_.size(), {seed_, own, kImageStage})];
  }

 private:
  std::vector<std::size_t> chosen_;
  SourceOrder order_;
  std::uint64_t seed_;
  std::uint64_t first_;
};

/// The labels of images. What is true of the labels of all images is told of every share, so that
/// data sets of one recipe have the same characters.
class ImageLabels final : public LabelSource {
 public:
  ImageLabels(std::shared_ptr<const ImageSet> set, std::shared_ptr<const ImageOrder> order)
      : set_(std::move(set)), order_(std::move(order)) {}

  void at(std::uint64_t k, LabelText& out) const override {
    out.text = set_->label(order_->at(k));
    out.label = out.text;
  }

  std::uint64_t limit() const override { return std::numeric_limits<std::uint64_t>::max(); }
  std::uint64_t natural_count() const override { return set_->size(); }

  std::size_t longest_text() const override {
    std::size_t longest = 0;
    for (std::size_t i = 0; i < set_->size(); ++i) {
      longest = std::max(longest, utf8_length(set_->label(i)));
    }
    return longest;
  }

  void for_each_text(
      const std::function<void(const std::string&, const std::string&)>& visit) const override {
    for (std::size_t i = 0; i < set_->size(); ++i) visit("source.images", set_->label(i));
  }

 private:
  std::shared_ptr<const ImageSet> set_;
  std::shared_ptr<const ImageOrder> order_;
};

/// Every text can be shown that an image has, for it is there already.
class ImageDrawer final : public Drawer {
 public:
  ImageDrawer(std::shared_ptr<const ImageSet> set,
              std::vector<std::shared_ptr<const ImageOrder>> orders)
      : set_(std::move(set)), orders_(std::move(orders)) {}

  void check(const std::string&, const std::string&, std::size_t) const override {}
  void check_width(std::size_t) const override {}

  void draw(Sample& sample, const StreamKey& key, std::size_t part,
            ComposeScratch&) const override {
    const std::size_t image = orders_[part]->at(key.sample);
    set_->put(image, sample);
    sample.characters.clear();
    sample.drawn.push_back({"compose", "image", static_cast<double>(image)});
  }

 private:
  std::shared_ptr<const ImageSet> set_;
  std::vector<std::shared_ptr<const ImageOrder>> orders_;
};

}  // namespace

ImageSource make_image_source(std::shared_ptr<const ImageSet> set,
                              const std::vector<ImageShare>& shares, SourceOrder order,
                              std::uint64_t seed) {
  ImageSource source;
  std::vector<std::shared_ptr<const ImageOrder>> orders;
  for (const ImageShare& share : shares) {
    orders.push_back(std::make_shared<const ImageOrder>(*set, share, order, seed));
    source.labels.push_back(std::make_unique<ImageLabels>(set, orders.back()));
  }
  source.drawer = std::make_unique<ImageDrawer>(std::move(set), std::move(orders));
  return source;
}

std::uint64_t count_images(const ImageSourceOptions& options) {
  return datasets::open_labelled_images(options.images)->count();
}

}  // namespace glyphmill::job
