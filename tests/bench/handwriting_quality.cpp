// SPDX-License-Identifier: Apache-2.0
// handwriting_quality PATH [WRITERS]: how much of real handwriting does the built-in one cover? A
// plain classifier (histograms of gradients, linear support vector machine) learns from built-in
// digits alone and is asked about the digits at PATH, which nothing was made or fitted from.
#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/ml.hpp>
#include <opencv2/objdetect.hpp>
#include <string>
#include <vector>

#include "glyphmill/handwriting.h"
#include "glyphmill/ink_images.h"

namespace glyphmill {
namespace {

constexpr int kSide = 28;
constexpr std::size_t kDigits = 10;
constexpr std::uint64_t kWriters = 2000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the slant out by the second moments, as OpenCV's sample of digits does.
cv::Mat deskewed(const cv::Mat& image) {
  const cv::Moments m = cv::moments(image);
  if (std::abs(m.mu02) < 1e-2) return image.clone();
  const double skew = m.mu11 / m.mu02;
  const cv::Matx23d map(1, skew, -0.5 * kSide * skew, 0, 1, 0);
  cv::Mat result;
  cv::warpAffine(image, result, map, image.size(), cv::WARP_INVERSE_MAP | cv::INTER_LINEAR);
  return result;
}

struct Examples {
  cv::Mat features;  // one row each
  std::vector<int> labels;
};

Examples described(const InkImages& images) {
  const cv::HOGDescriptor hog({kSide, kSide}, {14, 14}, {7, 7}, {7, 7}, 9, 1, -1,
                              cv::HOGDescriptor::L2Hys, 0.2, false, 64, true);
  Examples examples;
  std::vector<float> descriptor;
  cv::Mat picture;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (!is_digit(images.characters[i])) continue;
    cv::Mat(images.rows, images.cols, CV_8UC1, const_cast<std::uint8_t*>(images.at(i)))
        .copyTo(picture);
    if (picture.size() != cv::Size(kSide, kSide)) {
      cv::resize(picture, picture, {kSide, kSide}, 0, 0, cv::INTER_AREA);
    }
    hog.compute(deskewed(picture), descriptor);
    examples.features.push_back(cv::Mat(descriptor).reshape(1, 1));
    examples.labels.push_back(images.characters[i] - '0');
  }
  return examples;
}

cv::Ptr<cv::ml::SVM> trained(const Examples& examples) {
  const auto machine = cv::ml::SVM::create();
  machine->setType(cv::ml::SVM::C_SVC);
  machine->setKernel(cv::ml::SVM::LINEAR);
  machine->setC(0.1);
  machine->setTermCriteria({cv::TermCriteria::MAX_ITER + cv::TermCriteria::EPS, 3000, 1e-3});
  machine->train(examples.features, cv::ml::ROW_SAMPLE, cv::Mat(examples.labels));
  return machine;
}

using Confusion = std::array<std::array<int, kDigits>, kDigits>;

Confusion asked(const cv::ml::SVM& machine, const Examples& examples) {
  cv::Mat answers;
  machine.predict(examples.features, answers);
  Confusion confusion{};
  for (int i = 0; i < answers.rows; ++i) {
    const auto truth = static_cast<std::size_t>(examples.labels[static_cast<std::size_t>(i)]);
    ++confusion[truth][static_cast<std::size_t>(answers.at<float>(i))];
  }
  return confusion;
}

double percent(int part, int whole) { return whole == 0 ? 0 : 100.0 * part / whole; }

void print(const Confusion& confusion) {
  struct Mistake {
    int count;
    std::size_t truth, answer;
  };
  std::vector<Mistake> mistakes;
  int right = 0;
  int all = 0;
  for (std::size_t truth = 0; truth < kDigits; ++truth) {
    int of_class = 0;
    for (std::size_t answer = 0; answer < kDigits; ++answer) {
      of_class += confusion[truth][answer];
      if (answer != truth) mistakes.push_back({confusion[truth][answer], truth, answer});
    }
    std::printf("%zu: %.2f %%\n", truth, percent(confusion[truth][truth], of_class));
    right += confusion[truth][truth];
    all += of_class;
  }
  std::printf("all: %.2f %% of %d\n", percent(right, all), all);
  std::sort(mistakes.begin(), mistakes.end(),
            [](const Mistake& a, const Mistake& b) { return a.count > b.count; });
  for (std::size_t i = 0; i < 12; ++i) {
    std::printf("%zu taken for %zu: %d\n", mistakes[i].truth, mistakes[i].answer,
                mistakes[i].count);
  }
}

}  // namespace
}  // namespace glyphmill

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fputs("usage: handwriting_quality PATH [WRITERS]\n", stderr);
    return 2;
  }
  try {
    glyphmill::HandwritingOptions options;
    options.writers = argc == 3 ? std::stoull(argv[2]) : glyphmill::kWriters;
    const auto learnt = glyphmill::described(glyphmill::handwriting(options));
    const auto asked = glyphmill::described(glyphmill::read_digits(argv[1]));
    glyphmill::print(glyphmill::asked(*glyphmill::trained(learnt), asked));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "handwriting_quality: %s\n", error.what());
    return 1;
  }
  return 0;
}
