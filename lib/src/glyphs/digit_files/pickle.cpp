// SPDX-License-Identifier: Apache-2.0
#include "glyphs/digit_files/pickle.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "glyphmill/utf8.h"
#include "glyphs/digit_files/pickle_calls.h"
#include "glyphs/digit_files/pickle_reader.h"

namespace glyphmill::digit_files {
namespace {

/// The operations of Lib/pickletools.py that the values we read are made of.
enum Operation : unsigned char {
  kMark = '(',
  kStop = '.',
  kBinFloat = 'G',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kNone = 'N',
  kReduce = 'R',
  kBinString = 'T',
  kShortBinString = 'U',
  kBinUnicode = 'X',
  kBinBytes = 'B',
  kShortBinBytes = 'C',
  kAppend = 'a',
  kBuild = 'b',
  kGlobal = 'c',
  kDict = 'd',
  kAppends = 'e',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kList = 'l',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kSetItem = 's',
  kTuple = 't',
  kSetItems = 'u',
  kEmptyTuple = ')',
  kEmptyList = ']',
  kEmptyDict = '}',
  kProtocol = 0x80,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kTrue = 0x88,
  kFalse = 0x89,
  kLong1 = 0x8a,
  kLong4 = 0x8b,
  kShortBinUnicode = 0x8c,
  kBinUnicode8 = 0x8d,
  kBinBytes8 = 0x8e,
  kStackGlobal = 0x93,
  kMemoize = 0x94,
  kFrame = 0x95,
  kByteArray8 = 0x96,
};

class Interpreter : private PickleReader {
 public:
  explicit Interpreter(const FileBytes& file)
      : PickleReader(file), calls_(file), most_weight_(16 * std::uint64_t{file.size} + 1000) {}

  PickleValue run() {
    if (!is_pickle(file())) {
      refuse(file().name, "a pickle must begin with 80 and its protocol, 2 to 5",
             printable(file().text().substr(0, 2)), 0);
    }
    take(2);
    for (;;) {
      const unsigned char operation = next_operation();
      if (operation == kStop) break;
      if (!push_plain(operation) && !push_sized(operation) && !use_memo(operation) &&
          !collect(operation) && !fill(operation) && !call(operation)) {
        refuse_here("a pickle may hold plain values and NumPy arrays only",
                    fmt::format("operation {:#04x}", operation));
      }
    }
    if (stack_.size() != 1 || !marks_.empty()) {
      refuse_here("a pickle must end with one value", fmt::format("{}", stack_.size()));
    }
    if (left() != 0) {
      refuse_here("nothing may follow the end of a pickle", fmt::format("{} bytes", left()));
    }
    return stack_.back();
  }

 private:
  /// Values of fixed size.
  bool push_plain(unsigned char operation) {
    switch (operation) {
      case kNone:
        push(std::monostate{});
        return true;
      case kTrue:
      case kFalse:
        push(operation == kTrue);
        return true;
      case kBinInt:
        push(signed_number(4));
        return true;
      case kBinInt1:
        push(static_cast<std::int64_t>(number(1)));
        return true;
      case kBinInt2:
        push(static_cast<std::int64_t>(number(2)));
        return true;
      case kBinFloat:
        push(big_endian_double());
        return true;
      case kLong1:
      case kLong4: {
        const std::uint64_t size = number(operation == kLong1 ? 1 : 4);
        if (size > 8) refuse_here("whole numbers must fit 64 bits", fmt::format("{} bytes", size));
        push(signed_number(static_cast<std::size_t>(size)));
        return true;
      }
      case kFrame: {
        const std::uint64_t size = number(8);
        if (size > left()) {
          refuse_here("a frame must end inside the file", fmt::format("{} bytes", size));
        }
        return true;
      }
      default:
        return false;
    }
  }

  /// Text and bytes that their length precedes.
  bool push_sized(unsigned char operation) {
    switch (operation) {
      case kShortBinUnicode:
        return push_text(1);
      case kBinUnicode:
        return push_text(4);
      case kBinUnicode8:
        return push_text(8);
      case kShortBinString:
      case kShortBinBytes:
        return push_bytes(1);
      case kBinString:
      case kBinBytes:
        return push_bytes(4);
      case kBinBytes8:
      case kByteArray8:
        return push_bytes(8);
      default:
        return false;
    }
  }

