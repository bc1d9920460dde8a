#include "engine/epoch/fan_out.hpp"

#include <algorithm>
#include <utility>

namespace beckon::epoch {
namespace {

/// The relation whose members the job tells; null: its rule or its relation is not in force.
const relation_declaration* relation_of(const fan_out_job& job, const cep::rule_set& rules) {
  if (!cep::teller_named(rules, job.rule) || !rules.events().type(job.rule)) return nullptr;
  return rules.events().relation(job.relation);
}

}  // namespace

void fan_out::open(fan_out_job job) {
  const auto number = job.number;
  if (jobs_.try_emplace(number, open_job{std::move(job), {}}).second) turns_.push_back(number);
}

void fan_out::end(std::uint64_t number) {
  ended_.push_back(std::move(jobs_.extract(number).mapped().what));
}

std::optional<fan_out::scan> fan_out::next(const cep::rule_set& rules) {
  while (!scanned_ && !turns_.empty()) {
    const auto number = turns_.front();
    turns_.pop_front();
    auto& job = jobs_.at(number);
    const auto* relation = relation_of(job.what, rules);
    if (relation == nullptr) {
      end(number);
      continue;
    }
    const auto& owner = job.what.owner.id;
    if (job.after.empty() && !job.what.told_up_to.empty())
      job.after = behind(*relation, owner, job.what.told_up_to);
    scanned_ = number;
    return scan{side_prefix(*relation, owner), job.after, job.most};
  }
  return std::nullopt;
}

fan_out::step fan_out::take(std::span<const relation_row> rows, bool whole,
                            const cep::rule_set& rules) {
  if (!scanned_) return {};
  step made{*std::exchange(scanned_, std::nullopt), nullptr, {}};
  auto& job = jobs_.at(made.job);
  const auto* relation = relation_of(job.what, rules);
  if (relation == nullptr) {
    end(made.job);
    return made;
  }
  related_ids found = related_at(rows, *relation, job.what.fired, whole);
  const cep::telling telling{job.what.occurrence, job.what.rule, job.what.fired,
                             job.what.arrival == beginning ? job.what.fired : job.what.arrival,
                             job.what.returns};
  for (std::string& id : found.ids) {
    auto what = cep::derived_event(telling, *relation, id, rules.events());
    job.what.told_up_to = id;
    made.told.push_back({cep::member_of(*relation, std::move(id)), std::move(what)});
  }
  job.what.told += made.told.size();
  if (whole) {
    jobs_.erase(made.job);
    return made;
  }
  // One member's changes may fill a whole scan: then the next one is longer.
  const bool moved = found.after > job.after;
  job.most = moved ? rows_at_once : 2 * job.most;
  if (moved) job.after = std::move(found.after);
  turns_.push_back(made.job);
  made.left = &job.what;
  return made;
}

timestamp fan_out::oldest() const noexcept {
  timestamp least = never;
  for (const auto& [number, job] : jobs_) least = std::min(least, job.what.fired);
  return least;
}

}  // namespace beckon::epoch
