#include "actors/committer/writer.hpp"

#include <chrono>
#include <unordered_map>
#include <vector>

#include "actors/runtime/actor_base.hpp"

namespace beckon::actors {
namespace {

constexpr duration first_wait{100};
constexpr duration longest_wait{5'000};

class record_writer {
 public:
  record_writer(writer_actor::base* self, committer_parts parts)
      : self_(self),
        parts_(std::move(parts)),
        commits_(parts_.around.metrics->make_counter("beckon_commits_total",
                                                     "Synced commit batches written")),
        records_total_(parts_.around.metrics->make_counter("beckon_commit_records_total",
                                                           "Commit records written")),
        bytes_(parts_.around.metrics->make_counter("beckon_commit_bytes_total",
                                                   "Bytes of commit records written")),
        seconds_(parts_.around.metrics->make_histogram("beckon_commit_seconds",
                                                       "Time of one synced commit batch")) {}

  void take(write_request& r) {
    auto& known = incarnations_[r.what->partition];
    if (r.what->incarnation < known) {
      r.alive->confirm();  // whoever asked is gone
      return;
    }
    known = r.what->incarnation;
    waiting_.push_back(std::move(r));
    if (waiting_.size() == 1 && batch_.empty()) self_->send(self_, caf::flush_atom_v);
  }

  /// Writes what waits, or again what a full disk refused.
  void flush() {
    try {
      work();
    } catch (...) {
      for (const auto& r : batch_) {
        r.alive->blame("committer", describe(std::current_exception()));
      }
      throw;
    }
  }

 private:
  void work() {
    if (batch_.empty()) collect();
    if (holding_) {
      if (const auto again = parts_.store->reopen(); !again) {
        hold("cannot reopen the store", again.error());
        return;
      }
    }
    const auto written = write();
    if (!written && written.error().code == errc::exhausted) {
      hold("store is full: holding all partitions until there is room", written.error());
      return;
    }
    if (!written && written.error().code == errc::internal) {
      for (const auto& r : batch_) r.alive->confirm();
      parts_.give_up({"committer", written.error().to_string()});
      return;
    }
    answer(written);
    if (!waiting_.empty()) self_->send(self_, caf::flush_atom_v);
  }

  /// From here on a request is failed, never given back: its record may be stored already.
  void collect() {
    batch_ = std::exchange(waiting_, {});
    for (auto& r : batch_) r.alive->blame("committer", "it ended while writing");
    for (auto& r : batch_) {
      parts_.around.reach("committer", std::to_string(r.what->partition), "");
      if (!r.what->record.empty()) records_.push_back(std::move(r.what->record));
    }
  }

  result<void> write() {
    if (records_.empty()) return {};
    const auto begun = std::chrono::steady_clock::now();
    auto written = parts_.store->commit(records_);
    if (!written) return written;
    seconds_.observe(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
    for (const auto& r : records_) bytes_.add(r.size());
    commits_.add();
    records_total_.add(records_.size());
    return written;
  }

  void hold(const std::string& what, const error& why) {
    wait_ = std::exchange(holding_, true) ? std::min(wait_ * 2, longest_wait) : first_wait;
    parts_.around.board->set("store", false, why.to_string());
    parts_.around.log->write(port::log_level::error, "committer", what,
                             {{"error", why.to_string()}});
    self_->delayed_send(self_, wait_, caf::flush_atom_v);
  }

  void answer(const result<void>& written) {
    if (std::exchange(holding_, false)) parts_.around.board->set("store", true);
    records_.clear();
    for (auto& r : std::exchange(batch_, {})) {
      r.alive->confirm();
      commit_done done{r.what->incarnation, r.what->epoch, {}};
      if (!written) done.failed = written.error();
      self_->send(r.reply_to, std::move(done));
    }
  }

  writer_actor::base* self_;
  committer_parts parts_;
  port::counter& commits_;
  port::counter& records_total_;
  port::counter& bytes_;
  port::histogram& seconds_;
  std::unordered_map<std::uint32_t, std::uint64_t> incarnations_;
  std::vector<write_request> waiting_;  // came while a batch is written
  std::vector<write_request> batch_;    // under way
  std::vector<std::string> records_;    // its records
  bool holding_ = false;                // the disk is full
  duration wait_ = first_wait;
};

}  // namespace

writer_actor::behavior_type writer(writer_actor::base* self, caf::actor_addr parent,
                                   committer_parts parts) {
  install_defaults(self, parent);
  const auto inside = std::make_shared<record_writer>(self, std::move(parts));
  return {
      [inside](write_request& r) { inside->take(r); },
      [inside](caf::flush_atom) { inside->flush(); },
  };
}

}  // namespace beckon::actors
