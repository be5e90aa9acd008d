// SPDX-License-Identifier: Apache-2.0
#include "labels/weighing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "glyphmill/utf8.h"

namespace glyphmill::labels {
namespace {

constexpr std::size_t kMostFactors = 10000;

[[noreturn]] void refuse(const std::string& path, const std::string& rule, const std::string& got) {
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("labels.weights{}: {}. Got: {}", path, rule, got));
}

void check_count(const LabelWeights& weights) {
  std::size_t count = weights.characters.size() + weights.pairs.size();
  for (const auto& place : weights.positions) count += place.second.size();
  if (count > kMostFactors) {
    refuse("", fmt::format("must have at most {} factors", kMostFactors), fmt::to_string(count));
  }
}

double checked(double factor, const std::string& path) {
  const bool inside = factor >= kFactorBounds.min && factor <= kFactorBounds.max;
  if (!inside) refuse(path, rule_of(kFactorBounds), fmt::to_string(factor));
  return factor;
}

std::vector<double> sums_of(const std::vector<double>& factors) {
  std::vector<double> sums{0};
  for (const double factor : factors) sums.push_back(sums.back() + factor);
  return sums;
}

}  // namespace

WeightTable::WeightTable(const std::vector<std::string>& characters, std::size_t longest,
                         const LabelWeights& weights)
    : characters_(characters), links_(characters.size()) {
  check_count(weights);
  for (std::size_t i = 0; i < characters.size(); ++i) {
    index_.emplace(characters[i], i);
    if (characters[i].size() == 1) ascii_[static_cast<unsigned char>(characters[i][0])] = i;
  }
  read_places(weights, longest);
  read_links(weights);
}

void WeightTable::read_places(const LabelWeights& weights, std::size_t longest) {
  std::vector<double> everywhere(characters_.size(), 1);
  for (const auto& [character, factor] : weights.characters) {
    const std::string path = ".characters." + shown(character);
    everywhere[index_of(character, path, character)] = checked(factor, path);
  }
  columns_.push_back({everywhere, sums_of(everywhere)});
  for (const auto& [place, factors] : weights.positions) {
    const std::string path = fmt::format(".positions.{}", place);
    if (place < 1 || place > longest) {
      refuse(path, fmt::format("must be a place in the label, 1 to {}", longest),
             fmt::to_string(place));
    }
    std::vector<double> here = everywhere;
    for (const auto& [character, factor] : factors) {
      const std::string own = fmt::format("{}.{}", path, shown(character));
      here[index_of(character, own, character)] *= checked(factor, own);
    }
    column_of_.resize(place, 0);
    column_of_.back() = columns_.size();
    columns_.push_back({here, sums_of(here)});
  }
}

void WeightTable::read_links(const LabelWeights& weights) {
  checked(weights.repeats, ".repeats");
  std::vector<std::unordered_map<std::size_t, double>> links(characters_.size());
  if (weights.repeats != 1) {
    for (std::size_t i = 0; i < links.size(); ++i) links[i][i] = weights.repeats;
  }
  for (const auto& [pair, factor] : weights.pairs) {
    const std::string path = ".pairs." + shown(pair);
    const std::vector<std::string> two = utf8_characters(pair);
    if (two.size() != 2) refuse(path, "must be two characters", shown(pair));
    const std::size_t previous = index_of(two[0], path, pair);
    double& link = links[previous].emplace(index_of(two[1], path, pair), 1).first->second;
    link *= checked(factor, path);
  }
  for (std::size_t i = 0; i < links.size(); ++i) {
    for (const auto& [character, factor] : links[i]) links_[i].push_back({character, factor});
    std::sort(links_[i].begin(), links_[i].end(),
              [](const Link& a, const Link& b) { return a.character < b.character; });
  }
}

std::size_t WeightTable::index_of(const std::string& character, const std::string& path,
                                  const std::string& key) const {
  const auto found = index_.find(character);
  if (found != index_.end()) return found->second;
  refuse(path,
         fmt::format("must be of characters that labels have ({})",
                     shown(fmt::format("{}", fmt::join(characters_, "")))),
         shown(key));
}

const WeightTable::Column& WeightTable::column(std::size_t place) const {
  return columns_[place < column_of_.size() ? column_of_[place] : 0];
}

