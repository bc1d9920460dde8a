// A filter: may this action reach this subject now? Pure function of (request, action, facts, now).
// A new filter is one file in engine/outreach/filters/, one line in filters/kinds.hpp, plus
// configuration.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/settings.hpp"
#include "engine/delivery/breaker.hpp"
#include "engine/language/compile.hpp"
#include "engine/outreach/request.hpp"

namespace beckon::outreach {

struct action;

struct question {
  const request& what;
  const action& by;
  const facts& known;
  timestamp now;
  std::string_view filter = {};  ///< the id of the one that is asked
};

/// Why a filter cannot say yes or no now.
enum class wait_reason : std::uint8_t {
  deferred,  ///< the time is not right: the whole chain is asked again at `until`
  asked,     ///< somebody outside is asked, at most until `until`
  held,      ///< others may compete for the same until `until`: then as if deferred
};
/// "deferred", "asked", "held".
std::string_view to_string(wait_reason why) noexcept;

/// The decision becomes a pending one.
struct postponement {
  wait_reason why = wait_reason::deferred;
  timestamp until{};     ///< on the clock of `question::now`
  std::string ask = {};  ///< asked: the bytes to send
};

/// A filter's answer. `reason` is one of the few words the filter documents (it becomes a metric
/// label).
struct verdict {
  bool pass = true;
  std::string reason = {};
  field_list values = {};  ///< the numbers compared, for people: {"count", 3}, {"most", 3}
  std::optional<postponement> later = {};  ///< neither yes nor no yet; `pass` is false
  std::string_view note = {};  ///< a word that is counted whatever the verdict; a literal
};

/// How a filter asks somebody outside.
struct asking {
  duration timeout{2'000};            ///< from the ask to its answer, waiting for a place included
  std::uint32_t most_in_flight = 64;  ///< the others wait
  delivery::breaker_policy breaker;   ///< how the endpoint is spared
};

class filter {
 public:
  virtual ~filter() = default;
  virtual verdict judge(const question& q) const noexcept = 0;
  /// How far back the filter looks into the ledger; zero: not at all. Bounds what a ledger keeps.
  virtual duration looks_back() const noexcept { return duration::zero(); }
  /// Not null: it asks (wait_reason::asked).
  virtual const asking* asks() const noexcept { return nullptr; }
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
