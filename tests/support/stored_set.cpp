// SPDX-License-Identifier: Apache-2.0
#include "support/stored_set.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <lmdb.h>

#include <map>
#include <opencv2/imgcodecs.hpp>
#include <stdexcept>

#include "glyphmill/utf8.h"
#include "sinks/checksum.h"
#include "support/temp_dir.h"

namespace glyphmill::test {
namespace {

using Json = nlohmann::ordered_json;

std::string png_of(const cv::Mat& image) {
  std::vector<uchar> bytes;
  cv::imencode(".png", image, bytes);
  return {bytes.begin(), bytes.end()};
}

std::string integer(std::uint64_t value, std::size_t size, bool big_endian = false) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t shift = 8 * (big_endian ? size - 1 - i : i);
    bytes += static_cast<char>(value >> shift & 0xff);
  }
  return bytes;
}

void require(bool good, const char* what) {
  if (!good) throw std::runtime_error(what);
}

void write_lmdb(const std::string& path, const std::vector<std::string>& labels,
                const std::vector<std::string>& images) {
  boost::filesystem::create_directories(path);
  MDB_env* env = nullptr;
  MDB_txn* txn = nullptr;
  MDB_dbi dbi = 0;
  require(mdb_env_create(&env) == 0, "mdb_env_create");
  require(mdb_env_open(env, path.c_str(), MDB_NOLOCK, 0644) == 0, "mdb_env_open");
  require(mdb_txn_begin(env, nullptr, 0, &txn) == 0, "mdb_txn_begin");
  require(mdb_dbi_open(txn, nullptr, 0, &dbi) == 0, "mdb_dbi_open");
  const auto put = [&](std::string key, std::string value) {
    MDB_val k{key.size(), key.data()};
    MDB_val v{value.size(), value.data()};
    require(mdb_put(txn, dbi, &k, &v, 0) == 0, "mdb_put");
  };
  for (std::size_t i = 0; i < labels.size(); ++i) {
    put(fmt::format("image-{:09}", i + 1), images[i]);
    put(fmt::format("label-{:09}", i + 1), labels[i]);
  }
  put("num-samples", fmt::to_string(labels.size()));
  require(mdb_txn_commit(txn) == 0, "mdb_txn_commit");
  mdb_env_close(env);
}

/// By libarchive, as tar (ustar) or zip.
void write_archive(const std::string& path, bool as_zip,
                   const std::vector<std::pair<std::string, std::string>>& members) {
  archive* const out = archive_write_new();
  if (as_zip) {
    archive_write_set_format_zip(out);
  } else {
    archive_write_set_format_ustar(out);
  }
  require(archive_write_open_filename(out, path.c_str()) == ARCHIVE_OK, "archive_write_open");
  for (const auto& [name, content] : members) {
    archive_entry* const entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    require(archive_write_header(out, entry) == ARCHIVE_OK, "archive_write_header");
    require(archive_write_data(out, content.data(), content.size()) ==
                static_cast<la_ssize_t>(content.size()),
            "archive_write_data");
    archive_entry_free(entry);
  }
  require(archive_write_close(out) == ARCHIVE_OK, "archive_write_close");
  archive_write_free(out);
}

std::string pixels_of(const StoredSet& set) {
  std::string bytes;
  for (const cv::Mat& image : set.images) {
    bytes.append(reinterpret_cast<const char*>(image.data), image.total());
  }
  return bytes;
}

std::string npy(const std::string& type, const std::string& shape, const std::string& items) {
  std::string text =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", type, shape);
  text.append(64 - (10 + text.size() + 1) % 64, ' ');
  text += '\n';
  return std::string("\x93NUMPY\x01\x00", 8) + integer(text.size(), 2) + text + items;
}