std::size_t WeightTable::draw(std::size_t place, std::size_t previous, SampleRng& rng) const {
  static const std::vector<Link> kNone;
  const auto& [factors, sums] = column(place);
  const std::vector<Link>& links = place == 0 ? kNone : links_[previous];
  double total = sums.back();
  for (const Link& link : links) total += factors[link.character] * (link.factor - 1);
  double left = rng.uniform01() * total;
  // Between the characters that have links the sums hold: few steps, however large the alphabet.
  std::size_t first = 0;
  for (const auto& [character, factor] : links) {
    const double before = sums[character] - sums[first];
    if (left < before) break;
    left -= before;
    const double own = factors[character] * factor;
    if (left < own) return character;
    left -= own;
    first = character + 1;
  }
  const auto begin = sums.begin() + static_cast<std::ptrdiff_t>(std::min(first + 1, sums.size()));
  const auto end = std::upper_bound(begin, sums.end(), sums[first] + left);
  // Rounding may lead beyond the last.
  return std::min(static_cast<std::size_t>(end - sums.begin()) - 1, factors.size() - 1);
}

std::size_t WeightTable::next(const std::string& label, std::size_t& at) const {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(label[i]); };
  const std::size_t begin = at++;
  if (byte(begin) < ascii_.size()) return ascii_[byte(begin)];
  while (at < label.size() && (byte(at) & 0xc0) == 0x80) ++at;
  return index_.at(label.substr(begin, at - begin));  // short enough to need no memory
}

Product WeightTable::weight(const std::string& label) const {
  Product product;
  const auto times = [&product](double factor) {
    product.mantissa *= factor;
    if (product.mantissa > 1e-200 && product.mantissa < 1e200) return;
    int exponent = 0;
    product.mantissa = std::frexp(product.mantissa, &exponent);
    product.exponent += exponent;
  };
  std::size_t previous = 0;
  for (std::size_t place = 0, at = 0; at < label.size(); ++place) {
    const std::size_t index = next(label, at);
    times(column(place).factors[index]);
    if (place > 0) {
      for (const Link& link : links_[previous]) {
        if (link.character == index) times(link.factor);
      }
    }
    previous = index;
  }
  int exponent = 0;
  product.mantissa = std::frexp(product.mantissa, &exponent);
  product.exponent += exponent;
  return product;
}

namespace {

class WeightedLabels final : public LabelSource {
 public:
  WeightedLabels(std::unique_ptr<LabelSource> plain, WeightTable table, std::uint64_t seed,
                 std::uint64_t first)
      : plain_(std::move(plain)), table_(std::move(table)), seed_(seed), first_(first) {}

  /// The candidates of sample k are samples of the plain law that are no other sample's.
  void at(std::uint64_t k, LabelText& out) const override {
    const std::uint64_t candidates = first_ + (k - first_) * kCandidates;
    std::array<Product, kCandidates> products;
    int greatest = std::numeric_limits<int>::min();
    for (std::size_t i = 0; i < kCandidates; ++i) {
      plain_->at(candidates + i, out);
      products[i] = table_.weight(out.label);
      greatest = std::max(greatest, products[i].exponent);
    }
    std::array<double, kCandidates> weights;
    double total = 0;
    for (std::size_t i = 0; i < kCandidates; ++i) {
      weights[i] = std::ldexp(products[i].mantissa, products[i].exponent - greatest);
      total += weights[i];
    }
    double left = SampleRng({seed_, k, kChoiceStage}).uniform01() * total;
    std::size_t chosen = 0;
    while (chosen + 1 < kCandidates && left >= weights[chosen]) left -= weights[chosen++];
    plain_->at(candidates + chosen, out);
  }

  std::uint64_t limit() const override { return plain_->limit() / kCandidates; }
  std::uint64_t natural_count() const override { return plain_->natural_count(); }
  std::size_t longest_text() const override { return plain_->longest_text(); }
  void for_each_text(
      const std::function<void(const std::string&, const std::string&)>& visit) const override {
    plain_->for_each_text(visit);
  }
  void for_each_label(const std::function<void(const std::string&)>& visit) const override {
    plain_->for_each_label(visit);
  }

 private:
  static constexpr std::uint32_t kChoiceStage = stage_id("sample.label.choice");
  static constexpr std::size_t kCandidates = 16;  // as label_weights.h promises

  std::unique_ptr<LabelSource> plain_;
  WeightTable table_;
  std::uint64_t seed_;
  std::uint64_t first_;
};

}  // namespace

std::unique_ptr<LabelSource> weighted_labels(std::unique_ptr<LabelSource> plain, WeightTable table,
                                             std::uint64_t seed, std::uint64_t first) {
  return std::make_unique<WeightedLabels>(std::move(plain), std::move(table), seed, first);
}

}  // namespace glyphmill::labels
