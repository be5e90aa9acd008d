// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/output.h"
#include "sinks/sink.h"

/// Which files a format puts where: what must be known to write a data set, and to remove nothing
/// but its files.
namespace glyphmill::sinks {

using Json = nlohmann::ordered_json;

inline const std::string kRecipeName = "recipe.yaml";
inline const std::string kLabelsName = "labels.tsv";
inline const std::string kManifestName = "manifest.json";
inline const std::string kSamplesName = "samples.jsonl";
inline const std::string kSummaryName = "dataset.json";
inline const std::string kCharactersName = "characters.txt";
inline const std::string kWorkName = ".glyphmill";
inline const std::string kLayoutName = "layout.json";  // in the work directory

/// What a shard is when it is finished.
enum class ShardForm {
  kImages,     ///< a directory of image files
  kDirectory,  ///< a directory of files with fixed names
  kFile,       ///< a file
  kPart,       ///< a file in the work directory, which becomes part of a packed file
};

struct Layout {
  Format format = Format::kFolder;
  ShardForm form = ShardForm::kImages;
  std::string content = "";                     ///< the directory of the shards; "" for kPart
  std::string shard_prefix = "";                ///< of a shard's file name
  std::string shard_suffix = "";                ///< of a shard's file name
  std::vector<std::string> shard_files = {};    ///< in a shard's directory, beside images
  std::vector<std::string> content_files = {};  ///< in `content`, beside the shards
  std::string companion = "";                   ///< ending of a file beside each image, ".gt.txt"
  std::vector<std::string> files = {};          ///< beside the lists that every format has
};

/// The layout of a data set of one format. `split` is the recipe's. Packed formats name their files
/// themselves.
Layout layout_of(Format format, const std::string& split);

/// How Hugging Face's `datasets` calls a split: names there have no '-', and "all" means all
/// splits.
std::string hf_split_name(const std::string& split);

/// The names of the files of a packed data set. Throws Error(kInvalidArgument) if
/// `output.pack_name` gives none that is safe.
std::vector<std::string> packed_names(const DataSet& data_set);

/// A shard's path below the content, "007"; of more than 10,000 shards "012/12345", so that no
/// directory has more than 10,000 entries.
std::string shard_path(const Layout& layout, const Shards& shards, std::uint64_t shard);

/// Name of a shard's files in the work directory: "007".
std::string shard_name(const Shards& shards, std::uint64_t shard);

/// Format and files, to be found again by `layout_from`.
Json to_json(const Layout& layout);

/// The layout that a manifest or the work directory tells of; none if it does not tell of one that
/// Glyphmill could have written: names that lead elsewhere are refused.
std::optional<Layout> layout_from(const Json& json);

std::string_view name_of(Format format);

/// What `output.shard_size` says or, where it says nothing, what suits formats and count: enough
/// shards to keep many cores busy, few enough for a person to browse.
std::uint64_t shard_size_of(const OutputOptions& output, std::uint64_t count);

/// Throws Error(kInvalidArgument) if a directory of one shard would have more than 10,000 files.
void check_shard_size(const OutputOptions& output);

}  // namespace glyphmill::sinks
