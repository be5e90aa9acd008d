// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// Is a data set whole, and is it balanced?
namespace glyphmill {

/// Something that is not as it must be.
struct Problem {
  std::string kind;  ///< "label", "checksum", "image", ...
  /// "PATH: KIND: expected EXPECTED, got GOT", or for what cannot be read "PATH: RULE. Got: FOUND";
  /// printable.
  std::string message;
};

/// Is each of several outcomes as frequent as any other? Pearson's test.
struct ChiSquare {
  double value = 0;
  std::uint64_t degrees = 0;  ///< of freedom
  /// How often chance alone gives a value of at least this: 1 where all counts are equal, and small
  /// where they are farther apart than drawing them would make them.
  double p = 1;
};

ChiSquare chi_square(const std::vector<std::uint64_t>& counts);

/// How often each character stands at a place of the label.
struct PositionCounts {
  std::vector<std::uint64_t> counts;  ///< in the order of LabelReport::characters
  ChiSquare evenness;
};

struct LabelReport {
  std::vector<std::string> characters;             ///< by code point; at most 255
  std::vector<std::uint64_t> counts;               ///< of each in all labels
  std::uint64_t others = 0;                        ///< characters beyond these
  std::vector<PositionCounts> positions;           ///< of the first 64
  std::map<std::uint64_t, std::uint64_t> lengths;  ///< characters -> labels

  /// Neighbouring characters, in order.
  std::uint64_t pairs = 0;
  std::uint64_t different_pairs = 0;
  std::uint64_t least_pair = 0;  ///< of all pairs of `characters`
  std::uint64_t most_pair = 0;
  ChiSquare pair_evenness;
  std::uint64_t repeats = 0;  ///< pairs of two equal characters
};

struct ImageReport {
  std::uint64_t decoded = 0;
  std::uint64_t bytes = 0;                       ///< as they are stored
  std::map<int, std::uint64_t> widths, heights;  ///< px -> images
  std::map<int, std::uint64_t> channels;
};

/// Samples that are equal to an earlier one.
struct Duplicates {
  std::uint64_t count = 0;
  std::uint64_t first = 0;  ///< an example: the first that has a copy, and the copy
  std::uint64_t second = 0;
};

/// Samples that an unfinished data set has yet to get.
struct MissingSamples {
  std::uint64_t first = 0;
  std::optional<std::uint64_t> end;  ///< one past the last; without, the recipe says no number
  std::string shards;                ///< "003", "003 to 017"; empty if the recipe cannot tell
};

/// What is there of a data set that is not finished.
struct Unfinished {
  std::vector<std::string> shards;
  std::uint64_t samples = 0;
  std::optional<std::uint64_t> count;  ///< samples of the finished set, by its recipe
  std::vector<MissingSamples> missing;
};

struct InspectionReport {
  std::string path;
  std::string format;  ///< empty if the manifest cannot be read
  std::string version;
  std::uint64_t seed = 0;
  std::uint64_t count = 0;  ///< as the manifest says
  std::uint64_t shards = 0;
  std::optional<Unfinished> unfinished;
  std::uint64_t samples = 0;  ///< that could be read
  LabelReport labels;
  ImageReport images;
  Duplicates duplicate_labels;
  Duplicates duplicate_images;
  std::vector<Problem> problems;  ///< at most so many of a kind as the options say
  std::uint64_t problem_count = 0;
  /// Kind -> those that `problems` leaves out.
  std::map<std::string, std::uint64_t> more_problems;

  bool is_right() const { return problem_count == 0; }
};

struct InspectOptions {
  unsigned threads = 0;  ///< 0: `default_threads()`
  std::uint64_t problems_of_a_kind = 10;
  /// Called from the calling thread, a few times a second: samples read and samples in all.
  std::function<void(std::uint64_t done, std::uint64_t total)> on_progress = {};
};

/// The data sets at `path`: itself or, of a directory of splits or formats, those in it, by name.
/// Throws Error: kNotFound; kFormat if there are none.
std::vector<std::string> data_sets_in(const std::string& path);

/// Reads all of a data set: every checksum, every image and every label. Whatever is wrong with the
/// data set is a problem of the report. Uses 32 bytes of memory a sample, to find copies.
InspectionReport inspect_data_set(const std::string& path, const InspectOptions& options = {});

/// For people.
std::string to_text(const InspectionReport& report);
/// Its end alone: a line a problem, and whether all is right.
std::string problems_text(const InspectionReport& report);
/// One JSON object.
std::string to_json(const InspectionReport& report);

/// Whether two data sets have the same samples in the same order.
struct Comparison {
  enum class Result {
    kSameBytes,   ///< labels and stored images are equal
    kSamePixels,  ///< labels and decoded images are equal
    kDifferent,
  };
  Result result = Result::kSameBytes;
  std::uint64_t samples = 0;  ///< compared
  std::string difference;     ///< the first one, in words
};

/// Of any two formats. Throws Error if one cannot be read.
Comparison compare_data_sets(const std::string& a, const std::string& b);

/// Writes a sheet of the first `images` stored images with their labels, of all data sets in turn,
/// as PNG or JPEG. Images that cannot be read are left out. Throws Error: kInvalidArgument for
/// another extension; kIo.
void write_stored_sheet(const std::vector<std::string>& data_sets, const std::string& path,
                        std::uint64_t images = 60);

}  // namespace glyphmill
