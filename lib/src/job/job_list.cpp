// SPDX-License-Identifier: Apache-2.0
#include "job/job_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "glyphmill/error.h"
#include "glyphmill/jobs.h"
#include "glyphmill/parse.h"
#include "job/field_io.h"
#include "job/recipe_fields.h"
#include "job/recipe_reader.h"
#include "ops/stage_name.h"

namespace glyphmill {
namespace {

using Kind = YamlNode::Kind;

constexpr std::string_view kName = "name";

void remove(YamlNode& map, std::string_view key) {
  const auto is_key = [key](const YamlEntry& entry) { return entry.key == key; };
  map.entries.erase(std::remove_if(map.entries.begin(), map.entries.end(), is_key),
                    map.entries.end());
}

/// Lays `over` on `under`, key by key where both are maps.
YamlNode merged(const YamlNode& under, const YamlNode& over) {
  if (under.kind != Kind::kMap || over.kind != Kind::kMap) return over;
  YamlNode result = over;
  for (const YamlEntry& entry : under.entries) {
    const auto same = std::find_if(result.entries.begin(), result.entries.end(),
                                   [&](const YamlEntry& other) { return other.key == entry.key; });
    if (same == result.entries.end()) {
      result.entries.push_back(entry);
    } else {
      same->value = merged(entry.value, same->value);
    }
  }
  return result;
}

/// The place in `kinds` of what `section.kind` says; none where it says nothing that is known.
std::optional<std::size_t> kind_of(const YamlNode& root, std::string_view section,
                                   const std::vector<std::string_view>& kinds) {
  const YamlNode* const node = root.find(section);
  const YamlNode* const kind = node == nullptr ? nullptr : node->find("kind");
  if (kind == nullptr || kind->kind != Kind::kScalar) return std::nullopt;
  const auto found = std::find(kinds.begin(), kinds.end(), kind->text);
  if (found == kinds.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kinds.begin());
}

std::optional<std::size_t> label_kind(const YamlNode& root) {
  return kind_of(root, "labels", label_kinds());
}

/// The look that a recipe names or that its kind of labels brings.
std::optional<std::size_t> look_of(const YamlNode& root) {
  if (const auto look = kind_of(root, "glyphs", look_kinds())) return look;
  const auto labels = label_kind(root);
  if (!labels) return std::nullopt;
  return default_recipe(*labels).look.index();
}

bool has_part_section(const YamlNode& root) {
  return std::any_of(kPartSections.begin(), kPartSections.end(),
                     [&](std::string_view section) { return root.find(section) != nullptr; });
}

/// Reads the jobs of one file.
class JobReader {
 public:
  JobReader(const YamlNode& root, YamlProblems& problems)
      : root_(root), problems_(problems), is_whole_(problems.size() == 0) {}

  std::vector<Job> read() {
    if (root_.kind == Kind::kList) {
      read_list(root_, YamlNode{});
    } else {
      YamlFields(root_, "", problems_).refuse_others({"defaults", "jobs", kVersionKey});
      const YamlNode* const defaults = root_.find("defaults");
      read_list(*root_.find("jobs"), defaults == nullptr ? YamlNode{} : *defaults);
    }
    return std::move(jobs_);
  }

 private:
  void read_list(const YamlNode& list, const YamlNode& defaults) {
    const bool is_map = defaults.kind == Kind::kMap;
    if (!is_map && defaults.kind != Kind::kNothing) {
      problems_.add(defaults.at, "defaults", "must be a map. Got: " + shown(defaults.value()));
    }
    if (list.kind != Kind::kList) {
      problems_.add(list.at, "jobs", "must be a list. Got: " + shown(list.value()));
      return;
    }
    if (list.items.empty() || list.items.size() > kMostJobs) {
      problems_.add(
          list.at, "jobs",
          fmt::format("must have between 1 and {} jobs. Got: {}", kMostJobs, list.items.size()));
      return;
    }
    for (const YamlNode& job : list.items) read_job(job, defaults);
  }

