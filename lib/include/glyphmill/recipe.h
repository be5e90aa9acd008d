// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "glyphmill/compose.h"
#include "glyphmill/digits.h"
#include "glyphmill/image_data_generator.h"
#include "glyphmill/label_weights.h"
#include "glyphmill/labels.h"
#include "glyphmill/ops.h"
#include "glyphmill/output.h"
#include "glyphmill/sequence.h"

/// A recipe says everything about a data set except where it goes and how many threads make it:
/// the same recipe with the same seed gives the same bytes.
namespace glyphmill {

/// Where tiles come from.
struct TileOptions {
  /// A tile folder, or builtin:codes, builtin:dates, builtin:alphanumeric.
  std::string tiles = "builtin:codes";
  /// XXH3-128 of the folder's names and content, 32 hexadecimal digits. Filled in when a recipe is
  /// resolved; where it is given, other tiles are refused, for they would make other bytes.
  std::string checksum;
};

void describe(TileOptions& options, FieldVisitor& visitor);

/// Printed or stamped text: tiles on a line of paper.
struct TileLook {
  TileOptions glyphs;
  ComposeOptions compose;
};

/// Handwriting: pictures of single characters, each changed on its own, in a row.
struct DigitLook {
  DigitOptions glyphs;
  ImageDataGeneratorOptions augment;
  SequenceOptions compose;
};

/// The channels of labelled images.
enum class SourceColor {
  kAuto,   ///< colour if any of them is in colour, else gray
  kGray,   ///< CV_8UC1
  kColor,  ///< CV_8UC3
};

/// Which labelled image comes when.
enum class SourceOrder {
  kKeyed,   ///< in every run of as many samples as images each comes once, in keyed order
  kStored,  ///< sample k is image k, and from the beginning again behind the last
};

/// Labelled images that are there already. What is transparent shows white.
struct ImageSourceOptions {
  /// A finished data set of Glyphmill's, in any format; or a directory of PNG, JPEG, BMP or TIFF
  /// images that a labels.tsv in it (lines of PATH<TAB>LABEL) names; or one of images whose names
  /// without the extension are their labels. Labels have at most 256 printable characters.
  std::string images;
  /// XXH3-128 of labels and images, 32 hexadecimal digits; see TileOptions::checksum.
  std::string checksum;
  /// px to which images are scaled, aspect kept, 8 .. 1024; empty ("natural"): as they are.
  std::optional<std::uint64_t> height;
  SourceColor color = SourceColor::kAuto;
  SourceOrder order = SourceOrder::kKeyed;
};

void describe(ImageSourceOptions& options, FieldVisitor& visitor);

/// Images with labels of their own, of which no character's place is known. `Sample::paper` is the
/// median along an image's edges, and the drawn value "compose.image" its place in the stored
/// order.
struct ImageLook {
  ImageSourceOptions source;
};

/// What texts look like. In a recipe `glyphs.kind` says which, `tiles` or `digits`; an ImageLook is
/// a section `source`, which takes the place of `labels`, `glyphs`, `augment` and `compose`.
using Look = std::variant<TileLook, DigitLook, ImageLook>;

/// A part of a data set that is a data set of its own.
struct Split {
  std::string name;  ///< a directory: letters, digits, '_' and '-'
  double share = 0;  ///< of the samples, and of what the splits do not have in common; above 0
};

/// What no two splits have in common.
enum class Disjoint {
  /// glyphs where there are no tiles, else none; labelled images are divided in either case
  kAuto,
  kNone,    ///< nothing is looked after: splits are other samples
  kGlyphs,  ///< no picture of a character; of tiles, no look; no labelled image
  kLabels,  ///< no label
  kBoth,
};

/// One of several sorts of samples in a data set.
struct MixPart {
  std::string name;  ///< letters, digits, '_' and '-'; seeds the part's laws
  /// Its share of the samples, relative to the other parts', to six decimals; 0.000001 .. 1000000
  double weight = 1;
  LabelOptions labels;  ///< without a meaning beside an ImageLook
  Look look;
  std::vector<Stage> ops;
  LabelWeights label_weights = {};
};

struct Recipe {
  std::optional<std::uint64_t> seed;  ///< drawn by the programs when not given
  /// Samples, 1 .. 10^12; auto: LabelSource::natural_count.
  std::optional<std::uint64_t> count;
  LabelOptions labels;  ///< without a meaning beside an ImageLook
  /// In a recipe `labels.weights`, the map or the path of a file that has it; codes are then of
  /// balance `weighted` if they name none.
  LabelWeights label_weights;
  Look look;
  /// Contiguous ranges of the samples, in order; shares sum to 1.
  std::vector<Split> splits;
  std::string split;  ///< the one of `splits` to make; "": all of them
  Disjoint disjoint = Disjoint::kAuto;
  std::vector<Stage> ops;
  /// At most 64; where there are any they take the place of `labels`, `label_weights`, `look` and
  /// `ops`. In every prefix of the samples each part has its share to within H(parts - 1) samples
  /// (the harmonic number; 1 for two parts, 1.5 for three). The j-th sample of a part is sample j
  /// of its laws.
  std::vector<MixPart> mix;
  OutputOptions output;
};

/// The recipe of the main job: ten-digit codes, half of them rotated, with Gaussian and
/// salt-and-pepper noise.
Recipe codes_recipe();
/// The same for dates, every day of 2018, ten images a day.
Recipe dates_recipe();
/// Handwritten sequences of ten digits, 28 px high, black on white.
Recipe digits_recipe();
/// Handwritten phone numbers.
Recipe phones_recipe();
/// The same recipe with another look, an alternative of Look, at its defaults, and the noise that
/// belongs to it.
Recipe with_look(Recipe recipe, std::size_t look);

/// Reads a recipe file (YAML). Keys that are not given keep the defaults of the recipe's label kind
/// (`codes_recipe` or `dates_recipe`, ...) and of the look that `glyphs.kind` names. Strict:
/// unknown, repeated or mistyped keys and values out of range are reported together, each as
/// "file:line:col: key: rule. Got: value", in one Error(kInvalidArgument). Throws Error(kNotFound)
/// or (kIo) if the file cannot be read.
///
/// `changes`, a part of a recipe (YAML or JSON), is laid on the file as a job is on its defaults
/// (see `read_jobs`); what is wrong with it is reported without a place. "" changes nothing.
Recipe read_recipe(const std::string& path, const std::string& changes = "");

/// The same from memory; `name` stands for the file in messages, which have no places if it is "".
Recipe parse_recipe(const std::string& yaml, const std::string& name,
                    const std::string& changes = "");

/// The recipe as YAML, every field spelled out; `parse_recipe` gives it back.
std::string to_yaml(const Recipe& recipe);

/// The same as JSON, numbers and truth values as such.
std::string to_json(const Recipe& recipe);

/// Reads weights of labels from a YAML file: a map of any of `characters`, `pairs`, `repeats` and
/// `positions`, of which an empty file has none. Strict, and with the errors of `read_recipe`;
/// which characters labels have is looked at where they are made.
LabelWeights read_label_weights(const std::string& path);

/// The weights as a file that `read_label_weights` reads back bit for bit. Throws
/// Error(kInvalidArgument) if a key is not UTF-8.
std::string to_yaml(const LabelWeights& weights);

/// Reads "train:0.8,val:0.1,test:0.1". Throws Error(kInvalidArgument) "rule. Got: text".
std::vector<Split> parse_splits(const std::string& text);

/// How many samples the recipe makes: its count, or the natural one of its labels (100 of a mix, of
/// labelled images as many as there are); of one split where it names one. Throws what
/// `make_labels` and reading a list of images throw.
std::uint64_t sample_count(const Recipe& recipe);

/// Sets one field by its path, as a flag does: ("compose.width_mean", {"300"}). Paths: seed, count,
/// split, disjoint, labels.* (labels.weights takes a path), glyphs.*, augment.* (of handwriting),
/// compose.*, source.* (of labelled images), ops.STAGE.*, output.*. STAGE is a stage's name, or an
/// operation that one stage has; an operation that no stage has is added with its defaults. Throws
/// Error(kInvalidArgument)
/// "origin: rule. Got: value", `origin` being what the user typed, e.g. "--width-mean".
void set_field(Recipe& recipe, const std::string& path, const std::vector<std::string>& values,
               const std::string& origin);

/// A field's value as a recipe spells it ("off" for a stage that it does not have), and its help
/// text; for flags' help. Throws Error(kInternal) for an unknown path.
struct FieldText {
  std::string value;
  std::string help;
};
FieldText field_text(const Recipe& recipe, const std::string& path);

}  // namespace glyphmill
