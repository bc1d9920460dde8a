// What one subject's session does with its inputs: puts late events in time order, handles
// deadlines, lets the rules judge, keeps profile and ledger. Pure; the session actor is its shell
// and backtest runs the same code.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/access/event.hpp"
#include "engine/cep/reorder_buffer.hpp"
#include "engine/cep/step.hpp"
#include "engine/outreach/request.hpp"

namespace beckon::epoch {

/// An event for one subject, with the partition's clock at its place in the take order.
struct session_event {
  event what;
  std::vector<std::string> roles;
  timestamp clock_before = beginning;
  /// The TO EACH rule that tells the subject by this event, where actions subscribe to it: beside
  /// what rules make of the event, its firing is the subject's own. Null: none.
  std::shared_ptr<const language::checked_rule> told = {};
};

/// A completed match and the number of the input that completed it (inputs.size(): the clock at the
/// end).
struct session_match {
  std::size_t input = 0;
  timestamp arrival = beginning;  ///< of the completing event; `beginning`: a deadline
  cep::match what;
  bool told = false;  ///< the firing was another subject's, whose rule told this one
};

/// How a kind of subject is judged: part of the plan.
struct session_rules {
  const cep::rule_set& rules;
  std::string_view zone = "UTC";
  duration
      grace{};  ///< deadlines wait this long beyond their time (live: absence_grace; replay: 0)
  duration out_of_order{};  ///< events are held back this long and put in time order; deadlines
                            ///< wait as long
  const language::checked_rule** current = nullptr;  ///< see cep::judging
};

/// When a ledger can be forgotten whole: nobody looks back to its newest reservation any more.
timestamp ledger_ends(const outreach::ledger& sends, duration keeps) noexcept;

class subject_session {
 public:
  /// Until it is named nothing can be judged: only rows and deadlines of nothing.
  subject_session() = default;
  explicit subject_session(subject who) : who_(std::move(who)) {}

  void name(subject who) { who_ = std::move(who); }
  const subject& who() const noexcept { return who_; }

  /// Judges one input; matches are appended with the number `input`.
  void take(const session_rules& how, session_event e, std::size_t input,
            std::vector<session_match>& out);
  /// Handles held events and deadlines that `clock` has passed.
  void advance(const session_rules& how, timestamp clock, std::size_t input,
               std::vector<session_match>& out);

  /// When the session must be woken: compare with (clock − out_of_order). `never`: no need.
  timestamp wake_at(duration grace) const noexcept;

  /// Memory of what it remembers, in bytes, about.
  std::size_t footprint() const noexcept;

  /// Nothing is remembered but profile and ledger.
  bool state_empty() const noexcept { return state_.empty() && held_.empty(); }

  cep::subject_state& state() noexcept { return state_; }
  const cep::subject_state& state() const noexcept { return state_; }
  /// By time, equal times by arrival: to be stored, and to be filled again in the same order.
  std::vector<cep::held_event>& held() noexcept { return held_.content(); }
  const std::vector<cep::held_event>& held() const noexcept { return held_.content(); }
  outreach::facts& known() noexcept { return known_; }
  const outreach::facts& known() const noexcept { return known_; }
  /// The profile has changed since this was last called.
  bool take_profile_changed() noexcept { return std::exchange(profile_changed_, false); }

 private:
  void judge(const session_rules& how, const event& e, const std::vector<std::string>& roles,
             timestamp settle_upto, std::size_t input, std::vector<session_match>& out);
  void upsert_profile(const event& e);

  subject who_;
  cep::subject_state state_;
  cep::reorder_buffer held_;
  outreach::facts known_;
  bool profile_changed_ = false;
};

}  // namespace beckon::epoch
