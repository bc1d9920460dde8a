#include <algorithm>
#include <iterator>

#include "engine/outreach/filter.hpp"
#include "engine/outreach/filters/kinds.hpp"

namespace beckon::outreach {
namespace {

struct kind_entry {
  std::string_view name;
  filter_factory make;
};

const std::vector<kind_entry>& kinds() {
#define BECKON_LIST_KIND(name) {#name, make_##name},
  static const std::vector<kind_entry> table = {BECKON_FILTER_KINDS(BECKON_LIST_KIND)};
#undef BECKON_LIST_KIND
  return table;
}

}  // namespace

std::string_view to_string(wait_reason why) noexcept {
  if (why == wait_reason::asked) return "asked";
  return why == wait_reason::held ? "held" : "deferred";
}

const filter_factory* find_filter_kind(std::string_view kind) noexcept {
  const auto at = std::find_if(kinds().begin(), kinds().end(),
                               [kind](const kind_entry& e) { return e.name == kind; });
  return at == kinds().end() ? nullptr : &at->make;
}

std::vector<std::string> filter_kinds() {
  std::vector<std::string> names;
  for (const kind_entry& e : kinds()) names.emplace_back(e.name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace beckon::outreach
