#include "actors/committer/committer.hpp"

#include <chrono>
#include <thread>
#include <unordered_map>
#include <vector>

#include "actors/runtime/actor_base.hpp"

namespace beckon::actors {
namespace {

constexpr duration first_wait{100};
constexpr duration longest_wait{5'000};

struct committer_state {
  committer_state() = default;
  explicit committer_state(committer_parts p)
      : parts(std::move(p)),
        commits(&parts.metrics->make_counter("beckon_commits_total", "Synced commit batches written")),
        records(&parts.metrics->make_counter("beckon_commit_records_total", "Commit records written")),
        bytes(&parts.metrics->make_counter("beckon_commit_bytes_total", "Bytes of commit records written")),
        seconds(&parts.metrics->make_histogram("beckon_commit_seconds", "Time of one synced commit batch")) {}

  struct waiting {
    commit_request request;
    partition_actor reply_to;
  };

  /// False for a request of an incarnation that has been followed by another.
  bool current(const commit_request& r) {
    auto& known = incarnations[r.partition];
    if (r.incarnation < known) return false;
    known = r.incarnation;
    return true;
  }

  result<void> write(const std::vector<std::string>& batch) {
    duration wait = first_wait;
    while (true) {
      const auto begun = std::chrono::steady_clock::now();
      auto written = parts.store->commit(batch);
      if (written.ok() || written.error().code != errc::exhausted) {
        if (written.ok()) {
          seconds->observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
          parts.board->set("store", true);
        }
        return written;
      }
      parts.board->set("store", false, written.error().to_string());
      parts.log->write(port::log_level::error, "committer", "store is full: holding all partitions until there is room",
                       {{"error", written.error().to_string()}});
      std::this_thread::sleep_for(wait);
      wait = std::min(wait * 2, longest_wait);
      if (auto again = parts.store->reopen(); !again) {
        parts.log->write(port::log_level::error, "committer", "cannot reopen the store",
                         {{"error", again.error().to_string()}});
      }
    }
  }

  committer_parts parts;
  port::counter* commits = nullptr;
  port::counter* records = nullptr;
  port::counter* bytes = nullptr;
  port::histogram* seconds = nullptr;
  std::unordered_map<std::uint32_t, std::uint64_t> incarnations;
  std::vector<waiting> queue;
};

template <class Self>
void write_all(Self* self) {
  auto& s = self->state;
  auto batch = std::exchange(s.queue, {});
  std::vector<std::string> records;
  for (auto& w : batch) {
    if (!w.request.record.empty()) records.push_back(std::move(w.request.record));
  }
  std::optional<error> failed;
  if (!records.empty()) {
    if (auto written = s.write(records); !written) failed = written.error();
    for (const auto& r : records) s.bytes->add(r.size());
    s.commits->add();
    s.records->add(records.size());
  }
  if (failed && failed->code == errc::internal) {
    s.parts.give_up({"committer", failed->to_string()});
    return;
  }
  for (auto& w : batch) {
    self->send(w.reply_to, commit_done{w.request.incarnation, w.request.epoch, failed});
  }
}

committer_actor::behavior_type committer(committer_actor::stateful_pointer<committer_state> self, committer_parts parts) {
  install_defaults(self);
  self->state = committer_state(std::move(parts));
  return {
      [self](commit_request& r, const partition_actor& reply_to) {
        auto& s = self->state;
        if (!s.current(r)) return;
        s.queue.push_back({std::move(r), reply_to});
        if (s.queue.size() == 1) self->send(self, caf::flush_atom_v);
      },
      [self](caf::flush_atom) { write_all(self); },
  };
}

}  // namespace

committer_actor spawn_committer(caf::actor_system& system, committer_parts parts) {
  static_assert(proper_state<committer_state>);
  return system.spawn<caf::detached>(committer, std::move(parts));
}

}  // namespace beckon::actors
