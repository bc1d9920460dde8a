// A small catalogue and shorthand for the matcher's tests.
//   a b c d: attributes k and s (string), v and x (int64), m (double), t (time), l (list); they
//   concern a user and an item, whose price comes with them. The same: e without k; bg, background;
//   r, kept for 6 s; der, derived; outreach_opened. user_blocked concerns {user: [user_id,
//   target_user_id]}. Relation likes(user_id, item_id), added by d.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/cep/run_tests.hpp"
#include "engine/language/compile.hpp"

namespace beckon::cep::testing {

std::shared_ptr<const catalogue> small_catalogue();

/// Compiles; reports every error as a test failure and then gives null.
std::shared_ptr<const language::checked_rule> compiled(std::string_view rule_text);

std::shared_ptr<const rule_set> set_of(std::initializer_list<std::string_view> rule_texts);

/// Compiles the file and expects every TEST in it to pass; there must be one.
void expect_passes(std::string_view rule_file);

/// An event of the small catalogue; time in seconds.
event made_event(std::string_view type, double seconds,
                 std::vector<std::pair<std::string, value>> attributes = {}, std::string id = "");

constexpr timestamp at_second(std::int64_t s) {
  return from_ms(s * 1000);
}

/// One subject's matcher with what it has fired so far.
class one_subject {
 public:
  explicit one_subject(std::shared_ptr<const rule_set> rules, std::string id = "u1",
                       std::string kind = "user");

  /// Judges at its own time; deadlines before `clock_before` first (seconds; default: none).
  void feed(const event& e, std::int64_t clock_before = 0);
  void settle(std::int64_t seconds);
  /// Encodes and decodes the state, under other rules if given.
  void store_and_load(std::shared_ptr<const rule_set> rules = nullptr);

  /// "rule@seconds[!condition|!fire_limit|!inactive]" of everything matched since the last call,
  /// joined by blanks.
  std::string fired();

  subject who;
  field_list profile;
  std::shared_ptr<const rule_set> rules;
  subject_state state;
  std::vector<match> matches;
  overflow_counts overflow;

 private:
  judging now();
};

}  // namespace beckon::cep::testing
