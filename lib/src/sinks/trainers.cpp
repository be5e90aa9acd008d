// SPDX-License-Identifier: Apache-2.0
#include "sinks/trainers.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "glyphmill/version.h"
#include "sinks/layout.h"

namespace glyphmill::sinks {
namespace {

/// `text` as one word of a shell's line.
std::string shell_word(std::string_view text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

/// `text` as a text of YAML.
std::string yaml_text(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

/// KEY=TEXT as one word of a shell's line, for hydra, which takes digits without quotes for a
/// number.
std::string hydra_option(std::string_view key, std::string_view text) {
  std::string option = fmt::format("{}=\"", key);
  for (const char c : text) {
    if (c == '"' || c == '\\') option += '\\';
    option += c;
  }
  return shell_word(option + '"');
}

std::string joined(const std::vector<std::string>& characters) {
  std::string text;
  for (const std::string& character : characters) text += character;
  return text;
}

/// The alphabet for programs that put it between "[^" and "]" of a regular expression unchanged:
/// ']' means itself only in front, '-' at the end, '\' doubled.
std::string regex_class(const std::vector<std::string>& characters) {
  std::string front, middle, back;
  for (const std::string& character : characters) {
    if (character == "]") {
      front = character;
    } else if (character == "-") {
      back = character;
    } else {
      middle += character == "\\" ? "\\\\" : character;
    }
  }
  return front + middle + back;
}

bool is_capital(const std::string& character) {
  return character.size() == 1 && character[0] >= 'A' && character[0] <= 'Z';
}

bool has_capitals(const std::vector<std::string>& alphabet) {
  return std::any_of(alphabet.begin(), alphabet.end(), is_capital);
}

/// What --sensitive of deep-text-recognition-benchmark allows, whatever --character says. Its list
/// has a backslash too, but as a regular expression that escapes the ']' behind it.
bool is_allowed_when_sensitive(const std::string& character) {
  return character.size() == 1 && character[0] > ' ' && character[0] <= '~' && character[0] != '\\';
}

/// How to train on LMDB after `preparation`. That program lower-cases labels unless --sensitive is
/// given, and drops those with characters that it was not told of.
std::string benchmark_command(const Statistics& statistics, const std::string& preparation,
                              const std::string& data) {
  const std::vector<std::string> alphabet = statistics.alphabet();
  std::string characters = "--character " + shell_word(regex_class(alphabet));
  if (has_capitals(alphabet)) {
    if (!std::all_of(alphabet.begin(), alphabet.end(), is_allowed_when_sensitive)) {
      return "cannot read these labels: capital letters need --sensitive, which has no room for "
             "spaces, backslashes and characters beyond ASCII";
    }
    characters = "--sensitive";
  }
  return fmt::format(
      "{}train.py --train_data {} --select_data / --batch_ratio 1 {}{} --batch_max_length {}",
      preparation, data, statistics.has_colour() ? "--rgb " : "", characters,
      statistics.longest_label());
}

std::string paddle_options(const Statistics& statistics) {
  const std::vector<std::string> alphabet = statistics.alphabet();
  const bool spaces = std::find(alphabet.begin(), alphabet.end(), " ") != alphabet.end();
  return fmt::format(
      "Global.character_dict_path={} Global.max_text_length={} Global.use_space_char={}",
      kCharactersName, statistics.longest_label(), spaces ? "true" : "false");
}

Json of_lists(const Statistics& statistics) {
  return {{"PaddleOCR", fmt::format("{} Train.dataset.name=SimpleDataSet Train.dataset.data_dir=. "
                                    "Train.dataset.label_file_list=[{}]",
                                    paddle_options(statistics), kLabelsName)},
          {"deep-text-recognition-benchmark",
           benchmark_command(
               statistics,
               fmt::format("create_lmdb_dataset.py --inputPath . --gtFile {} --outputPath LMDB; ",
                           kLabelsName),
               "LMDB")}};
}

/// PARSeq takes blanks and what is not ASCII out of labels unless it is told not to.
std::string parseq_options(const Statistics& statistics) {
  const std::string characters = joined(statistics.alphabet());
  return fmt::format(
      "{} {} model.max_label_length={} data.remove_whitespace=false "
      "data.normalize_unicode=false",
      hydra_option("model.charset_train", characters),
      hydra_option("model.charset_test", characters), statistics.longest_label());
}

Json of_lmdb(const Statistics& statistics) {
  return {
      {"deep-text-recognition-benchmark", benchmark_command(statistics, "", "lmdb")},
      {"PaddleOCR",
       paddle_options(statistics) + " Train.dataset.name=LMDBDataSet Train.dataset.data_dir=lmdb"},
      {"PARSeq", parseq_options(statistics)},
      {"MMOCR", "RecogLMDBDataset, one for each directory in lmdb, in a ConcatDataset; dict_file=" +
                    kCharactersName}};
}

Json of_webdataset(const DataSet& data_set, const Shards& shards) {
  const Layout layout = layout_of(data_set.format, data_set.split);
  const std::string last = shard_path(layout, shards, shards.number() - 1);
  const std::size_t digits = last.size() - layout.shard_prefix.size() - layout.shard_suffix.size();
  const std::string number = last.substr(layout.shard_prefix.size(), digits);
  const std::string paths = fmt::format("{}/{}{{{}..{}}}{}", layout.content, layout.shard_prefix,
                                        std::string(digits, '0'), number, layout.shard_suffix);
  const char* const ext = data_set.output.image_ext == ImageExt::kPng ? "png" : "jpg";
  return {{"webdataset", fmt::format("WebDataset(\"{}\", shardshuffle=False).decode(\"pil\")"
                                     ".to_tuple(\"{}\", \"txt\")",
                                     paths, ext)},
          {"datasets", fmt::format("load_dataset(\"webdataset\", data_files=\"{}/*{}\")",
                                   layout.content, layout.shard_suffix)}};
}

/// Its filter compares lower-cased labels with the characters, so they need both cases.
Json of_easyocr(const Statistics& statistics) {
  std::vector<std::string> characters = statistics.alphabet();
  const bool sensitive = has_capitals(characters);
  for (const std::string& character : statistics.alphabet()) {
    const std::string small(1, static_cast<char>(character[0] + 'a' - 'A'));
    const bool known = std::find(characters.begin(), characters.end(), small) != characters.end();
    if (is_capital(character) && !known) characters.push_back(small);
  }
  return {
      {"EasyOCR", fmt::format("train_data: images, select_data: '/', batch_ratio: '1', number: {}, "
                              "symbol: '', lang_char: '', batch_max_length: {}, sensitive: {}, "
                              "data_filtering_off: False",
                              yaml_text(regex_class(characters)), statistics.longest_label(),
                              sensitive ? "True" : "False")}};
}

Json trainers_of(const DataSet& data_set, const Shards& shards, const Statistics& statistics) {
  const std::string split = data_set.split.empty() ? "train" : data_set.split;
  switch (data_set.format) {
    case Format::kFolder:
      return of_lists(statistics);
    case Format::kLmdb:
      return of_lmdb(statistics);
    case Format::kWebDataset:
      return of_webdataset(data_set, shards);
    case Format::kJsonl:
      return {{"MMOCR",
               "RecogTextDataset(data_root='.', ann_file='annotations.jsonl', "
               "parser_cfg=dict(type='LineJsonParser', keys=['filename', 'text'])); dict_file=" +
                   kCharactersName}};
    case Format::kHf:
      return {{"datasets", fmt::format("load_dataset(\".\", split=\"{}\")", hf_split_name(split))}};
    case Format::kTesseract:
      return {{"tesstrain", "make training MODEL_NAME=NAME GROUND_TRUTH_DIR=ground-truth PSM=13"}};
    case Format::kEasyOcr:
      return of_easyocr(statistics);
    case Format::kCoco:
      return {{"pycocotools", "COCO(\"annotations.json\"), images below ."}};
    case Format::kIdx:
      return {{"torchvision",
               fmt::format("torchvision.datasets.mnist.read_sn3_pascalvincent_tensor(FILE); label "
                           "{} is padding",
                           statistics.alphabet().size())}};
    case Format::kNpz:
      return {{"numpy", "numpy.load(FILE): images, labels"}};
    case Format::kPickle:
      return {{"number-generator", "pickle.load(open(FILE, 'rb')): images, labels, metadata"}};
  }
  return Json::object();
}

}  // namespace

std::string characters_list(const Statistics& statistics) {
  std::string list;
  for (const std::string& character : statistics.alphabet()) {
    if (character != " ") list += character + "\n";
  }
  return list;
}

Json summary(const DataSet& data_set, const Shards& shards, const Statistics& statistics) {
  Json counts = Json::object();
  for (const auto& [character, count] : statistics.character_counts()) counts[character] = count;
  return {{"glyphmill", version()},
          {"format", name_of(data_set.format)},
          {"seed", data_set.seed},
          {"count", statistics.count()},
          {"characters", joined(statistics.alphabet())},
          {"longest_label", statistics.longest_label()},
          {"shortest_label", statistics.shortest_label()},
          {"character_counts", counts},
          {"image", statistics.image_json()},
          {"trainers", trainers_of(data_set, shards, statistics)}};
}

}  // namespace glyphmill::sinks
