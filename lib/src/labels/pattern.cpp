// SPDX-License-Identifier: Apache-2.0
#include "labels/pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>

#include "glyphmill/error.h"
#include "glyphmill/utf8.h"
#include "labels/share.h"
#include "labels/sources.h"

namespace glyphmill::labels {
namespace {

constexpr std::size_t kLongestText = 256;
constexpr int kDeepestNesting = 32;

std::vector<std::string> digits() {
  std::vector<std::string> result;
  for (char c = '0'; c <= '9'; ++c) result.emplace_back(1, c);
  return result;
}

}  // namespace

/// Recursive descent over the characters of the pattern.
class PatternParser {
 public:
  PatternParser(const std::string& text, const std::string& field, Pattern& pattern)
      : text_(text), field_(field), characters_(utf8_characters(text)), pattern_(pattern) {}

  void parse() {
    pattern_.root_ = alternatives(0);
    if (!at_end()) refuse("a ')' must close a '('");
    if (pattern_.nodes_[pattern_.root_].shortest == 0) refuse("must not give an empty text");
  }

 private:
  using Index = Pattern::Index;
  using Kind = Pattern::Kind;

  [[noreturn]] void refuse(std::string_view rule) const {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: {} (at character {}). Got: {}", field_, rule, place_ + 1, text_));
  }

  bool at_end() const { return place_ == characters_.size(); }
  bool next_is(std::string_view c) const { return !at_end() && characters_[place_] == c; }
  bool accept(std::string_view c) {
    if (!next_is(c)) return false;
    ++place_;
    return true;
  }
  const std::string& take(std::string_view rule) {
    if (at_end()) refuse(rule);
    return characters_[place_++];
  }

  Index add(Pattern::Node node) {
    if (node.longest > kLongestText) {
      refuse(fmt::format("texts must have at most {} characters", kLongestText));
    }
    pattern_.nodes_.push_back(std::move(node));
    return static_cast<Index>(pattern_.nodes_.size() - 1);
  }

  std::size_t longest(Index index) const { return pattern_.nodes_[index].longest; }
  std::size_t shortest(Index index) const { return pattern_.nodes_[index].shortest; }

  Index alternatives(int depth) {
    if (depth > kDeepestNesting) refuse("groups must not nest deeper than 32");
    Pattern::Node choice;
    choice.kind = Kind::kChoice;
    do {
      choice.children.push_back(sequence(depth));
      const Index last = choice.children.back();
      choice.longest = std::max(choice.longest, longest(last));
      const bool first = choice.children.size() == 1;
      choice.shortest = first ? shortest(last) : std::min(choice.shortest, shortest(last));
    } while (accept("|"));
    return choice.children.size() == 1 ? choice.children.front() : add(std::move(choice));
  }

  Index sequence(int depth) {
    Pattern::Node node;
    while (!at_end() && !next_is("|") && !next_is(")")) {
      node.children.push_back(quantified(atom(depth)));
      node.longest += longest(node.children.back());
      node.shortest += shortest(node.children.back());
    }
    return add(std::move(node));
  }

  Index atom(int depth) {
    if (accept("(")) {
      const Index group = alternatives(depth + 1);
      if (!accept(")")) refuse("a '(' must be closed by ')'");
      return group;
    }
    if (accept("[")) return character(character_class());
    if (accept("\\")) return character(escaped());
    static constexpr std::string_view kReserved[] = {"*", "+", ".", "^", "$", "?", "{", "}", "]"};
    for (const std::string_view c : kReserved) {
      if (next_is(c)) refuse(fmt::format("'{0}' stands for itself only as '\\{0}'", c));
    }
    return character({take("")});
  }

  Index character(std::vector<std::string> choices) {
    pattern_.characters_.insert(choices.begin(), choices.end());
    Pattern::Node node;
    node.kind = Kind::kCharacter;
    node.characters = std::move(choices);
    node.longest = node.shortest = 1;
    return add(std::move(node));
  }

  std::vector<std::string> escaped() {
    const std::string& c = take("a '\\' must be followed by a character");
    if (c == "d") return digits();
    const bool is_letter = c.size() == 1 && std::isalnum(static_cast<unsigned char>(c[0]));
    if (is_letter) refuse("of the letters and digits only 'd' may follow '\\'");
    return {c};
  }

  std::vector<std::string> character_class() {
    std::vector<std::string> members;
    while (!accept("]")) {
      std::vector<std::string> part = class_member();
      if (part.size() == 1 && next_is("-") && !range_ends_class()) {
        ++place_;
        part = range(part.front(), class_member());
      }
      members.insert(members.end(), part.begin(), part.end());
    }
    if (members.empty()) refuse("a class must hold a character");
    auto sorted = members;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
      refuse("the characters of a class must differ");
    }
    return members;
  }

