// The kinds of filters: one line each. KIND(name) stands for the factory make_name in
// filters/name.cpp.
#pragma once

#include "engine/outreach/filter.hpp"

// clang-format off
#define BECKON_FILTER_KINDS(KIND) \
  KIND(blacklist)                 \
  KIND(fatigue)                   \
  KIND(gray_release)              \
  KIND(http_predicate)            \
  KIND(quiet_hours)               \
  KIND(whitelist)
// clang-format on

namespace beckon::outreach {

#define BECKON_DECLARE_KIND(name)                                                           \
  std::unique_ptr<const filter> make_##name(settings_reader& options, const settings& node, \
                                            const filter_environment& env, problems& out);
BECKON_FILTER_KINDS(BECKON_DECLARE_KIND)
#undef BECKON_DECLARE_KIND

}  // namespace beckon::outreach
