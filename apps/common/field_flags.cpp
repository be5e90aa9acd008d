// SPDX-License-Identifier: Apache-2.0
#include "common/field_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace glyphmill {
namespace {

std::string flag_name(std::string_view key) {
  std::string name(key);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

/// What stands for the values of each sort of field in --help; a space means several.
class Placeholders final : public FieldVisitor {
 public:
  std::map<std::string, std::string, std::less<>> of;

  void boolean(std::string_view key, bool&, std::string_view) override { set(key, "true|false"); }
  void integer(std::string_view key, std::uint64_t&, const IntegerBounds&,
               std::string_view) override {
    set(key, "N");
  }
  void integer(std::string_view key, std::optional<std::uint64_t>&, std::string_view,
               const IntegerBounds&, std::string_view) override {
    set(key, "N");
  }
  void integer_range(std::string_view key, IntegerRange&, const IntegerRange&,
                     std::string_view) override {
    set(key, "MIN [MAX]");
  }
  void integers(std::string_view key, std::vector<std::uint64_t>&, const IntegerBounds&,
                std::string_view) override {
    set(key, "N ...");
  }
  void number(std::string_view key, double&, const Bounds&, std::string_view) override {
    set(key, "X");
  }
  void number(std::string_view key, std::optional<double>&, const Bounds&,
              std::string_view) override {
    set(key, "X");
  }
  void range(std::string_view key, Range&, const Bounds&, std::string_view) override {
    set(key, "MIN [MAX]");
  }
  void range(std::string_view key, std::optional<Range>&, const Bounds&,
             std::string_view) override {
    set(key, "MIN [MAX]");
  }
  void spread(std::string_view key, Range&, double, const Bounds&, std::string_view) override {
    set(key, "MIN [MAX]");
  }
  void text(std::string_view key, std::string&, std::string_view) override { set(key, "TEXT"); }
  void texts(std::string_view key, std::vector<std::string>&, std::string_view) override {
    set(key, "TEXT ...");
  }
  void choice(std::string_view key, std::size_t&, const std::vector<std::string_view>& names,
              std::string_view) override {
    set(key, fmt::format("{}", fmt::join(names, "|")));
  }
  void choices(std::string_view key, std::vector<std::size_t>&,
               const std::vector<std::string_view>& names, std::string_view) override {
    set(key, fmt::format("{} ...", fmt::join(names, "|")));
  }

 private:
  void set(std::string_view key, std::string placeholder) {
    of.emplace(key, std::move(placeholder));
  }
};

}  // namespace

std::vector<Flag> flags_of_fields(const DescribeFields& fields, const std::string& group) {
  Placeholders placeholders;
  fields(placeholders);
  std::vector<Flag> flags;
  for (const FieldValueText& field : field_values(fields)) {
    const std::string help = fmt::format("{} (default: {})", field.help, field.value);
    flags.push_back({flag_name(field.key), placeholders.of.find(field.key)->second, group, help});
  }
  return flags;
}

void set_fields(const CommandLine& line, const DescribeFields& fields) {
  for (const FieldValueText& field : field_values(fields)) {
    const std::string flag = flag_name(field.key);
    const Values* const values = line.find(flag);
    if (values != nullptr) set_field_value(fields, field.key, *values, "--" + flag);
  }
}

}  // namespace glyphmill
