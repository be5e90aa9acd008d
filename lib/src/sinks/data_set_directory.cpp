// SPDX-License-Identifier: Apache-2.0
#include "sinks/data_set_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "glyphmill/error.h"
#include "sinks/previous_run.h"

namespace glyphmill::sinks {
namespace {

constexpr std::string_view kRecordEnd = ".json";

Existing existing_of(const FolderOptions& options) {
  if (options.overwrite) return Existing::kReplace;
  return options.resume || options.part ? Existing::kResume : Existing::kRefuse;
}

constexpr const char* kRunLock = "run.lock";    // held as long as a run lasts; shared by parts
constexpr const char* kTurnLock = "turn.lock";  // for what parts do one after the other

/// The lists that stand beside the data, in the order in which they are put there.
const std::vector<std::string>& lists() {
  static const std::vector<std::string> names{kSamplesName, kCharactersName, kSummaryName,
                                              kLabelsName};
  return names;
}

}  // namespace

DataSetDirectory::DataSetDirectory(const DataSet& data_set, const FolderOptions& options,
                                   const Layout& layout)
    : count_(data_set.count),
      recipe_yaml_(data_set.recipe_yaml),
      layout_(layout),
      shards_(data_set.count, shard_size_of(data_set.output, data_set.count)),
      existing_(existing_of(options)),
      part_(options.part),
      existed_(directory_exists(options.path)),
      root_(options.path, true) {
  if (!root_.try_lock(lock_kind()) || !is_free()) refuse_another_run();
}

void DataSetDirectory::open(const std::function<bool(const Json& manifest)>& is_whole,
                            const std::function<void()>& make_rest) {
  prepare_directory(root_, recipe_yaml_, layout_, existing_);
  complete_ = root_.has(kManifestName);
  resumed_ = !complete_ && root_.has(kWorkName);
  try {
    if (!complete_) {
      work_.emplace(root_.make(kWorkName));
      run_lock_.emplace(*work_, kRunLock);
      if (!run_lock_->try_lock(lock_kind())) refuse_another_run();
      LockFile turn(*work_, kTurnLock);
      turn.wait();
      complete_ = root_.has(kManifestName);  // another part may have ended the set meanwhile
      if (!complete_) {
        prepare();
        make_rest();
      }
    }
  } catch (const Error& error) {
    // Another part may have ended the set, and with it the work directory, under our hands.
    complete_ = part_ && error.code() == ErrorCode::kIo && root_.has(kManifestName);
    if (!complete_) {
      undo();
      throw;
    }
  } catch (...) {
    undo();
    throw;
  }
  if (!complete_) return;
  check_complete(is_whole);
  root_.remove_all(kWorkName);  // of a run that ended behind its manifest
}

void DataSetDirectory::prepare() {
  if (root_.has(kRecipeName)) {
    prepare_directory(root_, recipe_yaml_, layout_, Existing::kResume);
    return;
  }
  work_->replace(kLayoutName, to_json(layout_).dump());
  work_->replace(kRecipeName, recipe_yaml_);
  put(kRecipeName);
}

/// A run on another machine, which the lock of the directory does not tell of.
bool DataSetDirectory::is_free() const {
  if (!root_.has(kWorkName)) return true;
  const Directory work = root_.open(kWorkName);
  return LockFile(work, kRunLock).try_lock(lock_kind());
}

void DataSetDirectory::refuse_another_run() const {
  throw Error(ErrorCode::kIo,
              fmt::format("{}: another run is writing a data set there", root_.path()));
}

bool DataSetDirectory::is_recorded(std::uint64_t shard) const {
  return work_->has(shard_name(shards_, shard) + std::string(kRecordEnd));
}

std::uint64_t DataSetDirectory::count_recorded() const {
  std::uint64_t count = 0;
  for (const std::string& entry : work_->entries()) {
    const std::size_t dot = entry.find('.');
    const bool is_number = dot > 0 && entry.find_first_not_of("0123456789") == dot;
    if (is_number && entry.substr(dot) == kRecordEnd) ++count;
  }
  return count;
}

Json DataSetDirectory::record(std::uint64_t shard) const {
  const std::string name = shard_name(shards_, shard) + std::string(kRecordEnd);
  Json record = Json::parse(work_->read(name), nullptr, false);
  if (record.is_object()) return record;
  throw Error(ErrorCode::kFormat,
              fmt::format("{}/{}: must be the record of a finished shard. Make the data set anew "
                          "with --overwrite",
                          work_->path(), name));
}

std::optional<DataSetDirectory::ShardClaim> DataSetDirectory::claim(std::uint64_t shard) const {
  const std::string name = shard_name(shards_, shard);
  if (!part_) return ShardClaim{std::nullopt, name + ".tmp"};
  try {
    std::optional<Claim> claim = work_->claim(name + ".lock");
    if (!claim) return std::nullopt;
    const bool sole = claim->is_sole();
    return ShardClaim{std::move(claim), sole ? name + ".tmp" : name_of_our_own(name)};
  } catch (const Error&) {
    if (is_ended()) return std::nullopt;
    throw;
  }
}

void DataSetDirectory::finish(const std::function<void()>& make) {
  LockFile turn(*work_, kTurnLock);
  turn.wait();
  if (!root_.has(kManifestName)) put_all(make);
  complete_ = true;
  root_.sync_file_system();
  root_.remove_all(kWorkName);
}

void DataSetDirectory::put_all(const std::function<void()>& make) {
  refuse_foreign_files();
  make();
  for (const std::string& file : layout_.files) {
    if (work_->has(file)) put(file);
  }
  for (const std::string& list : lists()) {
    if (work_->has(list)) put(list);
  }
  put(kManifestName);
}

/// A run that ended between its last steps has left its manifest in the work directory and perhaps
/// the files; any others of their names are somebody else's.
void DataSetDirectory::refuse_foreign_files() const {
  if (work_->has(kManifestName)) return;
  for (const std::string& file : layout_.files) {
    if (!root_.has(file)) continue;
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: '{}' is not Glyphmill's and stands where the data set's file goes",
                            root_.path(), file));
  }
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

void DataSetDirectory::undo() noexcept {
  if (resumed_ || part_) return;
  try {
    remove_data_set(root_);
  } catch (...) {  // what failed first is the error to report
  }
  if (!existed_) remove_empty_directory(root_.path());
}

}  // namespace glyphmill::sinks
