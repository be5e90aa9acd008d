// SPDX-License-Identifier: Apache-2.0
#include "ocr/center_distances.h"

#include <fmt/format.h>

#include <sstream>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "ocr/spoken_frames.h"

namespace glyphmill {
namespace ocr {
namespace {

constexpr std::size_t kColumns = 24;

std::string head() {
  std::string line = "step,frames,loss";
  for (const char* spread : {"own", "rival", "between"}) {
    line += fmt::format(",{}_mean", spread);
    for (const char* end : {"min", "max"}) {
      line += fmt::format(",{0}_{1},{0}_{1}_character,{0}_{1}_rival", spread, end);
    }
  }
  return line;
}

std::string quoted(const std::string& text) {
  std::string cell = "\"";
  for (const char c : text) cell.append(c == '"' ? 2 : 1, c);
  return cell + '"';
}

/// The cells of a line, some of which are quoted (RFC 4180).
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && is_quoted && i + 1 < line.size() && line[i + 1] == '"') {
      cells.back() += line[i++];
    } else if (line[i] == '"') {
      is_quoted = !is_quoted;
    } else if (line[i] == ',' && !is_quoted) {
      cells.emplace_back();
    } else {
      cells.back() += line[i];
    }
  }
  return cells;
}

void write(const CenterExtreme& extreme, std::string& csv) {
  csv +=
      fmt::format(",{},{},{}", extreme.distance, quoted(extreme.character), quoted(extreme.rival));
}

CenterExtreme extreme_of(const std::string* cells) {
  return {parse_number(cells[0]), cells[1], cells[2]};
}

CenterSpread spread_of(const std::string* cells) {
  return {parse_number(cells[0]), extreme_of(cells + 1), extreme_of(cells + 4)};
}

CenterDistances distances_of(const std::vector<std::string>& cells) {
  if (cells.size() != kColumns) {
    throw Error(ErrorCode::kFormat,
                fmt::format("must have {} columns. Got: {}", kColumns, cells.size()));
  }
  const auto count = [](const std::string& cell) {
    return static_cast<std::uint64_t>(parse_number(cell));
  };
  return {count(cells[0]),      count(cells[1]),       parse_number(cells[2]),
          spread_of(&cells[3]), spread_of(&cells[10]), spread_of(&cells[17])};
}

}  // namespace

void CenterStatistics::add(const Frames& line, const std::vector<std::uint32_t>& label) {
  const LogProbabilities outputs{line.log_probabilities.data(), line.steps, line.classes};
  const std::size_t size = centers_.features();
  for (const SpokenFrame& frame : spoken_frames(outputs, label)) {
    if (!frame.is_right() || frame.rival == 0) continue;
    if (!centers_.has(frame.truth) || !centers_.has(frame.rival)) continue;
    const bool is_first = sums_.frames++ == 0;
    const auto count = [&](CenterSpread& spread, double length) {
      const CenterExtreme extreme{length, characters_[frame.truth - 1],
                                  characters_[frame.rival - 1]};
      spread.mean += length;
      if (is_first || length < spread.least.distance) spread.least = extreme;
      if (is_first || length > spread.most.distance) spread.most = extreme;
    };
    const float* const feature = line.features.data() + frame.step * size;
    const float* const own = centers_.of(frame.truth);
    const float* const rival = centers_.of(frame.rival);
    const double to_own = distance(feature, own, size);
    sums_.loss += to_own * to_own / 2;
    count(sums_.own, to_own);
    count(sums_.rival, distance(feature, rival, size));
    count(sums_.between, distance(own, rival, size));
  }
}

CenterDistances CenterStatistics::distances() const {
  CenterDistances means = sums_;
  if (means.frames == 0) return means;
  for (double* mean : {&means.loss, &means.own.mean, &means.rival.mean, &means.between.mean}) {
    *mean /= static_cast<double>(means.frames);
  }
  return means;
}

std::string to_csv(const std::vector<CenterDistances>& lines) {
  std::string csv = head() + '\n';
  for (const CenterDistances& line : lines) {
    csv += fmt::format("{},{},{}", line.step, line.frames, line.loss);
    for (const CenterSpread* spread : {&line.own, &line.rival, &line.between}) {
      csv += fmt::format(",{}", spread->mean);
      write(spread->least, csv);
      write(spread->most, csv);
    }
    csv += '\n';
  }
  return csv;
}

std::vector<CenterDistances> parse_distances(const std::string& csv, const std::string& name) {
  std::vector<CenterDistances> lines;
  std::istringstream stream(csv);
  std::string line;
  std::getline(stream, line);
  if (line != head()) {
    throw Error(ErrorCode::kFormat, fmt::format("{}: must begin with {}", name, head()));
  }
  for (std::size_t number = 2; std::getline(stream, line); ++number) {
    try {
      lines.push_back(distances_of(cells_of(line)));
    } catch (const Error& error) {
      throw Error(ErrorCode::kFormat, fmt::format("{}:{}: {}", name, number, error.what()));
    }
  }
  return lines;
}

}  // namespace ocr

std::string to_text(const CenterDistances& distances) {
  if (distances.frames == 0) return "centers: no two characters have been read yet\n";
  const auto line = [](const char* what, const CenterSpread& spread) {
    const auto end = [](const CenterExtreme& extreme) {
      return fmt::format("{:.3f} ('{}', rival '{}')", extreme.distance, extreme.character,
                         extreme.rival);
    };
    return fmt::format("  {:<24}{:.3f}  {} .. {}\n", what, spread.mean, end(spread.least),
                       end(spread.most));
  };
  return fmt::format("distances of {} characters read right, mean and extremes:\n",
                     distances.frames) +
         line("to their own center", distances.own) +
         line("to their rival's center", distances.rival) +
         line("between the two centers", distances.between);
}

}  // namespace glyphmill
