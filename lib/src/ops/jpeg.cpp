// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ops/jpeg.h"

#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/jpeg_encoder.h"
#include "ops/pixels.h"

namespace glyphmill {
namespace {

constexpr std::string_view kName = "jpeg";
constexpr Bounds kQualityBounds{1, 100};

/// Both directions, kept by a thread: to start them takes as long as a small image.
struct Codec {
  core::JpegEncoder encoder{100};
  std::unique_ptr<void, int (*)(void*)> decoder{tjInitDecompress(), &tjDestroy};
};

void check(const cv::Mat& image, const JpegParams& params) {
  ops::check_image(image, kName);
  ops::check_param(kName, "quality", params.quality, kQualityBounds);
  const int side = std::max(image.rows, image.cols);
  if (side <= core::JpegEncoder::kMostSide) return;
  throw Error(ErrorCode::kInvalidArgument, fmt::format("{}: sides must be at most {} px. Got: {}",
                                                       kName, core::JpegEncoder::kMostSide, side));
}

/// `src` may be `dst`, which has its size and type.
void there_and_back(const cv::Mat& src, double quality, cv::Mat& dst) {
  thread_local Codec codec;
  codec.encoder.set_quality(static_cast<int>(std::lround(quality)));
  const std::string_view bytes = codec.encoder.encode(src);
  const int format = src.channels() == 1 ? TJPF_GRAY : TJPF_BGR;
  if (!codec.decoder ||
      tjDecompress2(codec.decoder.get(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), dst.data, dst.cols, static_cast<int>(dst.step), dst.rows, format,
                    TJFLAG_ACCURATEDCT) != 0) {
    throw Error(ErrorCode::kInternal, fmt::format("{}: what was encoded cannot be read", kName));
  }
}

}  // namespace

void describe(JpegOptions& options, FieldVisitor& visitor) {
  visitor.range("quality", options.quality, kQualityBounds,
                "quality of a JPEG file that the image is stored in and read from, rounded");
}

JpegParams draw(const JpegOptions& options, SampleRng& rng) {
  return {rng.uniform(options.quality)};
}

void record(const JpegParams& params, std::string_view stage, std::vector<DrawnValue>& drawn) {
  drawn.push_back({stage, "quality", params.quality});
}

cv::Mat jpeg(const cv::Mat& src, const JpegParams& params) {
  check(src, params);
  cv::Mat result(src.size(), src.type());
  there_and_back(src, params.quality, result);
  return result;
}

void apply(Sample& sample, const JpegParams& params, const StreamKey&, cv::Mat&) {
  check(sample.image, params);
  there_and_back(sample.image, params.quality, sample.image);
}

}  // namespace glyphmill
