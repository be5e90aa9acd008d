// SPDX-License-Identifier: Apache-2.0
#include "sinks/tar_shard.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <exception>
#include <nlohmann/json.hpp>

#include "glyphmill/error.h"
#include "sinks/annotations.h"
#include "sinks/encoder.h"

namespace glyphmill::sinks {
namespace {

constexpr int kReadOnly = 0444;  // as WebDataset's own writer has it

class TarShard final : public ShardContent {
 public:
  TarShard(const Directory& work, const std::string& temporary, std::string extension,
           bool annotations)
      : path_(work.path() + "/" + temporary),
        file_(work, temporary),
        extension_(std::move(extension)),
        annotations_(annotations),
        archive_(archive_write_new(), &archive_write_free),
        entry_(archive_entry_new(), &archive_entry_free) {
    check(archive_write_set_format_ustar(archive_.get()));
    check(archive_write_set_bytes_per_block(archive_.get(), 0));
    check(archive_write_open(archive_.get(), this, nullptr, &TarShard::write, nullptr));
  }

  std::string add(OutgoingSample& sample) override {
    const std::string key = fmt::format("{:09}", sample.sample().index);
    std::string name = fmt::format("{}.{}", key, extension_);
    put(name, sample.encoded());
    // Readers decode by ending: as .cls a label of digits would become a number.
    put(key + ".txt", sample.sample().label);
    if (annotations_) {
      text_.clear();
      append_sample(text_, sample.sample(), "");
      put(key + ".json", text_);
    }
    return name;
  }

  void close() override {
    check(archive_write_close(archive_.get()));
    file_.close();
  }

 private:
  void put(const std::string& name, std::string_view bytes) {
    archive_entry* const entry = archive_entry_clear(entry_.get());
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, kReadOnly);
    archive_entry_set_mtime(entry, 0, 0);
    check(archive_write_header(archive_.get(), entry));
    if (archive_write_data(archive_.get(), bytes.data(), bytes.size()) < 0) check(ARCHIVE_FATAL);
  }

  static la_ssize_t write(archive*, void* self, const void* bytes, std::size_t size) {
    auto& shard = *static_cast<TarShard*>(self);
    try {
      shard.file_.write({static_cast<const char*>(bytes), size});
      return static_cast<la_ssize_t>(size);
    } catch (...) {  // must not pass through libarchive
      shard.error_ = std::current_exception();
      return -1;
    }
  }

  void check(int status) {
    if (status == ARCHIVE_OK) return;
    if (error_) std::rethrow_exception(error_);
    const char* const why = archive_error_string(archive_.get());
    throw Error(ErrorCode::kIo,
                fmt::format("{}: cannot write: {}", path_, why == nullptr ? "unknown" : why));
  }

  std::string path_;
  OpenFile file_;
  std::string extension_;
  bool annotations_;
  std::exception_ptr error_;
  std::unique_ptr<archive, int (*)(archive*)> archive_;
  std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry_;
  std::string text_;
};

class WebDataset final : public FormatWriter {
 public:
  explicit WebDataset(const DataSet& data_set)
      : FormatWriter(layout_of(data_set.format, data_set.split)),
        extension_(extension_of(data_set.output.image_ext)),
        annotations_(data_set.output.annotations) {}

  std::unique_ptr<ShardContent> begin(const Directory& work, const std::string& temporary,
                                      std::uint64_t, ShardPieces&) override {
    return std::make_unique<TarShard>(work, temporary, extension_, annotations_);
  }

  Json finish(const FinishedSet&, const Directory*) override { return Json::object(); }

 private:
  std::string extension_;
  bool annotations_;
};

}  // namespace

std::unique_ptr<FormatWriter> make_webdataset(const DataSet& data_set) {
  return std::make_unique<WebDataset>(data_set);
}

}  // namespace glyphmill::sinks
