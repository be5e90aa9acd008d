// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/fields.h"

namespace glyphmill::job {

using Json = nlohmann::ordered_json;

/// The schemas of an options struct's fields, by key.
class SchemaFields final : public FieldVisitor {
 public:
  void boolean(std::string_view key, bool& value, std::string_view help) override;
  void integer(std::string_view key, std::uint64_t& value, const IntegerBounds& bounds,
               std::string_view help) override;
  void integer(std::string_view key, std::optional<std::uint64_t>& value, std::string_view none,
               const IntegerBounds& bounds, std::string_view help) override;
  void integer_range(std::string_view key, IntegerRange& value, const IntegerRange& bounds,
                     std::string_view help) override;
  void integers(std::string_view key, std::vector<std::uint64_t>& values,
                const IntegerBounds& bounds, std::string_view help) override;
  void number(std::string_view key, double& value, const Bounds& bounds,
              std::string_view help) override;
  void number(std::string_view key, std::optional<double>& value, const Bounds& bounds,
              std::string_view help) override;
  void range(std::string_view key, Range& value, const Bounds& bounds,
             std::string_view help) override;
  void range(std::string_view key, std::optional<Range>& value, const Bounds& bounds,
             std::string_view help) override;
  void spread(std::string_view key, Range& value, double centre, const Bounds& bounds,
              std::string_view help) override;
  void text(std::string_view key, std::string& value, std::string_view help) override;
  void texts(std::string_view key, std::vector<std::string>& value, std::string_view help) override;
  void choice(std::string_view key, std::size_t& index, const std::vector<std::string_view>& names,
              std::string_view help) override;
  void choices(std::string_view key, std::vector<std::size_t>& indices,
               const std::vector<std::string_view>& names, std::string_view help) override;

  /// key -> schema
  const Json& properties() const { return properties_; }

 private:
  void add(std::string_view key, Json schema, Json value, std::string_view help);

  Json properties_ = Json::object();
};

/// A map that has these keys and no other.
Json closed_object(const Json& properties, std::string_view help = "");

/// Text: also what YAML takes for a number or a truth, for recipes read every scalar as text.
Json text_schema();
Json number_schema(const Bounds& bounds);
Json integer_schema(const IntegerBounds& bounds);

template <class Options>
Json properties_of(Options options) {
  SchemaFields fields;
  describe(options, fields);
  return fields.properties();
}

}  // namespace glyphmill::job
