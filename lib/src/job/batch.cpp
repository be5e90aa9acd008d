// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <opencv2/imgproc.hpp>
#include <system_error>
#include <thread>

#include "glyphmill/error.h"
#include "glyphmill/runner.h"
#include "job/first_failure.h"

namespace glyphmill {
namespace {

/// Samples that a thread takes at a time: few enough that all end together.
constexpr std::uint64_t kTakenTogether = 8;
constexpr std::chrono::milliseconds kBetweenPolls{50};
/// Bytes of a thread's images that are kept from one batch to the next.
constexpr std::size_t kMostKept = std::size_t{64} << 20;

std::size_t bytes_of(const ImageShape& shape) {
  return static_cast<std::size_t>(shape.height) * static_cast<std::size_t>(shape.width) *
         static_cast<std::size_t>(shape.channels);
}

bool is_complete(const ImageShape& shape) {
  return shape.height > 0 && shape.width > 0 && shape.channels > 0;
}

ImageShape shape_of(const cv::Mat& image) { return {image.rows, image.cols, image.channels()}; }

/// What is given, and where that is 0 what is known otherwise.
ImageShape completed(const ImageShape& given, const ImageShape& known) {
  return {given.height > 0 ? given.height : known.height,
          given.width > 0 ? given.width : known.width,
          given.channels > 0 ? given.channels : known.channels};
}

ImageShape largest(const ImageShape& a, const ImageShape& b) {
  return {std::max(a.height, b.height), std::max(a.width, b.width),
          std::max(a.channels, b.channels)};
}

std::string spelled(const ImageShape& shape) {
  return fmt::format("{} x {} px, {}", shape.width, shape.height,
                     shape.channels == 1 ? "gray" : "colour");
}

/// Refuses an image that exceeds a side of `limit` that is not 0.
void check_fits(const ImageShape& image, const ImageShape& limit) {
  const auto fits = [](int side, int most) { return most == 0 || side <= most; };
  if (fits(image.height, limit.height) && fits(image.width, limit.width) &&
      fits(image.channels, limit.channels)) {
    return;
  }
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("image must fit a batch of {}. Got: {}", spelled(completed(limit, image)),
                          spelled(image)));
}

/// Writes images to their places in the array.
class Placer {
 public:
  Placer(std::uint8_t* array, const ImageShape& shape, const BatchOptions& options)
      : array_(array), shape_(shape), layout_(options.layout), pad_(options.pad) {}

  void place(std::uint64_t index, const cv::Mat& image, const cv::Scalar& paper) const {
    std::uint8_t* const pixels = array_ + index * bytes_of(shape_);
    cv::Scalar ground = pad_ ? cv::Scalar::all(*pad_) : paper;
    if (image.channels() == 1) ground = cv::Scalar::all(ground[0]);
    if (shape_.channels == 1) {
      cv::Mat target(shape_.height, shape_.width, CV_8UC1, pixels);
      image.copyTo(target(within(image)));
      pad(target, image.size(), ground);
    } else if (layout_ == BatchLayout::kNhwc) {
      cv::Mat target(shape_.height, shape_.width, CV_8UC3, pixels);
      cv::Mat part = target(within(image));
      cv::cvtColor(image, part, image.channels() == 1 ? cv::COLOR_GRAY2RGB : cv::COLOR_BGR2RGB);
      pad(target, image.size(), {ground[2], ground[1], ground[0]});
    } else {
      place_planes(pixels, image, ground);
    }
  }

 private:
  static cv::Rect within(const cv::Mat& image) { return {0, 0, image.cols, image.rows}; }

  static void pad(cv::Mat& target, const cv::Size& size, const cv::Scalar& ground) {
    if (size.width < target.cols) {
      target(cv::Rect(size.width, 0, target.cols - size.width, size.height)).setTo(ground);
    }
    if (size.height < target.rows) target.rowRange(size.height, target.rows).setTo(ground);
  }