void write_npz(const StoredSet& set, const std::string& path) {
  std::size_t width = 1;
  for (const std::string& label : set.labels) width = std::max(width, utf8_length(label));
  std::string codes;
  for (const std::string& label : set.labels) {
    for (std::size_t i = 0; i < width; ++i) {
      codes += integer(i < label.size() ? static_cast<unsigned char>(label[i]) : 0, 4);
    }
  }
  const std::size_t count = set.labels.size();
  const std::string images =
      npy("|u1", fmt::format("({}, {}, {})", count, set.images[0].rows, set.images[0].cols),
          pixels_of(set));
  const std::string labels = npy(fmt::format("<U{}", width), fmt::format("({},)", count), codes);
  write_archive(path, true,
                {{"arr_0.npy", images},
                 {"arr_1.npy", labels},
                 {"images.npy", images},
                 {"labels.npy", labels}});
}

void write_pickle(const StoredSet& set, const std::string& path) {
  const auto text = [](const std::string& value) {
    return "\x8c" + integer(value.size(), 1) + value;
  };
  const std::string pixels = pixels_of(set);
  std::string bytes = "\x80\x04}(" + text("images") + text("numpy") + text("ndarray") + "\x93(";
  for (const std::size_t side :
       {set.labels.size(), std::size_t(set.images[0].rows), std::size_t(set.images[0].cols)}) {
    bytes += "K" + integer(side, 1);
  }
  bytes += "t" + text("|u1") + text("builtins") + text("bytearray") + "\x93\x8e" +
           integer(pixels.size(), 8) + pixels + "\x85R\x87R" + text("labels") + "](";
  for (const std::string& label : set.labels) bytes += text(label);
  bytes += "e" + text("metadata") + "}(" + text("image_width") + "K\x0cuu.";
  write_all(path, bytes);
}

void write_idx(const StoredSet& set, const std::string& root) {
  std::size_t width = 1;
  for (const std::string& label : set.labels) width = std::max(width, label.size());
  const auto head = [](std::initializer_list<std::size_t> sides) {
    std::string bytes = std::string("\0\0\x08", 3) + integer(sides.size(), 1);
    for (const std::size_t side : sides) bytes += integer(side, 4, true);
    return bytes;
  };
  std::string codes;
  for (const std::string& label : set.labels) {
    for (std::size_t i = 0; i < width; ++i) {
      codes += static_cast<char>(i < label.size() ? label[i] - '0' : 10);
    }
  }
  const std::size_t count = set.labels.size();
  write_all(root + "/train-images-idx3-ubyte",
            head({count, std::size_t(set.images[0].rows), std::size_t(set.images[0].cols)}) +
                pixels_of(set));
  write_all(root + "/train-labels-idx2-ubyte", head({count, width}) + codes);
}

Json packed_files(const std::string& root, const std::vector<std::string>& names) {
  Json files = Json::array();
  for (const std::string& name : names) {
    const std::string bytes = read_all(root + "/" + name);
    files.push_back(
        {{"path", name}, {"bytes", bytes.size()}, {"xxh3_128", sinks::checksum_of(bytes)}});
  }
  return files;
}

/// Writes the shards of one set.
class Writer {
 public:
  Writer(const StoredSet& set, const std::string& root) : set_(set), root_(root) {}

  Json shards() {
    Json shards = Json::array();
    for (std::size_t first = 0; first < set_.labels.size(); first += set_.shard_size) {
      const std::size_t count = std::min(set_.shard_size, set_.labels.size() - first);
      shards.push_back(shard(shards.size(), first, count));
    }
    if (set_.format == Format::kJsonl) write_all(root_ + "/annotations.jsonl", list_);
    if (set_.format == Format::kHf) {
      const std::string header = set_.as_csv ? "file_name,text\n" : "";
      write_all(root_ + "/" + set_.split + (set_.as_csv ? "/metadata.csv" : "/metadata.jsonl"),
                header + list_);
    }
    if (set_.format == Format::kCoco) {
      const Json coco = {{"info", {{"year", 2024}}},
                         {"images", coco_images_},
                         {"annotations", Json::array()},
                         {"categories", Json::array()}};
      write_all(root_ + "/annotations.json", coco.dump(1));
    }
    return shards;
  }

  const std::string& tsv() const { return tsv_; }

