// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "glyphmill/balance.h"
#include "glyphmill/error.h"
#include "glyphmill/utf8.h"
#include "labels/share.h"
#include "labels/sources.h"
#include "labels/weighing.h"

namespace glyphmill::labels {
namespace {

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

void check_alphabet(const std::string& alphabet) {
  const std::string field = "labels.alphabet";
  if (alphabet.empty()) {
    throw Error(ErrorCode::kInvalidArgument, field + ": must have at least one character. Got: ''");
  }
  check_printable(field, alphabet);
  std::set<std::string> seen;
  for (const std::string& character : utf8_characters(alphabet)) {
    if (seen.insert(character).second) continue;
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: characters must differ. Got: '{}' ({} twice)", field, alphabet,
                            character));
  }
}

/// What the codes of all lengths share.
struct Law {
  std::vector<std::string> alphabet;
  Balance balance;
  std::optional<WeightTable> weights;  // of balance weighted
};

std::shared_ptr<const Law> law_of(const CodeOptions& options, const LabelWeights& weights) {
  const bool is_weighted = options.balance == Balance::kWeighted;
  if (!is_weighted && !weights.empty()) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("labels.balance: must be weighted beside labels.weights. Got: {}",
                            balance_names()[static_cast<std::size_t>(options.balance)]));
  }
  Law law{utf8_characters(options.alphabet), options.balance, std::nullopt};
  if (is_weighted) {
    const auto longest = static_cast<std::size_t>(options.length.max);
    law.weights.emplace(law.alphabet, longest, weights);
  }
  return std::make_shared<const Law>(std::move(law));
}

/// Codes of one length.
class Codes final : public LabelSource {
 public:
  Codes(std::shared_ptr<const Law> law, std::size_t length, std::uint64_t seed,
        const LabelShare& share)
      : law_(std::move(law)),
        size_(law_->alphabet.size()),
        length_(length),
        seed_(seed),
        share_(law_->balance == Balance::kUnique ? LabelShare{} : share) {
    while (counted_ < length_ && space_ <= kUnlimited / size_) {
      space_ *= size_;
      ++counted_;
    }
    // A space of 64-bit numbers is whole; of a larger one a part below 2^63 is counted.
    while (counted_ < length_ && space_ >= std::uint64_t{1} << 63) {
      space_ /= size_;
      --counted_;
    }
    LabelText first;
    if (!share_.is_whole()) at(share_.first, first);  // finds a share without labels
  }

  void at(std::uint64_t k, LabelText& out) const override {
    Places places;
    switch (law_->balance) {
      case Balance::kIid:
      case Balance::kWeighted:
        return draw_of_share(k, out);
      case Balance::kPosition:
        draw_position(k, places);
        break;
      case Balance::kPairs:
        draw_pairs(k, places);
        break;
      case Balance::kUnique:
        draw_unique(k, places);
        break;
    }
    spell(places, out);
  }

  std::uint64_t limit() const override {
    return law_->balance == Balance::kUnique ? space_ : kUnlimited;
  }

  std::uint64_t natural_count() const override { return std::min<std::uint64_t>(100, limit()); }

  std::size_t longest_text() const override { return length_; }

  void for_each_text(const std::function<void(const std::string& name, const std::string& text)>&
                         visit) const override {
    for (const std::string& character : law_->alphabet) visit("labels.alphabet", character);
  }

 private:
  /// Places in the alphabet, one for each position of the longest code; only `length_` are set.
  using Places = std::array<std::uint64_t, 256>;

  void spell(const Places& places, LabelText& out) const {
    out.text.clear();
    for (std::size_t p = 0; p < length_; ++p) out.text += law_->alphabet[places[p]];
    out.label = out.text;
  }

  void draw_of_share(std::uint64_t k, LabelText& out) const {
    Places places;
    draw_in(share_, {seed_, k, kStage}, out.label, [&](SampleRng& rng) {
      if (law_->weights) {
        draw_weighted(rng, places);
      } else {
        draw_independent(rng, length_, places);
      }
      spell(places, out);
    });
  }

  void draw_weighted(SampleRng& rng, Places& places) const {
    for (std::size_t p = 0; p < length_; ++p) {
      places[p] = law_->weights->draw(p, p == 0 ? 0 : places[p - 1], rng);
    }
  }

  void draw_independent(SampleRng& rng, std::size_t count, Places& places) const {
    const auto last = static_cast<std::int64_t>(size_ - 1);
    for (std::size_t p = 0; p < count; ++p) {
      places[p] = static_cast<std::uint64_t>(rng.uniform_int(0, last));
    }
  }

