// SPDX-License-Identifier: Apache-2.0
#include "core/jpeg_encoder.h"

#include <fmt/format.h>
#include <turbojpeg.h>

#include "glyphmill/error.h"

namespace glyphmill::core {

JpegEncoder::JpegEncoder(int quality) : handle_(tjInitCompress(), &tjDestroy), quality_(quality) {
  if (!handle_) throw Error(ErrorCode::kInternal, "JPEG: the encoder cannot be started");
}

std::string_view JpegEncoder::encode(const cv::Mat& image) {
  const bool color = image.channels() == 3;
  const int sampling = color ? TJSAMP_420 : TJSAMP_GRAY;
  const std::size_t most = tjBufSize(image.cols, image.rows, sampling);
  if (buffer_.size() < most) buffer_.resize(most);
  unsigned char* bytes = buffer_.data();
  unsigned long size = buffer_.size();
  const int flags = TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT;
  if (tjCompress2(handle_.get(), image.data, image.cols, static_cast<int>(image.step), image.rows,
                  color ? TJPF_BGR : TJPF_GRAY, &bytes, &size, sampling, quality_, flags) != 0) {
    throw Error(ErrorCode::kInternal,
                fmt::format("image: {} x {} could not be encoded: {}", image.rows, image.cols,
                            tjGetErrorStr2(handle_.get())));
  }
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace glyphmill::core
