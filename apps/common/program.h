// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "glyphmill/error.h"
#include "glyphmill/recipe.h"

/// Programs are tables: flags that set fields of a recipe, and what every program does with one.
namespace glyphmill {

/// A flag, as it is typed and as --help shows it.
struct Flag {
  std::string name;    ///< "width-mean" is typed --width-mean
  std::string values;  ///< "PX", "MIN [MAX]" for one value or two, "" for a switch
  std::string group;   ///< heading in --help
  std::string help;    ///< a RecipeFlag without takes its field's
  std::vector<std::string> excludes = {};  ///< flags that it cannot be given with
  char letter = 0;                         ///< 'o' may be typed -o
};

using Values = std::vector<std::string>;

/// A flag that sets a field of the recipe, so that value, rule and help are the field's own.
struct RecipeFlag {
  Flag flag;
  /// "compose.width_mean", see `set_field`; --help takes text and default from there. May be empty
  /// where `set` is given.
  std::string path;
  Values fixed = {};  ///< what a switch sets the field to
  /// For flags that are not one field. `origin` names the flag in errors.
  std::function<void(Recipe&, const Values&, const std::string& origin)> set = {};
};

using RecipeFlags = std::vector<RecipeFlag>;

struct ProgramSpec {
  std::string name;     ///< "augment_codes"
  std::string summary;  ///< one line
  /// What flags start from; none: the program takes a recipe file as its one argument.
  std::optional<Recipe> defaults;
  /// Places in LabelOptions of the kinds of labels that --config may bring; none: that of
  /// `defaults`.
  std::vector<std::size_t> label_kinds = {};
  RecipeFlags flags;
  std::string output;  ///< default directory and the job's title; "": the recipe file's stem
  /// The flag that, without --nums, asks for one image named after its label in place of a data
  /// set.
  std::string one_image = "";
  std::vector<std::string> examples;
  /// Flags of this program alone that set no field of the recipe.
  std::vector<Flag> run_flags = {};
};

/// Exit codes; 128 + the signal's number where a program was interrupted.
constexpr int kDone = 0;
constexpr int kCouldNot = 1;
constexpr int kBadUsage = 2;

/// How tiles sit on their line.
RecipeFlags tile_flags();
/// Handwriting: its pictures and how they sit in their row.
RecipeFlags digit_flags();
/// Changes of each picture of handwriting, in the words of Keras' ImageDataGenerator.
RecipeFlags augment_flags();
/// The recipe with the digits that the environment variable NG_DEFAULT_DIGIT_DATASET names, if it
/// is set.
Recipe with_own_digits(Recipe recipe);
/// Noise and geometry of the whole image.
RecipeFlags disturbance_flags();
RecipeFlags output_flags();
/// Several data sets, and what they do not have in common.
RecipeFlags split_flags();
/// `--weights`, of the labels; those in `laws` set the law that it replaces.
RecipeFlag weights_flag(std::vector<std::string> laws = {});
/// `--seed`, which every program has.
RecipeFlag seed_flag();
/// All flags of a program: its own, those of its look, and what every program has.
RecipeFlags with_common(std::vector<RecipeFlags> groups);

/// Calls `read`; an Error of it gets `origin` in front.
template <class Read>
auto named(const std::string& origin, const Read& read) {
  try {
    return read();
  } catch (const Error& error) {
    throw Error(error.code(), origin + ": " + error.what());
  }
}

/// Runs a program from its command line to its exit code: 0 done, 1 could not, 2 bad usage or
/// recipe, 130 and 143 interrupted. Results go to stdout, everything else to stderr.
int run_program(ProgramSpec (*make_spec)(), int argc, char** argv);

}  // namespace glyphmill
