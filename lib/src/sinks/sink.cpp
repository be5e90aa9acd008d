// SPDX-License-Identifier: Apache-2.0
#include "sinks/sink.h"

#include "glyphmill/error.h"
#include "sinks/data_set_sink.h"
#include "sinks/encoder.h"
#include "sinks/image_files.h"
#include "sinks/lmdb_shard.h"
#include "sinks/packed_files.h"
#include "sinks/tar_shard.h"

namespace glyphmill::sinks {

std::string_view OutgoingSample::encoded() {
  if (encoded_.empty()) encoded_ = encoder_.encode(sample_.image);
  return encoded_;
}

std::unique_ptr<Sink> make_sink(const DataSet& data_set, const FolderOptions& options) {
  return make_data_set_sink(data_set, options);
}

std::unique_ptr<FormatWriter> make_format_writer(const DataSet& data_set) {
  switch (data_set.format) {
    case Format::kFolder:
    case Format::kJsonl:
    case Format::kHf:
    case Format::kTesseract:
    case Format::kEasyOcr:
    case Format::kCoco:
      return make_image_files(data_set);
    case Format::kLmdb:
      return make_lmdb(data_set);
    case Format::kWebDataset:
      return make_webdataset(data_set);
    case Format::kIdx:
    case Format::kNpz:
    case Format::kPickle:
      return make_packed_files(data_set);
  }
  throw Error(ErrorCode::kInternal, "output.format: unknown format");
}

}  // namespace glyphmill::sinks
