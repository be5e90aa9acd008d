// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/projector.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "glyphmill/ctc.h"
#include "glyphmill/error.h"
#include "glyphmill/utf8.h"
#include "job/first_failure.h"
#include "ocr/principal_axes.h"
#include "ocr/spoken_frames.h"
#include "report/chart.h"
#include "report/sheet.h"
#include "sinks/encoder.h"
#include "sinks/files.h"

namespace glyphmill {
namespace {

constexpr std::uint64_t kMostVectors = 60'000;
constexpr int kSpriteSide = 32;       // px of a character's square
constexpr int kMostSheetSide = 8192;  // px that TensorBoard shows
constexpr int kSheetColumns = 256;    // squares in a row, at most
static_assert(kSheetColumns * kSpriteSide == kMostSheetSide);
static_assert(kSheetColumns * kSheetColumns >= kMostVectors);
const cv::Size kChartSize(1200, 900);
const cv::Scalar kMisread(0, 0, 0);

/// A field of a line of tab-separated ones.
std::string field_of(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

/// The square of the image around a step of its line.
cv::Mat square_around(const cv::Mat& image, std::size_t step, const ModelOptions& model) {
  const double line_pixels =
      (static_cast<double>(step) + 0.5) * static_cast<double>(model.stride_px);
  const double middle = line_pixels * image.rows / static_cast<double>(model.height);
  const int side = image.rows;
  cv::Mat wide;
  cv::copyMakeBorder(image, wide, 0, 0, side, side, cv::BORDER_REPLICATE);
  const int left = std::clamp(cvRound(middle + side / 2.0), 0, wide.cols - side);
  cv::Mat square;
  cv::resize(wide(cv::Rect(left, 0, side, side)), square, {kSpriteSide, kSpriteSide}, 0, 0,
             side > kSpriteSide ? cv::INTER_AREA : cv::INTER_LINEAR);
  if (square.channels() == 1) cv::cvtColor(square, square, cv::COLOR_GRAY2BGR);
  return square;
}

bool knows(const ModelDescription& model, const std::string& label) {
  const std::vector<std::string> characters = utf8_characters(label);
  return std::all_of(characters.begin(), characters.end(), [&](const std::string& character) {
    return std::count(model.characters.begin(), model.characters.end(), character) > 0;
  });
}

/// Everything that the files hold.
class Gathering {
 public:
  explicit Gathering(const Recognizer& model) : model_(model.model()) {}

  std::size_t size() const { return squares_.size(); }

  /// The characters of one image, as long as there are fewer than `most`.
  void add(const LabelledImage& image, const Frames& line, std::uint64_t most) {
    width_ = line.features.size() / line.steps;
    const LogProbabilities outputs{line.log_probabilities.data(), line.steps, line.classes};
    const std::vector<std::uint32_t> label = classes_of(image.label, model_.characters);
    for (const ocr::SpokenFrame& frame : ocr::spoken_frames(outputs, label)) {
      if (size() == most) return;
      const auto feature = line.features.begin() + static_cast<std::ptrdiff_t>(frame.step * width_);
      vectors_.insert(vectors_.end(), feature, feature + static_cast<std::ptrdiff_t>(width_));
      const std::string& character = model_.characters[frame.truth - 1];
      metadata_ += fmt::format("{}\t{}\t{}\t{}\n", field_of(character),
                               field_of(model_.characters[frame.answer - 1]), field_of(image.label),
                               image.index);
      names_.push_back(character);
      right_.push_back(frame.is_right());
      squares_.push_back(square_around(image.image, frame.step, model_.options));
    }
  }

  void write(const std::string& path) const {
    const sinks::Directory directory(path, true);
    sinks::Encoder encoder(ImageExt::kPng, 0);
    directory.replace("vectors.tsv", size(), [this](std::uint64_t i) { return line_of(i); });
    directory.replace("metadata.tsv", "label\tanswer\ttext\tindex\n" + metadata_);
    directory.replace("sprite.png", encoder.encode(sprite()));
    directory.replace("projection.png", encoder.encode(projection()));
    // Last: it names the others.
    directory.replace("projector_config.pbtxt", fmt::format("embeddings {{\n"
                                                            "  tensor_name: \"features\"\n"
                                                            "  tensor_path: \"vectors.tsv\"\n"
                                                            "  metadata_path: \"metadata.tsv\"\n"
                                                            "  sprite {{\n"
                                                            "    image_path: \"sprite.png\"\n"
                                                            "    single_image_dim: {0}\n"
                                                            "    single_image_dim: {0}\n"
                                                            "  }}\n"
                                                            "}}\n",
                                                            kSpriteSide));
  }

 private:
  std::string line_of(std::uint64_t row) const {
    const float* const values = vectors_.data() + row * width_;
    std::string line;
    for (std::size_t k = 0; k < width_; ++k)
      line += fmt::format("{}{}", k > 0 ? "\t" : "", values[k]);
    return line + '\n';
  }

  cv::Mat sprite() const {
    const int count = static_cast<int>(size());
    const int columns = static_cast<int>(std::ceil(std::sqrt(count)));
    const int rows = (count + columns - 1) / columns;
    cv::Mat sheet(rows * kSpriteSide, columns * kSpriteSide, CV_8UC3, cv::Scalar::all(255));
    for (int i = 0; i < count; ++i) {
      const cv::Rect place(i % columns * kSpriteSide, i / columns * kSpriteSide, kSpriteSide,
                           kSpriteSide);
      squares_[static_cast<std::size_t>(i)].copyTo(sheet(place));
    }
    return sheet;
  }

  cv::Mat projection() const {
    const ocr::Projection projected = ocr::on_principal_axes(vectors_, width_);
    std::map<std::string, report::Series> read_right;
    std::map<std::string, report::Series> misread;
    for (std::size_t i = 0; i < size(); ++i) {
      report::Series& series = (right_[i] ? read_right : misread)[names_[i]];
      series.name = names_[i];
      series.mark = report::Mark::kLetter;
      if (!right_[i]) series.colour = kMisread;
      series.points.push_back(projected.points[i]);
    }
    report::Chart chart;
    chart.title = fmt::format("{} characters by what the model sees", size());
    chart.x_label = fmt::format("first axis, {:.0f} % of the variance", 100 * projected.x_share);
    chart.y_label = fmt::format("second axis, {:.0f} %", 100 * projected.y_share);
    for (const auto* letters : {&read_right, &misread}) {
      for (const auto& [name, series] : *letters) chart.series.push_back(series);
    }
    return report::draw_chart(chart, kChartSize);
  }

  const ModelDescription& model_;
  std::size_t width_ = 0;       // of a vector
  std::vector<float> vectors_;  // one after the other
  std::string metadata_;
  std::vector<std::string> names_;
  std::vector<bool> right_;
  std::vector<cv::Mat> squares_;
};

}  // namespace

std::uint64_t write_projector(const Recognizer& model,
                              const std::function<bool(LabelledImage&)>& next,
                              const std::string& directory, const ProjectorOptions& options) {
  if (options.vectors < 1 || options.vectors > kMostVectors) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("vectors: must be 1 .. {}. Got: {}", kMostVectors, options.vectors));
  }
  if (model.model().options.head != Head::kCtc) {
    throw Error(ErrorCode::kInvalidArgument,
                "projector: needs a model of head ctc, with features of each step. Got: positions");
  }
  Gathering gathering(model);
  LabelledImage image;
  while (gathering.size() < options.vectors && next(image)) {
    if (!knows(model.model(), image.label)) continue;
    job::within_sample(image.index, [&] {
      gathering.add(image, model.recognize({image.image}, true).front(), options.vectors);
    });
  }
  if (gathering.size() == 0) {
    throw Error(ErrorCode::kInvalidArgument,
                "projector: needs images of which the model reads a character. Got: none");
  }
  gathering.write(directory);
  return gathering.size();
}

}  // namespace glyphmill
