#include "topology/warm/past_writer.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/epoch/directory.hpp"
#include "messages/codec/commit_writer.hpp"
#include "messages/codec/rows.hpp"

namespace beckon::topology {
namespace {

timestamp from_ns(std::int64_t ns) {
  return timestamp(std::chrono::duration_cast<duration>(std::chrono::nanoseconds(ns)));
}

error at_subject(const error& e, const subject& who) {
  return {e.code, e.message, who.kind + " " + who.id};
}

}  // namespace

/// What the store holds of a subject.
struct past_writer::stored_rows {
  codec::subject_row state;
  codec::directory_row known;

  static result<stored_rows> read(const subject& who, const std::optional<std::string>& state,
                                  const std::optional<std::string>& known);
};

result<past_writer::stored_rows> past_writer::stored_rows::read(
    const subject& who, const std::optional<std::string>& state,
    const std::optional<std::string>& known) {
  stored_rows rows;
  rows.state.who = who;
  if (state) {
    auto row = codec::decode_subject_row(*state);
    if (!row) return at_subject(row.error(), who);
    rows.state = std::move(*row);
  }
  if (known) {
    const auto row = codec::decode_directory(*known);
    if (!row) return at_subject(row.error(), who);
    rows.known = *row;
  }
  return rows;
}

past_writer::past_writer(port::store& to, past_writer_settings settings)
    : store_(to), settings_(std::move(settings)), partitions_(settings_.partitions) {}

result<void> past_writer::open() {
  for (std::uint32_t p = 0; p < settings_.partitions; ++p) {
    auto stored = store_.recover(p);
    if (!stored) return stored.error();
    if (stored->last_record.empty()) continue;
    const auto head = codec::decode_head(stored->last_record);
    if (!head) return head.error();
    partitions_[p].header = std::move(stored->last_record);
    partitions_[p].clock = head->clock;
    for (const codec::source_offset& o : head->offsets)
      latest_taken_ = std::max(latest_taken_.value_or(beginning), from_ns(o.broker_time_ns));
  }
  return {};
}

result<void> past_writer::add(const subject& who, cep::subject_state past) {
  const hash128 key = key_of(who);
  const std::uint32_t number = partition_of(key, settings_.partitions);
  std::vector<waiting_subject>& piece = partitions_[number].piece;
  piece.push_back({who, key, std::move(past)});
  if (piece.size() < subjects_in_a_piece) return {};
  return commit_piece(number);
}

result<void> past_writer::finish() {
  for (std::uint32_t p = 0; p < settings_.partitions; ++p) {
    if (auto done = commit_piece(p); !done) return done;
  }
  return {};
}

result<void> past_writer::commit_piece(std::uint32_t number) {
  partition& of = partitions_[number];
  std::vector<waiting_subject> piece = std::exchange(of.piece, {});
  std::vector<port::row_key> keys;
  for (const waiting_subject& w : piece) {
    for (const port::row_kind kind : {port::row_kind::state, port::row_kind::directory})
      keys.push_back({number, kind, to_bytes(w.key)});
  }
  const auto stored = store_.load(keys);
  if (!stored) return stored.error();
  auto record = codec::commit_writer::behind(of.header, number);
  if (!record) return record.error();
  for (std::size_t i = 0; i < piece.size(); ++i) {
    auto rows = stored_rows::read(piece[i].who, (*stored)[2 * i], (*stored)[2 * i + 1]);
    if (!rows) return rows.error();
    if (auto done = write(piece[i], of.clock, *std::move(rows), *record); !done) return done;
  }
  if (record->rows() == 0) return {};
  const std::string bytes = record->finish();
  if (auto done = store_.commit({&bytes, 1}); !done) return done;
  of.header = record->header();
  ++figures_.commits;
  return {};
}

/// Rows as the session would leave them, where something is noted that was not.
result<void> past_writer::write(waiting_subject& w, timestamp clock, stored_rows rows,
                                codec::commit_writer& into) {
  auto state = cep::subject_state::decode(rows.state.state, *settings_.rules);
  if (!state) return at_subject(state.error(), w.who);
  const auto taken = cep::take_past(*state, std::move(w.past), *settings_.rules, clock);
  ++figures_.subjects;
  figures_.taken.times += taken.times;
  figures_.taken.clocks += taken.clocks;
  figures_.taken.keys_dropped += taken.keys_dropped;
  if (taken.times == 0) return {};
  ++figures_.written;
  rows.state.state = state->encode();
  // A deadline that comes too early only makes the session look.
  rows.known.deadline =
      std::min(rows.known.deadline, saturating_add(state->next_deadline(), settings_.grace));
  rows.known.interest = state->interest(*settings_.rules);
  rows.known.rows |= epoch::directory::row_state;
  into.put(v1::Row::STATE, to_bytes(w.key), codec::encode_subject_row(rows.state));
  into.put(v1::Row::DIRECTORY, to_bytes(w.key), codec::encode_directory(rows.known));
  return {};
}

}  // namespace beckon::topology
