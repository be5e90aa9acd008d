// SPDX-License-Identifier: Apache-2.0
#include "job/picture_stack.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <cstring>
#include <limits>

#include "sinks/files.h"

namespace glyphmill::job {

namespace fs = boost::filesystem;

void refuse(std::string_view thing, std::string_view rule, const std::string& got) {
  throw Error(ErrorCode::kInvalidArgument, fmt::format("{}: {}. Got: {}", thing, rule, got));
}

cv::Mat new_pictures(std::uint64_t count, const cv::Size& size) {
  try {
    if (count > std::uint64_t{std::numeric_limits<int>::max()}) throw std::bad_alloc();
    const int sides[] = {static_cast<int>(count), size.height, size.width};
    return {3, sides, CV_8UC1};
  } catch (const cv::Exception&) {  // of OpenCV's own allocation
    throw std::bad_alloc();
  }
}

cv::Mat copied_pictures(std::uint64_t count, const cv::Size& size, const std::uint8_t* pixels) {
  if (count == 0) return {};
  cv::Mat pictures = new_pictures(count, size);
  std::memcpy(pictures.data, pixels, pictures.total());
  return pictures;
}

cv::Size picture_size(const cv::Mat& pictures) { return {pictures.size[2], pictures.size[1]}; }

cv::Mat picture_at(const cv::Mat& pictures, std::size_t i) {
  const int place = static_cast<int>(i);
  const cv::Range ranges[] = {{place, place + 1}, cv::Range::all(), cv::Range::all()};
  const int sides[] = {pictures.size[1], pictures.size[2]};
  return pictures(ranges).reshape(1, 2, sides);
}

void check_sides(std::string_view thing, const cv::Size& size, int most) {
  if (std::min(size.width, size.height) >= 1 && std::max(size.width, size.height) <= most) return;
  refuse(thing, fmt::format("must have 1 to {} rows and columns", most),
         fmt::format("{} x {}", size.height, size.width));
}

sinks::Pack pack_of(const cv::Mat& pictures) {
  sinks::Pack pack;
  pack.shape.channels = 1;
  if (pictures.empty()) {
    pack.images = [](const sinks::Write&) {};
    return pack;
  }
  pack.count = static_cast<std::uint64_t>(pictures.size[0]);
  pack.shape.rows = pictures.size[1];
  pack.shape.columns = pictures.size[2];
  pack.images = [pictures](const sinks::Write& write) {
    // Of a single picture step[0] says nothing.
    const auto area = static_cast<std::size_t>(picture_size(pictures).area());
    for (int i = 0; i < pictures.size[0]; ++i) write({pictures.ptr<char>(i), area});
  };
  return pack;
}

void save_pickle(const std::string& path, const sinks::Pack& pack,
                 const sinks::PickleOptions& options) {
  const sinks::FilePlace place = sinks::place_of_file(path);
  // Named after the thread, so that two that save to one path do not write into each other's file.
  const std::string temporary = fmt::format(".{}.{}.tmp", place.name, ::gettid());
  sinks::NewFile file(place.directory, temporary, place.name);
  sinks::write_pickle(pack, options, [&](std::string_view bytes) { file.write(bytes); });
  file.commit();
}

}  // namespace glyphmill::job
