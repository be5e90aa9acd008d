// SPDX-License-Identifier: Apache-2.0
#include "sinks/lmdb_shard.h"

#include <fmt/format.h>
#include <lmdb.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "glyphmill/error.h"

namespace glyphmill::sinks {
namespace {

/// The size of the map is written into the file, so it must not depend on the machine: the same for
/// all, and doubled where that is not enough.
constexpr std::size_t kFirstMapSize = std::size_t{1} << 30;
/// Where transactions end decides which pages are used, and thereby the bytes.
constexpr std::uint64_t kSamplesATransaction = 1000;

/// One process writes, and nobody reads before the file has its final name: no locks are needed,
/// and nothing else of what LMDB cannot do on a file system that machines share. Written without
/// MDB_WRITEMAP, for which the file would be as large as the map.
constexpr unsigned kFlags = MDB_NOLOCK | MDB_NOSYNC | MDB_NOTLS;

class LmdbShard final : public ShardContent {
 public:
  LmdbShard(const Directory& work, const std::string& temporary)
      : directory_(work.make(temporary)) {
    check(mdb_env_create(&environment_), "make the database");
    try {
      open();
    } catch (...) {
      mdb_env_close(environment_);
      throw;
    }
  }

  LmdbShard(const LmdbShard&) = delete;
  LmdbShard& operator=(const LmdbShard&) = delete;

  ~LmdbShard() override {
    if (transaction_ != nullptr) mdb_txn_abort(transaction_);
    if (environment_ != nullptr) mdb_env_close(environment_);
  }

  std::string add(OutgoingSample& sample) override {
    ++count_;
    std::string name = fmt::format("image-{:09}", count_);
    batch_.emplace_back(name, std::string(sample.encoded()));
    batch_.emplace_back(fmt::format("label-{:09}", count_), sample.sample().label);
    if (count_ % kSamplesATransaction == 0) write_batch();
    return name;
  }

  void close() override {
    batch_.emplace_back("num-samples", fmt::to_string(count_));
    write_batch();
    check(mdb_env_sync(environment_, 1), "sync");
    mdb_env_close(std::exchange(environment_, nullptr));
    directory_.sync();
  }

 private:
  void open() {
    check(mdb_env_set_mapsize(environment_, map_size_), "set the size of the map");
    // LMDB takes a path only; through the descriptor it cannot be led elsewhere.
    check(mdb_env_open(environment_, directory_.path_of_descriptor().c_str(), kFlags, 0666),
          "open the database");
    begin();
    check(mdb_dbi_open(transaction_, nullptr, 0, &database_), "open the database");
    commit();
  }

  void begin() { check(mdb_txn_begin(environment_, nullptr, 0, &transaction_), "write"); }

  int commit() {
    const int status = mdb_txn_commit(std::exchange(transaction_, nullptr));
    if (status != MDB_MAP_FULL) check(status, "write");
    return status;
  }

  /// One transaction, which is repeated with a larger map where it does not fit.
  void write_batch() {
    while (!try_batch()) {
      map_size_ *= 2;
      check(mdb_env_set_mapsize(environment_, map_size_), "enlarge the map");
    }
    batch_.clear();
  }

  bool try_batch() {
    begin();
    for (auto& [key, value] : batch_) {
      MDB_val name{key.size(), key.data()};
      MDB_val data{value.size(), value.data()};
      const int status = mdb_put(transaction_, database_, &name, &data, 0);
      if (status == MDB_MAP_FULL) {
        mdb_txn_abort(std::exchange(transaction_, nullptr));
        return false;
      }
      check(status, "write");
    }
    return commit() != MDB_MAP_FULL;
  }

  void check(int status, std::string_view action) const {
    if (status == MDB_SUCCESS) return;
    throw Error(ErrorCode::kIo, fmt::format("{}/data.mdb: cannot {}: {}", directory_.path(), action,
                                            mdb_strerror(status)));
  }

  Directory directory_;
  MDB_env* environment_ = nullptr;
  MDB_txn* transaction_ = nullptr;
  MDB_dbi database_ = 0;
  std::size_t map_size_ = kFirstMapSize;
  std::uint64_t count_ = 0;
  std::vector<std::pair<std::string, std::string>> batch_;
};

class Lmdb final : public FormatWriter {
 public:
  explicit Lmdb(const DataSet& data_set)
      : FormatWriter(layout_of(data_set.format, data_set.split)) {}

  std::unique_ptr<ShardContent> begin(const Directory& work, const std::string& temporary,
                                      std::uint64_t, ShardPieces&) override {
    return std::make_unique<LmdbShard>(work, temporary);
  }

  Json finish(const FinishedSet&, const Directory*) override { return Json::object(); }
};

}  // namespace

std::unique_ptr<FormatWriter> make_lmdb(const DataSet& data_set) {
  return std::make_unique<Lmdb>(data_set);
}

}  // namespace glyphmill::sinks
