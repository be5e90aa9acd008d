// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/output.h"

namespace glyphmill {

void describe(OutputOptions& options, FieldVisitor& visitor) {
  visitor.choice_of("image_ext", options.image_ext, {"jpg", "png"},
                    "format of the images: jpg, png");
  visitor.integer("quality", options.quality, {1, 100}, "quality of JPEG, 1 to 100");
  visitor.text("name_pattern", options.name_pattern,
               "file name: {label} {text} {index} {height} {width} {hash} {md5} {ext}");
}

}  // namespace glyphmill
