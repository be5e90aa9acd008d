// SPDX-License-Identifier: Apache-2.0
#include "core/decode_picture.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <spng.h>
#include <turbojpeg.h>

#include <memory>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "glyphmill/error.h"

namespace glyphmill::core {
namespace {

bool has_transparent_color(spng_ctx* png) {
  spng_trns color{};
  return spng_get_trns(png, &color) == 0;
}

/// What to decode to; -1 for what is left to OpenCV.
int type_of(const spng_ihdr& header) {
  const bool bytes = header.bit_depth == 8;
  switch (header.color_type) {
    case SPNG_COLOR_TYPE_GRAYSCALE:
      return bytes ? CV_8UC1 : -1;
    case SPNG_COLOR_TYPE_TRUECOLOR:
      return bytes ? CV_8UC3 : -1;
    case SPNG_COLOR_TYPE_TRUECOLOR_ALPHA:
      return bytes ? CV_8UC4 : -1;
    case SPNG_COLOR_TYPE_INDEXED:
      return CV_8UC3;
    default:
      return -1;
  }
}

/// Gray, RGB and RGBA of 8 bits, and palettes; empty for everything else.
cv::Mat decode_png(std::string_view bytes) {
  const std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> png(spng_ctx_new(0), &spng_ctx_free);
  spng_ihdr header{};
  if (!png || spng_set_png_buffer(png.get(), bytes.data(), bytes.size()) != 0 ||
      spng_get_ihdr(png.get(), &header) != 0) {
    return {};
  }
  const int type = type_of(header);
  if (type < 0 || has_transparent_color(png.get())) return {};
  cv::Mat picture(static_cast<int>(header.height), static_cast<int>(header.width), type);
  const std::size_t size = picture.total() * picture.elemSize();
  const int format = type == CV_8UC3 ? SPNG_FMT_RGB8 : SPNG_FMT_PNG;
  // The chunks after the image as well: until then the last checksum has not been looked at.
  if (spng_decode_image(png.get(), picture.data, size, format, 0) != 0 ||
      spng_decode_chunks(png.get()) != 0) {
    return {};
  }
  if (type == CV_8UC3) cv::cvtColor(picture, picture, cv::COLOR_RGB2BGR);
  if (type == CV_8UC4) cv::cvtColor(picture, picture, cv::COLOR_RGBA2BGRA);
  return picture;
}

/// Gray and YCbCr without a flaw; empty for everything else.
cv::Mat decode_jpeg(std::string_view bytes) {
  const std::unique_ptr<void, int (*)(void*)> jpeg(tjInitDecompress(), &tjDestroy);
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  int width = 0, height = 0, sampling = 0, colors = 0;
  if (!jpeg || tjDecompressHeader3(jpeg.get(), data, bytes.size(), &width, &height, &sampling,
                                   &colors) != 0) {
    return {};
  }
  if (colors != TJCS_GRAY && colors != TJCS_YCbCr) return {};
  const bool gray = colors == TJCS_GRAY;
  cv::Mat picture(height, width, gray ? CV_8UC1 : CV_8UC3);
  if (tjDecompress2(jpeg.get(), data, bytes.size(), picture.data, width,
                    static_cast<int>(picture.step), height, gray ? TJPF_GRAY : TJPF_BGR,
                    TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING) != 0) {
    return {};
  }
  return picture;
}

using Imdecode = cv::Mat (*)(cv::InputArray, int);

Imdecode load_imdecode() {
  // Its name as the compiler spells it: cv::imdecode(cv::_InputArray const&, int).
  constexpr const char* kSymbol = "_ZN2cv8imdecodeERKNS_11_InputArrayEi";
  void* const library = dlopen(GLYPHMILL_IMGCODECS, RTLD_NOW | RTLD_LOCAL);
  void* const symbol = library == nullptr ? nullptr : dlsym(library, kSymbol);
  if (symbol == nullptr) {
    throw Error(ErrorCode::kIo,
                fmt::format("OpenCV's decoders of pictures cannot be loaded: {}", dlerror()));
  }
  return reinterpret_cast<Imdecode>(symbol);
}

}  // namespace

cv::Mat decode_picture(std::string_view bytes) {
  cv::Mat picture = decode_png(bytes);
  if (picture.empty()) picture = decode_jpeg(bytes);
  if (!picture.empty()) return picture;
  static const Imdecode imdecode = load_imdecode();
  // OpenCV reads through pointers that are not const.
  const cv::Mat file(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<char*>(bytes.data()));
  return imdecode(file, cv::IMREAD_UNCHANGED);
}

}  // namespace glyphmill::core
