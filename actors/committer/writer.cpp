#include "actors/committer/writer.hpp"

#include <algorithm>
#include <chrono>
#include <span>
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
    if (is_void(r)) {
      r.alive->confirm();
      return;
    }
    incarnations_[r.what->partition] = r.what->incarnation;
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
    const std::size_t count = alone_ ? std::min<std::size_t>(1, records_.size()) : records_.size();
    const auto written = write(count);
    if (!written && written.error().code == errc::exhausted) {
      hold("store is full: holding all partitions until there is room", written.error());
      return;
    }
    if (!written && written.error().code == errc::internal) {
      for (const auto& r : batch_) r.alive->confirm();
      parts_.give_up({"committer", written.error().to_string()});
      return;
    }
    if (std::exchange(holding_, false)) parts_.around.board->set("store", true);
    alone_ = alone_ || (!written && count > 1);  // it refuses one: the others shall not suffer
    if (written || count == 1) answer(count, written);
    if (records_.empty()) answer_barriers();
    if (!batch_.empty() || !waiting_.empty()) self_->send(self_, caf::flush_atom_v);
  }

  /// Whoever asked is gone, or will be: an epoch of that incarnation has failed.
  bool is_void(const write_request& r) {
    return r.what->incarnation < incarnations_[r.what->partition];
  }

  /// From here on a request is failed, never given back: its record may be stored already. Barriers
  /// stand behind all records.
  void collect() {
    batch_ = std::exchange(waiting_, {});
    std::stable_partition(batch_.begin(), batch_.end(),
                          [](const auto& r) { return !r.what->record.empty(); });
    for (auto& r : batch_) r.alive->blame("committer", "it ended while writing");
    for (auto& r : batch_) {
      parts_.around.reach("committer", std::to_string(r.what->partition), "");
      if (!r.what->record.empty()) records_.push_back(std::move(r.what->record));
    }
  }

  /// The first `count` records.
  result<void> write(std::size_t count) {
    if (count == 0) return {};
    const std::span<const std::string> records(records_.data(), count);
    const auto begun = std::chrono::steady_clock::now();
    auto written = parts_.store->commit(records);
    if (!written) return written;
    seconds_.observe(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
    for (const auto& r : records) bytes_.add(r.size());
    commits_.add();
    records_total_.add(count);
    return written;
  }

  void hold(const std::string& what, const error& why) {
    wait_ = std::exchange(holding_, true) ? std::min(wait_ * 2, longest_wait) : first_wait;
    parts_.around.board->set("store", false, why.to_string());
    parts_.around.log->write(port::log_level::error, "committer", what,
                             {{"error", why.to_string()}});
    self_->delayed_send(self_, wait_, caf::flush_atom_v);
  }

  /// The first `count` of the batch. An epoch behind one that failed is void.
  void answer(std::size_t count, const result<void>& written) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto& r = batch_[i];
      r.alive->confirm();
      commit_done done{r.what->incarnation, r.what->epoch, {}};
      if (!written) {
        done.failed = written.error();
        incarnations_[r.what->partition] = r.what->incarnation + 1;
      }
      self_->send(r.reply_to, std::move(done));
    }
    const auto n = static_cast<std::ptrdiff_t>(count);
    batch_.erase(batch_.begin(), batch_.begin() + n);
    records_.erase(records_.begin(), records_.begin() + n);
    if (!written) drop_void();
  }

  void drop_void() {
    const auto confirmed = [this](const write_request& r) {
      if (is_void(r)) r.alive->confirm();
      return is_void(r);
    };
    std::erase_if(waiting_, confirmed);
    for (std::size_t i = records_.size(); i-- > 0;) {
      if (!confirmed(batch_[i])) continue;
      batch_.erase(batch_.begin() + static_cast<std::ptrdiff_t>(i));
      records_.erase(records_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  void answer_barriers() {
    for (const auto& r : std::exchange(batch_, {})) {
      r.alive->confirm();
      self_->send(r.reply_to, commit_done{r.what->incarnation, r.what->epoch, {}});
    }
    alone_ = false;
  }

  writer_actor::base* self_;
  committer_parts parts_;
  port::counter& commits_;
  port::counter& records_total_;
  port::counter& bytes_;
  port::histogram& seconds_;
  std::unordered_map<std::uint32_t, std::uint64_t> incarnations_;  // the least that counts
  std::vector<write_request> waiting_;                             // while a batch is written
  std::vector<write_request> batch_;  // under way: records, then barriers
  std::vector<std::string> records_;  // its records
  bool alone_ = false;                // the store refused them together: one after the other
  bool holding_ = false;              // the disk is full
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
