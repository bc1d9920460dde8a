// A partition alone whose decisions a filter may put off: its actions have a chain of two filters,
// gate and night, and the test is the filters and the station that asks. Used by one thread.
#pragma once

#include "messages/codec/pending_row.hpp"
#include "tests/actors/firing_partition.hpp"

namespace beckon::tests {

class pending_partition : public firing_partition {
 protected:
  using step = v1::TrackRecord;
  using asker = actors::partition_actor;
  using said = epoch::answer::kind;
  static constexpr duration hour{3'600'000};

  pending_partition() {
    under.filters = {{"gate", "", nullptr, false}, {"night", "", nullptr, false}};
    under.chains = {{"usual", {0, 1}}};
    under.chain_by_id["usual"] = 0;
    for (auto& a : under.actions) a.chain = "usual";
    put_in_force();
    began = clock.now();
    settings.session_idle = 1'000 * hour;
  }

  using rows = std::vector<std::pair<std::string, std::string>>;
  void start_with(rows stored) {
    spawn();
    pass_barrier();
    recover({}, std::move(stored));
    clock.step = 2;
  }
  /// Node time goes to so long after the beginning.
  void at(duration since) { caf::anon_send(tested, actors::node_tick{began + since}); }

  static outreach::verdict pass() { return {}; }
  static outreach::verdict refuse() { return {false, "no", {}}; }
  outreach::verdict defer(duration since) const {
    return {false,
            "quiet_hours",
            {},
            outreach::postponement{outreach::wait_reason::deferred, began + since}};
  }
  outreach::verdict ask(duration since) const {
    return {false,
            "asked",
            {},
            outreach::postponement{outreach::wait_reason::asked, began + since, "may I?"}};
  }

  struct batch {
    std::size_t position = 0;  ///< of the first filter asked
    std::vector<actors::decision_item> items;
    strings users() const {
      strings all;
      for (const auto& i : items) all.push_back(i.what->who.id);
      return all;
    }
  };
  /// Answers for the chain: by filter, in order.
  template <class Gate, class Night>
  batch judge(Gate gate, Night night) {
    auto b = next_from<actors::filter_batch, asker>();
    batch seen{b.position, b.items};
    for (; b.alive && b.position < 2; ++b.position) {
      std::vector<actors::decision_item> passed;
      for (auto& item : b.items) {
        auto v = b.position == 0 ? gate(item) : night(item);
        if (v.pass)
          passed.push_back(item);
        else
          b.refused.push_back({item.number, b.position, std::move(v)});
      }
      b.items = std::move(passed);
    }
    caf::anon_send(tested, std::move(b));
    return seen;
  }
  batch judge(const outreach::verdict& gate, const outreach::verdict& night) {
    return judge([&](const auto&) { return gate; }, [&](const auto&) { return night; });
  }
  /// A user's view is put off by the verdict of the second filter; up to its record.
  actors::commit_request put_off(const std::string& user, const outreach::verdict& night) {
    bring("view", user);
    route();
    judge(pass(), night);
    return committed();
  }

  /// "STEP subject reason", of decisions about actions.
  static strings steps(const actors::commit_request& r) {
    strings out;
    for (const auto& d : decisions_of(r)) {
      if (d.step() == step::MATCHED || d.step() == step::ROUTED) continue;
      out.push_back(step::Step_Name(d.step()) + " " + d.subject_id() +
                    (d.reason().empty() ? "" : " " + d.reason()));
    }
    return out;
  }
  static written_rows pending_rows(const actors::commit_request& r) {
    return rows_in(r, v1::Row::PENDING);
  }
  static rows stored(const actors::commit_request& r) {
    rows out;
    for (const auto& [key, content] : pending_rows(r)) {
      if (content) out.emplace_back(key, *content);
    }
    return out;
  }
  /// All its rows are erased.
  static bool erases(const actors::commit_request& r, std::size_t count) {
    const auto written = pending_rows(r);
    return written.size() == count && stored(r).empty();
  }
  actors::predicate_ask asked() { return next_from<actors::predicate_ask, asker>(); }
  void say(const actors::predicate_ask& to, said what, const std::string& reason = {}) {
    caf::anon_send(tested, actors::predicate_answer{to.incarnation, to.name, {what, reason, {}}});
  }
  /// Nothing came of what was sent to the partition before: another user's view is all there is.
  void nothing_but(const std::string& user, std::uint64_t epoch) {
    bring("view", user);
    EXPECT_EQ(route(), 1u);
    EXPECT_EQ(judge(refuse(), pass()).users(), strings{user});
    const auto record = committed();
    EXPECT_EQ(steps(record), strings{"FILTERED " + user + " no"});
    EXPECT_EQ(record.epoch, epoch);
    EXPECT_TRUE(pending_rows(record).empty());
    answer_commit(epoch);
  }

  timestamp began;
};

}  // namespace beckon::tests
