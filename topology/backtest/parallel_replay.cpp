#include "topology/backtest/parallel_replay.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "topology/backtest/lookahead.hpp"
#include "topology/backtest/subject_order.hpp"

namespace beckon::topology {
namespace {

// Inputs of a batch: the more, the more of one subject are judged together. A lane's first are
// small, so that it need not wait long for work.
constexpr std::size_t first_batch = 1024;
constexpr std::size_t largest_batch = 65'536;
constexpr std::size_t most_bytes = 64U << 20U;  // however few inputs that are
constexpr std::size_t most_waiting = 1;         // batches of a lane

template <class Counts>
void add(Counts& to, const Counts& more);

template <>
void add(cep::replay_counts& to, const cep::replay_counts& more) {
  to.duplicates += more.duplicates;
  to.judged += more.judged;
  to.subjects += more.subjects;
  to.derived += more.derived;
}

template <>
void add(cep::overflow_counts& to, const cep::overflow_counts& more) {
  to.keys += more.keys;
  to.runs += more.runs;
  to.entries += more.entries;
  to.remembered += more.remembered;
}

/// Each list is in order already; of equal firings, which are one subject's, the order stays.
std::vector<cep::firing> merged(std::vector<std::vector<cep::firing>> lists) {
  while (lists.size() > 1) {
    std::vector<std::vector<cep::firing>> fewer;
    for (std::size_t i = 0; i + 1 < lists.size(); i += 2) {
      std::vector<cep::firing>& both = fewer.emplace_back();
      both.reserve(lists[i].size() + lists[i + 1].size());
      std::merge(std::make_move_iterator(lists[i].begin()), std::make_move_iterator(lists[i].end()),
                 std::make_move_iterator(lists[i + 1].begin()),
                 std::make_move_iterator(lists[i + 1].end()), std::back_inserter(both),
                 cep::comes_out_before);
    }
    if (lists.size() % 2 == 1) fewer.push_back(std::move(lists.back()));
    lists = std::move(fewer);
  }
  return lists.empty() ? std::vector<cep::firing>{} : std::move(lists.front());
}

}  // namespace

struct parallel_replay::lane {
  lane(const std::shared_ptr<const cep::rule_set>& rules, const cep::replay_options& options)
      : in_order(!options.prepared), replay(std::make_unique<cep::replay>(rules, options)) {}

  batch_queue queue{most_waiting};
  batch_queue::batch filling = queue.take_spare();  // the feeding thread's …
  std::size_t full = first_batch;                   // … to be judged with so many inputs

  // The judging thread's; anybody's once it has ended.
  const bool in_order;  // subjects see each other
  subject_order order;
  lane_input now;  // the one judged
  std::unique_ptr<cep::replay> replay;
  replay_outcome outcome;
  std::optional<std::string> failed;  // why, where it ended before the inputs did

  timestamp end = beginning;  // the clock at the end; set before the queue is ended
  std::thread thread;

  void judge_in_order(const input_batch& batch);
  void judge_by_subject(const input_batch& batch);
  void judge_all();
  void run() noexcept;
};

void parallel_replay::lane::judge_in_order(const input_batch& batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    batch.read(i, now);
    replay->advance(batch[i].clock);
    replay->feed(now.subjects, now.what, batch[i].first);
  }
}

void parallel_replay::lane::judge_by_subject(const input_batch& batch) {
  const auto turns = order.of(batch);
  lookahead soon(batch, turns);
  for (std::size_t i = 0; i < turns.size(); ++i) {
    soon.fetch_behind(i, *replay);
    const subject_turn& turn = turns[i];
    batch.read(turn.input, now);
    replay->feed_one(now.subjects[turn.subject], turn.key, now.what, batch[turn.input].clock);
  }
}

void parallel_replay::lane::judge_all() {
  while (batch_queue::batch next = queue.pop()) {
    in_order ? judge_in_order(*next) : judge_by_subject(*next);
    queue.give_back(std::move(next));
  }
  if (queue.is_closed()) return;
  replay->advance(end);
  outcome.firings = replay->finish();
  outcome.counts = replay->counts();
  outcome.overflow = replay->overflow();
}

/// Memory may end: the feeding thread hears of it, and the process goes on.
void parallel_replay::lane::run() noexcept {
  try {
    judge_all();
  } catch (const std::exception& e) {
    failed = e.what();
    queue.close();
  }
  replay.reset();
}