  void read_job(const YamlNode& job, const YamlNode& defaults) {
    if (job.kind != Kind::kMap) {
      problems_.add(job.at, "jobs",
                    "each job must be a recipe with a name. Got: " + shown(job.value()));
      return;
    }
    YamlNode recipe = job;
    remove(recipe, kName);
    std::string name = read_name(job);
    jobs_.push_back({std::move(name), read_recipe_of(with_defaults(recipe, defaults))});
  }

  /// With the meaning of its values, unless something is wrong with it or with the file's form.
  Recipe read_recipe_of(const YamlNode& root) {
    const std::size_t before = problems_.size();
    Recipe recipe = recipe_of(root, problems_);
    if (is_whole_ && problems_.size() == before) check_meaning(recipe, root, problems_);
    return recipe;
  }

  std::string read_name(const YamlNode& job) {
    const YamlNode* const node = job.find(kName);
    if (node == nullptr) {
      problems_.add(job.at, "jobs", "each job must have a name");
      return "";
    }
    const FieldValue value = node->value();
    const bool is_name = node->kind == Kind::kScalar && ops::is_stage_name(node->text) &&
                         node->text.size() <= kLongestJobName;
    if (!is_name) {
      problems_.add(node->at, "name",
                    fmt::format("must be at most {} letters, digits, '_' and '-'. Got: {}",
                                kLongestJobName, shown(value)));
      return "";
    }
    const auto [first, is_new] = line_of_name_.emplace(node->text, node->at.line);
    if (!is_new) {
      problems_.add(node->at, "name",
                    fmt::format("must be another than that of the job in line {}. Got: {}",
                                first->second, node->text));
    }
    return node->text;
  }

  const YamlNode& root_;
  YamlProblems& problems_;
  bool is_whole_;
  std::vector<Job> jobs_;
  std::unordered_map<std::string, std::size_t> line_of_name_;
};

}  // namespace

bool is_job_list(const YamlNode& root) {
  return root.kind == Kind::kList || root.find("jobs") != nullptr;
}

YamlNode with_defaults(const YamlNode& job, const YamlNode& defaults) {
  YamlNode under = defaults;
  if (job.find("mix") != nullptr) {
    for (const std::string_view section : kPartSections) remove(under, section);
  } else if (has_part_section(job)) {
    remove(under, "mix");
  }
  if (job.find("splits") != nullptr) remove(under, "splits");
  const auto given = label_kind(under);
  const auto wanted = label_kind(job);
  const auto look = look_of(under);
  if (given && wanted && *given != *wanted) remove(under, "labels");
  if (look && look_of(merged(under, job)) != look) {
    for (const char* section : {"glyphs", "augment", "compose"}) remove(under, section);
  }
  const bool has_drawn =
      std::any_of(kDrawnSections.begin(), kDrawnSections.end(),
                  [&](std::string_view key) { return job.find(key) != nullptr; });
  if (has_drawn) remove(under, "source");
  if (job.find("source") != nullptr) {
    for (const std::string_view section : kDrawnSections) remove(under, section);
  }
  return merged(under, job);
}

JobFile parse_jobs(const std::string& yaml, const std::string& name) {
  YamlProblems problems(name, ErrorCode::kInvalidArgument);
  const YamlNode root = parse_yaml(yaml, problems);
  JobFile file;
  file.is_list = is_job_list(root);
  if (file.is_list) {
    file.jobs = JobReader(root, problems).read();
  } else {
    file.jobs.push_back({"", recipe_of(root, problems)});
    if (problems.size() == 0) check_meaning(file.jobs.front().recipe, root, problems);
  }
  problems.throw_if_any();
  return file;
}

JobFile read_jobs(const std::string& path) { return parse_jobs(recipe_text(path), path); }

}  // namespace glyphmill
