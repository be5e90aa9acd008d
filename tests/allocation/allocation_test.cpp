// SPDX-License-Identifier: Apache-2.0
// Working memory is kept: once a worker has seen the largest sample, making others takes no memory
// from the heap. What cv::resize, cv::warpAffine and libjpeg-turbo take inside themselves is theirs
// to keep.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <turbojpeg.h>

#include <cstddef>
#include <functional>
#include <opencv2/core/utility.hpp>
#include <opencv2/imgproc.hpp>

#include "glyphmill/generator.h"
#include "sinks/encoder.h"
#include "support/recipes.h"

// glibc lets a program bring an allocator of its own, and keeps its functions under these names.
extern "C" {
void* __libc_malloc(std::size_t);                 // NOLINT
void* __libc_calloc(std::size_t, std::size_t);    // NOLINT
void* __libc_realloc(void*, std::size_t);         // NOLINT
void* __libc_memalign(std::size_t, std::size_t);  // NOLINT
}

namespace {

struct Allocations {
  std::size_t count = 0;
  std::size_t first_size = 0;
};

thread_local Allocations* counting = nullptr;

void count(std::size_t size) {
  if (counting == nullptr) return;
  if (counting->count++ == 0) counting->first_size = size;
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  count(size);
  return __libc_malloc(size);
}

void* calloc(std::size_t number, std::size_t size) {
  count(number * size);
  return __libc_calloc(number, size);
}

void* realloc(void* block, std::size_t size) {
  count(size);
  return __libc_realloc(block, size);
}

void* memalign(std::size_t alignment, std::size_t size) {
  count(size);
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  count(size);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  count(size);
  *block = __libc_memalign(alignment, size);
  return *block == nullptr ? 12 : 0;  // ENOMEM
}

}  // extern "C"

