// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/contact_sheet.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "report/sheet.h"

namespace glyphmill {

cv::Mat contact_sheet(const Generator& generator, std::uint64_t samples) {
  const std::uint64_t count = std::min(samples, generator.count());
  std::vector<report::SheetCell> cells;
  for (std::uint64_t k = 0; k < count; ++k) {
    Sample sample = generator.sample(k);
    if (!report::fits(cells, sample.image)) break;
    cells.push_back({sample.image, std::move(sample.label)});
  }
  return report::draw_sheet(cells);
}

void write_contact_sheet(const Generator& generator, const std::string& path,
                         std::uint64_t samples) {
  report::check_sheet_path(path);
  report::write_sheet(contact_sheet(generator, samples), path);
}

}  // namespace glyphmill
