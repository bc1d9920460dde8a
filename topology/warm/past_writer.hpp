// Writes what look-backs would remember into the store of a node that does not run: states of
// subjects and their directory entries, as the session would have left them, in commit records that
// follow the partitions' last ones. Nothing else of a partition changes: queues, doors, clock and
// deduplication stand where they stood.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/cep/past.hpp"
#include "messages/port/store.hpp"

namespace beckon::codec {
class commit_writer;
}

namespace beckon::topology {

struct past_writer_settings {
  std::shared_ptr<const cep::rule_set> rules;  ///< those the node will judge with
  std::uint32_t partitions = 1;
  duration grace{};  ///< deadlines wait this long beyond their time
};

struct past_figures {
  std::uint64_t subjects = 0;  ///< of whom something is remembered of the recorded events
  std::uint64_t written = 0;   ///< of them: whose rows have changed
  std::uint64_t commits = 0;
  cep::taken_past taken;
};

/// One thread; blocks. A piece of a partition is committed, synced, when it is full, so memory is
/// bounded; a subject's rows change together. What a crash leaves undone the same again does: times
/// that are noted stay.
class past_writer {
 public:
  static constexpr std::size_t subjects_in_a_piece = 1000;

  /// `to` outlives it.
  past_writer(port::store& to, past_writer_settings settings);

  /// Reads where the partitions stand. Errors: unavailable, corrupt.
  result<void> open();
  /// When the latest event was stored that a partition has taken; nothing: none has taken any.
  std::optional<timestamp> latest_taken() const noexcept { return latest_taken_; }

  /// What the subject's rules remember of the recorded events. Errors: those of the store, and
  /// corrupt.
  result<void> add(const subject& who, cep::subject_state past);
  /// Commits what waits. Errors: as `add`.
  result<void> finish();

  const past_figures& figures() const noexcept { return figures_; }

 private:
  struct waiting_subject {
    subject who;
    hash128 key;
    cep::subject_state past;
  };
  struct partition {
    std::string header;  // of its last record; "": none
    timestamp clock = beginning;
    std::vector<waiting_subject> piece;
  };

  struct stored_rows;

  result<void> commit_piece(std::uint32_t number);
  result<void> write(waiting_subject& w, timestamp clock, stored_rows rows,
                     codec::commit_writer& into);

  port::store& store_;
  past_writer_settings settings_;
  std::vector<partition> partitions_;
  std::optional<timestamp> latest_taken_;
  past_figures figures_;
};

}  // namespace beckon::topology