  void place_planes(std::uint8_t* pixels, const cv::Mat& image, const cv::Scalar& ground) const {
    constexpr int kRed = 2;  // the third of OpenCV's channels is the first plane
    cv::Mat planes[3];
    cv::Mat parts[3];
    for (int channel = 0; channel < 3; ++channel) {
      const std::size_t plane = bytes_of({shape_.height, shape_.width, kRed - channel});
      planes[channel] = cv::Mat(shape_.height, shape_.width, CV_8UC1, pixels + plane);
      parts[channel] = planes[channel](within(image));
      if (image.channels() == 1) image.copyTo(parts[channel]);
    }
    if (image.channels() == 3) cv::split(image, parts);
    for (int channel = 0; channel < 3; ++channel) {
      pad(planes[channel], image.size(), cv::Scalar::all(ground[channel]));
    }
  }

  std::uint8_t* array_;
  ImageShape shape_;
  BatchLayout layout_;
  std::optional<std::uint8_t> pad_;
};

/// What one thread works with.
struct Worker {
  Sample sample;
  Generator::Scratch scratch;
  std::vector<std::uint8_t> kept;  // images, row by row
};

/// Where an image is kept until the batch's shape is known.
struct Kept {
  const Worker* worker = nullptr;
  std::size_t offset = 0;
  ImageShape shape;
  cv::Scalar paper;
};

/// Hands out [0, count) in order and remembers the first failure.
class Work {
 public:
  Work(std::uint64_t count, unsigned threads, const std::function<void()>& poll)
      : count_(count), threads_(threads), poll_(poll) {}

  /// `each(worker, index)` for every index. The first worker is of this thread.
  template <class Each>
  void run(std::vector<Worker>& workers, const Each& each) {
    const std::uint64_t pieces = (count_ + kTakenTogether - 1) / kTakenTogether;
    const std::uint64_t useful = std::min<std::uint64_t>(threads_, pieces);
    std::vector<std::thread> threads;
    const auto join = [&] {
      for (std::thread& thread : threads) thread.join();
    };
    try {
      for (std::uint64_t i = 1; i < useful; ++i) {
        Worker& worker = workers[i];
        threads.emplace_back([this, &worker, &each] { take(worker, each, false); });
      }
    } catch (const std::system_error&) {  // as many as the system gives
    }
    try {
      take(workers.front(), each, true);
    } catch (...) {  // of `poll`
      stopped_ = true;
      join();
      throw;
    }
    join();
    failure_.rethrow();
  }

 private:
  template <class Each>
  void take(Worker& worker, const Each& each, bool polls) {
    auto polled = std::chrono::steady_clock::now();
    for (;;) {
      const std::uint64_t first = next_.fetch_add(kTakenTogether);
      if (first >= count_ || failure_.is_before(first) || stopped_) return;
      const std::uint64_t end = std::min(count_, first + kTakenTogether);
      for (std::uint64_t i = first; i < end && !failure_.is_before(i) && !stopped_; ++i) {
        try {
          each(worker, i);
        } catch (...) {
          failure_.keep(i, std::current_exception());
        }
        if (!polls || !poll_) continue;
        const auto now = std::chrono::steady_clock::now();
        if (now - polled < kBetweenPolls) continue;
        poll_();
        polled = std::chrono::steady_clock::now();
      }
    }
  }

  std::uint64_t count_;
  unsigned threads_;
  const std::function<void()>& poll_;
  std::atomic<std::uint64_t> next_{0};
  std::atomic<bool> stopped_{false};
  job::FirstFailure failure_;
};

}  // namespace

struct BatchMaker::Impl {
  explicit Impl(const Generator& given) : generator(given) {}

  void draw(Worker& worker, std::uint64_t k, const ImageShape& limit) const {
    job::within_sample(k, [&] {
      generator.sample(k, worker.sample, worker.scratch);
      check_fits(shape_of(worker.sample.image), limit);
    });
  }

