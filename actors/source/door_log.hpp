// A door's part of the ingest log, read. Blocking; the door's thread only. Errors that a restart
// must mend are thrown.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "actors/source/unacked_log.hpp"
#include "messages/codec/event_codec.hpp"
#include "messages/port/ingest_log.hpp"

namespace beckon::actors {

class door_log {
 public:
  /// What an event costs in the log beside its bytes.
  static constexpr std::uint64_t overhead = 64;

  using piece = std::vector<std::pair<std::uint64_t, std::string>>;

  door_log(port::ingest_log& log, std::string name, std::shared_ptr<const catalogue> events)
      : log_(log), name_(std::move(name)), events_(std::move(events)) {}

  port::ingest_log& inside() const { return log_; }
  const std::string& name() const { return name_; }

  std::uint64_t last() const {
    const auto found = log_.last(name_);
    must(found);
    return *found;
  }

  /// Where the door's counter stands. A lost log's must not begin below what it had given: it goes
  /// on at the time in microseconds.
  std::uint64_t counter(timestamp now) const {
    if (const auto given = last(); given > 0) return given;
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_ms(now))) * 1'000;
  }

  /// Of the first event at `position` or behind it.
  std::optional<timestamp> arrival_at(std::uint64_t position) const {
    std::optional<timestamp> found;
    if (position == 0) return found;
    must(log_.read(name_, position - 1, [&](std::uint64_t, std::string_view bytes) {
      if (const auto e = codec::decode_event(bytes, *events_)) found = e->arrival;
      return false;
    }));
    return found;
  }

  /// What stands behind `from` up to `to`, and the arrival of its first event.
  std::optional<timestamp> measure(std::uint64_t from, std::uint64_t to, unacked_log& into) const {
    std::uint64_t first = 0;
    must(log_.read(name_, from, [&](std::uint64_t at, std::string_view bytes) {
      if (at > to) return false;
      if (first == 0) first = at;
      into.add(at, bytes.size() + overhead);
      return true;
    }));
    return arrival_at(first);
  }

  /// The next events behind `after` up to `to`; none: there are no more.
  result<piece> next(std::uint64_t after, std::uint64_t to) const {
    constexpr std::size_t most_events = 1'000;
    constexpr std::size_t most_bytes = std::size_t{4} << 20;
    piece found;
    std::size_t bytes = 0;
    auto read = log_.read(name_, after, [&](std::uint64_t at, std::string_view e) {
      if (at > to) return false;
      found.emplace_back(at, e);
      bytes += e.size();
      return found.size() < most_events && bytes < most_bytes;
    });
    if (!read) return read.error();
    return found;
  }

 private:
  template <class Result>
  static void must(const Result& r) {
    if (!r) throw std::runtime_error("cannot read the ingest log: " + r.error().to_string());
  }

  port::ingest_log& log_;
  std::string name_;
  std::shared_ptr<const catalogue> events_;
};

}  // namespace beckon::actors
