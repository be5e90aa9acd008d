// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphmill/recipe.h"
#include "sinks/encoder.h"
#include "sinks/file_name.h"
#include "sinks/layout.h"
#include "sinks/sink.h"

namespace glyphmill::bench {

/// Does all that a folder of images does with its samples but the writing.
class NullSink final : public sinks::Sink {
 public:
  /// Of a resolved recipe.
  explicit NullSink(const Recipe& recipe)
      : shards_(*recipe.count, sinks::shard_size_of(recipe.output, *recipe.count)),
        namer_(recipe.output.name_pattern, sinks::extension_of(recipe.output.image_ext),
               *recipe.count) {}

  const sinks::Shards& shards() const override { return shards_; }
  bool is_finished(std::uint64_t) const override { return false; }
  std::unique_ptr<sinks::ShardWriter> begin(std::uint64_t) override {
    return std::make_unique<Writer>(namer_);
  }
  bool finish() override { return true; }
  void abandon() override {}

 private:
  class Writer final : public sinks::ShardWriter {
   public:
    explicit Writer(const sinks::FileNamer& namer) : namer_(namer) {}

    void add(sinks::OutgoingSample& sample) override {
      const std::string_view encoded = sample.encoded();
      bytes_ += encoded.size() + namer_.name(sample.sample(), encoded).size();
    }
    void commit() override {}
    std::uint64_t bytes() const override { return bytes_; }

   private:
    const sinks::FileNamer& namer_;
    std::uint64_t bytes_ = 0;
  };

  sinks::Shards shards_;
  sinks::FileNamer namer_;
};

}  // namespace glyphmill::bench
