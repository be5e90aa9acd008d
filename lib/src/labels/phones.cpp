// SPDX-License-Identifier: Apache-2.0
#include "labels/sources.h"

namespace glyphmill {
std::string phone_pattern(Country) { return {}; }
namespace labels {

std::unique_ptr<LabelSource> make_phones(const PhoneOptions&, std::uint64_t) { return nullptr; }

}  // namespace labels
}  // namespace glyphmill
