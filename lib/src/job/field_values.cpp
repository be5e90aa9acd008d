// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/field_values.h"

#include <fmt/format.h>

#include "glyphmill/error.h"
#include "job/field_io.h"

namespace glyphmill {
namespace {

class OneValue final : public FieldSource {
 public:
  OneValue(std::string_view key, const std::vector<std::string>& values, const std::string& origin)
      : key_(key), value_(field_value(values)), origin_(origin) {}

  const FieldValue* find(std::string_view key) override {
    if (key != key_) return nullptr;
    found_ = true;
    return &value_;
  }
  void refuse(std::string_view, const std::string& why) override {
    throw Error(ErrorCode::kInvalidArgument, origin_ + ": " + why);
  }
  bool is_found() const { return found_; }

 private:
  std::string_view key_;
  FieldValue value_;
  const std::string& origin_;
  bool found_ = false;
};

}  // namespace

std::vector<FieldValueText> field_values(const DescribeFields& fields) {
  FieldWriter writer;
  fields(writer);
  std::vector<FieldValueText> texts;
  for (const WrittenField& field : writer.fields()) {
    texts.push_back({field.key, field.value, field.help});
  }
  return texts;
}

void set_field_value(const DescribeFields& fields, std::string_view key,
                     const std::vector<std::string>& values, const std::string& origin) {
  OneValue source(key, values, origin);
  FieldReader reader(source);
  fields(reader);
  if (source.is_found()) return;
  throw Error(ErrorCode::kInternal, fmt::format("{}: no field '{}'", origin, key));
}

}  // namespace glyphmill
