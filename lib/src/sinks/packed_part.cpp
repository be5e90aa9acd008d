// SPDX-License-Identifier: Apache-2.0
#include "sinks/packed_part.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <opencv2/core.hpp>
#include <string_view>
#include <vector>

#include "glyphmill/error.h"
#include "glyphmill/utf8.h"
#include "sinks/checksum.h"
#include "sinks/deflater.h"

namespace glyphmill::sinks {
namespace {

/// Of each byte, in the arithmetic of numpy's `images.astype('float32') / 255`.
std::array<float, 256> make_shares() {
  std::array<float, 256> shares{};
  for (std::size_t i = 0; i < shares.size(); ++i) shares[i] = static_cast<float>(i) / 255.0F;
  return shares;
}

/// The pixels row by row, a pixel's channels in the order red, green, blue.
template <class Value, class ValueOf>
void put_pixels(const cv::Mat& image, const ValueOf& value_of, Value* out) {
  const int values = image.cols * image.channels();
  for (int row = 0; row < image.rows; ++row) {
    const uchar* in = image.ptr<uchar>(row);
    if (image.channels() == 1) {
      out = std::transform(in, in + values, out, value_of);
      continue;
    }
    for (int x = 0; x < values; x += 3) {
      *out++ = value_of(in[x + 2]);
      *out++ = value_of(in[x + 1]);
      *out++ = value_of(in[x]);
    }
  }
}

/// Pixels as the file has them, in memory that is kept from one image to the next.
class PixelBytes {
 public:
  explicit PixelBytes(bool normalize) : normalize_(normalize) {}

  std::string_view of(const cv::Mat& image) {
    static const std::array<float, 256> kShares = make_shares();
    const std::size_t size = image.total() * image.elemSize();
    if (normalize_) {
      floats_.resize(size);
      put_pixels(
          image, [](uchar value) { return kShares[value]; }, floats_.data());
      return {reinterpret_cast<const char*>(floats_.data()), size * sizeof(float)};
    }
    bytes_.resize(size);
    put_pixels(
        image, [](uchar value) { return value; }, bytes_.data());
    return {reinterpret_cast<const char*>(bytes_.data()), size};
  }

 private:
  bool normalize_;
  std::vector<float> floats_;
  std::vector<uchar> bytes_;
};

class PackedPart final : public ShardWriter {
 public:
  explicit PackedPart(const PartPlace& place)
      : place_(place),
        pixels_(place.normalize),
        file_(place.work, place.shard + ".tmp", part_file(place.shard)) {
    if (place.deflated) {
      deflater_.emplace([this](std::string_view bytes) { store(bytes); },
                        place.normalize ? Repeats::kPatterns : Repeats::kRuns);
    }
  }

  void add(const Sample& sample) override {
    const ImageShape shape{sample.image.rows, sample.image.cols, sample.image.channels()};
    if (record_.count == 0 || shape != record_.shape) {
      place_.one_shape.agree(sample.index, shape);
      record_.shape = shape;
    }
    if (record_.count == 0) record_.first = sample.index;
    const std::string_view bytes = pixels_.of(sample.image);
    if (deflater_) {
      deflater_->add(bytes);
    } else {
      store(bytes);
      record_.size.raw_bytes += bytes.size();
    }
    labels_ += fmt::format("{}\t{}\n", sample.index, sample.label);
    record_.longest_label =
        std::max<std::uint64_t>(record_.longest_label, utf8_length(sample.label));
    ++record_.count;
  }

  void commit() override {
    if (deflater_) {
      deflater_->end_stretch();
      record_.size = deflater_->done();
    }
    place_.work.replace(place_.shard + ".tsv", labels_);
    file_.commit();
    const Json record = {{"first", record_.first},
                         {"count", record_.count},
                         {"rows", record_.shape.rows},
                         {"columns", record_.shape.columns},
                         {"channels", record_.shape.channels},
                         {"longest_label", record_.longest_label},
                         {"raw_bytes", record_.size.raw_bytes},
                         {"bytes", record_.size.bytes},
                         {"crc32", record_.size.crc32},
                         {"xxh3_128", checksum_.hex()}};
    place_.work.replace(place_.shard + ".json", record.dump());
  }

  std::uint64_t bytes() const override { return record_.size.bytes; }

 private:
  void store(std::string_view bytes) {
    file_.write(bytes);
    checksum_.add(bytes);
    record_.size.bytes += bytes.size();
  }

  PartPlace place_;
  PixelBytes pixels_;
  NewFile file_;
  std::optional<Deflater> deflater_;
  PartRecord record_;
  Checksum checksum_;  // of what is stored
  std::string labels_;
};

std::string text_of(const ImageShape& shape, bool with_channels) {
  const std::string size = fmt::format("{} x {}", shape.rows, shape.columns);
  return with_channels ? fmt::format("{} x {}", size, shape.channels) : size;
}

}  // namespace

void OneShape::agree(std::uint64_t sample, const ImageShape& shape) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!shape_) {
    shape_ = shape;
    first_ = sample;
  }
  if (*shape_ == shape) {
    first_ = std::min(first_, sample);
    return;
  }
  broken_ = true;
  // In the order of the samples, whichever thread came first.
  const ImageShape& later = sample > first_ ? shape : *shape_;
  const ImageShape& earlier = sample > first_ ? *shape_ : shape;
  const bool with_channels = later.channels != earlier.channels;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("output.format: {} needs images of one size; give the width a fixed "
                          "number. Got: {} after {}",
                          format_, text_of(later, with_channels), text_of(earlier, with_channels)));
}

bool OneShape::is_broken() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return broken_;
}

PartRecord part_record(const Json& record) {
  try {
    PartRecord part;
    record.at("first").get_to(part.first);
    record.at("count").get_to(part.count);
    record.at("rows").get_to(part.shape.rows);
    record.at("columns").get_to(part.shape.columns);
    record.at("channels").get_to(part.shape.channels);
    record.at("longest_label").get_to(part.longest_label);
    record.at("raw_bytes").get_to(part.size.raw_bytes);
    record.at("bytes").get_to(part.size.bytes);
    record.at("crc32").get_to(part.size.crc32);
    record.at("xxh3_128").get_to(part.checksum);
    return part;
  } catch (const Json::exception&) {
    throw Error(ErrorCode::kFormat,
                fmt::format("the record of a finished shard has been damaged. Make the data set "
                            "anew with --overwrite. Got: {}",
                            record.dump()));
  }
}

std::string part_file(const std::string& shard) { return shard + ".part"; }

void copy_part(const Directory& work, const std::string& shard, const PartRecord& record,
               const Write& write) {
  Checksum checksum;
  work.for_each_chunk(part_file(shard), [&](std::string_view piece) {
    checksum.add(piece);
    write(piece);
  });
  if (checksum.hex() == record.checksum) return;
  throw Error(ErrorCode::kFormat,
              fmt::format("{}/{}: the finished shard has been damaged since. Make the data set "
                          "anew with --overwrite",
                          work.path(), part_file(shard)));
}

std::unique_ptr<ShardWriter> make_packed_part(const PartPlace& place) {
  return std::make_unique<PackedPart>(place);
}

}  // namespace glyphmill::sinks
