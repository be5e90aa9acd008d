// SPDX-License-Identifier: Apache-2.0
#include "glyphs/digit_files/pickle.h"

#include <gtest/gtest.h>

#include "glyphmill/error.h"
#include "support/messages.h"
#include "support/temp_dir.h"

namespace glyphmill::digit_files {
namespace {

using test::message_of;
using namespace std::string_literals;

/// The bytes of a pickle whose operations are `body`, up to the end mark.
FileBytes pickled(const std::string& body, int protocol = 4) {
  const auto bytes = std::make_shared<const std::string>(
      "\x80" + std::string(1, static_cast<char>(protocol)) + body + ".");
  FileBytes file;
  file.name = "a.pickle";
  file.data = reinterpret_cast<const std::uint8_t*>(bytes->data());
  file.size = bytes->size();
  file.owner = bytes;
  return file;
}

std::string le(std::uint64_t value, std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xff);
  return bytes;
}

std::string text(const std::string& value) { return "\x8c" + le(value.size(), 1) + value; }
std::string small_bytes(const std::string& value) { return "C" + le(value.size(), 1) + value; }
std::string whole(int value) { return "J" + le(static_cast<std::uint32_t>(value), 4); }
std::string global(const std::string& module, const std::string& name) {
  return text(module) + text(name) + "\x93";
}
std::string dict(const std::string& items) { return "}(" + items + "u"; }

/// numpy.ndarray(shape, type, bytearray(items)).
std::string array(const std::vector<int>& shape, const std::string& type,
                  const std::string& items) {
  std::string sides;
  for (const int side : shape) sides += whole(side);
  return global("numpy", "ndarray") + "((" + sides + "t" + text(type) +
         global("builtins", "bytearray") + small_bytes(items) + "\x85Rt" + "R";
}

const std::string& pixels() {
  static const std::string kBytes("\0\1\2\3\4\5\6\7\x8\x9\xa\xff", 12);
  return kBytes;
}

std::string set_of(const std::string& images, const std::string& labels) {
  return dict(text("images") + images + text("labels") + labels + text("metadata") + "N");
}

std::string good_images() { return array({2, 2, 3}, "uint8", pixels()); }

std::string message_of_set(const std::string& images, const std::string& labels) {
  return message_of([&] { pickle_digits(pickled(set_of(images, labels))); });
}

std::string message_of_value(const std::string& body) {
  return message_of([&] { parse_pickle(pickled(body)); });
}

TEST(PickleDigits, AreReadWhateverTheLabelsAre) {
  const std::string kLabels[] = {
      array({2}, "uint8", "\7\0"s),
      array({2}, ">i2", "\0\7\0\0"s),
      "](" + whole(7) + whole(0) + "e",
      "(" + text("7") + text("0") + "t",
      "](" + small_bytes("7") + text("0") + "e",
      "](" + whole(7) + global("numpy.core.multiarray", "scalar") + text("u1") +
          small_bytes("\0"s) + "\x86R" + "e",
  };
  for (const std::string& labels : kLabels) {
    InkImages digits;
    ASSERT_EQ(message_of([&] { digits = pickle_digits(pickled(set_of(good_images(), labels))); }),
              "")
        << labels;
    EXPECT_EQ(digits.characters, (std::vector<char>{'7', '0'}));
    EXPECT_EQ(digits.rows, 2);
    EXPECT_EQ(digits.cols, 3);
    EXPECT_EQ(std::string(digits.pixels, digits.pixels + 12), pixels());
  }
}

TEST(PickleDigits, OutliveTheFileTheyWereReadFrom) {
  const test::TempDir dir;
  test::write_all(dir.path("a.pickle"),
                  std::string(pickled(set_of(good_images(), "](K\7K\0e"s)).text()));
  const InkImages digits = read_digits(dir.path("a.pickle"));
  EXPECT_EQ(std::string(digits.pixels, digits.pixels + 12), pixels());
}

TEST(PickleDigits, BadSetsAreRefused) {
  const std::string labels = "](K\7K\0e"s;
  const struct {
    std::string images;
    std::string labels;
    const char* message;
  } kCases[] = {
      {"N", labels, "a.pickle: 'images' must be an array. Got: None"},
      {good_images(), "N", "a.pickle: 'labels' must be an array or a list. Got: None"},
      {good_images(), "](K\7Ne", "a.pickle: labels must be whole numbers or text. Got: None"},
      {good_images(),
       "](K\7K\xc"
       "e",
       "a.pickle: label 1: labels must be 0 .. 9. Got: 12"},
      {good_images(), "](K\7" + text("12") + "e",
       "a.pickle: label 1: labels must be 0 .. 9. Got: 12"},
      {good_images(), "](K\7e",
       "a.pickle: every image must have its label. Got: 2 images and 1 labels"},
      {array({2, 2, 3}, "int8", pixels()), labels,
       "a.pickle: pixels must be 0 .. 255. Got: -1 (at 88)"},
  };
  for (const auto& each : kCases) EXPECT_EQ(message_of_set(each.images, each.labels), each.message);
  EXPECT_EQ(message_of([&] { pickle_digits(pickled(dict(text("images") + good_images()))); }),
            "a.pickle: a pickle must be {'images': ..., 'labels': ..., 'metadata': ...}. Got: no "
            "'labels'");
  EXPECT_EQ(message_of([&] { pickle_digits(pickled("]")); }),
            "a.pickle: a pickle must be {'images': ..., 'labels': ..., 'metadata': ...}. Got: a "
            "list");
}

TEST(Pickle, PlainValuesAreRead) {
  const PickleValue value = parse_pickle(
      pickled("(" + whole(-5) + "M\1\2" + "\x8a\1\xff" + "\x8a\0"s + "G\x3f\xf8\0\0\0\0\0\0"s +
              "\x88\x89N" + text("\xe5\xb9\xb4") + "K\3\x85" + "t"));
  const PickleList& items = *std::get<std::shared_ptr<PickleList>>(value);
  ASSERT_EQ(items.items.size(), 10u);
  EXPECT_EQ(std::get<std::int64_t>(items.items[0]), -5);
  EXPECT_EQ(std::get<std::int64_t>(items.items[1]), 513);
  EXPECT_EQ(std::get<std::int64_t>(items.items[2]), -1);
  EXPECT_EQ(std::get<std::int64_t>(items.items[3]), 0);
  EXPECT_EQ(std::get<double>(items.items[4]), 1.5);
  EXPECT_EQ(std::get<bool>(items.items[5]), true);
  EXPECT_EQ(std::get<bool>(items.items[6]), false);
  EXPECT_EQ(kind_of(items.items[7]), "None");
  EXPECT_EQ(std::get<PickleText>(items.items[8]).text, "\xe5\xb9\xb4");
  EXPECT_EQ(kind_of(items.items[9]), "a tuple");
}

TEST(Pickle, AnyOtherFunctionIsRefusedByNameAndPlace) {
  EXPECT_EQ(message_of_value("cos\nsystem\n" + text("true") + "\x85R"),
            "a.pickle: a pickle may hold plain values and NumPy arrays only, and calls nothing "
            "else. Got: os.system (at 2)");
  EXPECT_EQ(message_of_value(global("builtins", "eval") + text("1") + "\x85R"),
            "a.pickle: a pickle may hold plain values and NumPy arrays only, and calls nothing "
            "else. Got: builtins.eval (at 18)");
  for (const std::string operation : {"P", "Q", "i", "o", "\x81", "\x82", "\x92", "\x97", "\x98"}) {
    EXPECT_NE(message_of_value("N" + operation).find("operation 0x"), std::string::npos);
  }
}

TEST(Pickle, ArraysOfObjectsAreRefused) {
  EXPECT_EQ(message_of_value(array({1}, "O8", "12345678")),
            "a.pickle: arrays of objects are not read, for they may hold anything. Got: O8 (at "
            "66)");
}

TEST(Pickle, DamageIsRefused) {
  const std::string all = set_of(good_images(), "](K\7K\0e"s);
  const FileBytes file = pickled(all);
  for (std::size_t size = 0; size < file.size; ++size) {
    FileBytes part = file;
    part.size = size;
    EXPECT_NE(message_of([&] { parse_pickle(part); }), "") << size;
  }
  const struct {
    std::string body;
    const char* rule;
  } kCases[] = {
      {"", "must end with one value"},
      {"NN", "must end with one value"},
      {"N(", "must end with one value"},
      {"N.", "nothing may follow"},
      {"R", "must have its values"},
      {"N(a", "must have its values"},
      {"t", "must have its mark"},
      {"h\1", "must be kept before"},
      {")Na", "only lists grow"},
      {"]NNs", "only dictionaries have keys"},
      {"}(Nu", "in pairs"},
      {"NN\x93", "must be text"},
      {"N)R", "only functions are called"},
      {global("numpy", "dtype") + "NR", "arguments must be a tuple"},
      {global("numpy", "dtype") + ")R", "dtype takes 1 values"},
      {"N)b", "only arrays and their types have a state"},
      {"\x8a\x9"
       "123456789",
       "must fit 64 bits"},
      {"\x95" + le(1000, 8) + "N", "a frame must end"},
      {"X" + le(0xffffffff, 4), "must be whole"},
      {"\x8d" + le(~0ull, 8), "must be whole"},
      {"\x8c\1\xff", "must be UTF-8"},
      {array({2}, "u1", "1"), "takes 2 bytes"},
      {array({-1}, "u1", "1"), "whole numbers from 0"},
      {array({1 << 30, 1 << 30, 1 << 30}, "u1", "1"), "must not exceed 2^63"},
  };
  for (const auto& each : kCases) {
    const std::string message = message_of_value(each.body);
    EXPECT_NE(message.find(each.rule), std::string::npos) << each.rule << " / " << message;
  }
}

TEST(Pickle, NoContainerHoldsItself) {
  EXPECT_NE(message_of_value("]\x94h\0a"s).find("hold itself"), std::string::npos);
  // Two lists in each other.
  EXPECT_NE(message_of_value("]\x94]\x94h\0aa"s).find("filled before it is used"),
            std::string::npos);
  EXPECT_NE(message_of_value("}\x94N]\x94h\0as"s).find("filled before"), std::string::npos);
}

TEST(Pickle, DepthIsBounded) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, ']') + std::string(depth - 1, 'a');
  };
  EXPECT_EQ(message_of_value(nested(100)), "");
  EXPECT_NE(message_of_value(nested(101)).find("must not be deeper than 100"), std::string::npos);
}

// Ten references to a list of ten references to ...: a few bytes that never end in a walk.
TEST(Pickle, SharedValuesAreBounded) {
  std::string body = "]\x94";
  for (char level = 0; level < 20; ++level) {
    body += "](";
    for (int i = 0; i < 10; ++i) body += "h"s + level;
    body += "e\x94";
  }
  // Keep only the last on the stack.
  body += "\x85";
  EXPECT_NE(message_of_value(body).find("in proportion to its size"), std::string::npos);
}

// Text that was unpacked again and again took the square of the file's size.
TEST(Pickle, TextIsNotUnpackedTwice) {
  std::string body = "(" + global("_codecs", "encode") + "\x94" + text(std::string(200, 'x')) +
                     text("latin1") + "\x86\x94R";
  for (int i = 0; i < 10; ++i) body += "h\0h\1R"s;
  EXPECT_NE(message_of_value(body + "t").find("must not exceed its own size"), std::string::npos);
}

}  // namespace
}  // namespace glyphmill::digit_files
