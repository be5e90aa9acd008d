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

/// What --sensitive of deep-text-recognition-benchmark allows, whatever --character says: of
/// printable ASCII, '\' is lost in its regular expression.
bool is_sensitive_character(const std::string& character) {
  return character.size() == 1 && character[0] > ' ' && character[0] <= '~' && character[0] != '\\';
}

/// That program lower-cases labels unless --sensitive is given, and drops those with characters
/// that it was not told of.
std::string benchmark_flags(const Statistics& statistics) {
  const std::vector<std::string> alphabet = statistics.alphabet();
  const std::string length =
      fmt::format("{}--batch_max_length {}", statistics.has_colour() ? "--rgb " : "",
                  statistics.longest_label());
  if (std::none_of(alphabet.begin(), alphabet.end(), is_capital)) {
    return fmt::format("--character {} {}", shell_word(regex_class(alphabet)), length);
  }
  if (std::all_of(alphabet.begin(), alphabet.end(), is_sensitive_character)) {
    return "--sensitive " + length;
  }
  return "cannot read these labels: capital letters need --sensitive, which has no room for "
         "spaces, "
         "backslashes and characters beyond ASCII";
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
           fmt::format("create_lmdb_dataset.py --inputPath . --gtFile {} --outputPath LMDB; "
                       "train.py --train_data LMDB --select_data / --batch_ratio 1 {}",
                       kLabelsName, benchmark_flags(statistics))}};
}

Json of_lmdb(const Statistics& statistics) {
  return {
      {"deep-text-recognition-benchmark",
       "train.py --train_data lmdb --select_data / --batch_ratio 1 " + benchmark_flags(statistics)},
      {"PaddleOCR",
       paddle_options(statistics) + " Train.dataset.name=LMDBDataSet Train.dataset.data_dir=lmdb"},
      {"PARSeq",
       fmt::format("model.charset_train={} model.charset_test={} model.max_label_length={} "
                   "data.remove_whitespace=false data.normalize_unicode=false",
                   shell_word(joined(statistics.alphabet())),
                   shell_word(joined(statistics.alphabet())), statistics.longest_label())},
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

/// Its trainer filters by the lower-case form of a label, which therefore must be known too.
Json of_easyocr(const Statistics& statistics) {
  std::vector<std::string> alphabet = statistics.alphabet();
  const bool sensitive = std::any_of(alphabet.begin(), alphabet.end(), is_capital);
  for (const std::string& character : statistics.alphabet()) {
    if (!is_capital(character)) continue;
    const std::string lower(1, static_cast<char>(character[0] + ('a' - 'A')));
    if (std::find(alphabet.begin(), alphabet.end(), lower) == alphabet.end()) {
      alphabet.push_back(lower);
    }
  }
  return {
      {"EasyOCR", fmt::format("train_data: images, select_data: '/', batch_ratio: '1', number: {}, "
                              "symbol: '', lang_char: '', batch_max_length: {}, sensitive: {}, "
                              "data_filtering_off: False",
                              shell_word(regex_class(alphabet)), statistics.longest_label(),
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
      return {{"datasets", fmt::format("load_dataset(\".\", split=\"{}\")", split)}};
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
