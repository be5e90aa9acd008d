// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "glyphmill/balance.h"
#include "glyphmill/error.h"
#include "glyphmill/utf8.h"
#include "labels/calendar.h"
#include "labels/date_layout.h"
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
  Dates(const DateOptions& options, std::uint64_t seed)
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
  }

  void at(std::uint64_t k, LabelText& out) const override {
    const Date date = date_of(first_ + balanced_class(days(), {seed_, k, kStage}));
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

 private:
  std::uint64_t days() const { return last_ - first_ + 1; }

  std::uint64_t first_;  // day number
  std::uint64_t last_;
  DateLayout layout_;
  DateLayout label_layout_;
  std::uint64_t per_date_;
  std::uint64_t seed_;
};

}  // namespace

std::unique_ptr<LabelSource> make_dates(const DateOptions& options, std::uint64_t seed) {
  check_bounds(options, "labels");
  return std::make_unique<Dates>(options, seed);
}

}  // namespace glyphmill::labels