 private:
  Json shard(std::size_t number, std::size_t first, std::size_t count) {
    const std::string path = shard_path(number);
    sinks::Checksum checksum;
    std::size_t bytes = 0;
    std::vector<std::string> labels;
    std::vector<std::string> images;
    for (std::size_t k = first; k < first + count; ++k) {
      labels.push_back(set_.labels[k]);
      images.push_back(png_of(set_.images[k]));
      const std::string name = image_name(k, k - first + 1);
      for (const std::string& part :
           {name, std::string(1, '\0'), labels.back(), std::string(1, '\0'), images.back()}) {
        checksum.add(part);
      }
      bytes += images.back().size();
      list(k, path, name, images.back());
    }
    if (set_.format == Format::kLmdb) write_lmdb(root_ + "/" + path, labels, images);
    if (set_.format == Format::kWebDataset) write_tar(root_ + "/" + path, first, labels, images);
    if (set_.format == Format::kEasyOcr) {
      write_all(root_ + "/" + path + "/labels.csv",
                "filename,words\n" + csv_ + "__dtype__.png," + std::string(300, 'x') + "\n");
      csv_.clear();
    }
    return {{"path", path},
            {"first", first},
            {"count", count},
            {"bytes", bytes},
            {"xxh3_128", checksum.hex()}};
  }

  std::string shard_path(std::size_t number) const {
    switch (set_.format) {
      case Format::kLmdb:
        return fmt::format("lmdb/{:03}", number);
      case Format::kWebDataset:
        return fmt::format("shards/{}-{:06}.tar", set_.split, number);
      case Format::kHf:
        return fmt::format("{}/{:03}", set_.split, number);
      case Format::kTesseract:
        return fmt::format("ground-truth/{:03}", number);
      default:
        return fmt::format("images/{:03}", number);
    }
  }

  std::string image_name(std::size_t k, std::size_t number) const {
    if (set_.format == Format::kLmdb) return fmt::format("image-{:09}", number);
    if (set_.format == Format::kWebDataset) return fmt::format("{:09}.png", k);
    return fmt::format("{}_{}.png", set_.labels[k], k);
  }

  void list(std::size_t k, const std::string& path, const std::string& name,
            const std::string& image) {
    const std::string& label = set_.labels[k];
    if (set_.format == Format::kLmdb || set_.format == Format::kWebDataset) {
      tsv_ += fmt::format("{}\t{}\n", k, label);
      return;
    }
    const std::string file = path + "/" + name;
    write_all(root_ + "/" + file, image);
    tsv_ += fmt::format("{}\t{}\n", file, label);
    csv_ += fmt::format("{},{}\n", name, label);
    const std::string below = file.substr(file.find('/') + 1);
    if (set_.format == Format::kTesseract) {
      write_all(root_ + "/" + file.substr(0, file.size() - 4) + ".gt.txt", label + "\n");
    } else if (set_.format == Format::kHf && set_.as_csv) {
      list_ += fmt::format("{},{}\n", below, label);
    } else if (set_.format == Format::kHf) {
      list_ += Json{{"file_name", below}, {"text", label}}.dump() + "\n";
    } else {
      list_ += Json{{"filename", file}, {"text", label}}.dump() + "\n";
    }
    coco_images_.push_back({{"id", k + 1},
                            {"file_name", file},
                            {"width", set_.images[k].cols},
                            {"height", set_.images[k].rows},
                            {"text", label}});
  }

  static void write_tar(const std::string& path, std::size_t first,
                        const std::vector<std::string>& labels,
                        const std::vector<std::string>& images) {
    boost::filesystem::create_directories(boost::filesystem::path(path).parent_path());
    std::vector<std::pair<std::string, std::string>> members;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      members.emplace_back(fmt::format("{:09}.png", first + i), images[i]);
      members.emplace_back(fmt::format("{:09}.txt", first + i), labels[i]);
    }
    write_archive(path, false, members);
  }

  const StoredSet& set_;
  std::string root_;
  std::string tsv_;
  std::string list_;  // of the format's own
  std::string csv_;   // of the shard
  Json coco_images_ = Json::array();
};

