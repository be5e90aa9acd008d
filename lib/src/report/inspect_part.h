// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "glyphmill/data_set.h"
#include "report/copies.h"
#include "report/label_statistics.h"
#include "report/name_check.h"
#include "report/problems.h"

namespace glyphmill::report {

/// What one thread has seen.
struct Tally {
  std::uint64_t samples = 0;
  LabelStatistics labels;
  ImageReport images;
  Copies label_copies;
  Copies image_copies;

  /// Takes what another one has seen.
  void take(Tally& other);
};

/// Reads a part to its end and compares it with the manifest, with labels.tsv and with the names
/// that `names`, if given, knows. `done` counts samples.
void inspect_part(const DataSet& set, std::size_t part, const NameCheck* names, Tally& tally,
                  Problems& problems, std::atomic<std::uint64_t>& done);

/// Compares what the characters of the labels are with dataset.json and characters.txt.
void inspect_description(const std::string& root, const InspectionReport& report,
                         Problems& problems);

/// Compares the files of a packed set with the manifest.
void inspect_files(const DataSet& set, Problems& problems);

/// What is there of a data set that has no manifest.
Unfinished inspect_unfinished(const std::string& root, Problems& problems);

}  // namespace glyphmill::report
