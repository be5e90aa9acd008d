// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string_view>

#include "labels/pattern.h"
#include "labels/sources.h"

namespace glyphmill {
namespace {

/// Numbers as they are dialled within each country, in the order of Country. They have the forms of
/// the published plans; whether a number is given to somebody is no part of a form. Each of several
/// alternatives is drawn equally often, however many numbers it has: where the digits of one block
/// depend on each other, alternatives of equal size keep the digits even.
///
/// The plan of every country is also published by the ITU ("National numbering plans", the
/// communications under Recommendation E.164).
constexpr std::array<std::string_view, 8> kPatterns{
    // Japan, Ministry of Internal Affairs and Communications, Telecommunications Numbering Plan:
    // 0 and 9 digits to a fixed line, 0 and 10 to a mobile one. Both lengths equally often, any
    // second digit but 0.
    R"(0[1-9]\d?-\d{4}-\d{4})",

    // USA, North American Numbering Plan (ATIS-0300055 for area codes, ATIS-0300051 for exchanges):
    // NPA-NXX-XXXX, N = 2 .. 9; N11 are service codes, N9X is kept for a longer plan.
    R"([2-9](0\d|1[02-9]|2\d|3\d|4\d|5\d|6\d|7\d|8\d))"
    R"(-[2-9](0\d|1[02-9]|2\d|3\d|4\d|5\d|6\d|7\d|8\d|9\d))"
    R"(-\d{4})",

    // Germany, Bundesnetzagentur, number plans of the local networks (codes of 2, 3 and 4 digits
    // after the 0, subscribers' numbers that do not begin with 0 or 1) and of the mobile services
    // (016, 017: ten digits after the 0; 015: eleven).
    R"(0(30|40|69|89)-[2-9]\d{6,7})"
    R"(|0(2[0-9]1|4[2-9]1|5[1-9]1|6[1-8]1|7[1-9]1|8[1-8]1|9[1-9]1)-[2-9]\d{5,7})"
    R"(|0(5[1-8]|6[1-6]|7[1-7]|8[1-7]|9[1-8])[2-9]\d-[2-9]\d{4,6})"
    R"(|01(60|7[0-57-9])-[1-9]\d{6})"
    R"(|015[1279]\d-\d{7})",

    // United Kingdom, Ofcom, National Telephone Numbering Plan: 02x with eight local digits, 011x
    // and 01x1 with seven, 01xxx with six, mobile 07xxx (070 and 076 are personal and paging).
    R"(0(20-[378]|23-[89]|24-7|28-[29]|29-2)\d{3}-\d{4})"
    R"(|0(11[3-8]|121|131|141|151|161|191)-[2-8]\d{2}-\d{4})"
    R"(|01[2-9][02-9]\d-[2-9]\d{5})"
    R"(|07[1-57-9]\d{2}-\d{6})",

    // France, Arcep, plan national de numérotation (décision 2018-0881): 0Z AB PQ MC DU with
    // Z = 1 .. 9.
    R"(0[1-9](-\d{2}){4})",

    // China, Ministry of Industry and Information Technology, telecommunications network numbering
    // plan (2017): mobile 1[3-9]; fixed lines with codes of two digits after the 0, and of three,
    // for cities with local numbers of eight digits and for areas with seven.
    R"(1[3-9]\d-\d{4}-\d{4})"
    R"(|0(10|2[0-57-9])-[2-8]\d{7})"
    R"(|0(311|371|411|431|451|512|531|532|571|574|591|731|755|757|769)-[2-8]\d{7})"
    R"(|0(35|47|55|71|77|87|93)\d-[2-8]\d{6})",

    // India, Department of Telecommunications, National Numbering Plan 2003: ten digits in all,
    // mobile from 6 .. 9; fixed lines 0, STD code of two to four digits, and the rest.
    R"([6-9]\d{4}-\d{5})"
    R"(|0(11|20|22|33|40|44|79|80)-[2-6]\d{7})"
    R"(|0(120|124|141|161|172|191|231|253|261|265|281|341|353|361|413|422|431|452|471|484|495|512)"
    R"(|522|532|542|562|581|612|651|674|712|731|755|761|771|821|824|836|866|891)-[2-6]\d{6})"
    R"(|0(1[2-8]|2[1-8]|3[2-7]|4[1-8]|5[1-8]|6[1-8]|7[2-8]|8[1-7])\d{2}-2\d{5})",

    // Belarus, Ministry of Communications and Informatization, national numbering plan (ITU, +375):
    // within the country 8, 0, operator (25 29 33 44) or area (17 Minsk, and the regions' capitals
    // with one digit more), nine digits from there on.
    R"(8-0(25-[5-79]|29-[1-9]|33-[1-9]|44-[1-9])\d{2}-\d{2}-\d{2})"
    R"(|8-017-[2-5]\d{2}-\d{2}-\d{2})"
    R"(|8-0(152|162|212|222|232)-[2-9]\d-\d{2}-\d{2})",
};

/// A '-' within a class makes a range and stays.
std::string without_dashes(const std::string& pattern) {
  std::string result;
  bool in_class = false;
  for (const char c : pattern) {
    if (c == '[') in_class = true;
    if (c == ']') in_class = false;
    if (c != '-' || in_class) result += c;
  }
  return result;
}

}  // namespace

std::string phone_pattern(Country country) {
  PhoneOptions options;
  options.country = country;
  check_bounds(options, "labels");
  return std::string(kPatterns[static_cast<std::size_t>(country)]);
}

namespace labels {

std::unique_ptr<LabelSource> make_phones(const PhoneOptions& options, std::uint64_t seed,
                                         const LabelShare& share) {
  const std::string pattern = phone_pattern(options.country);
  return pattern_labels(Pattern(options.dashes ? pattern : without_dashes(pattern)),
                        "labels.country", seed, share);
}

}  // namespace labels
}  // namespace glyphmill
