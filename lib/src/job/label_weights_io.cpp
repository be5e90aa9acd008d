// SPDX-License-Identifier: Apache-2.0
#include "job/label_weights_io.h"

#include <fmt/format.h>

#include <map>

#include "glyphmill/recipe.h"
#include "glyphmill/utf8.h"
#include "job/recipe_reader.h"

namespace glyphmill {
namespace {

using Factors = std::map<std::string, double>;

constexpr IntegerBounds kPlaceBounds{1, 256};

class WeightsReader {
 public:
  explicit WeightsReader(YamlProblems& problems) : problems_(problems) {}

  LabelWeights read(const YamlNode& node, const std::string& path) {
    LabelWeights weights;
    if (!is_map(node, path, "must be a map of characters, pairs, repeats and positions")) {
      return weights;
    }
    YamlFields(node, path, problems_)
        .refuse_others({"characters", "pairs", "repeats", "positions"});
    for (const auto& [key, at, value] : node.entries) {
      const std::string own = joined_path(path, key);
      if (key == "characters") weights.characters = factors_of(value, own, 1);
      if (key == "pairs") weights.pairs = factors_of(value, own, 2);
      if (key == "repeats") weights.repeats = factor_of(value, own);
      if (key == "positions") weights.positions = positions_of(value, own);
    }
    return weights;
  }

 private:
  using Positions = std::map<std::uint64_t, Factors>;

  /// False, and reported unless it is nothing, if it is no map.
  bool is_map(const YamlNode& node, const std::string& path, const std::string& rule) {
    if (node.kind == YamlNode::Kind::kMap) return true;
    if (node.kind != YamlNode::Kind::kNothing) {
      problems_.add(node.at, path, fmt::format("{}. Got: {}", rule, shown(node.value())));
    }
    return false;
  }

  double factor_of(const YamlNode& node, const std::string& path) {
    try {
      return parse_number(scalar_of(node.value(), "must be one number"), kFactorBounds);
    } catch (const Error& error) {
      problems_.add(node.at, path, error.what());
      return 1;
    }
  }

  /// `length` is that of the keys, in characters.
  Factors factors_of(const YamlNode& node, const std::string& path, std::size_t length) {
    Factors factors;
    const std::string keys = length == 1 ? "characters" : "pairs of characters";
    if (!is_map(node, path, fmt::format("must be a map of {} and numbers", keys))) return factors;
    for (const auto& [key, at, value] : node.entries) {
      const std::string own = joined_path(path, shown(key));
      if (utf8_length(key) != length) {
        problems_.add(at, own,
                      fmt::format("must be {}. Got: {}",
                                  length == 1 ? "one character" : "two characters", shown(key)));
      }
      factors[key] = factor_of(value, own);
    }
    return factors;
  }

  Positions positions_of(const YamlNode& node, const std::string& path) {
    Positions positions;
    if (!is_map(node, path, "must be a map of places and maps")) return positions;
    for (const auto& [key, at, value] : node.entries) {
      const std::string own = joined_path(path, shown(key));
      try {
        const std::uint64_t place = parse_integer(key, kPlaceBounds);
        if (positions.count(place) > 0) {
          problems_.add(at, own, fmt::format("place given twice. Got: {}", shown(key)));
        }
        positions[place] = factors_of(value, own, 1);
      } catch (const Error& error) {
        problems_.add(at, own, error.what());
      }
    }
    return positions;
  }

  YamlProblems& problems_;
};

std::string spelled(const Factors& factors) {
  std::string map;
  for (const auto& [key, factor] : factors) {
    map += fmt::format("{}{}: {}", map.empty() ? "" : ", ", yaml_quoted(key), factor);
  }
  return '{' + map + '}';
}

}  // namespace

LabelWeights label_weights_of(const YamlNode& node, const std::string& path,
                              YamlProblems& problems) {
  return WeightsReader(problems).read(node, path);
}

LabelWeights read_label_weights(const std::string& path) {
  YamlProblems problems(path, ErrorCode::kInvalidArgument);
  const YamlNode root = parse_yaml(recipe_text(path), problems);
  LabelWeights weights = label_weights_of(root, "", problems);
  problems.throw_if_any();
  return weights;
}

std::string map_of(const LabelWeights& weights) {
  std::string yaml;
  if (!weights.characters.empty()) {
    yaml += fmt::format("characters: {}\n", spelled(weights.characters));
  }
  if (!weights.pairs.empty()) yaml += fmt::format("pairs: {}\n", spelled(weights.pairs));
  if (weights.repeats != 1) yaml += fmt::format("repeats: {}\n", weights.repeats);
  if (weights.positions.empty()) return yaml;
  std::string places;
  for (const auto& [place, factors] : weights.positions) {
    places += fmt::format("{}{}: {}", places.empty() ? "" : ", ", place, spelled(factors));
  }
  return yaml + fmt::format("positions: {{{}}}\n", places);
}

std::string to_yaml(const LabelWeights& weights) {
  return "# how much more often than evenly; 1 is even\n" + map_of(weights);
}

}  // namespace glyphmill
