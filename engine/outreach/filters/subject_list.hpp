// The subjects a blacklist or a whitelist names: `list: NAME` (a named list of the configuration),
// `ids: […]`, or both.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include "engine/outreach/filter.hpp"

namespace beckon::outreach {

/// Immutable; shares the named list with the configuration. Subjects are named by id, whatever
/// their kind.
class subject_list {
 public:
  /// Reads `list` and `ids`; nullopt when something was wrong and has been reported.
  static std::optional<subject_list> read(settings_reader& options, const settings& node,
                                          const filter_environment& env, problems& out);

  bool contains(const std::string& id) const noexcept;

 private:
  std::shared_ptr<const std::unordered_set<std::string>> named_;  // null: only ids
  std::unordered_set<std::string> ids_;
};

}  // namespace beckon::outreach
