// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/output.h"

namespace glyphmill {

void describe(OutputOptions& options, FieldVisitor& visitor) {
  visitor.choice_of("format", options.format, {"folder", "npz", "pickle"},
                    "folder (a file an image), npz or pickle (one file of all)");
  visitor.choice_of("image_ext", options.image_ext, {"jpg", "png"},
                    "format of the images: jpg, png");
  visitor.integer("quality", options.quality, {1, 100}, "quality of JPEG, 1 to 100");
  visitor.text("name_pattern", options.name_pattern,
               "file name: {label} {text} {index} {height} {width} {hash} {md5} {ext}");
  visitor.text("pack_name", options.pack_name,
               "name of the one file of npz and pickle, without extension; {count} may be in it");
  visitor.boolean("normalize", options.normalize,
                  "npz and pickle: float32 of 0 to 1 in place of uint8");
}

}  // namespace glyphmill
