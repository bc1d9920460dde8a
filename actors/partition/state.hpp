// What a partition remembers between messages, and the steps of its epoch; one .cpp per step. That
// actor's thread only.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "actors/partition/commit_under_way.hpp"
#include "actors/partition/partition.hpp"
#include "actors/partition/parts.hpp"
#include "actors/partition/probes.hpp"
#include "engine/epoch/commit_pace.hpp"
#include "engine/epoch/deduplication.hpp"
#include "engine/epoch/directory.hpp"
#include "engine/epoch/fan_out.hpp"
#include "engine/epoch/letter_shelf.hpp"
#include "engine/epoch/pending.hpp"
#include "engine/epoch/quiet_epoch.hpp"
#include "engine/epoch/relation_keeper.hpp"
#include "engine/epoch/rounds.hpp"
#include "engine/plan/resume.hpp"
#include "messages/codec/commit_writer.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/codec/rows.hpp"

namespace beckon::actors {

class partition_state {
 public:
  partition_state(partition_actor::base* self, partition_parts parts);
  ~partition_state();

  // recover.cpp
  void begin();
  void recovered(recover_done& r);
  void open_readers();
  void open_reader(std::uint32_t source);

  // hear.cpp
  void on_messages(queue_messages& m);
  void on_empty(const queue_empty& m);
  void on_trouble(const queue_trouble& m);
  void on_door_tick(const door_tick& t);
  void on_node_tick(const node_tick& t);

  // take.cpp
  void try_epoch();

  // judge.cpp
  void judge();
  void on_loaded(load_done& l);
  void on_answer(judge_answer& a);
  void on_session_failed(const session_failed& f);

  // scan.cpp
  void on_scanned(scan_done& s);

  // fan_out.cpp
  void on_derived_stored(const derived_stored& d);

  // redrive.cpp
  void on_redrive(redrive_request& r);

  // pending.cpp
  void on_predicate_answer(predicate_answer& a);

  // decide.cpp
  void decide();
  void on_routed(routed_batch& b);
  void on_filtered(filter_batch& b);
  void on_dropped(const batch_dropped& d);

  // commit.cpp
  void commit();
  void on_committed(const commit_done& c);
  void on_settled(entries_settled& s);
  void on_tracked(const tracked& t);
  void on_outbox_quiet();
  void on_drain();

 private:
  struct open_batch {
    std::vector<decision_item> items;
    std::optional<std::size_t> chain;  ///< filters; none: routing
  };

  // hear.cpp
  void lose(std::uint32_t source, const std::string& why);
  void read_lost_anew();

  // take.cpp
  struct taken_part {
    std::size_t count = 0;  ///< against the epoch's bound
    bool whole = false;     ///< nothing of the message is left
  };
  bool may_begin();
  void open_epoch();
  bool stays_open() const;
  bool take_messages();
  bool has_unread() const;
  taken_part take_message(std::uint32_t source, std::size_t most);
  void note_aged_out(std::uint32_t source, std::uint64_t sequence);
  taken_part take_entries(std::uint32_t source, epoch::door_table::handle door, std::size_t most);
  void drop_head(std::uint32_t source);
  void take_entry(std::uint32_t source, std::string_view entry, std::string_view event,
                  const std::vector<std::string_view>& subjects, timestamp clock_before);
  void take_subject(const event& e, const concerned_subject& who, std::string_view entry,
                    timestamp clock_before,
                    const std::shared_ptr<const language::checked_rule>& told);
  void take_due();
  void take_settlements();
  std::uint32_t work_of(hash128 key, const subject& who);
  std::uint32_t work_of_entry(epoch::directory::index entry);
  void dead_letter(codec::dead_letter_row row);

  // scan.cpp
  using scan_handler =
      std::function<void(std::vector<std::pair<std::string, std::string>> rows, bool whole)>;
  void scan(port::row_kind kind, std::string prefix, std::string after, std::size_t most,
            scan_handler then);

  // relations.cpp
  void relate(const event& e);
  void take_kept_relations();
  void end_relation(const relation_drop& drop, relation_side side);
  void keep_relations();

  // fan_out.cpp
  void open_job(const cep::match& m, const outreach::request& what);
  void scan_for_jobs();
  void tell_members(const std::vector<relation_row>& rows, bool whole);
  void drop_ended_jobs();
  void take_fan_out();
  void release_derived(commit_under_way& done);
  void recover_fan_out(const recover_done& r);
  /// Puts an entry without position on another partition's queue "derived", once the epoch under
  /// way is committed. The only way there.
  void put_derived(std::uint32_t to_partition, std::string entry_body);
  /// When the earliest firing fired whose members are not all told; `never`: none.
  timestamp oldest_open_job() const;