  bool use_memo(unsigned char operation) {
    switch (operation) {
      case kBinPut:
      case kLongBinPut:
        memo_[number(operation == kBinPut ? 1 : 4)] = top();
        return true;
      case kMemoize: {
        // Not memo_[size] = ..., whose sides C++17 does put in order, but readers may not.
        const std::uint64_t index = memo_.size();
        memo_[index] = top();
        return true;
      }
      case kBinGet:
      case kLongBinGet: {
        const std::uint64_t index = number(operation == kBinGet ? 1 : 4);
        const auto found = memo_.find(index);
        if (found == memo_.end()) {
          refuse_here("a value must be kept before it is used again",
                      fmt::format("number {}", index));
        }
        push(found->second);
        return true;
      }
      default:
        return false;
    }
  }

  /// New tuples, lists and dictionaries.
  bool collect(unsigned char operation) {
    switch (operation) {
      case kMark:
        marks_.push_back(stack_.size());
        return true;
      case kEmptyTuple:
      case kTuple1:
      case kTuple2:
      case kTuple3:
        push_list(pop_values(operation == kEmptyTuple ? 0 : operation - kTuple1 + 1u), true);
        return true;
      case kTuple:
        push_list(pop_to_mark(), true);
        return true;
      case kEmptyList:
        push_list({}, false);
        return true;
      case kList:
        push_list(pop_to_mark(), false);
        return true;
      case kEmptyDict:
        push(std::make_shared<PickleDict>());
        return true;
      case kDict: {
        const std::vector<PickleValue> items = pop_to_mark();
        push(std::make_shared<PickleDict>());
        set_items(items);
        return true;
      }
      default:
        return false;
    }
  }

  bool fill(unsigned char operation) {
    switch (operation) {
      case kAppend:
        append(pop_values(1));
        return true;
      case kAppends:
        append(pop_to_mark());
        return true;
      case kSetItem:
        set_items(pop_values(2));
        return true;
      case kSetItems:
        set_items(pop_to_mark());
        return true;
      default:
        return false;
    }
  }

  bool call(unsigned char operation) {
    switch (operation) {
      case kGlobal: {
        const std::string_view module = take_line();
        push(calls_.name(module, take_line(), place()));
        return true;
      }
      case kStackGlobal: {
        const std::vector<PickleValue> names = pop_values(2);
        const auto* const module = std::get_if<PickleText>(&names[0]);
        const auto* const name = std::get_if<PickleText>(&names[1]);
        if (module == nullptr || name == nullptr) {
          refuse_here("module and name must be text", kind_of(names[module == nullptr ? 0 : 1]));
        }
        push(calls_.name(module->text, name->text, place()));
        return true;
      }
      case kReduce: {
        const std::vector<PickleValue> values = pop_values(2);
        const auto* const name = std::get_if<PickleName>(&values[0]);
        if (name == nullptr) refuse_here("only functions are called", kind_of(values[0]));
        const auto* const arguments = std::get_if<std::shared_ptr<PickleList>>(&values[1]);
        if (arguments == nullptr) refuse_here("arguments must be a tuple", kind_of(values[1]));
        push(calls_.call(*name, **arguments, place()));
        return true;
      }
      case kBuild: {
        const std::vector<PickleValue> state = pop_values(1);
        calls_.build(top(), state[0], place());
        return true;
      }
      default:
        return false;
    }
  }

  bool push_text(std::size_t length_size) {
    const std::string_view text = take(number(length_size));
    if (!is_utf8(text)) refuse_here("text must be UTF-8", printable(text.substr(0, 40)));
    push(PickleText{text, file().owner});
    return true;
  }

  bool push_bytes(std::size_t length_size) {
    push(PickleBytes{take(number(length_size)), file().owner});
    return true;
  }

  void push(PickleValue value) { stack_.push_back(std::move(value)); }

