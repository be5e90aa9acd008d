// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <opencv2/core.hpp>
#include <string>

#include "glyphmill/ocr.h"

/// What a model sees of each character, as files for TensorBoard's embedding projector and as a
/// picture.
namespace glyphmill {

struct LabelledImage {
  cv::Mat image;      ///< CV_8UC1 or CV_8UC3 (BGR)
  std::string label;  ///< UTF-8
  std::uint64_t index = 0;
};

struct ProjectorOptions {
  std::uint64_t vectors = 2000;  ///< at most, 1 .. 60000
};

/// Writes to `directory`, which is made where absent and whose files of these names are replaced,
///
///     vectors.tsv            a line of numbers for each character that was read: the input of the
///                            last layer in its frame (see center_loss.h)
///     metadata.tsv           a line for each, below a head: label (the character), answer (what it
///                            was read as), text (the whole label), index (of the image)
///     sprite.png             the place of each in its image, in squares row by row
///     projector_config.pbtxt what TensorBoard reads first: tensorboard --logdir DIRECTORY
///     projection.png         the vectors on their two principal axes, each as its character; in
///                            black those that were read as another
///
/// Images are taken one by one until `next` gives false or there are enough vectors, so they are
/// best in an order that has every label early. Characters that the greedy answer lacks or that
/// the label lacks have no vector, nor have images whose label the model does not know all
/// characters of. Returns the number of vectors.
///
/// Throws Error: kInvalidArgument (a model whose head is not kCtc; an image that
/// `Recognizer::recognize` refuses, naming its index; no vector at all; an option breaks its rule),
/// kIo.
std::uint64_t write_projector(const Recognizer& model,
                              const std::function<bool(LabelledImage&)>& next,
                              const std::string& directory, const ProjectorOptions& options = {});

}  // namespace glyphmill