  // redrive.cpp
  /// A letter that is to be given again.
  struct asked_letter {
    hash128 id;
    std::size_t number = 0;  ///< in the call
    delivery::redrive_options how;
    std::shared_ptr<redrive_call> call;
    std::string row = {};
    std::uint64_t epoch = 0;  ///< whose record holds that it was; 0: none yet
  };
  void read_letter(asked_letter asked);
  void take_redriven();
  std::string redrive(const asked_letter& asked);
  std::string redrive_input(const codec::dead_letter_row& letter);
  std::string redrive_delivery(const codec::dead_letter_row& letter,
                               const delivery::redrive_options& how);
  void answer_redriven();

  // pending.cpp
  timestamp decision_clock() const;
  void take_pending();
  void take_up(epoch::woken_decision w);
  void collect_woken();
  void take_up_held();
  void know_holds(subject_work& w);
  void put_off(const filter_batch::refusal& r, timestamp now);
  void end_pending(const epoch::pending_decision& d, resumption how, timestamp now);
  void give_up(const epoch::pending_decision& d);
  void count_ended(const std::string& reason);
  void send_asks(commit_under_way& done);
  void recover_pending(const recover_done& r);
  void gauge_pending();
  void gauge_oldest_pending();

  // isolate.cpp
  void open_progress();
  bool may_take();
  void nothing_to_take();
  epoch::reached reached_with_epoch() const;
  void note_committed(epoch::reached to);
  void say_progress();
  bool condemned(hash128 input);
  hash128 name_of_entry(std::uint32_t source, std::string_view door, std::uint64_t position) const;
  void give_up_entry(std::uint32_t source, std::string_view entry, std::string_view event,
                     const std::vector<std::string_view>& subjects);
  void take_due_alone(timestamp upto);
  void set_state_aside(subject_work& w, const std::string& actor, const std::string& reason);

  // judge.cpp
  void open_session(std::uint32_t slot);
  void request_rows();
  void await_rows(subject_work& w);
  void request_delayed_rows();
  void send_inputs(subject_work& w);
  void finish_work(subject_work& w);
  void close_work();
  void judge_again(subject_work& w, const session_failed& f);
  void poison(subject_work& w, const session_failed& f);
  void kill_silent(timestamp now);

  // decide.cpp
  void collect_requests();
  void add_request(std::uint32_t work, epoch::session_match& m, std::set<hash128>& seen);
  void send_batch(std::vector<decision_item> items, std::optional<std::size_t> chain);
  void next_round();
  void settle_candidate(std::uint32_t number, timestamp now);
  void refuse_candidate(const filter_batch::refusal& r, timestamp now);
  std::optional<std::size_t> chain_of(const epoch_candidate& c) const;
  void fail_item(const open_batch& b, const drop_note& note);
  void fail_decision(const outreach::request& what, const std::string& action,
                     const drop_note& note, timestamp now);
  timestamp decision_time(const outreach::request& what) const;
  timestamp decision_time(const epoch_request& r) const;
  void count_verdict(const std::string& filter, const std::string& reason);

  // commit.cpp
  void write_subject(subject_work& w);
  commit_under_way& seal();
  void write_settlement(const delivery::settlement& s);
  void write_poison(const delivery::settlement& s, const drop_note& note);
  void write_letter(const delivery::outbox_entry& e, const std::string& actor,
                    const std::string& reason);
  void release(commit_under_way& done);
  void start_drain();
  void purge();
  void gauge_up();
  static void gauge(port::gauge& g, std::size_t& was, std::size_t is);
  void check_drained();

  // residents.cpp
  void let_go(const commit_under_way& done);
  void end_session(std::uint32_t slot);
  void passivate(timestamp now);
  bool over_bound() const;
  void weigh(std::uint32_t slot, std::size_t remembered);
  void give_memory_back();
  void touch(std::uint32_t slot);
  void unlink(std::uint32_t slot);
  void link_newest(std::uint32_t slot);

  bool void_message(std::uint64_t incarnation) const { return incarnation != parts_.incarnation; }
  /// The last epoch whose record was handed to the committer.
  std::uint64_t sealed() const { return epoch_ + commits_.size(); }
  /// What the store holds of the subject is not what its session answered last.
  bool in_commit(const session_slot& s) const { return s.written > epoch_; }
  const partition_settings& settings() const { return *parts_.settings; }
  partition_actor me() const;

  partition_actor::base* self_;
  partition_parts parts_;
  std::shared_ptr<const session_settings> session_settings_;
  std::string name_;
  phase phase_ = phase::recovering;