namespace {

/// The function of this name that ours stands before.
template <typename Function>
Function* behind(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

template <typename Work>
void uncounted(const Work& work) {
  Allocations* const before = counting;
  counting = nullptr;
  work();
  counting = before;
}

}  // namespace

extern "C" int tjCompress2(tjhandle handle, const unsigned char* pixels, int width, int pitch,
                           int height, int format, unsigned char** bytes, unsigned long* size,
                           int sampling, int quality, int flags) {
  static auto* const original = behind<decltype(tjCompress2)>("tjCompress2");
  int result = 0;
  uncounted([&] {
    result = original(handle, pixels, width, pitch, height, format, bytes, size, sampling, quality,
                      flags);
  });
  return result;
}

// The result is ours, and made before.
namespace cv {

void resize(InputArray src, OutputArray dst, Size size, double fx, double fy, int interpolation) {
  static auto* const original = behind<decltype(cv::resize)>(
      "_ZN2cv6resizeERKNS_11_InputArrayERKNS_12_OutputArrayENS_5Size_IiEEddi");
  if (!size.empty()) dst.create(size, src.type());
  uncounted([&] { original(src, dst, size, fx, fy, interpolation); });
}

void warpAffine(InputArray src, OutputArray dst, InputArray map, Size size, int flags, int border,
                const Scalar& outside) {
  static auto* const original = behind<decltype(cv::warpAffine)>(
      "_ZN2cv10warpAffineERKNS_11_InputArrayERKNS_12_OutputArrayES2_NS_5Size_IiEEiiRKNS_7Scalar_"
      "IdEE");
  dst.create(size, src.type());
  uncounted([&] { original(src, dst, map, size, flags, border, outside); });
}

}  // namespace cv

namespace glyphmill {
namespace {

constexpr std::uint64_t kSamples = 200;

template <typename Work>
Allocations allocations_of(const Work& work) {
  Allocations found;
  counting = &found;
  work();
  counting = nullptr;
  return found;
}

Recipe gray(Recipe recipe) {
  std::get<TileLook>(recipe.look).compose.color = false;
  return recipe;
}

/// Every operation there is, steep turns among them, which go another way than slight ones.
Recipe with_every_operation(Recipe recipe) {
  recipe.ops.clear();
  AffineOptions slight;
  slight.angle_deg = {-4, 4};
  AffineOptions steep;
  steep.angle_deg = {-40, 40};
  steep.shear_x = {-0.2, 0.2};
  steep.border = Border::kReflect;
  BrightnessContrastOptions light;
  light.brightness = {-0.2, 0.2};
  light.contrast = {0.7, 1.4};
  recipe.ops.push_back({"slight", 0.5, slight});
  recipe.ops.push_back({"steep", 0.5, steep});
  recipe.ops.push_back({"light", 0.5, light});
  recipe.ops.push_back({"invert", 0.5, InvertOptions{}});
  recipe.ops.push_back({"gaussian_noise", 0.5, GaussianNoiseOptions{{0, 0.2}}});
  recipe.ops.push_back({"salt_pepper", 0.5, SaltPepperOptions{{0, 0.05}, {0, 1}}});
  return recipe;
}

Recipe handwriting(Recipe recipe, std::optional<std::uint64_t> width) {
  recipe.seed = 1;
  recipe.count = kSamples;
  auto& look = std::get<DigitLook>(recipe.look);
  look.glyphs.writers = 50;
  look.compose.width = width;
  return recipe;
}

Recipe with_changed_digits(Recipe recipe) {
  auto& augment = std::get<DigitLook>(recipe.look).augment;
  augment.rotation_range = 10;
  augment.width_shift_range = 0.1;
  augment.height_shift_range = 0.1;
  augment.shear_range = 15;
  augment.zoom_range = {0.8, 1.2};
  augment.brightness_range = {0.8, 1.2};
  augment.channel_shift_range = 30;
  return recipe;
}

Recipe with_seams(Recipe recipe) {
  std::get<TileLook>(recipe.look).compose.seams = Seams::kKeep;
  return recipe;
}

/// One worker makes all sorts.
Recipe mixed() {
  Recipe recipe = test::codes(kSamples);
  for (const Recipe& sort :
       {with_every_operation(test::codes(1)), gray(test::dates(1)), with_seams(test::codes(1)),
        handwriting(digits_recipe(), std::nullopt)}) {
    recipe.mix.push_back(
        {"sort" + std::to_string(recipe.mix.size()), 1, sort.labels, sort.look, sort.ops});
  }
  return recipe;
}

/// Codes and dates with weights.
Recipe weighted() {
  Recipe recipe = gray(test::codes(kSamples));
  std::get<CodeOptions>(recipe.labels).balance = Balance::kWeighted;
  const LabelWeights weights{{{"0", 2}}, {{"12", 3}}, 2, {{3, {{"8", 4}}}}};
  const Recipe dates = gray(test::dates(1));
  recipe.mix = {{"codes", 1, recipe.labels, recipe.look, recipe.ops, weights},
                {"dates", 1, dates.labels, dates.look, dates.ops, weights}};
  return recipe;
}

struct Case {
  const char* name;
  Recipe recipe;
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

std::vector<Case> cases() {
  Recipe height = handwriting(digits_recipe(), 200);
  std::get<DigitLook>(height.look).compose.height = 48;
  return {
      {"codes_in_colour", test::codes(kSamples)},
      {"codes_in_gray", gray(test::codes(kSamples))},
      {"codes_in_colour_with_every_operation", with_every_operation(test::codes(kSamples))},
      {"codes_in_gray_with_every_operation", with_every_operation(gray(test::codes(kSamples)))},
      {"codes_in_colour_with_their_seams", with_seams(test::codes(kSamples))},
      {"codes_in_gray_with_their_seams", with_seams(gray(test::codes(kSamples)))},
      {"dates_in_colour", test::dates(kSamples)},
      {"dates_in_gray", gray(test::dates(kSamples))},
      {"sequences", handwriting(digits_recipe(), std::nullopt)},
      {"sequences_of_one_width", handwriting(digits_recipe(), 200)},
      {"sequences_that_are_reduced", handwriting(digits_recipe(), 120)},
      {"sequences_of_another_height", height},
      {"sequences_of_changed_digits", with_changed_digits(handwriting(digits_recipe(), 200))},
      {"phones", handwriting(phones_recipe(), 200)},
      {"several_sorts", mixed()},
      {"weighted_labels", weighted()},
  };
}

class Allocation : public testing::TestWithParam<Case> {};

TEST_P(Allocation, NoneForASampleOnceTheLargestWasSeen) {
  const Generator generator(GetParam().recipe);
  Sample sample;
  Generator::Scratch scratch;
  // Often enough that either of two memories has been the larger: some operations exchange them.
  for (std::uint64_t k = 0; k < 3 * kSamples; ++k) {
    generator.sample(k % kSamples, sample, scratch);
  }
  for (std::uint64_t k = kSamples; k-- > 0;) {
    const Allocations found = allocations_of([&] { generator.sample(k, sample, scratch); });
    EXPECT_EQ(found.count, 0u) << "sample " << k << ", the first of " << found.first_size
                               << " bytes";
  }
}

INSTANTIATE_TEST_SUITE_P(Samples, Allocation, testing::ValuesIn(cases()),
                         [](const auto& each) { return std::string(each.param.name); });

class EncoderAllocation : public testing::TestWithParam<std::tuple<ImageExt, bool>> {};

TEST_P(EncoderAllocation, NoneForAnImageOnceTheLargestWasSeen) {
  const auto& [ext, color] = GetParam();
  const Recipe recipe = test::codes(kSamples);
  const Generator generator(color ? recipe : gray(recipe));
  std::vector<cv::Mat> images;
  for (std::uint64_t k = 0; k < kSamples; ++k) images.push_back(generator.sample(k).image);
  sinks::Encoder encoder(ext, 95);
  for (const cv::Mat& image : images) encoder.encode(image);
  for (std::uint64_t k = kSamples; k-- > 0;) {
    const Allocations found = allocations_of([&] { encoder.encode(images[k]); });
    EXPECT_EQ(found.count, 0u) << "image " << k << ", the first of " << found.first_size
                               << " bytes";
  }
}

INSTANTIATE_TEST_SUITE_P(Images, EncoderAllocation,
                         testing::Combine(testing::Values(ImageExt::kJpg, ImageExt::kPng),
                                          testing::Bool()),
                         [](const auto& each) {
                           return std::string(sinks::extension_of(std::get<0>(each.param))) +
                                  (std::get<1>(each.param) ? "_colour" : "_gray");
                         });

/// Else the tests above would find nothing whatever happens.
TEST(AllocationCount, SeesNewMallocAndImages) {
  EXPECT_EQ(allocations_of([] { ::operator delete(::operator new(1)); }).count, 1u);
  EXPECT_EQ(allocations_of([] { std::free(std::calloc(10, 10)); }).first_size, 100u);
  EXPECT_GE(allocations_of([] { cv::Mat(10, 10, CV_8U); }).count, 1u);
}

}  // namespace
}  // namespace glyphmill