parallel_replay::parallel_replay(std::shared_ptr<const cep::rule_set> rules,
                                 const cep::replay_options& options, std::size_t lanes)
    : rules_(std::move(rules)),
      alone_(cep::crosses_subjects(*rules_)),
      asked_(*rules_),
      items_(std::shared_ptr<const catalogue>(rules_, &rules_->events())) {
  cep::replay_options of_lane = options;
  of_lane.prepared = !alone_;
  for (std::size_t i = 0; i < (alone_ ? 1 : std::max<std::size_t>(lanes, 1)); ++i)
    lanes_.push_back(std::make_unique<lane>(rules_, of_lane));
}

result<std::unique_ptr<parallel_replay>> parallel_replay::start(
    std::shared_ptr<const cep::rule_set> rules, const cep::replay_options& options,
    std::size_t threads) {
  std::unique_ptr<parallel_replay> made(new parallel_replay(std::move(rules), options, threads));
  if (auto running = made->run_lanes(); !running) return running.error();
  return made;
}

result<void> parallel_replay::run_lanes() {
  try {
    for (const auto& each : lanes_) each->thread = std::thread([l = each.get()] { l->run(); });
  } catch (const std::system_error& e) {
    return error{errc::exhausted, std::string("no thread to judge with: ") + e.what(), ""};
  }
  return {};
}

parallel_replay::~parallel_replay() {
  for (const auto& each : lanes_) each->queue.close();
  for (const auto& each : lanes_) {
    if (each->thread.joinable()) each->thread.join();
  }
}

result<void> parallel_replay::feed(std::span<const concerned_subject> subjects, event& e) {
  ++inputs_;
  bool taken = true;
  if (alone_) {
    taken = give(0, e, subjects, subjects.empty() ? hash128() : key_of(subjects.front().who));
  } else if (prepare(e)) {
    const hash128 key = subjects.size() == 1 ? key_of(subjects.front().who) : hash128();
    taken = subjects.size() == 1 ? give(lane_of(key), e, subjects, key) : give_shares(e, subjects);
  }
  clock_ = std::max(clock_, e.time);
  if (taken) return {};
  return failure();
}

/// False: no rule asks for it; a repeated id is counted all the same. Rows that come later are not
/// seen by what comes earlier, so they are applied here, where inputs have one order.
bool parallel_replay::prepare(event& e) {
  if (e.type == type_profile_row) return true;
  if (rules_->events().row_of(e.type) != nullptr) items_.upsert(e);
  if (!rules_->names(e.type)) return false;
  if (!rules_->events().attachments(e.type).empty()) items_.attach(e);
  return e.client_id || asked_.contains(e);
}

std::size_t parallel_replay::lane_of(hash128 subject_key) const {
  return subject_key.high % lanes_.size();
}

bool parallel_replay::give_shares(const event& e, std::span<const concerned_subject> subjects) {
  std::vector<std::vector<concerned_subject>> shares(lanes_.size());
  for (const concerned_subject& s : subjects) shares[lane_of(key_of(s.who))].push_back(s);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (!shares[i].empty() && !give(i, e, shares[i], key_of(shares[i].front().who))) return false;
  }
  return true;
}

/// `first`: key_of the first of the subjects.
bool parallel_replay::give(std::size_t to, const event& e,
                           std::span<const concerned_subject> subjects, hash128 first) {
  lane& into = *lanes_[to];
  into.filling->add(e, subjects, first, clock_);
  const bool full = into.filling->size() >= into.full || into.filling->bytes() >= most_bytes;
  return !full || flush(into);
}

bool parallel_replay::flush(lane& to) {
  to.full = std::min(2 * to.full, largest_batch);
  return to.queue.push(std::exchange(to.filling, to.queue.take_spare()));
}

/// What the lane that ended first says.
result<void> parallel_replay::failure() const {
  for (const auto& each : lanes_) each->queue.close();
  for (const auto& each : lanes_) {
    if (each->thread.joinable()) each->thread.join();
    if (each->failed) return error{errc::internal, "judging ended: " + *each->failed, ""};
  }
  return {};
}

result<void> parallel_replay::end_lanes() {
  for (const auto& each : lanes_) {
    each->end = clock_;
    if (!flush(*each)) return failure();
    each->queue.end();
  }
  for (const auto& each : lanes_) each->thread.join();
  return failure();
}

result<replay_outcome> parallel_replay::finish() {
  if (auto ended = end_lanes(); !ended) return ended.error();
  replay_outcome all;
  std::vector<std::vector<cep::firing>> firings;
  for (const auto& each : lanes_) {
    add(all.counts, each->outcome.counts);
    add(all.overflow, each->outcome.overflow);
    firings.push_back(std::move(each->outcome.firings));
  }
  all.counts.inputs = inputs_;
  all.firings = merged(std::move(firings));
  return all;
}

}  // namespace beckon::topology
