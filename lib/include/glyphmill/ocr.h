// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "glyphmill/fields.h"

/// Recognisers of lines: convolutions, recurrent layers and a classifier for every step along the
/// line (Shi, Bai, Yao: "An end-to-end trainable neural network for image-based sequence
/// recognition", PAMI 2017), trained by `training.h`. Part of the optional component
/// glyphmill::ocr.
namespace glyphmill {

/// Sizes that go well together; see `model_options`.
enum class Architecture {
  kTiny,           ///< for a first look, and for tests
  kSmall,          ///< the default: most lines of digits
  kCrnn,           ///< the network of the paper, 8 million parameters
  kResidual,       ///< as small, with residual blocks (He et al., CVPR 2016)
  kDense,          ///< as small, with densely connected blocks (Huang et al., CVPR 2017)
  kConvolutional,  ///< no recurrent layer: what a step says depends on its neighbourhood alone
};

/// How the convolutions of a stage are connected.
enum class Blocks { kPlain, kResidual, kDense };

/// What the last layer says.
enum class Head {
  kCtc,        ///< a character or the blank for every step; the text follows by CTC's rule
  kPositions,  ///< one classifier for each position of the text, over the whole line
};

struct ModelOptions {
  Architecture architecture = Architecture::kSmall;  ///< where the sizes started from
  std::uint64_t height = 32;                         ///< px that lines are scaled to, 16 .. 256
  bool color = false;  ///< three channels; otherwise lines are made gray
  Blocks blocks = Blocks::kPlain;
  /// Of each stage, 1 to 6 of them. Every stage halves the height; the first also the width, until
  /// a step is `stride_px` wide.
  std::vector<std::uint64_t> channels{16, 32, 64, 128};
  std::uint64_t convolutions = 1;       ///< in a stage
  std::uint64_t kernel = 3;             ///< side of the convolutions, odd
  std::uint64_t stride_px = 4;          ///< width of a step in the scaled line: 1, 2, 4, 8, 16
  std::vector<std::uint64_t> linear{};  ///< sizes of layers between convolutions and LSTM
  std::vector<std::uint64_t> lstm{
      96};                        ///< hidden units, each direction, of each stack; may be none
  std::uint64_t lstm_layers = 1;  ///< in a stack
  double dropout = 0;             ///< share of features dropped before the last layer
  Head head = Head::kCtc;
  std::uint64_t positions = 10;  ///< of Head::kPositions: characters of the longest text
};

void describe(ModelOptions& options, FieldVisitor& visitor);

/// The sizes of an architecture.
ModelOptions model_options(Architecture architecture);

/// Throws Error(kInvalidArgument) "model.KEY: rule. Got: value".
void validate(const ModelOptions& options);

/// A model as its directory describes it.
struct ModelDescription {
  ModelOptions options;
  /// Class c >= 1 of the last layer is character c - 1; UTF-8. Class 0 is CTC's blank or, of a
  /// position, no character.
  std::vector<std::string> characters;
};

/// What a model says about one image.
struct Frames {
  std::size_t steps = 0;
  std::size_t classes = 0;
  std::vector<float> log_probabilities;  ///< (steps, classes), natural logarithm
  std::vector<float> features;  ///< (steps, any), the input of the last layer; only if asked for
};

/// Sets up the process for training or recognising: the threads of OpenMP, and memory that stays
/// with the process instead of going back to the system after every step. Called once, by programs,
/// before anything else of this component. `threads` 0: `default_threads()`.
void prepare_ocr_runtime(unsigned threads = 0);

/// What makes this process slow although it need not be, in words for people: a linear algebra
/// library that is not OpenBLAS. "" if nothing does.
std::string ocr_runtime_advice();

/// A trained model. One thread at a time.
class Recognizer {
 public:
  /// Reads a directory that `train` wrote. Throws Error: kFormat (a file that is damaged, or that
  /// is not what model.yaml says), kIo (what is not there included).
  explicit Recognizer(const std::string& directory);
  ~Recognizer();
  Recognizer(Recognizer&&) noexcept;
  Recognizer& operator=(Recognizer&&) noexcept;

  const ModelDescription& model() const;
  std::uint64_t parameter_count() const;

  /// What the model says about each image, CV_8UC1 or CV_8UC3 (BGR). An image's result does not
  /// depend on the others, but for the rounding of its last digits. With features, the model's head
  /// must be `kCtc`. Throws Error(kInvalidArgument), also for other types, empty images, and those
  /// that are wider than 32768 px when they are scaled to the model's height.
  std::vector<Frames> recognize(const std::vector<cv::Mat>& images,
                                bool with_features = false) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace glyphmill
