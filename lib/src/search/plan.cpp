// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "glyphmill/error.h"
#include "glyphmill/search.h"
#include "glyphmill/version.h"
#include "job/field_io.h"
#include "job/recipe_reader.h"
#include "job/yaml_tree.h"
#include "search/space.h"

namespace glyphmill::search {
namespace {

using Kind = YamlNode::Kind;

constexpr std::string_view kParameters = "parameters";
constexpr std::string_view kMethod = "method";
constexpr std::string_view kSeed = "seed";

/// `parse`'s value, or none where it refuses.
template <class Parse>
auto parsed(const Parse& parse) -> std::optional<decltype(parse())> {
  try {
    return parse();
  } catch (const Error&) {
    return std::nullopt;
  }
}

Value value_of(const YamlNode& node) {
  const std::string text = text_of(node.value());
  if (node.quoted) return text;
  if (text == "true" || text == "false") return text == "true";
  const IntegerRange any{-kMostInteger, kMostInteger};
  if (const auto whole = parsed([&] { return parse_signed_integer(text, any); })) return *whole;
  if (const auto number = parsed([&] { return parse_number(text); })) return *number;
  return text;
}

/// A whole number among others that are not is one of them.
void unify_numbers(std::vector<Value>& values) {
  const bool any_real = std::any_of(values.begin(), values.end(), [](const Value& value) {
    return std::holds_alternative<double>(value);
  });
  if (!any_real) return;
  for (Value& value : values) {
    if (const auto* const whole = std::get_if<std::int64_t>(&value)) {
      value = static_cast<double>(*whole);
    }
  }
}

std::vector<Value> values_of(const YamlNode& node) {
  std::vector<Value> values;
  if (node.kind == Kind::kList) {
    for (const YamlNode& item : node.items) values.push_back(value_of(item));
  } else {
    values.push_back(value_of(node));
  }
  unify_numbers(values);
  return values;
}

/// Reads a plan; what is wrong with it is left in the problems.
class PlanReader {
 public:
  PlanReader(const YamlNode& root, YamlProblems& problems) : root_(root), problems_(problems) {}

  Plan read() {
    YamlFields(root_, "", problems_)
        .refuse_others(
            {kVersionKey, std::string(kParameters), std::string(kMethod), std::string(kSeed)});
    read_or_report(kVersionKey, [](const FieldValue& value) { text_of(value); });
    read_or_report(kMethod, [&](const FieldValue& value) {
      const std::string& name = scalar_of(value, "must be a method's name");
      plan_.method = static_cast<Method>(parse_choice(name, method_names()));
    });
    read_or_report(kSeed, [&](const FieldValue& value) {
      plan_.seed = parse_integer(scalar_of(value, "must be a whole number"));
    });
    read_parameters();
    return std::move(plan_);
  }

 private:
  template <class Read>
  void read_or_report(std::string_view key, const Read& read) {
    const YamlNode* const node = root_.find(key);
    if (node == nullptr) return;
    report_at(node->at, std::string(key), [&] { read(node->value()); });
  }

  template <class Action>
  void report_at(const YamlPosition& at, const std::string& path, const Action& action) {
    try {
      action();
    } catch (const Error& error) {
      problems_.add(at, path, error.what());
    }
  }

  void read_parameters() {
    const YamlNode* const map = root_.find(kParameters);
    const std::string path(kParameters);
    if (map == nullptr || map->kind != Kind::kMap) {
      const std::string got = map == nullptr ? "nothing" : shown(map->value());
      problems_.add(map == nullptr ? root_.at : map->at, path, "must be a map. Got: " + got);
      return;
    }
    for (const YamlEntry& entry : map->entries) {
      const std::size_t before = problems_.size();
      const std::string own = joined_path(path, shown(entry.key));
      Parameter parameter{entry.key};
      report_at(entry.value.at, own, [&] { read_parameter(entry.value, own, parameter); });
      if (problems_.size() == before && !depends_on_broken(parameter)) {
        report_at(entry.value.at, own, [&] { check_parameter(plan_.space, parameter); });
      }
      if (problems_.size() > before) broken_.push_back(entry.key);
      plan_.space.parameters.push_back(std::move(parameter));
    }
    if (problems_.size() == 0) report_at(map->at, "", [&] { validate(plan_.space); });
  }

  /// What is wrong with it may be the other's fault.
  bool depends_on_broken(const Parameter& parameter) const {
    return std::any_of(
        parameter.when.begin(), parameter.when.end(), [&](const Condition& condition) {
          return std::find(broken_.begin(), broken_.end(), condition.parameter) != broken_.end();
        });
  }

