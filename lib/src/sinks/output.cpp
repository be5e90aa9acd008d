// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/output.h"

namespace glyphmill {

const std::vector<std::string_view>& format_names() {
  static const std::vector<std::string_view> names{"folder", "lmdb",      "webdataset", "jsonl",
                                                   "hf",     "tesseract", "easyocr",    "coco",
                                                   "idx",    "npz",       "pickle"};
  return names;
}

void describe(OutputOptions& options, FieldVisitor& visitor) {
  visitor.choices_of(
      "format", options.format, format_names(),
      "one or several of folder, lmdb, webdataset, jsonl (MMOCR), hf (Hugging Face), "
      "tesseract, easyocr, coco, idx, npz, pickle");
  visitor.choice_of("image_ext", options.image_ext, {"jpg", "png", "auto"},
                    "format of the images: jpg, png; auto: jpg of tiles, png of handwriting");
  visitor.integer("quality", options.quality, {1, 100}, "quality of JPEG, 1 to 100");
  visitor.text("name_pattern", options.name_pattern,
               "file name: {label} {text} {index} {height} {width} {hash} {md5} {ext}");
  visitor.text("pack_name", options.pack_name,
               "name of the one file of npz and pickle, without extension; {count} may be in it");
  visitor.boolean("normalize", options.normalize,
                  "npz and pickle: float32 of 0 to 1 in place of uint8");
  visitor.integer("shard_size", options.shard_size, "auto", {1, 1000000},
                  "samples a shard, the unit that is made, resumed and scheduled");
  visitor.boolean("annotations", options.annotations,
                  "samples.jsonl: boxes, quadrilaterals and drawn parameters of every sample");
}

}  // namespace glyphmill
