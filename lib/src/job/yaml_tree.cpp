// SPDX-License-Identifier: Apache-2.0
#include "job/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <unordered_map>

#include "glyphmill/utf8.h"

namespace glyphmill {
namespace {

constexpr std::size_t kDeepest = 16;
constexpr std::size_t kMostProblems = 20;

/// Turns the byte columns of yaml-cpp into characters.
class Places {
 public:
  explicit Places(const std::string& text) {
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines_.push_back(line);
  }

  /// A mark behind the last line, as a missing bracket has it, becomes the end of that line.
  YamlPosition at(const YAML::Mark& mark) const {
    if (lines_.empty() || mark.is_null()) return {};
    const auto line = static_cast<std::size_t>(mark.line);
    if (line >= lines_.size()) return {lines_.size(), utf8_length(lines_.back()) + 1};
    const std::string_view before =
        std::string_view(lines_[line]).substr(0, static_cast<std::size_t>(mark.column));
    return {line + 1, utf8_length(before) + 1};
  }

  bool holds(const YAML::Mark& mark) const {
    return !mark.is_null() && static_cast<std::size_t>(mark.line) < lines_.size();
  }

 private:
  std::vector<std::string> lines_;
};

/// Builds the tree from the parser's events. The containers that are open form a stack.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const Places& places, YamlProblems& problems)
      : places_(places), problems_(problems) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) report(mark, "must be one document with nothing after it");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    place(made(YamlNode::Kind::kNothing, mark, "", anchor));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    report(mark, "aliases (*name) are not allowed");
    place(made(YamlNode::Kind::kNothing, mark, "", YAML::NullAnchor));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node = made(YamlNode::Kind::kScalar, mark, tag, anchor);
    node.text = value;
    node.quoted = tag == "!";
    place(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(made(YamlNode::Kind::kList, mark, tag, anchor));
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(made(YamlNode::Kind::kMap, mark, tag, anchor));
  }
  void OnMapEnd() override { close(); }

  YamlNode take_root() { return std::move(root_); }

 private:
  struct Open {
    YamlNode node;
    std::optional<YamlEntry> entry;  // of a map: its key is read, its value is not
    std::unordered_map<std::string, std::size_t> line_of_key;
  };

  /// The dotted key of the value that is being read.
  std::string path() const {
    std::string result;
    for (const Open& open : stack_) {
      if (open.entry) result = joined_path(result, shown(open.entry->key));
    }
    return result;
  }

  void report(const YAML::Mark& mark, const std::string& what) {
    problems_.add(places_.at(mark), path(), what);
  }

  YamlNode made(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor) {
    // yaml-cpp calls the tag of an untagged plain scalar "?" and of a quoted one "!".
    if (!tag.empty() && tag != "?" && tag != "!") report(mark, "tags (!name) are not allowed");
    if (anchor != YAML::NullAnchor) report(mark, "anchors (&name) are not allowed");
    YamlNode node;
    node.kind = kind;
    node.at = places_.at(mark);
    return node;
  }

  void open(YamlNode node) {
    if (stack_.size() >= kDeepest) {
      problems_.add(node.at, path(), fmt::format("must not be nested deeper than {}", kDeepest));
      problems_.throw_if_any();
    }
    stack_.push_back({std::move(node), std::nullopt, {}});
  }

  void close() {
    YamlNode node = std::move(stack_.back().node);
    stack_.pop_back();
    place(std::move(node));
  }

  void place(YamlNode node) {
    if (stack_.empty()) {
      if (documents_ == 1) root_ = std::move(node);
      return;
    }
    Open& parent = stack_.back();
    if (parent.node.kind == YamlNode::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.entry) {
      begin_entry(parent, node);
    } else {
      end_entry(parent, std::move(node));
    }
  }

  void begin_entry(Open& parent, const YamlNode& key) {
    if (key.kind != YamlNode::Kind::kScalar) problems_.add(key.at, path(), "a key must be text");
    parent.entry = YamlEntry{key.text, key.at, {}};
  }

  void end_entry(Open& parent, YamlNode value) {
    const auto [first, is_new] =
        parent.line_of_key.emplace(parent.entry->key, parent.entry->at.line);
    if (!is_new) {
      problems_.add(parent.entry->at, path(),
                    fmt::format("key given twice, first in line {}", first->second));
    }
    YamlEntry entry = std::move(*parent.entry);
    parent.entry.reset();
    // An empty place has no mark of its own.
    if (value.kind == YamlNode::Kind::kNothing) value.at = entry.at;
    entry.value = std::move(value);
    if (is_new) parent.node.entries.push_back(std::move(entry));
  }

  const Places& places_;
  YamlProblems& problems_;
  int documents_ = 0;
  YamlNode root_;
  std::vector<Open> stack_;
};