  void read_parameter(const YamlNode& node, const std::string& path, Parameter& parameter) {
    if (node.kind != Kind::kMap) {
      parameter.values = Choices{values_of(node)};
      return;
    }
    const YamlNode* const choice = node.find("choice");
    if (choice != nullptr) {
      YamlFields(node, path, problems_).refuse_others({"choice", "when"});
      parameter.values = Choices{values_of(*choice)};
    } else if (node.find("integer") != nullptr) {
      read_fields(node, path, parameter.values.emplace<Integers>(), {"when"}, problems_);
    } else if (node.find("real") != nullptr) {
      read_fields(node, path, parameter.values.emplace<Reals>(), {"when"}, problems_);
    } else {
      problems_.add(node.at, path, "must have one of integer, real, choice. Got: none of them");
    }
    if (const YamlNode* const when = node.find("when")) {
      read_conditions(*when, joined_path(path, "when"), parameter);
    }
  }

  void read_conditions(const YamlNode& node, const std::string& path, Parameter& parameter) {
    if (node.kind != Kind::kMap) {
      problems_.add(node.at, path, "must be a map. Got: " + shown(node.value()));
    }
    for (const YamlEntry& entry : node.entries) {
      report_at(entry.value.at, path, [&] {
        Condition condition{entry.key, values_of(entry.value)};
        take_type_of_parent(condition);
        parameter.when.push_back(std::move(condition));
      });
    }
  }

  /// `1` is a number among [0.5, 1] too.
  void take_type_of_parent(Condition& condition) const {
    const Parameter* const parent = find_parameter(plan_.space, condition.parameter);
    const auto* const choices = parent == nullptr ? nullptr : std::get_if<Choices>(&parent->values);
    if (choices == nullptr || choices->values.empty()) return;
    if (!std::holds_alternative<double>(choices->values.front())) return;
    condition.values.push_back(0.0);
    unify_numbers(condition.values);
    condition.values.pop_back();
  }

  const YamlNode& root_;
  YamlProblems& problems_;
  Plan plan_;
  std::vector<std::string> broken_;
};

std::string list_of(const std::vector<Value>& values) {
  std::vector<std::string> items;
  for (const Value& value : values) items.push_back(spelled(value));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string fields_of(const Integers& integers) {
  const auto& [min, max] = integers.range;
  return fmt::format("integer: [{}, {}], step: {}, log: {}", min, max, integers.step, integers.log);
}

std::string fields_of(const Reals& reals) {
  return fmt::format("real: [{}, {}], log: {}", reals.range.min, reals.range.max, reals.log);
}

std::string fields_of(const Choices& choices) {
  return fmt::format("choice: {}", list_of(choices.values));
}

std::string line_of(const Parameter& parameter) {
  std::string fields =
      std::visit([](const auto& values) { return fields_of(values); }, parameter.values);
  std::string conditions;
  for (const Condition& condition : parameter.when) {
    conditions += fmt::format("{}{}: {}", conditions.empty() ? "" : ", ", condition.parameter,
                              list_of(condition.values));
  }
  if (!conditions.empty()) fields += fmt::format(", when: {{{}}}", conditions);
  return fmt::format("  {}: {{{}}}\n", parameter.name, fields);
}

}  // namespace

void describe(Integers& integers, FieldVisitor& visitor) {
  const IntegerRange bounds{-kMostInteger, kMostInteger};
  auto step = static_cast<std::uint64_t>(integers.step);
  visitor.integer_range("integer", integers.range, bounds, "");
  visitor.integer("step", step, {1, static_cast<std::uint64_t>(kMostInteger)}, "");
  visitor.boolean("log", integers.log, "");
  integers.step = static_cast<std::int64_t>(step);
}

void describe(Reals& reals, FieldVisitor& visitor) {
  visitor.range("real", reals.range, {}, "");
  visitor.boolean("log", reals.log, "");
}

const std::vector<std::string_view>& method_names() {
  static const std::vector<std::string_view> names{"random", "gp", "tpe"};
  return names;
}

Plan read_plan(const std::string& path) { return parse_plan(recipe_text(path), path); }

Plan parse_plan(const std::string& yaml, const std::string& name) {
  YamlProblems problems(name, ErrorCode::kInvalidArgument);
  const YamlNode root = parse_yaml(yaml, problems);
  Plan plan = PlanReader(root, problems).read();
  problems.throw_if_any();
  return plan;
}

std::string to_yaml(const Plan& plan) {
  std::string yaml = fmt::format("{}: {}\n", kVersionKey, yaml_quoted(version()));
  if (plan.method) {
    yaml +=
        fmt::format("{}: {}\n", kMethod, method_names()[static_cast<std::size_t>(*plan.method)]);
  }
  if (plan.seed) yaml += fmt::format("{}: {}\n", kSeed, *plan.seed);
  yaml += fmt::format("{}:\n", kParameters);
  for (const Parameter& parameter : plan.space.parameters) yaml += line_of(parameter);
  return yaml;
}

}  // namespace glyphmill::search