  /// What was there before the last mark is out of reach until the mark is used.
  std::size_t reachable() const { return stack_.size() - (marks_.empty() ? 0 : marks_.back()); }

  const PickleValue& top() const {
    if (reachable() == 0) refuse_here("an operation must have its values before it", "none");
    return stack_.back();
  }

  std::vector<PickleValue> pop_values(std::size_t count) {
    if (reachable() < count) {
      refuse_here("an operation must have its values before it",
                  fmt::format("{} of {}", reachable(), count));
    }
    const auto first = stack_.end() - static_cast<std::ptrdiff_t>(count);
    std::vector<PickleValue> values(std::make_move_iterator(first),
                                    std::make_move_iterator(stack_.end()));
    stack_.erase(first, stack_.end());
    return values;
  }

  std::vector<PickleValue> pop_to_mark() {
    if (marks_.empty()) refuse_here("an operation must have its mark before it", "none");
    std::vector<PickleValue> values = pop_values(reachable());
    marks_.pop_back();
    return values;
  }

  void push_list(std::vector<PickleValue> items, bool is_tuple) {
    auto list = std::make_shared<PickleList>();
    list->is_tuple = is_tuple;
    for (const PickleValue& item : items) contain(*list, item);
    list->items = std::move(items);
    push(std::move(list));
  }

  void append(std::vector<PickleValue> items) {
    const auto* const list = std::get_if<std::shared_ptr<PickleList>>(&top());
    if (list == nullptr || (*list)->is_tuple) refuse_here("only lists grow", kind_of(top()));
    for (PickleValue& item : items) {
      contain(**list, item);
      (*list)->items.push_back(std::move(item));
    }
  }

  void set_items(const std::vector<PickleValue>& items) {
    const auto* const dict = std::get_if<std::shared_ptr<PickleDict>>(&top());
    if (dict == nullptr) refuse_here("only dictionaries have keys", kind_of(top()));
    if (items.size() % 2 != 0) {
      refuse_here("keys and values must come in pairs", fmt::format("{}", items.size()));
    }
    for (std::size_t i = 0; i < items.size(); i += 2) {
      contain(**dict, items[i]);
      contain(**dict, items[i + 1]);
      (*dict)->items.emplace_back(items[i], items[i + 1]);
    }
  }

  /// Notes that `item` becomes part of `container`. A container is complete before it becomes part
  /// of another, so none can hold itself, and depth and weight are final when they are added up.
  void contain(PickleContainer& container, const PickleValue& item) const {
    if (container.contained) refuse_here("a container must be filled before it is used", "later");
    PickleContainer* inner = nullptr;
    if (const auto* const list = std::get_if<std::shared_ptr<PickleList>>(&item)) {
      inner = list->get();
    }
    if (const auto* const dict = std::get_if<std::shared_ptr<PickleDict>>(&item)) {
      inner = dict->get();
    }
    if (inner == &container) refuse_here("no container may hold itself", kind_of(item));
    container.weight += inner == nullptr ? 1 : inner->weight;
    if (container.weight > most_weight_) {
      refuse_here("a pickle's values must be in proportion to its size", "the same ones again");
    }
    if (inner == nullptr) return;
    inner->contained = true;
    container.depth = std::max(container.depth, inner->depth + 1);
    if (container.depth > kMostPickleDepth) {
      refuse_here(fmt::format("containers must not be deeper than {}", kMostPickleDepth), "more");
    }
  }

  PickleCalls calls_;
  std::uint64_t most_weight_;
  std::vector<PickleValue> stack_;
  std::vector<std::size_t> marks_;             // heights of the stack
  std::map<std::uint64_t, PickleValue> memo_;  // a hash table could be made slow on purpose
};

}  // namespace

bool is_pickle(const FileBytes& file) {
  return file.size >= 2 && file.data[0] == kProtocol && file.data[1] >= 2 && file.data[1] <= 5;
}

PickleValue parse_pickle(const FileBytes& file) { return Interpreter(file).run(); }

}  // namespace glyphmill::digit_files
