#include "topology/warm/replayed_log.hpp"

#include <algorithm>
#include <utility>

namespace beckon::topology {
namespace {

cep::replay_options for_states(cep::replay_options options) {
  options.states_only = true;
  return options;
}

}  // namespace

replayed_log::replayed_log(std::shared_ptr<const cep::rule_set> rules, cep::replay_options options,
                           timestamp latest)
    : rules_(std::move(rules)), replay_(rules_, for_states(std::move(options))), latest_(latest) {}

void replayed_log::feed(input_row& row) {
  rows_ = row.number;
  if (!row.content) return refused_.add(row.content.error());
  const event& e = *row.content;
  if (e.time > latest_)
    return refused_.add({errc::invalid, to_rfc3339(e.time) + " has not come yet",
                         "row " + std::to_string(row.number)});
  if (!rules_->events().is_row(e.type)) {
    covers_.from = std::min(covers_.from, e.time);
    covers_.to = std::max(covers_.to, e.time);
    covers_.types.insert(e.type);
  }
  find_subjects(e, rules_->events(), subjects_);
  replay_.feed(subjects_, e);
}

void replayed_log::finish() {
  replay_.finish();
}

result<void> replayed_log::hand_over(
    const std::function<result<void>(const subject&, cep::subject_state)>& to) {
  result<void> outcome;
  replay_.hand_over([&](const subject& who, cep::subject_state state) {
    if (outcome) outcome = to(who, std::move(state));
    return outcome.ok();
  });
  return outcome;
}

}  // namespace beckon::topology
