// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "glyphmill/ink_images.h"

namespace glyphmill {

/// The characters that the built-in hand can write.
inline constexpr std::string_view kHandwrittenCharacters = "0123456789-/.,";

/// Handwriting without any data: characters drawn from models of their strokes.
struct HandwritingOptions {
  std::uint64_t writers = 1000;  ///< each writes every character once; 1 .. 100000
  int size = 28;                 ///< px, height and width of a picture; 8 .. 1024
  /// Those to draw, of `kHandwrittenCharacters`; each looks the same whatever else is drawn.
  std::string characters{kHandwrittenCharacters};
};

/// Every writer's characters, writer after writer. The same for the same options on every machine;
/// what a writer writes does not depend on how many there are.
///
/// Digits are normalised as those of MNIST are: the ink fills a box of 20/28 of the picture, aspect
/// kept, and its centre of mass lies in pixel (size / 2, size / 2), to half a pixel. The few that
/// would come to the border by this are smaller. A mark ('-', '/', '.', ',') has the size and the
/// height that it has beside such digits, and lies in the middle of the width.
///
/// Takes about 3 us per picture of 28 x 28. Throws Error(kInvalidArgument) for options out of
/// range, a character that it cannot write, or pictures of more than 4 GiB together.
InkImages handwriting(const HandwritingOptions& options);

}  // namespace glyphmill