/// yaml-cpp takes some characters for the end of the file, and bytes as they come.
void check_characters(const std::string& yaml, YamlProblems& problems) {
  if (yaml.size() > kMostYamlBytes) {
    problems.add({}, "", fmt::format("must be at most {} bytes", kMostYamlBytes));
  } else if (!is_utf8(yaml)) {
    problems.add({}, "", "must be UTF-8 text");
  } else {
    YamlPosition at;
    for (const char c : yaml) {
      const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
      if (control && c != '\t' && c != '\n' && c != '\r') {
        problems.add(at, "", "must not have control characters. Got: " + printable({&c, 1}));
      }
      at.column += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
      if (c == '\n') at = {at.line + 1, 1};
    }
  }
  problems.throw_if_any();
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const YamlEntry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

FieldValue YamlNode::value() const {
  using Shape = FieldValue::Shape;
  if (kind == Kind::kNothing) return {Shape::kNothing, {}};
  if (kind == Kind::kScalar) return {Shape::kScalar, {text}};
  FieldValue list{Shape::kList, {}};
  if (kind == Kind::kMap) list.shape = Shape::kOther;
  for (const YamlNode& item : items) {
    if (item.kind != Kind::kScalar) list.shape = Shape::kOther;
    list.items.push_back(item.text);
  }
  return list;
}

void YamlProblems::add(const YamlPosition& at, const std::string& path, const std::string& what) {
  const std::string text = path.empty() ? what : fmt::format("{}: {}", path, what);
  if (known_.emplace(at.line, at.column, text).second) problems_.push_back({at, text});
}

void YamlProblems::throw_if_any() const {
  if (problems_.empty()) return;
  std::vector<Problem> sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return a.at.line != b.at.line ? a.at.line < b.at.line : a.at.column < b.at.column;
  });
  std::string message;
  for (std::size_t i = 0; i < std::min(sorted.size(), kMostProblems); ++i) {
    const auto& [at, text] = sorted[i];
    if (i > 0) message += '\n';
    if (!file_.empty() && at.line > 0) {
      message += fmt::format("{}:{}:{}: ", file_, at.line, at.column);
    }
    message += text;
  }
  if (sorted.size() > kMostProblems) {
    message += fmt::format("\n{}{}and {} more", file_, file_.empty() ? "" : ": ",
                           sorted.size() - kMostProblems);
  }
  throw Error(code_, message);
}

YamlNode parse_yaml(const std::string& yaml, YamlProblems& problems) {
  check_characters(yaml, problems);
  const Places places(yaml);
  // An explicit end of the document, because yaml-cpp lets the end of the file close a quotation.
  std::istringstream stream(yaml + "\n...\n");
  TreeBuilder builder(places, problems);
  try {
    YAML::Parser parser(stream);
    // No third: at a stray comma yaml-cpp finds empty documents without end.
    if (parser.HandleNextDocument(builder)) parser.HandleNextDocument(builder);
  } catch (const YAML::Exception& error) {
    const bool at_end = !places.holds(error.mark);
    problems.add(places.at(error.mark), "",
                 at_end ? "a quotation or bracket is not closed" : error.msg);
    problems.throw_if_any();
  }
  YamlNode root = builder.take_root();
  if (root.kind == YamlNode::Kind::kNothing) root.at = {};
  return root;
}

void forget_places(YamlNode& node) {
  node.at = {0, 0};
  for (YamlNode& item : node.items) forget_places(item);
  for (YamlEntry& entry : node.entries) {
    entry.at = {0, 0};
    forget_places(entry.value);
  }
}

std::string joined_path(const std::string& section, std::string_view key) {
  return section.empty() ? std::string(key) : fmt::format("{}.{}", section, key);
}

YamlFields::YamlFields(const YamlNode& node, std::string path, YamlProblems& problems)
    : node_(node), path_(std::move(path)), problems_(problems) {
  if (node.kind != YamlNode::Kind::kMap) {
    problems.add(node.at, path_, "must be a map. Got: " + shown(node.value()));
  }
  for (const YamlEntry& entry : node.entries) values_.push_back(entry.value.value());
}

const FieldValue* YamlFields::find(std::string_view key) {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (node_.entries[i].key == key) return &values_[i];
  }
  return nullptr;
}

void YamlFields::refuse(std::string_view key, const std::string& why) {
  const YamlNode* const node = node_.find(key);
  problems_.add(node == nullptr ? node_.at : node->at, joined_path(path_, key), why);
}

void YamlFields::refuse_others(const std::vector<std::string>& known, const std::string& where) {
  const std::vector<std::string_view> names(known.begin(), known.end());
  for (const YamlEntry& entry : node_.entries) {
    if (std::find(names.begin(), names.end(), entry.key) != names.end()) continue;
    const std::string_view meant = closest_name(entry.key, names);
    std::string why = "unknown key";
    if (!meant.empty()) {
      why += fmt::format(", did you mean '{}'?", meant);
    } else if (!where.empty()) {
      why += " " + where;
    }
    problems_.add(entry.at, joined_path(path_, shown(entry.key)), why);
  }
}

}  // namespace glyphmill
