// Resident sessions: slots, which of them end, and memory. The state of those that end stays in the
// store.
#include <algorithm>
#include <utility>

#include "actors/partition/state.hpp"

namespace beckon::actors {
namespace {

constexpr std::size_t session_bytes = 1'300;   ///< of one that remembers nothing: bench_sessions
constexpr std::size_t worth_trimming = 1'000;  ///< sessions

}  // namespace

/// Sessions that remember nothing end, unless an epoch behind has to do with them again.
void partition_state::let_go(const commit_under_way& done) {
  for (const auto& [slot, entry] : done.subjects) {
    const auto& s = slots_[slot];
    if (s.work != UINT32_MAX || in_commit(s)) continue;
    if (known_.at(entry).rows == 0 || !s.handle) end_session(slot);
  }
}

/// Ends the session and frees its slot; a subject without rows leaves the directory too. The slot
/// stays during an epoch, and until what its session answered is durable.
void partition_state::end_session(std::uint32_t slot) {
  auto& s = slots_[slot];
  if (s.handle) self_->send_exit(std::exchange(s.handle, {}), caf::exit_reason::user_shutdown);
  if (s.work != UINT32_MAX || in_commit(s)) return;
  unlink(slot);
  const auto i = known_.find(s.key);
  if (i != epoch::directory::none && known_.at(i).session == slot) {
    known_.at(i).session = epoch::directory::none;
    if (known_.at(i).rows == 0) known_.remove(i);
  }
  resident_bytes_ -= s.bytes;
  s = session_slot{};
  free_slots_.push_back(slot);
  --residents_;
}

void partition_state::unlink(std::uint32_t slot) {
  auto& s = slots_[slot];
  (s.older == UINT32_MAX ? oldest_ : slots_[s.older].newer) = s.newer;
  (s.newer == UINT32_MAX ? newest_ : slots_[s.newer].older) = s.older;
  s.older = s.newer = UINT32_MAX;
}

/// The slot is the most recently used one.
void partition_state::touch(std::uint32_t slot) {
  slots_[slot].used = now_;
  if (newest_ == slot) return;
  unlink(slot);
  link_newest(slot);
}

void partition_state::link_newest(std::uint32_t slot) {
  slots_[slot].older = newest_;
  (newest_ == UINT32_MAX ? oldest_ : slots_[newest_].newer) = slot;
  newest_ = slot;
}

/// Ends sessions that are over the bounds or unused for too long, least recently used first, up to
/// the first that an epoch not yet durable has to do with: those behind it were used later.
void partition_state::passivate(timestamp now) {
  most_residents_ = std::max(most_residents_, residents_);
  while (oldest_ != UINT32_MAX && slots_[oldest_].work == UINT32_MAX &&
         !in_commit(slots_[oldest_]) &&
         (over_bound() || now - slots_[oldest_].used >= settings().session_idle)) {
    parts_.probes->passivated.add();
    end_session(oldest_);
  }
}

bool partition_state::over_bound() const {
  const auto share = [this](std::uint64_t of_node) {
    return std::max<std::uint64_t>(1, of_node / settings().partitions);
  };
  return residents_ > share(settings().resident_sessions) ||
         resident_bytes_ > share(settings().session_bytes);
}

/// The session's weight, beside which the actor and its places in our tables count.
void partition_state::weigh(std::uint32_t slot, std::size_t remembered) {
  auto& s = slots_[slot];
  resident_bytes_ -= s.bytes;
  s.bytes = session_bytes + remembered;
  resident_bytes_ += s.bytes;
}

/// When most sessions have ended: what they had lies scattered, and would stay with the process.
void partition_state::give_memory_back() {
  if (most_residents_ < worth_trimming || residents_ > most_residents_ / 2) return;
  most_residents_ = residents_;
  if (parts_.peers.trim) parts_.peers.trim();
}

}  // namespace beckon::actors
