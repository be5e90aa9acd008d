// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "glyphmill/balance.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "glyphmill/utf8.h"
#include "labels/share.h"
#include "labels/sources.h"

namespace glyphmill::labels {
namespace {

constexpr std::size_t kMostTexts = 1000000;
constexpr std::size_t kLongestText = 256;

constexpr const char* kField = "labels.texts";

[[noreturn]] void refuse(const std::string& rule, const std::string& got) {
  throw Error(ErrorCode::kInvalidArgument, fmt::format("{}: {}. Got: {}", kField, rule, got));
}

void check_texts(const std::vector<std::string>& texts) {
  if (texts.empty() || texts.size() > kMostTexts) {
    refuse(fmt::format("must have between 1 and {} texts", kMostTexts),
           fmt::to_string(texts.size()));
  }
  for (const std::string& text : texts) {
    if (text.empty() && texts.size() > 1) {
      refuse("must not have an empty text among others",
             fmt::format("'' (text {})", &text - texts.data() + 1));
    }
    if (utf8_length(text) > kLongestText) {
      refuse(fmt::format("must have at most {} characters in a text", kLongestText),
             fmt::format("{} ({} characters)", shown(text), utf8_length(text)));
    }
    check_printable(kField, text);
  }
}

class List final : public LabelSource {
 public:
  List(const ListOptions& options, std::uint64_t seed, const LabelShare& share)
      : seed_(seed), first_(share.is_whole() ? 0 : share.first) {
    for (const std::string& text : options.texts) {
      if (!share.is_whole() && !share.holds(text)) continue;
      texts_.push_back(text);
      longest_ = std::max(longest_, utf8_length(text));
    }
    if (texts_.empty()) refuse_share(share);
  }

  void at(std::uint64_t k, LabelText& out) const override {
    out.text = texts_[balanced_class(texts_.size(), {seed_, k - first_, kStage})];
    out.label = out.text;
  }

  std::uint64_t limit() const override { return std::numeric_limits<std::uint64_t>::max(); }
  std::uint64_t natural_count() const override { return texts_.size(); }
  std::size_t longest_text() const override { return longest_; }

  void for_each_text(
      const std::function<void(const std::string&, const std::string&)>& visit) const override {
    for (const std::string& text : texts_) visit(kField, text);
  }

 private:
  std::vector<std::string> texts_;
  std::uint64_t seed_;
  std::uint64_t first_;
  std::size_t longest_ = 0;
};

}  // namespace

std::unique_ptr<LabelSource> make_list(const ListOptions& options, std::uint64_t seed,
                                       const LabelShare& share) {
  check_texts(options.texts);
  return std::make_unique<List>(options, seed, share);
}

}  // namespace glyphmill::labels