  // what is committed or about to be
  plan_ptr plan_;
  std::uint64_t epoch_ = 0;               // the last one committed
  std::deque<commit_under_way> commits_;  // epochs with the committer, oldest first
  epoch::commit_pace pace_;
  std::uint64_t stored_incarnation_ = 1;  // of the commit records: grows over processes
  epoch::door_table doors_;
  epoch::deduplication seen_;
  epoch::directory known_;
  std::vector<queue_state> queues_;
  std::uint64_t outbox_order_ = 0;
  std::uint64_t tracked_up_to_ = 0;
  std::uint64_t track_sent_ = 0;

  epoch::relation_keeper kept_relations_;
  // rows of relations on their way, by serial
  std::unordered_map<std::uint64_t, scan_handler> scans_;
  std::uint64_t last_scan_ = 0;

  // fan-out
  epoch::fan_out jobs_;  // committed
  std::uint64_t last_job_ = 0;
  std::vector<epoch::fan_out_job> opened_;  // in the epoch under way
  std::vector<derived_entry> to_tell_;      // made by scans, for the next epoch …
  std::map<std::uint64_t, std::optional<std::string>> moved_jobs_;  // … with their rows; none: gone
  std::vector<derived_entry> derived_release_;                      // of the epoch under way
  std::uint64_t derived_sequence_ = 0;                              // the last position given
  std::uint64_t derived_stored_ = 0;  // all up to it are in their queues
  std::uint64_t derived_erased_ = 0;  // and their rows gone, or gone with this epoch
  derived_actor derived_;

  // sessions
  std::deque<session_slot> slots_;  // in pieces: a bigger one is never copied from a smaller
  std::vector<std::uint32_t> free_slots_;
  std::uint32_t oldest_ = UINT32_MAX, newest_ = UINT32_MAX;  // slots by last use
  std::size_t residents_ = 0;
  std::size_t resident_bytes_ = 0;
  std::size_t most_residents_ = 0;  // since memory was given back

  // the epoch under way; idle, one that has concerned nobody yet
  std::optional<codec::commit_writer> record_;
  std::deque<subject_work> works_;  // likewise, and after an epoch their memory is free for others
  std::unordered_map<std::uint64_t, std::uint32_t> work_by_serial_;
  std::uint64_t last_serial_ = 0;
  std::size_t open_works_ = 0;  ///< not done, and who goes through them: at 0 all is judged
  bool took_ = false;  ///< the epoch changes what somebody waits for: it is committed at once
  epoch::quiet_epoch quiet_;
  timestamp clock_at_end_ = beginning;
  timestamp began_{};
  timestamp judging_since_{};
  std::vector<epoch_request> requests_;
  std::vector<epoch_candidate> candidates_;
  epoch::decision_rounds rounds_;
  std::uint32_t round_ = 0;  ///< from 1
  std::vector<woken_request> woken_;
  std::vector<predicate_ask> asks_;
  std::unordered_map<std::uint64_t, open_batch> batches_;
  std::uint64_t last_batch_ = 0;
  std::vector<delivery::outbox_entry> release_;
  std::size_t decided_ = 0;  ///< of them: new in this epoch

  // outbox
  outbox_actor outbox_;
  std::vector<delivery::settlement> settlements_;                     // for the next epoch
  std::vector<std::pair<delivery::settlement, drop_note>> poisoned_;  // likewise
  std::vector<std::pair<std::string, std::pair<hash128, std::uint32_t>>>
      settled_;                  // in the epoch under way
  std::size_t outbox_size_ = 0;  // committed, not ended
  epoch::letter_shelf letters_;
  std::vector<asked_letter> to_redrive_;  // for the next epoch
  std::deque<asked_letter> redriven_;     // not committed yet, by epoch
  epoch::pending_shelf pending_;          // committed or about to be, not taken up again yet

  // inputs on which the process ended
  std::optional<epoch::progress> progress_;
  bool alone_ = false;           ///< inputs are taken one at a time
  std::vector<bool> ends_seen_;  ///< by queue: it was read to its end since this incarnation began

  timestamp now_{};  // node time of the last tick or message
  timestamp purged_{};
  bool draining_ = false;
  bool outbox_quiet_ = false;
  bool drained_ = false;
  std::size_t gauged_subjects_ = 0, gauged_timers_ = 0, gauged_outbox_ = 0, gauged_sessions_ = 0;
  std::size_t gauged_session_bytes_ = 0, gauged_deferred_ = 0, gauged_asked_ = 0, gauged_held_ = 0;
  std::size_t gauged_jobs_ = 0, gauged_derived_ = 0, gauged_letters_ = 0;
  std::size_t gauged_seen_ = 0, gauged_seen_bytes_ = 0;
  std::uint64_t counted_evicted_ = 0;
};

}  // namespace beckon::actors
