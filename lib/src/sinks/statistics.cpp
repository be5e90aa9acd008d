// SPDX-License-Identifier: Apache-2.0
#include "sinks/statistics.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "glyphmill/utf8.h"

namespace glyphmill::sinks {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool reads_as_date(std::string_view label) {
  static constexpr std::string_view kForm = "0000-00-00";
  if (label.size() < kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == '0' ? !is_digit(label[i]) : label[i] != kForm[i]) return false;
  }
  return label.size() == kForm.size() || label[kForm.size()] == 'T' || label[kForm.size()] == ' ';
}

bool reads_as_missing(std::string_view label) {
  static constexpr std::array<std::string_view, 19> kWords{
      "",     "#N/A",   "#N/A N/A", "#NA",  "-1.#IND", "-1.#QNAN", "-NaN",
      "-nan", "1.#IND", "1.#QNAN",  "<NA>", "N/A",     "NA",       "NULL",
      "NaN",  "None",   "n/a",      "nan",  "null"};
  return std::find(kWords.begin(), kWords.end(), label) != kWords.end();
}

void Statistics::add(const Sample& sample) {
  ++count_;
  if (reads_as_date(sample.label)) ++dates_;
  if (reads_as_missing(sample.label)) ++missing_;
  const std::string_view label = sample.label;
  std::uint64_t characters = 0;
  for (std::size_t i = 0; i < label.size();) {
    std::size_t end = i + 1;
    while (end < label.size() && (static_cast<unsigned char>(label[end]) & 0xc0) == 0x80) ++end;
    const auto lead = static_cast<unsigned char>(label[i]);
    if (lead < ascii_.size()) {
      ++ascii_[lead];
    } else {
      ++others_[std::string(label.substr(i, end - i))];
    }
    ++characters;
    i = end;
  }
  longest_.add(characters);
  height_.add(static_cast<std::uint64_t>(sample.image.rows));
  width_.add(static_cast<std::uint64_t>(sample.image.cols));
  channels_.add(static_cast<std::uint64_t>(sample.image.channels()));
}

void Statistics::add(const Statistics& other) {
  count_ += other.count_;
  dates_ += other.dates_;
  missing_ += other.missing_;
  for (std::size_t i = 0; i < ascii_.size(); ++i) ascii_[i] += other.ascii_[i];
  for (const auto& [character, count] : other.others_) others_[character] += count;
  longest_.add(other.longest_);
  height_.add(other.height_);
  width_.add(other.width_);
  channels_.add(other.channels_);
}

std::map<std::string, std::uint64_t> Statistics::character_counts() const {
  std::map<std::string, std::uint64_t> counts(others_.begin(), others_.end());
  for (std::size_t i = 0; i < ascii_.size(); ++i) {
    if (ascii_[i] > 0) counts[std::string(1, static_cast<char>(i))] = ascii_[i];
  }
  return counts;
}

std::vector<std::string> Statistics::alphabet() const {
  static const std::vector<std::string> kDigits{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
  const auto counts = character_counts();
  const bool only_digits = std::all_of(counts.begin(), counts.end(), [](const auto& each) {
    return each.first.size() == 1 && is_digit(each.first[0]);
  });
  if (only_digits) return kDigits;
  std::vector<std::string> characters;
  for (const auto& each : counts) characters.push_back(each.first);
  return characters;
}

Json Statistics::image_json() const {
  return {{"channels", channels_.max},
          {"height", {height_.min, height_.max}},
          {"width", {width_.min, width_.max}}};
}

Json Statistics::to_json() const {
  Json counts = Json::object();
  for (const auto& [character, count] : character_counts()) counts[character] = count;
  return {{"count", count_},
          {"dates", dates_},
          {"missing", missing_},
          {"characters", counts},
          {"label", {longest_.min, longest_.max}},
          {"height", {height_.min, height_.max}},
          {"width", {width_.min, width_.max}},
          {"channels", {channels_.min, channels_.max}}};
}

Statistics Statistics::from_json(const Json& json) {
  Statistics result;
  json.at("count").get_to(result.count_);
  json.at("dates").get_to(result.dates_);
  json.at("missing").get_to(result.missing_);
  for (const auto& [character, count] : json.at("characters").items()) {
    const auto lead = static_cast<unsigned char>(character.at(0));
    std::uint64_t& place =
        lead < result.ascii_.size() ? result.ascii_[lead] : result.others_[character];
    count.get_to(place);
  }
  const auto extremes = [&](const char* key) {
    return Extremes{json.at(key).at(0).get<std::uint64_t>(),
                    json.at(key).at(1).get<std::uint64_t>()};
  };
  result.longest_ = extremes("label");
  result.height_ = extremes("height");
  result.width_ = extremes("width");
  result.channels_ = extremes("channels");
  return result;
}

}  // namespace glyphmill::sinks