  void note(Batch& batch, std::uint64_t i, const Worker& worker) const {
    batch.labels[i] = worker.sample.label;
    batch.widths[i] = worker.sample.image.cols;
  }

  /// Samples go to their places as they are made.
  void make_in_place(std::uint64_t first, Work& work, const Placer& placer, Batch& batch) {
    work.run(workers, [&](Worker& worker, std::uint64_t i) {
      draw(worker, first + i, batch.shape);
      placer.place(i, worker.sample.image, worker.sample.paper);
      note(batch, i, worker);
    });
  }

  /// Samples are kept as they are made.
  std::vector<Kept> make_and_keep(std::uint64_t first, std::uint64_t count, const ImageShape& limit,
                                  Work& work, Batch& batch) {
    std::vector<Kept> kept(count);
    work.run(workers, [&](Worker& worker, std::uint64_t i) {
      draw(worker, first + i, limit);
      const cv::Mat& image = worker.sample.image;
      const ImageShape shape = shape_of(image);
      kept[i] = {&worker, worker.kept.size(), shape, worker.sample.paper};
      worker.kept.resize(worker.kept.size() + bytes_of(shape));
      image.copyTo(
          cv::Mat(image.rows, image.cols, image.type(), worker.kept.data() + kept[i].offset));
      note(batch, i, worker);
    });
    return kept;
  }

  void place_kept(const std::vector<Kept>& kept, Work& work, const Placer& placer) {
    work.run(workers, [&](Worker&, std::uint64_t i) {
      const Kept& each = kept[i];
      // Only read from.
      auto* const pixels = const_cast<std::uint8_t*>(each.worker->kept.data() + each.offset);
      placer.place(
          i, cv::Mat(each.shape.height, each.shape.width, CV_8UC(each.shape.channels), pixels),
          each.paper);
    });
  }

  /// A batch of everything once must not be held for ever.
  void forget_much() {
    for (Worker& worker : workers) {
      if (worker.kept.capacity() > kMostKept) worker.kept = {};
    }
  }

  const Generator& generator;
  std::vector<Worker> workers;
};

BatchMaker::BatchMaker(const Generator& generator) : impl_(std::make_unique<Impl>(generator)) {}
BatchMaker::~BatchMaker() = default;
BatchMaker::BatchMaker(BatchMaker&&) noexcept = default;
BatchMaker& BatchMaker::operator=(BatchMaker&&) noexcept = default;

Batch BatchMaker::make(std::uint64_t first, std::uint64_t count, const BatchOptions& options,
                       const BatchMemory& memory, const std::function<void()>& poll) {
  const std::uint64_t all = impl_->generator.count();
  if (first > all || count > all - first) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("batch: must lie within the {} samples. Got: {} from {} on", all, count,
                            first));
  }
  const unsigned threads = options.threads > 0 ? options.threads : default_threads();
  if (impl_->workers.size() < threads) impl_->workers.resize(threads);
  Batch batch;
  batch.shape = completed(options.shape, impl_->generator.image_shape());
  const bool in_place = is_complete(batch.shape) || count == 0;
  // Too many samples are mostly too many for the array.
  std::uint8_t* const array = in_place ? memory(batch.shape) : nullptr;
  batch.labels.resize(count);
  batch.widths.resize(count);
  Work work(count, threads, poll);
  if (in_place) {
    impl_->make_in_place(first, work, {array, batch.shape, options}, batch);
    return batch;
  }
  for (Worker& worker : impl_->workers) worker.kept.clear();
  const auto kept = impl_->make_and_keep(first, count, options.shape, work, batch);
  ImageShape needed;
  for (const Kept& each : kept) needed = largest(needed, each.shape);
  batch.shape = completed(batch.shape, needed);
  Work placing(count, threads, poll);
  impl_->place_kept(kept, placing, {memory(batch.shape), batch.shape, options});
  impl_->forget_much();
  return batch;
}

}  // namespace glyphmill
