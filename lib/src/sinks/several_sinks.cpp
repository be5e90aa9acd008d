// SPDX-License-Identifier: Apache-2.0
#include "sinks/several_sinks.h"

#include <algorithm>

namespace glyphmill::sinks {
namespace {

class SeveralWriters final : public ShardWriter {
 public:
  explicit SeveralWriters(std::vector<std::unique_ptr<ShardWriter>> writers)
      : writers_(std::move(writers)) {}

  void add(OutgoingSample& sample) override {
    for (const auto& writer : writers_) writer->add(sample);
  }
  void commit() override {
    for (const auto& writer : writers_) writer->commit();
  }
  std::uint64_t bytes() const override {
    std::uint64_t bytes = 0;
    for (const auto& writer : writers_) bytes += writer->bytes();
    return bytes;
  }

 private:
  std::vector<std::unique_ptr<ShardWriter>> writers_;
};

class SeveralSinks final : public Sink {
 public:
  explicit SeveralSinks(std::vector<std::unique_ptr<Sink>> sinks) : sinks_(std::move(sinks)) {}

  const Shards& shards() const override { return sinks_.front()->shards(); }

  bool is_finished(std::uint64_t shard) const override {
    return std::all_of(sinks_.begin(), sinks_.end(),
                       [&](const auto& sink) { return sink->is_finished(shard); });
  }

  std::unique_ptr<ShardWriter> begin(std::uint64_t shard) override {
    std::vector<std::unique_ptr<ShardWriter>> writers;
    for (const auto& sink : sinks_) {
      if (sink->is_finished(shard)) continue;
      writers.push_back(sink->begin(shard));
      if (!writers.back()) return nullptr;
    }
    if (writers.empty()) return nullptr;
    return std::make_unique<SeveralWriters>(std::move(writers));
  }

  bool finish() override {
    bool all = true;
    for (const auto& sink : sinks_) all = sink->finish() && all;
    return all;
  }

  void abandon() override {
    for (const auto& sink : sinks_) sink->abandon();
  }

 private:
  std::vector<std::unique_ptr<Sink>> sinks_;
};

}  // namespace

std::unique_ptr<Sink> make_several_sinks(std::vector<std::unique_ptr<Sink>> sinks) {
  return std::make_unique<SeveralSinks>(std::move(sinks));
}

}  // namespace glyphmill::sinks