  std::vector<std::string> class_member() {
    if (accept("\\")) return escaped();
    return {take("a '[' must be closed by ']'")};
  }

  /// A '-' just before ']' is itself.
  bool range_ends_class() const {
    return place_ + 1 < characters_.size() && characters_[place_ + 1] == "]";
  }

  std::vector<std::string> range(const std::string& first, const std::vector<std::string>& last) {
    const bool ascii = first.size() == 1 && last.size() == 1 && last.front().size() == 1;
    if (!ascii || last.front()[0] < first[0]) {
      refuse("a range must go upwards from one ASCII character to another");
    }
    std::vector<std::string> members;
    for (int c = first[0]; c <= last.front()[0]; ++c) members.emplace_back(1, static_cast<char>(c));
    return members;
  }

  Index quantified(Index child) {
    Pattern::Node node;
    node.kind = Kind::kRepeat;
    if (accept("?")) {
      node.least = 0;
    } else if (accept("{")) {
      node.least = count();
      node.most = accept(",") ? count() : node.least;
      if (!accept("}")) refuse("a '{' must be closed by '}'");
      if (node.most < node.least) refuse("a count must not end below its beginning");
    } else {
      return child;
    }
    if (next_is("?") || next_is("{")) refuse("one count must not follow another");
    node.longest = longest(child) * static_cast<std::size_t>(node.most);
    node.shortest = shortest(child) * static_cast<std::size_t>(node.least);
    node.children = {child};
    return add(std::move(node));
  }

  std::int64_t count() {
    std::int64_t value = 0;
    bool any = false;
    while (!at_end() && characters_[place_] >= "0" && characters_[place_] <= "9" &&
           characters_[place_].size() == 1) {
      value = value * 10 + (characters_[place_++][0] - '0');
      any = true;
      if (value > static_cast<std::int64_t>(kLongestText)) refuse("a count must not exceed 256");
    }
    if (!any) refuse("a count must be {n} or {least,most}");
    return value;
  }

  const std::string& text_;
  const std::string& field_;
  std::vector<std::string> characters_;
  Pattern& pattern_;
  std::size_t place_ = 0;
};

Pattern::Pattern(const std::string& text, const std::string& field) {
  check_printable(field, text);
  PatternParser(text, field, *this).parse();
}

void Pattern::draw(Index index, SampleRng& rng, std::string& out) const {
  const Node& node = nodes_[index];
  const auto pick = [&](std::size_t size) {
    if (size == 1) return std::size_t{0};
    return static_cast<std::size_t>(rng.uniform_int(0, static_cast<std::int64_t>(size) - 1));
  };
  switch (node.kind) {
    case Kind::kCharacter:
      out += node.characters[pick(node.characters.size())];
      return;
    case Kind::kSequence:
      for (const Index child : node.children) draw(child, rng, out);
      return;
    case Kind::kChoice:
      draw(node.children[pick(node.children.size())], rng, out);
      return;
    case Kind::kRepeat:
      for (std::int64_t left = rng.uniform_int(node.least, node.most); left > 0; --left) {
        draw(node.children.front(), rng, out);
      }
      return;
  }
}

namespace {

class PatternLabels final : public LabelSource {
 public:
  PatternLabels(Pattern pattern, std::string field, std::uint64_t seed, LabelShare share)
      : pattern_(std::move(pattern)),
        field_(std::move(field)),
        seed_(seed),
        share_(std::move(share)) {
    LabelText first;
    if (!share_.is_whole()) at(share_.first, first);  // finds a share without labels
  }

  void at(std::uint64_t k, LabelText& out) const override {
    draw_in(share_, {seed_, k, kStage}, out.text, [&](SampleRng& rng) {
      out.text.clear();
      pattern_.draw(rng, out.text);
    });
    out.label = out.text;
  }

  std::uint64_t limit() const override { return std::numeric_limits<std::uint64_t>::max(); }
  std::uint64_t natural_count() const override { return 100; }
  std::size_t longest_text() const override { return pattern_.longest(); }

  void for_each_text(
      const std::function<void(const std::string&, const std::string&)>& visit) const override {
    for (const std::string& character : pattern_.characters()) visit(field_, character);
  }

 private:
  Pattern pattern_;
  std::string field_;
  std::uint64_t seed_;
  LabelShare share_;
};

}  // namespace

std::unique_ptr<LabelSource> pattern_labels(Pattern pattern, std::string field, std::uint64_t seed,
                                            const LabelShare& share) {
  return std::make_unique<PatternLabels>(std::move(pattern), std::move(field), seed, share);
}

std::unique_ptr<LabelSource> make_pattern(const PatternOptions& options, std::uint64_t seed,
                                          const LabelShare& share) {
  return pattern_labels(Pattern(options.pattern), "labels.pattern", seed, share);
}

}  // namespace glyphmill::labels
