// SPDX-License-Identifier: Apache-2.0
#include "sinks/packed_part.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <string_view>
#include <vector>

#include "glyphmill/error.h"
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

class PackedPart final : public ShardContent {
 public:
  explicit PackedPart(const PartPlace& place)
      : place_(place), pixels_(place.normalize), file_(place.work, place.temporary) {
    if (place.deflated) {
      deflater_.emplace([this](std::string_view bytes) { store(bytes); },
                        place.normalize ? Repeats::kPatterns : Repeats::kRuns);
    }
  }

  std::string add(OutgoingSample& outgoing) override {
    const Sample& sample = outgoing.sample();
    const ImageShape shape{sample.image.rows, sample.image.cols, sample.image.channels()};
    if (!shape_ || shape != *shape_) {
      place_.one_shape.agree(sample.index, shape);
      shape_ = shape;
    }
    const std::string_view bytes = pixels_.of(sample.image);
    if (deflater_) {
      deflater_->add(bytes);
    } else {
      store(bytes);
      size_.raw_bytes += bytes.size();
    }
    return "";
  }

  void close() override {
    if (deflater_) {
      deflater_->end_stretch();
      size_ = deflater_->done();
    }
    file_.close();
  }

  Json record() const override {
    return {{"rows", shape_->rows},
            {"columns", shape_->columns},
            {"channels", shape_->channels},
            {"raw_bytes", size_.raw_bytes},
            {"stored_bytes", size_.bytes},
            {"crc32", size_.crc32},
            {"stored_xxh3_128", checksum_.hex()}};
  }

 private:
  void store(std::string_view bytes) {
    file_.write(bytes);
    checksum_.add(bytes);
    size_.bytes += bytes.size();
  }

  PartPlace place_;
  PixelBytes pixels_;
  OpenFile file_;
  std::optional<Deflater> deflater_;
  std::optional<ImageShape> shape_;
  Stretch size_;
  Checksum checksum_;  // of what is stored
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
    record.at("raw_bytes").get_to(part.size.raw_bytes);
    record.at("stored_bytes").get_to(part.size.bytes);
    record.at("crc32").get_to(part.size.crc32);
    record.at("stored_xxh3_128").get_to(part.checksum);
    return part;
  } catch (const Json::exception&) {
    throw Error(ErrorCode::kFormat,
                fmt::format("the record of a finished shard has been damaged. Make the data set "
                            "anew with --overwrite. Got: {}",
                            record.dump()));
  }
}

void copy_part(const Directory& work, const std::string& file, const PartRecord& record,
               const Write& write) {
  Checksum checksum;
  work.for_each_chunk(file, [&](std::string_view piece) {
    checksum.add(piece);
    write(piece);
  });
  if (checksum.hex() == record.checksum) return;
  throw Error(ErrorCode::kFormat,
              fmt::format("{}/{}: the finished shard has been damaged since. Make the data set "
                          "anew with --overwrite",
                          work.path(), file));
}

std::unique_ptr<ShardContent> make_packed_part(const PartPlace& place) {
  return std::make_unique<PackedPart>(place);
}

}  // namespace glyphmill::sinks
