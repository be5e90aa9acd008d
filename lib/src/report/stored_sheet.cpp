// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "glyphmill/data_set.h"
#include "glyphmill/error.h"
#include "glyphmill/inspect.h"
#include "report/sheet.h"

namespace glyphmill {
namespace {

/// Appends the first images of a data set that can be shown.
void take_images(const std::string& path, std::uint64_t images,
                 std::vector<report::SheetCell>& cells) {
  const DataSet set(path);
  const auto samples = set.read();
  StoredSample sample;
  // What is damaged is passed over, but not for ever.
  for (std::uint64_t tries = 10 * images; images > 0 && tries > 0; --tries) {
    try {
      if (!samples->next(sample)) return;
      const cv::Mat image = decoded(sample);
      if (!report::fits(cells, image)) return;
      cells.push_back({image, sample.label});
      --images;
    } catch (const Error&) {
      continue;
    }
  }
}

}  // namespace

void write_stored_sheet(const std::vector<std::string>& data_sets, const std::string& path,
                        std::uint64_t images) {
  report::check_sheet_path(path);
  std::vector<report::SheetCell> cells;
  const std::uint64_t each =
      std::max<std::uint64_t>(1, images / std::max<std::size_t>(1, data_sets.size()));
  for (const std::string& data_set : data_sets) {
    try {
      take_images(data_set, each, cells);
    } catch (const Error&) {
      continue;  // what is wrong with it is told elsewhere
    }
  }
  report::write_sheet(report::draw_sheet(cells), path);
}

}  // namespace glyphmill
