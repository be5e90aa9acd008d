// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/data_set.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

#include "glyphmill/error.h"
#include "support/pixels.h"
#include "support/stored_set.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

const std::vector<std::string> kLabels = {"00123", "0", "98765", "11111", "40"};

class StoredFormat : public testing::TestWithParam<Format> {
 protected:
  test::TempDir dir_;
};

std::vector<Format> all_formats() {
  std::vector<Format> formats;
  for (std::size_t i = 0; i < format_names().size(); ++i) formats.push_back(static_cast<Format>(i));
  return formats;
}

void expect_samples(const test::StoredSet& stored, const DataSet& set) {
  const auto samples = set.read();
  StoredSample sample;
  for (std::size_t k = 0; k < stored.labels.size(); ++k) {
    ASSERT_TRUE(samples->next(sample)) << k;
    EXPECT_EQ(sample.index, k);
    EXPECT_EQ(sample.label, stored.labels[k]);
    EXPECT_EQ(cv::norm(decoded(sample), stored.images[k], cv::NORM_INF), 0) << sample.place;
  }
  EXPECT_FALSE(samples->next(sample));
  EXPECT_FALSE(samples->next(sample));
}

TEST_P(StoredFormat, GivesLabelsAndImagesInOrder) {
  const test::StoredSet stored(GetParam(), kLabels);
  stored.write(dir_.path("set"));
  const DataSet set(dir_.path("set"));
  EXPECT_EQ(set.manifest().format, GetParam());
  EXPECT_EQ(set.manifest().count, kLabels.size());
  EXPECT_EQ(set.manifest().parts.size(), 3U);
  expect_samples(stored, set);
}

TEST_P(StoredFormat, ReadsAPartWithoutTheOthers) {
  const test::StoredSet stored(GetParam(), kLabels);
  stored.write(dir_.path("set"));
  const DataSet set(dir_.path("set"));
  for (std::size_t part = set.parts().size(); part-- > 0;) {
    const auto samples = set.read(part);
    const auto lines = set.labels(part);
    StoredSample sample;
    ListedLabel line;
    for (std::uint64_t i = 0; i < set.parts()[part].count; ++i) {
      const std::uint64_t k = set.parts()[part].first + i;
      ASSERT_TRUE(samples->next(sample)) << part;
      EXPECT_EQ(sample.index, k);
      EXPECT_EQ(sample.label, kLabels[k]);
      ASSERT_TRUE(lines->next(line));
      EXPECT_EQ(line.label, kLabels[k]);
      if (line.place.find('/') == std::string::npos) {
        EXPECT_EQ(line.place, std::to_string(k));
      } else {
        EXPECT_EQ(line.place, sample.place);
      }
    }
    EXPECT_FALSE(samples->next(sample));
  }
}

TEST_P(StoredFormat, PassesOverSamples) {
  const test::StoredSet stored(GetParam(), kLabels);
  stored.write(dir_.path("set"));
  const DataSet set(dir_.path("set"));
  for (std::size_t part = 0; part < set.parts().size(); ++part) {
    const auto& [path, first, count, bytes, checksum] = set.parts()[part];
    for (std::uint64_t skipped = 0; skipped <= count; ++skipped) {
      const auto samples = set.read(part);
      StoredSample sample;
      samples->skip(skipped);
      for (std::uint64_t k = first + skipped; k < first + count; ++k) {
        ASSERT_TRUE(samples->next(sample)) << k;
        EXPECT_EQ(sample.index, k);
        EXPECT_EQ(sample.label, kLabels[k]);
        EXPECT_EQ(cv::norm(decoded(sample), stored.images[k], cv::NORM_INF), 0) << sample.place;
      }
      EXPECT_FALSE(samples->next(sample));
    }
    const auto samples = set.read(part);
    StoredSample sample;
    samples->skip(count + 100);
    EXPECT_FALSE(samples->next(sample));
  }
}

TEST_P(StoredFormat, ManySamplesInOneShard) {
  std::vector<std::string> labels;
  for (int k = 0; k < 240; ++k) labels.push_back(std::to_string(k * 7919));
  test::StoredSet stored(GetParam(), labels);
  stored.shard_size = 1000;
  // Larger than a page of LMDB and than a block of tar.
  cv::Mat noise(40, 90, CV_8UC1);
  for (std::size_t k = 0; k < labels.size(); ++k) {
    cv::RNG rng(k + 1);
    rng.fill(noise, cv::RNG::UNIFORM, 0, 256);
    stored.images[k] = noise.clone();
  }
  stored.write(dir_.path("set"));
  expect_samples(stored, DataSet(dir_.path("set")));
}

INSTANTIATE_TEST_SUITE_P(Formats, StoredFormat, testing::ValuesIn(all_formats()),
                         [](const auto& parameter) { return test::name_of(parameter.param); });

TEST(DataSet, HfTellsDatesInATable) {
  test::TempDir dir;
  test::StoredSet stored(Format::kHf, {"2018-01-31", "2018-02-01", "2018-12-31"});
  stored.as_csv = true;
  stored.split = "val";
  stored.write(dir.path("set"));
  expect_samples(stored, DataSet(dir.path("set")));
}

TEST(DataSet, LabelsAreThoseOfTheFormat) {
  test::TempDir dir;
  for (const Format format : all_formats()) {
    const std::string root = dir.path(test::name_of(format));
    test::StoredSet(format, kLabels).write(root);
    if (format == Format::kFolder) continue;  // labels.tsv is its own list
    std::string tsv = test::read_all(root + "/labels.tsv");
    tsv.replace(tsv.find("\t00123"), 6, "\t99999");
    test::write_all(root + "/labels.tsv", tsv);
    StoredSample sample;
    ASSERT_TRUE(DataSet(root).read()->next(sample));
    EXPECT_EQ(sample.label, "00123") << root;
  }
}

TEST(DataSet, PixelsOfColourAndFloats) {
  StoredSample sample;
  sample.pixels = PixelLayout{1, 2, 3, false};
  sample.bytes = {1, 2, 3, 4, 5, 6};
  EXPECT_EQ(decoded(sample).at<cv::Vec3b>(0, 1), cv::Vec3b(6, 5, 4)) << "red comes first";
  const float values[] = {0, 1, 77 / 255.0F};
  sample.pixels = PixelLayout{1, 3, 1, true};
  sample.bytes.assign(reinterpret_cast<const char*>(values), sizeof values);
  EXPECT_EQ(decoded(sample).at<uchar>(0, 2), 77);
}

TEST(DataSet, ReadsOnBehindADamagedImage) {
  test::TempDir dir;
  test::StoredSet(Format::kFolder, kLabels).write(dir.path("set"));
  boost::filesystem::remove(dir.path("set/images/000/00123_0.png"));
  const DataSet set(dir.path("set"));
  const auto samples = set.read();
  StoredSample sample;
  EXPECT_THROW(samples->next(sample), Error);
  for (std::size_t k = 1; k < kLabels.size(); ++k) {
    ASSERT_TRUE(samples->next(sample));
    EXPECT_EQ(sample.label, kLabels[k]);
  }
  EXPECT_FALSE(samples->next(sample));
}

TEST(DataSet, ADirectoryThatIsNone) {
  test::TempDir dir;
  try {
    DataSet set(dir.path("absent"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kNotFound);
  }
  try {
    DataSet set(dir.path());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kFormat);
    EXPECT_EQ(error.what(), dir.path() +
                                ": must be a finished data set, which has a manifest.json. Got: "
                                "none");
  }
}

}  // namespace
}  // namespace glyphmill