Json description(const StoredSet& set) {
  std::map<std::string, std::size_t> counts;
  std::size_t longest = 0;
  std::size_t shortest = utf8_length(set.labels[0]);
  for (const std::string& label : set.labels) {
    for (const std::string& character : utf8_characters(label)) ++counts[character];
    longest = std::max(longest, utf8_length(label));
    shortest = std::min(shortest, utf8_length(label));
  }
  Json described = {{"glyphmill", "0.1.0"},
                    {"format", name_of(set.format)},
                    {"seed", 1},
                    {"count", set.labels.size()},
                    {"characters", ""},
                    {"longest_label", longest},
                    {"shortest_label", shortest},
                    {"character_counts", Json::object()},
                    {"image", {{"channels", 1}, {"height", {8, 8}}, {"width", {12, 12}}}}};
  std::string characters;
  for (const auto& [character, count] : counts) {
    characters += character;
    described["character_counts"][character] = count;
  }
  described["characters"] = characters;
  return described;
}

}  // namespace

StoredSet::StoredSet(Format wanted, std::vector<std::string> texts)
    : format(wanted), labels(std::move(texts)) {
  for (std::size_t k = 0; k < labels.size(); ++k) {
    cv::Mat image(8, 12, CV_8UC1);
    for (int i = 0; i < 96; ++i) image.data[i] = static_cast<uchar>(i * 7 + int(k) * 31);
    images.push_back(image);
  }
}

void StoredSet::write(const std::string& root) const {
  boost::filesystem::create_directories(root);
  Json manifest = {{"glyphmill", "0.1.0"},
                   {"format", name_of(format)},
                   {"seed", 1},
                   {"count", labels.size()},
                   {"labels", "labels.tsv"}};
  const bool packed = format == Format::kIdx || format == Format::kNpz || format == Format::kPickle;
  std::string tsv;
  if (packed) {
    if (format == Format::kIdx) write_idx(*this, root);
    if (format == Format::kNpz) write_npz(*this, root + "/dataset.npz");
    if (format == Format::kPickle) write_pickle(*this, root + "/dataset.pickle");
    manifest["files"] =
        format == Format::kIdx
            ? packed_files(root, {"train-images-idx3-ubyte", "train-labels-idx2-ubyte"})
            : packed_files(root, {"dataset." + name_of(format)});
    for (std::size_t k = 0; k < labels.size(); k += shard_size) {
      manifest["shards"].push_back(
          {{"first", k}, {"count", std::min(shard_size, labels.size() - k)}});
    }
    for (std::size_t k = 0; k < labels.size(); ++k) tsv += fmt::format("{}\t{}\n", k, labels[k]);
  } else {
    Writer writer(*this, root);
    manifest["shards"] = writer.shards();
    tsv = writer.tsv();
  }
  write_all(root + "/labels.tsv", tsv);
  const Json described = description(*this);
  write_all(root + "/dataset.json", described.dump(1));
  std::string lines;
  for (const auto& [character, count] : described["character_counts"].items()) {
    if (character != " ") lines += character + "\n";
  }
  write_all(root + "/characters.txt", lines);
  write_all(root + "/manifest.json", manifest.dump(1));
}

std::string name_of(Format format) {
  return std::string(format_names()[static_cast<std::size_t>(format)]);
}

void change_manifest(const std::string& root, const std::function<void(Json&)>& change) {
  Json manifest = Json::parse(read_all(root + "/manifest.json"));
  change(manifest);
  write_all(root + "/manifest.json", manifest.dump(1));
}

std::string tar_member(const std::string& name, const std::string& content, char type) {
  std::string header(512, '\0');
  const auto put = [&](std::size_t at, const std::string& text) {
    header.replace(at, text.size(), text);
  };
  put(0, name);
  put(100, "0000644");
  put(124, fmt::format("{:011o}", content.size()));
  put(136, "00000000000");
  put(148, "        ");
  header[156] = type;
  put(257, std::string("ustar\00000", 8));
  unsigned sum = 0;
  for (const char byte : header) sum += static_cast<unsigned char>(byte);
  put(148, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
  return header + content + std::string((512 - content.size() % 512) % 512, '\0');
}

}  // namespace glyphmill::test
