// Whom the firings of TO EACH rules still have to reach: one job per firing, told piece by piece
// over the stored rows of its relation, jobs in turn, so that an owner with a million members
// delays nobody else's. Pure; owned by one partition; what is committed when is its owner's affair.
// A new incarnation opens the jobs it finds and goes on behind the last member told. Source:
// design.md, "Relations, items, profiles, identity".
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/access/relation_log.hpp"
#include "engine/cep/derived_event.hpp"

namespace beckon::epoch {

/// A firing that has not reached everyone yet: JobRow of commit.proto in engine terms.
struct fan_out_job {
  std::uint64_t number = 0;  ///< the row's key; grows
  hash128 occurrence;
  subject owner;
  std::string rule;
  std::string rule_version;
  std::string relation;
  std::string key;  ///< canonical bytes of the SAME values
  timestamp fired{};
  timestamp arrival = beginning;  ///< of the completing event; `beginning`: a deadline's
  field_list returns;
  std::string told_up_to;  ///< the last member told, in the order of rows; "": none yet
  std::uint64_t told = 0;
  friend bool operator==(const fan_out_job&, const fan_out_job&) = default;
};

/// One member and the event that tells it.
struct told_member {
  concerned_subject who;
  event what;
};

class fan_out {
 public:
  static constexpr std::size_t rows_at_once = 1'000;
  static constexpr std::size_t most_unacked = 20'000;
  static constexpr std::size_t most_jobs = 10'000;

  /// A committed job; numbers differ.
  void open(fan_out_job job);

  /// Rows of RELATION that are to be read: those that begin with `prefix`, from behind `after` on.
  struct scan {
    std::string prefix;
    std::string after;
    std::size_t most = rows_at_once;
  };
  /// The scan wanted next. None: one is under way, or there is no job whose rule and relation are
  /// in force; others end (`take_ended`).
  std::optional<scan> next(const cep::rule_set& rules);

  /// What the rows of the scan under way make, members in order of rows.
  struct step {
    std::uint64_t job = 0;
    const fan_out_job* left = nullptr;  ///< the job as it stands then; null: it is through
    std::vector<told_member> told;
  };
  /// `whole`: there are no further rows of the prefix. The scan under way ends.
  step take(std::span<const relation_row> rows, bool whole, const cep::rule_set& rules);

  /// Jobs that ended before everyone was told, since the last call: their rule or relation is not
  /// in force any more.
  std::vector<fan_out_job> take_ended() { return std::exchange(ended_, {}); }

  std::size_t size() const noexcept { return jobs_.size(); }
  /// Nothing that could open further jobs should be taken.
  bool full() const noexcept { return jobs_.size() >= most_jobs; }
  /// When the earliest firing fired; `never`: none is open.
  timestamp oldest() const noexcept;

 private:
  struct open_job {
    fan_out_job what;
    std::string after;  // scanned up to here: perhaps beyond the last member told
    std::size_t most = rows_at_once;
  };
  void end(std::uint64_t number);

  std::map<std::uint64_t, open_job> jobs_;
  std::deque<std::uint64_t> turns_;  // those not being scanned
  std::optional<std::uint64_t> scanned_;
  std::vector<fan_out_job> ended_;
};

}  // namespace beckon::epoch
