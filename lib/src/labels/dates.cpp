// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "glyphmill/balance.h"
#include "glyphmill/error.h"
#include "glyphmill/utf8.h"
#include "labels/calendar.h"
#include "labels/date_layout.h"
#include "labels/share.h"
#include "labels/sources.h"

namespace glyphmill::labels {
namespace {

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

[[noreturn]] void refuse(const std::string& field, const std::string& rule,
                         const std::string& got) {
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("{}: {}. Got: {}", field, rule, printable(got)));
}

std::uint64_t checked_day(const std::string& field, const std::string& text) {
  const std::optional<Date> date = parse_date(text);
  if (!date) {
    refuse(field, "must be a date of the calendar, YYYY-MM-DD from 0001-01-01 to 9999-12-31", text);
  }
  return day_number(*date);
}

class Dates final : public LabelSource {
 public:
  Dates(const DateOptions& options, std::uint64_t seed, const LabelShare& share)
      : first_(checked_day("labels.from", options.from)),
        last_(checked_day("labels.to", options.to)),
        layout_("labels.layout", options.layout),
        label_layout_("labels.label_layout", options.label_layout),
        per_date_(options.per_date),
        seed_(seed) {
    if (last_ < first_) {
      refuse("labels.to", fmt::format("must not be before labels.from ({})", options.from),
             options.to);
    }
    if (!share.is_whole()) choose_days(share);
  }

  void at(std::uint64_t k, LabelText& out) const override {
    const Date date = date_of(first_ + day_of(k));
    layout_.write(date, out.text);
    label_layout_.write(date, out.label);
  }

  std::uint64_t limit() const override { return kUnlimited; }

  std::uint64_t natural_count() const override {
    return per_date_ > kUnlimited / days() ? kUnlimited : per_date_ * days();
  }

  std::size_t longest_text() const override {
    // 366 days in a row have every month and day but perhaps 02-29, which is as long as 02-28.
    const std::uint64_t last = std::min(last_, first_ + 365);
    std::size_t longest = 0;
    std::string text;
    for (std::uint64_t day = first_; day <= last; ++day) {
      layout_.write(date_of(day), text);
      longest = std::max(longest, utf8_length(text));
    }
    return longest;
  }

  void for_each_text(const std::function<void(const std::string& name, const std::string& text)>&
                         visit) const override {
    const DateLayout name_layout("name", "{YYYY}-{MM}-{DD}");
    std::string name;
    std::string text;
    for (std::uint64_t day = first_; day <= last_; ++day) {
      const Date date = date_of(day);
      name_layout.write(date, name);
      layout_.write(date, text);
      visit(name, text);
    }
  }

  void for_each_label(const std::function<void(const std::string& label)>& visit) const override {
    std::string label;
    for (std::uint64_t day = first_; day <= last_; ++day) {
      label_layout_.write(date_of(day), label);
      visit(label);
    }
  }

 private:
  std::uint64_t days() const { return last_ - first_ + 1; }

  /// The days whose labels are the share's; of several days with one label all or none.
  void choose_days(const LabelShare& share) {
    std::string label;
    for (std::uint64_t day = 0; day < days(); ++day) {
      label_layout_.write(date_of(first_ + day), label);
      if (share.holds(label)) chosen_.push_back(static_cast<std::uint32_t>(day));
    }
    if (chosen_.empty()) refuse_share(share);
    first_sample_ = share.first;
  }

  std::uint64_t day_of(std::uint64_t k) const {
    if (chosen_.empty()) return balanced_class(days(), {seed_, k, kStage});
    return chosen_[balanced_class(chosen_.size(), {seed_, k - first_sample_, kStage})];
  }

  std::uint64_t first_;  // day number
  std::uint64_t last_;
  DateLayout layout_;
  DateLayout label_layout_;
  std::uint64_t per_date_;
  std::uint64_t seed_;
  std::vector<std::uint32_t> chosen_;  // from `first_` on; of a share that is not the whole
  std::uint64_t first_sample_ = 0;
};

}  // namespace

std::unique_ptr<LabelSource> make_dates(const DateOptions& options, std::uint64_t seed,
                                        const LabelShare& share) {
  check_bounds(options, "labels");
  return std::make_unique<Dates>(options, seed, share);
}

}  // namespace glyphmill::labels