  void draw_position(std::uint64_t k, Places& places) const {
    const StreamKey block{seed_, k / size_, kStage};
    for (std::size_t p = 0; p < length_; ++p) {
      places[p] = permuted(k % size_, size_, derived(block, p));
    }
  }

  /// The block's rows run through all cells (first character, rank), and for each first character
  /// the ranks are permuted, so every ordered pair occurs once at positions 0 and 1. If every pair
  /// occurs once at p-1 and p, the A rows that hold w at p have all different characters before it,
  /// so a permutation of those, keyed by (p, w), lets every character follow w once: every pair
  /// occurs once at p and p+1 too, and every character A times at each.
  void draw_pairs(std::uint64_t k, Places& places) const {
    const std::uint64_t cells = size_ * size_;
    const StreamKey block{seed_, k / cells, kStage};
    const std::uint64_t cell = permuted(k % cells, cells, derived(block, 0));
    places[0] = cell / size_;
    std::uint64_t rank = cell % size_;
    for (std::size_t p = 0; p + 1 < length_; ++p) {
      const std::uint64_t part = 1 + p * size_ + places[p];
      places[p + 1] = permuted(rank, size_, derived(block, part));
      rank = places[p];
    }
  }

  void draw_unique(std::uint64_t k, Places& places) const {
    SampleRng rng({seed_, k, kStage});
    draw_independent(rng, length_ - counted_, places);
    std::uint64_t number = permuted(k, space_, derived({seed_, 0, kStage}, 0));
    for (std::size_t p = length_; p-- > length_ - counted_;) {
      places[p] = number % size_;
      number /= size_;
    }
  }

  std::shared_ptr<const Law> law_;
  std::uint64_t size_;
  std::size_t length_;
  std::uint64_t seed_;
  LabelShare share_;
  std::size_t counted_ = 0;  // last positions that `unique` permutes
  std::uint64_t space_ = 1;  // how many codes they make
};

/// Codes of several lengths: sample k has the length that its run of samples gives it, and is the
/// code of that length whose number is that of the run.
class CodesOfLengths final : public LabelSource {
 public:
  CodesOfLengths(const std::shared_ptr<const Law>& law, const IntegerRange& lengths,
                 std::uint64_t seed, const LabelShare& share)
      : seed_(seed) {
    const auto first = static_cast<std::size_t>(lengths.min);
    const auto last = static_cast<std::size_t>(lengths.max);
    for (std::size_t length = first; length <= last; ++length) {
      const std::uint64_t of_length = derived({seed, 0, kLengthStage}, length).seed;
      codes_.emplace_back(law, length, of_length, share);
    }
  }

  void at(std::uint64_t k, LabelText& out) const override {
    const std::uint64_t length = balanced_class(codes_.size(), {seed_, k, kLengthStage});
    codes_[length].at(k / codes_.size(), out);
  }

  std::uint64_t limit() const override {
    // Not always of the shortest: a space beyond 64 bits is counted in part.
    std::uint64_t fewest = kUnlimited;
    for (const Codes& codes : codes_) fewest = std::min(fewest, codes.limit());
    return fewest > kUnlimited / codes_.size() ? kUnlimited : fewest * codes_.size();
  }

  std::uint64_t natural_count() const override { return std::min<std::uint64_t>(100, limit()); }

  std::size_t longest_text() const override { return codes_.back().longest_text(); }

  void for_each_text(const std::function<void(const std::string& name, const std::string& text)>&
                         visit) const override {
    codes_.front().for_each_text(visit);
  }

 private:
  static constexpr std::uint32_t kLengthStage = stage_id("sample.label.length");

  std::uint64_t seed_;
  std::vector<Codes> codes_;  // shortest first
};

}  // namespace

std::unique_ptr<LabelSource> make_codes(const CodeOptions& options, std::uint64_t seed,
                                        const LabelShare& share, const LabelWeights& weights) {
  check_bounds(options, "labels");
  check_alphabet(options.alphabet);
  if (!share.is_whole()) check_divisible(options.balance);
  const std::shared_ptr<const Law> law = law_of(options, weights);
  if (options.length.min < options.length.max) {
    return std::make_unique<CodesOfLengths>(law, options.length, seed, share);
  }
  const auto length = static_cast<std::size_t>(options.length.min);
  return std::make_unique<Codes>(law, length, seed, share);
}

}  // namespace glyphmill::labels
