// A filter: may this action reach this subject now? Pure function of (request, action, facts, now).
// A new filter is one file in engine/outreach/filters/, one line in filters/kinds.hpp, plus
// configuration.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/settings.hpp"
#include "engine/language/compile.hpp"
#include "engine/outreach/request.hpp"

namespace beckon::outreach {

struct action;

struct question {
  const request& what;
  const action& by;
  const facts& known;
  timestamp now;
};

/// A filter's answer. `reason` is one of the few words the filter documents (it becomes a metric
/// label).
struct verdict {
  bool pass = true;
  std::string reason = {};
  field_list values = {};  ///< the numbers compared, for people: {"count", 3}, {"most", 3}
};

class filter {
 public:
  virtual ~filter() = default;
  virtual verdict judge(const question& q) const noexcept = 0;
  /// How far back the filter looks into the ledger; zero: not at all. Bounds what a ledger keeps.
  virtual duration looks_back() const noexcept { return duration::zero(); }
};

/// What a filter may need while it is made.
struct filter_environment {
  std::shared_ptr<const catalogue> events;
  std::shared_ptr<const language::named_lists> lists;
  std::string zone;
};

/// Makes a filter of one kind from its settings; reports problems and returns null when they are
/// wrong. `node` is the map that `options` reads; the caller has taken `id`, `kind`, `fail` and
/// calls `finish`.
using filter_factory = std::function<std::unique_ptr<const filter>(
    settings_reader& options, const settings& node, const filter_environment& env, problems& out)>;

/// The kinds that exist, by name (filters/kinds.hpp). Null: there is no such kind.
const filter_factory* find_filter_kind(std::string_view kind) noexcept;
/// Their names, sorted.
std::vector<std::string> filter_kinds();

}  // namespace beckon::outreach
