// SPDX-License-Identifier: Apache-2.0
#include "sinks/data_set_directory.h"

#include <fmt/format.h>

#include <algorithm>

#include "glyphmill/error.h"
#include "glyphmill/version.h"
#include "sinks/previous_run.h"

namespace glyphmill::sinks {

std::string shard_name(const Shards& shards, std::uint64_t shard) {
  const std::size_t digits = fmt::formatted_size("{}", shards.number());
  return fmt::format("{:0{}}", shard, std::max<std::size_t>(3, digits));
}

DataSetDirectory::DataSetDirectory(const DataSet& data_set, const FolderOptions& options,
                                   const std::string& content)
    : seed_(data_set.seed),
      count_(data_set.count),
      recipe_yaml_(data_set.recipe_yaml),
      shards_(data_set.count),
      existed_(directory_exists(options.path)),
      root_(options.path, true) {
  if (!root_.lock()) {
    throw Error(ErrorCode::kIo,
                fmt::format("{}: another run is writing a data set there", options.path));
  }
  prepare_directory(root_, recipe_yaml_, content, options.overwrite, options.resume);
  complete_ = root_.has(kManifestName);
  resumed_ = !complete_ && root_.has(kWorkName);
}

void DataSetDirectory::open(const std::function<bool(const Json& manifest)>& is_whole,
                            const std::function<void()>& make_rest) {
  if (complete_) {
    check_complete(is_whole);
    root_.remove_all(kWorkName);  // of a run that ended behind its manifest
    return;
  }
  try {
    work_.emplace(root_.make(kWorkName));
    if (!root_.has(kRecipeName)) {
      work_->replace(kRecipeName, recipe_yaml_);
      put(kRecipeName);
    }
    make_rest();
  } catch (...) {
    if (!resumed_) remove_quietly();
    throw;
  }
}

bool DataSetDirectory::is_recorded(std::uint64_t shard) const {
  return work_->has(shard_name(shards_, shard) + ".json");
}

Json DataSetDirectory::record(std::uint64_t shard) const {
  const std::string name = shard_name(shards_, shard) + ".json";
  Json record = Json::parse(work_->read(name), nullptr, false);
  if (record.is_object()) return record;
  throw Error(ErrorCode::kFormat,
              fmt::format("{}/{}: must be the record of a finished shard. Make the data set anew "
                          "with --overwrite",
                          work_->path(), name));
}

void DataSetDirectory::finish(const std::string& format, const Json& fields,
                              const std::function<void()>& put_content) {
  work_->replace(kLabelsName, shards_.number(), [&](std::uint64_t shard) {
    return work_->read(shard_name(shards_, shard) + ".tsv");
  });
  Json manifest = {{"glyphmill", version()},
                   {"format", format},
                   {"seed", seed_},
                   {"count", count_},
                   {"labels", kLabelsName}};
  manifest.update(fields);
  work_->replace(kManifestName, manifest.dump(1) + "\n");
  if (put_content) put_content();
  put(kLabelsName);
  put(kManifestName);
  complete_ = true;
  root_.sync_file_system();
  root_.remove_all(kWorkName);
}

void DataSetDirectory::remove() {
  remove_data_set(root_);
  if (!existed_) remove_empty_directory(root_.path());
}

/// A manifest alone does not make a data set: it must be ours, and what it tells of be there.
void DataSetDirectory::check_complete(const std::function<bool(const Json&)>& is_whole) const {
  const Json manifest = Json::parse(root_.read(kManifestName), nullptr, false);
  if (manifest.is_object() && manifest.value("count", Json()) == count_ && root_.has(kLabelsName) &&
      is_whole(manifest)) {
    return;
  }
  throw Error(ErrorCode::kFormat,
              fmt::format("{}: the data set was finished once and has been damaged since: its "
                          "manifest, labels or images are not what they were. Make it anew with "
                          "--overwrite",
                          root_.path()));
}

/// By way of the work directory, so that a run that is killed leaves no temporary file beside the
/// data.
void DataSetDirectory::put(const std::string& name) const { work_->move(name, root_, name); }

void DataSetDirectory::remove_quietly() noexcept {
  try {
    remove_data_set(root_);
  } catch (...) {  // what failed first is the error to report
  }
  if (!existed_) remove_empty_directory(root_.path());
}

}  // namespace glyphmill::sinks
