// SPDX-License-Identifier: Apache-2.0
#include <ATen/Config.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <malloc.h>

#include <boost/filesystem.hpp>

#include "glyphmill/error.h"
#include "glyphmill/runner.h"
#include "ocr/archive.h"
#include "ocr/model_files.h"
#include "ocr/network.h"

namespace glyphmill {

struct Recognizer::Impl {
  explicit Impl(const std::string& path) : Impl(path, sinks::Directory(path)) {}

  Impl(const std::string& path, const sinks::Directory& directory)
      : model(ocr::parse_model(directory.read(ocr::kModelFile), path + "/" + ocr::kModelFile)),
        network(network_of(model, path)) {
    ocr::load_weights(network, directory.read(ocr::kWeightsFile), path + "/" + ocr::kWeightsFile);
  }

  static ocr::Network network_of(const ModelDescription& model, const std::string& path) {
    try {
      return ocr::Network(model.options, model.characters.size() + 1);
    } catch (const c10::Error& error) {
      throw Error(ErrorCode::kFormat,
                  fmt::format("{}/{}: must describe a network that fits the memory. Got: {}", path,
                              ocr::kModelFile, ocr::brief(error)));
    }
  }

  ModelDescription model;
  ocr::Network network;
};

Recognizer::Recognizer(const std::string& directory) : impl_(std::make_unique<Impl>(directory)) {}
Recognizer::~Recognizer() = default;
Recognizer::Recognizer(Recognizer&&) noexcept = default;
Recognizer& Recognizer::operator=(Recognizer&&) noexcept = default;

const ModelDescription& Recognizer::model() const { return impl_->model; }

std::uint64_t Recognizer::parameter_count() const { return impl_->network->parameter_count(); }

std::vector<Frames> Recognizer::recognize(const std::vector<cv::Mat>& images,
                                          bool with_features) const {
  if (with_features && impl_->model.options.head != Head::kCtc) {
    throw Error(ErrorCode::kInvalidArgument,
                "features: need a model of head ctc, with features of each step. Got: positions");
  }
  std::vector<ocr::LineImage> lines(images.size());
  std::vector<const ocr::LineImage*> places;
  for (std::size_t i = 0; i < images.size(); ++i) {
    ocr::make_line(images[i], impl_->model.options, lines[i]);
    places.push_back(&lines[i]);
  }
  return ocr::frames_of(impl_->network, impl_->model.options, places, with_features);
}

void prepare_ocr_runtime(unsigned threads) {
  // Steps use the same large pieces of memory again and again. Going back to the system they would
  // be cleared by it every time: of a step of 200 ms that was 20.
  constexpr int kGigabyte = 1 << 30;
  mallopt(M_MMAP_THRESHOLD, kGigabyte);
  mallopt(M_TRIM_THRESHOLD, 2 * (kGigabyte - 1));
  mallopt(M_TOP_PAD, kGigabyte / 4);
  at::set_num_threads(static_cast<int>(threads > 0 ? threads : default_threads()));
}

std::string ocr_runtime_advice() {
  void* const symbol = dlsym(RTLD_DEFAULT, "sgemm_");
  Dl_info info{};
  if (symbol == nullptr || dladdr(symbol, &info) == 0 || info.dli_fname == nullptr) return "";
  boost::system::error_code failed;
  const std::string library = boost::filesystem::canonical(info.dli_fname, failed).string();
  if (failed || library.find("openblas-openmp") != std::string::npos) return "";
  return fmt::format(
      "matrices are multiplied by {}, which is slow here; the package libopenblas0-openmp is "
      "several times as fast",
      library);
}

}  // namespace glyphmill
