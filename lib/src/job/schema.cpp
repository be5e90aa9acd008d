// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/schema.h"

#include <string>
#include <variant>

#include "glyphmill/jobs.h"
#include "glyphmill/recipe.h"
#include "job/recipe_fields.h"
#include "job/recipe_reader.h"
#include "job/schema_fields.h"

namespace glyphmill {
namespace {

using job::closed_object;
using job::Json;
using job::properties_of;

Json defined(const std::string& name) { return {{"$ref", "#/definitions/" + name}}; }

Json name_schema(const std::string& help) {
  Json schema = job::text_schema();
  schema["pattern"] = "^[A-Za-z0-9_-]+$";
  schema["description"] = help;
  return schema;
}

std::string labels_of(std::size_t kind) { return "labels_" + std::string(label_kinds()[kind]); }

std::string section_of(std::string_view section, std::size_t look) {
  return std::string(section) + "_" + std::string(look_kinds()[look]);
}

/// A map in which `key` has one of these values.
Json says(const std::string& key, const Json& values) {
  return {{"type", "object"},
          {"properties", {{key, {{"enum", values}}}}},
          {"required", Json::array({key})}};
}

Json has(const std::string& key) { return {{"required", Json::array({key})}}; }

Json with_kind(Json properties, const std::vector<std::string_view>& kinds) {
  properties["kind"] = {{"enum", kinds}};
  return properties;
}

Json factors_of(const std::string& key) {
  return {{"type", {"object", "null"}},
          {"propertyNames", {{"pattern", key}}},
          {"additionalProperties", job::number_schema(kFactorBounds)}};
}

/// A map, or the path of a file that holds one.
Json weights_schema() {
  Json properties;
  properties["characters"] = factors_of("^.$");
  properties["pairs"] = factors_of("^..$");
  properties["repeats"] = job::number_schema(kFactorBounds);
  properties["positions"] = {{"type", {"object", "null"}},
                             {"propertyNames", {{"pattern", "^0*[1-9][0-9]{0,2}$"}}},
                             {"additionalProperties", factors_of("^.$")}};
  Json map = closed_object(properties);
  map["type"] = {"object", "null"};
  return {{"anyOf", {job::text_schema(), map}},
          {"description", kWeightsHelp},
          {"default", Json::object()}};
}

void define_sections(Json& definitions) {
  for (std::size_t kind = 0; kind < label_kinds().size(); ++kind) {
    const Recipe recipe = default_recipe(kind);
    Json fields =
        std::visit([](const auto& options) { return properties_of(options); }, recipe.labels);
    fields[std::string(kWeightsKey)] = weights_schema();
    definitions[labels_of(kind)] = closed_object(with_kind(fields, label_kinds()));
  }
  for (std::size_t look = 0; look < look_kinds().size(); ++look) {
    const Recipe recipe = with_look(codes_recipe(), look);
    for_each_section(recipe.look, [&](const std::string& section, const auto& options) {
      Json fields = properties_of(options);
      if (section == "glyphs") fields = with_kind(fields, look_kinds());
      definitions[section_of(section, look)] = closed_object(fields);
    });
  }
  definitions["source"] = closed_object(properties_of(ImageSourceOptions{}),
                                        "labelled images, in place of what is drawn");
  definitions["output"] = closed_object(properties_of(OutputOptions{}));
}

/// An operation is its name, or a map of its name and its options.
Json operations() {
  Json names = Json::array();
  Json properties = Json::object();
  for (const OpInfo& op : op_table()) {
    names.push_back(op.name);
    Json fields = properties_of(make_stage(op.name));
    fields["name"] = name_schema("another name than the operation's, where it comes twice");
    Json options = closed_object(fields, op.help);
    options["type"] = {"object", "null"};
    properties[std::string(op.name)] = options;
  }
  Json one = closed_object(properties);
  one["minProperties"] = 1;
  one["maxProperties"] = 1;
  return {{"type", "array"},
          {"description", "what happens to each image, in this order"},
          {"items", {{"anyOf", {Json{{"enum", names}}, one}}}}};
}

/// "if labels are of this kind, they have these fields"; `unnamed` is what they have where no kind
/// is named: the schema of the default, or any.
Json labels_rule(bool any) {
  Json rules = Json::array();
  Json all = Json::array();
  for (std::size_t kind = 0; kind < label_kinds().size(); ++kind) {
    all.push_back(defined(labels_of(kind)));
    rules.push_back({{"if", says("kind", Json::array({label_kinds()[kind]}))},
                     {"then", defined(labels_of(kind))}});
  }
  const Json unnamed = any ? Json{{"anyOf", all}} : defined(labels_of(0));
  rules.push_back({{"if", {{"not", has("kind")}}}, {"then", unnamed}});
  return {{"type", "object"},
          {"description", "what is written, and how evenly"},
          {"properties", {{"kind", {{"enum", label_kinds()}, {"default", label_kinds()[0]}}}}},
          {"allOf", rules}};
}

/// The kinds of labels whose default look this is.
Json kinds_of_look(std::size_t look) {
  Json kinds = Json::array();
  for (std::size_t kind = 0; kind < label_kinds().size(); ++kind) {
    if (default_recipe(kind).look.index() == look) kinds.push_back(label_kinds()[kind]);
  }
  return kinds;
}

Json within(const std::string& section, const Json& condition) {
  return {{"properties", {{section, condition}}}, {"required", Json::array({section})}};
}

/// Whether a recipe names no kind of glyphs, and so has the look of its labels.
Json no_look_named() {
  return {{"not", within("glyphs", {{"type", "object"}, {"required", Json::array({"kind"})}})}};
}

/// Whether a recipe has this look.
Json look_condition(std::size_t look) {
  const Json named = within("glyphs", says("kind", Json::array({look_kinds()[look]})));
  const Json labels = within("labels", says("kind", kinds_of_look(look)));
  const Json unnamed = {
      {"not", within("labels", {{"type", "object"}, {"required", Json::array({"kind"})}})}};
  // Labels without a kind are of the first.
  const bool is_default = default_recipe(0).look.index() == look;
  const Json by_labels = is_default ? Json{{"anyOf", {labels, unnamed}}} : labels;
  return {{"anyOf", {named, Json{{"allOf", {no_look_named(), by_labels}}}}}};
}

Json look_sections(std::size_t look) {
  const bool has_augment = look == Look(DigitLook{}).index();
  Json properties{{"glyphs", defined(section_of("glyphs", look))},
                  {"compose", defined(section_of("compose", look))}};
  properties["augment"] = has_augment ? defined(section_of("augment", look)) : Json(false);
  return {{"properties", properties}};
}

template <class Keys>
Json without(const Keys& keys) {
  Json properties = Json::object();
  for (const std::string_view key : keys) properties[std::string(key)] = false;
  return {{"properties", properties}};
}

/// Which sections go with which look. A job whose look its file's defaults may name has those of
/// either.
Json look_rules(bool any) {
  Json rules = Json::array();
  Json all = Json::array();
  for (std::size_t look = 0; look < look_kinds().size(); ++look) {
    all.push_back(look_sections(look));
    const Json named = within("glyphs", says("kind", Json::array({look_kinds()[look]})));
    rules.push_back({{"if", any ? named : look_condition(look)}, {"then", look_sections(look)}});
  }
  if (any) rules.push_back({{"if", no_look_named()}, {"then", {{"anyOf", all}}}});
  rules.push_back({{"if", has("source")}, {"then", without(kDrawnSections)}});
  return rules;
}

void add_sections(Json& properties, bool any) {
  properties["labels"] = labels_rule(any);
  properties["glyphs"] = {{"type", "object"},
                          {"description", "pictures of characters"},
                          {"properties", {{"kind", {{"enum", look_kinds()}}}}}};
  properties["augment"] = {{"type", "object"},
                           {"description", "changes of each digit, of handwriting"}};
  properties["compose"] = {{"type", "object"}, {"description", "how characters sit"}};
  properties["source"] = defined("source");
  properties["ops"] = defined("ops");
}

Json mix_part() {
  Json properties;
  properties["name"] = name_schema("seeds the part's laws");
  properties["weight"] = job::number_schema(kWeightBounds);
  properties["weight"]["description"] = kWeightHelp;
  properties["weight"]["default"] = 1;
  add_sections(properties, false);
  Json part = closed_object(properties, "one of several sorts of samples");
  part["required"] = {"name"};
  part["allOf"] = look_rules(false);
  return part;
}

Json header() {
  Json properties;
  properties[kVersionKey] = job::text_schema();
  properties[kVersionKey]["description"] = "the version that wrote the recipe";
  for (const RecipeNumber& number : recipe_numbers()) {
    properties[std::string(number.key)] = {
        {"anyOf", {Json{{"const", "auto"}}, job::integer_schema(number.bounds)}},
        {"description", number.help}};
  }
  properties["splits"] = {
      {"type", {"object", "null"}},
      {"description", "data sets of their own: names and shares, which sum to 1"},
      {"propertyNames", {{"pattern", "^[A-Za-z0-9_-]+$"}}},
      {"additionalProperties", {{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", 1}}}};
  properties["split"] = job::text_schema();
  properties["split"]["description"] = kSplitHelp;
  properties["disjoint"] = {
      {"enum", disjoint_names()}, {"default", "auto"}, {"description", kDisjointHelp}};
  return properties;
}

/// A recipe, or with a name a job; `any`: in a file with defaults, which may name its kinds.
Json recipe_schema(bool is_job, bool any) {
  Json properties = header();
  if (is_job) {
    properties["name"] = name_schema("the job's, and that of its directory");
    properties["name"]["maxLength"] = kLongestJobName;
  }
  add_sections(properties, any);
  properties["mix"] = {{"type", "array"},
                       {"description", "several sorts of samples in one data set, by weight"},
                       {"items", defined("mix_part")},
                       {"minItems", 1},
                       {"maxItems", kMostParts}};
  properties["output"] = defined("output");
  Json schema = closed_object(properties);
  if (is_job) schema["required"] = {"name"};
  schema["allOf"] = look_rules(any);
  schema["allOf"].push_back({{"if", has("mix")}, {"then", without(kPartSections)}});
  return schema;
}

Json job_list(const std::string& job) {
  return {{"type", "array"}, {"minItems", 1}, {"maxItems", kMostJobs}, {"items", defined(job)}};
}

/// A map of `jobs` and perhaps `defaults`.
Json job_file() {
  Json properties;
  properties[kVersionKey] = job::text_schema();
  properties["defaults"] = {{"anyOf", {Json{{"type", "null"}}, defined("defaults")}}};
  properties["jobs"] = {{"description", "recipes with names"}};
  Json file = closed_object(properties);
  file["required"] = {"jobs"};
  file["if"] = has("defaults");
  file["then"] = {{"properties", {{"jobs", job_list("job_over_defaults")}}}};
  file["else"] = {{"properties", {{"jobs", job_list("job")}}}};
  return file;
}

}  // namespace

std::string json_schema() {
  Json definitions;
  define_sections(definitions);
  definitions["ops"] = operations();
  definitions["mix_part"] = mix_part();
  definitions["recipe"] = recipe_schema(false, false);
  definitions["job"] = recipe_schema(true, false);
  definitions["job_over_defaults"] = recipe_schema(true, true);
  definitions["defaults"] = recipe_schema(false, true);
  definitions["job_file"] = job_file();
  Json schema{
      {"$schema", "http://json-schema.org/draft-07/schema#"},
      {"title", "Glyphmill recipe"},
      {"description", "A recipe, or a list of jobs, that augment_batch runs"},
      {"if", {{"type", "array"}}},
      {"then", job_list("job")},
      {"else", {{"if", has("jobs")}, {"then", defined("job_file")}, {"else", defined("recipe")}}},
      {"definitions", definitions}};
  return schema.dump(2) + "\n";
}

}  // namespace glyphmill
