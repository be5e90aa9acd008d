// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

/// Center loss (Wen, Zhang, Li, Qiao: "A discriminative feature learning approach for deep face
/// recognition", ECCV 2016) for lines: draws what the network sees of a character to the center of
/// that character, so that look-alike characters move apart. `TrainingOptions::center_loss` sets
/// its weight.
///
/// A feature is the input of the last layer in one frame. The frames are those where the greedy
/// answer to a training sample says a character, one a character, the frame where it is surest; of
/// these, the frames whose character the alignment with the label (`alignment`, fewest edits) pairs
/// with an equal one. So a wrong answer, whatever its length, gives no center a wrong feature.
///
///     L = mean over the frames f of a batch of |f - c|^2 / 2, c being the character's center
///     total loss = CTC + center_loss * L
///
/// A mean: the weight means the same whatever the batch and the length of its texts. Gradients flow
/// into the features alone; after each step the center of each of its characters moves by
///
///     c -= center_rate * sum over its n frames of (c - f) / (1 + n)
///
/// A character's center begins as the mean of the features that show it first, and until then adds
/// nothing to the loss.
namespace glyphmill {

/// A distance that is the least or the greatest, and where.
struct CenterExtreme {
  double distance = 0;
  std::string character;  ///< of the label, UTF-8; "" where nothing was measured
  std::string rival;      ///< the most probable wrong character of that frame
};

struct CenterSpread {
  double mean = 0;  ///< 0 where nothing was measured
  CenterExtreme least;
  CenterExtreme most;
};

/// What a validation measured: Euclidean distances, over the frames as above. Frames whose
/// character or rival has no center yet are left out.
struct CenterDistances {
  std::uint64_t step = 0;
  std::uint64_t frames = 0;
  double loss = 0;       ///< L over these frames
  CenterSpread own;      ///< of a feature to its character's center
  CenterSpread rival;    ///< of a feature to its rival's center
  CenterSpread between;  ///< of the two centers
};

/// A few lines for people.
std::string to_text(const CenterDistances& distances);

}  // namespace glyphmill
