// What every port::store must do; runs on RocksDB and on the one in memory that other tests use
// instead.
#include "tests/adapters/rocksdb/store_conformance.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beckon::tests {
namespace {

using port::row_kind;
using port::seen_row;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::string sixteen(char c) {
  return std::string(16, c);
}

std::map<std::int64_t, std::string> keys_by_hour(const std::vector<seen_row>& rows) {
  std::map<std::int64_t, std::string> keys;
  for (const auto& row : rows) keys[row.hour] += row.keys;
  return keys;
}

TEST_P(store_conformance, loads_what_was_committed_in_the_order_asked) {
  commit_well({commit_record(3, 1)
                   .row(row_kind::state, "a", "state of a")
                   .row(row_kind::ledger, "a", "")
                   .row(row_kind::outbox, "o", "letter")
                   .row(row_kind::dead_letter, "d", "dead")});
  const std::vector<port::row_key> keys = {
      {3, row_kind::dead_letter, "d"}, {3, row_kind::state, "missing"}, {3, row_kind::ledger, "a"},
      {2, row_kind::state, "a"},       {3, row_kind::outbox, "o"},      {3, row_kind::state, "a"}};
  const auto loaded = store().load(keys);
  ASSERT_TRUE(loaded.ok());
  EXPECT_THAT(*loaded, ElementsAre("dead", std::nullopt, "", std::nullopt, "letter", "state of a"));
}

TEST_P(store_conformance, everything_is_there_after_a_restart) {
  commit_well(
      {commit_record(1, 1).row(row_kind::profile, "u", "1").seen(7, sixteen('k')).decision("r")});
  commit_well({commit_record(1, 2).row(row_kind::profile, "u", "2")});
  backend_->restart();
  EXPECT_EQ(row(1, row_kind::profile, "u"), "2");
  EXPECT_EQ(last_epoch(1), 2u);
  EXPECT_THAT(recovered(1).seen, ElementsAre(seen_row{7, sixteen('k'), 1}));
  EXPECT_EQ(recovered(1).untracked.size(), 1u);
  commit_well({commit_record(1, 3)});
}

TEST_P(store_conformance, a_row_without_content_is_deleted) {
  commit_well({commit_record(0, 1).row(row_kind::state, "a", "x").row(row_kind::state, "b", "y")});
  commit_well({commit_record(0, 2).remove(row_kind::state, "a")});
  EXPECT_EQ(row(0, row_kind::state, "a"), std::nullopt);
  EXPECT_THAT(rows(0, row_kind::state), ElementsAre(Pair("b", "y")));
}

TEST_P(store_conformance, the_last_of_several_writes_to_a_row_in_a_record_wins) {
  commit_well({commit_record(0, 1)
                   .row(row_kind::state, "a", "1")
                   .remove(row_kind::state, "a")
                   .row(row_kind::state, "a", "2")});
  EXPECT_EQ(row(0, row_kind::state, "a"), "2");
}

TEST_P(store_conformance, all_records_of_a_commit_are_applied_or_none) {
  commit_well({commit_record(5, 1)});
  const auto done = commit({commit_record(4, 1).row(row_kind::state, "a", "x"),
                            commit_record(5, 3).row(row_kind::state, "b", "y")});
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, errc::corrupt);
  EXPECT_EQ(row(4, row_kind::state, "a"), std::nullopt);
  EXPECT_EQ(recovered(4).last_record, "");
  commit_well({commit_record(4, 1), commit_record(5, 2)});
}

TEST_P(store_conformance, a_record_that_does_not_follow_the_last_is_refused) {
  commit_well({commit_record(0, 1)});
  EXPECT_EQ(commit({commit_record(0, 3)}).error().code, errc::corrupt);
  EXPECT_EQ(commit({commit_record(0, 1).row(row_kind::state, "a", "x")}).error().code,
            errc::corrupt);
  EXPECT_EQ(last_epoch(0), 1u);
}

TEST_P(store_conformance, epochs_may_skip_numbers) {
  commit_well({commit_record(0, 1)});
  commit_record later(0, 9);
  later.content.set_previous(1);
  commit_well({later});
  EXPECT_EQ(last_epoch(0), 9u);
}

TEST_P(store_conformance, one_commit_may_hold_two_epochs_of_a_partition) {
  commit_well({commit_record(0, 1).row(row_kind::state, "a", "1"),
               commit_record(0, 2).row(row_kind::state, "a", "2")});
  EXPECT_EQ(row(0, row_kind::state, "a"), "2");
  EXPECT_EQ(last_epoch(0), 2u);
}

TEST_P(store_conformance, the_same_record_again_counts_as_applied) {
  const commit_record record = commit_record(0, 1).row(row_kind::state, "a", "1");
  commit_well({record});
  backend_->restart();
  commit_well({record, commit_record(0, 2)});
  EXPECT_EQ(last_epoch(0), 2u);
  EXPECT_FALSE(commit({record}).ok());
}

TEST_P(store_conformance, an_older_incarnation_or_fence_is_a_conflict) {
  commit_record first(0, 1);
  first.content.set_incarnation(5);
  first.content.set_fence(2);
  commit_well({first});
  backend_->restart();
  commit_record older(0, 2);
  older.content.set_incarnation(4);
  older.content.set_fence(2);
  EXPECT_EQ(commit({older}).error().code, errc::conflict);
  older.content.set_incarnation(6);
  older.content.set_fence(1);
  EXPECT_EQ(commit({older}).error().code, errc::conflict);
  older.content.set_fence(3);
  commit_well({older});
}

TEST_P(store_conformance, malformed_records_are_refused_and_change_nothing) {
  commit_record version(0, 1);
  version.content.set_version(2);
  commit_record kind(0, 1);
  kind.row(static_cast<row_kind>(99), "a", "x");
  const commit_record no_key = commit_record(0, 1).row(row_kind::state, "", "x");
  const commit_record half_a_key = commit_record(0, 1).seen(1, "short");
  const commit_record beyond(70'000, 1);
  commit_record decisions(0, 1);
  decisions.content.set_decisions("\xFF\xFF\xFF");
  for (const commit_record& bad : {version, kind, no_key, half_a_key, beyond, decisions}) {
    EXPECT_EQ(commit({bad}).error().code, errc::corrupt) << bad.bytes();
  }
  const std::vector<std::string> garbage = {"\x0A\xFF garbage"};
  EXPECT_EQ(store().commit(garbage).error().code, errc::corrupt);
  EXPECT_EQ(recovered(0).last_record, "");
  commit_well({commit_record(0, 1)});
}

TEST_P(store_conformance, scan_visits_one_kind_of_one_partition_in_key_order) {
  const std::string high(40, '\xFF');
  commit_well({commit_record(1, 1)
                   .row(row_kind::directory, high, "4")
                   .row(row_kind::directory, "b", "2")
                   .row(row_kind::directory, std::string("b\0", 2), "3")
                   .row(row_kind::directory, "a", "1")
                   .row(row_kind::state, "a", "other kind")
                   .row(row_kind::ledger, "a", "other kind"),
               commit_record(0, 1).row(row_kind::directory, "z", "other partition"),
               commit_record(2, 1).row(row_kind::directory, "a", "other partition")});
  EXPECT_THAT(rows(1, row_kind::directory),
              ElementsAre(Pair("a", "1"), Pair("b", "2"), Pair(std::string("b\0", 2), "3"),
                          Pair(high, "4")));
  EXPECT_THAT(rows(1, row_kind::directory, "b"),
              ElementsAre(Pair(std::string("b\0", 2), "3"), Pair(high, "4")));
  EXPECT_THAT(rows(1, row_kind::directory, "", 2), ElementsAre(Pair("a", "1"), Pair("b", "2")));
  EXPECT_THAT(rows(1, row_kind::directory, high), IsEmpty());
  EXPECT_THAT(rows(1, row_kind::outbox), IsEmpty());
}

TEST_P(store_conformance, an_unknown_partition_recovers_empty) {
  const auto nothing = recovered(9);
  EXPECT_EQ(nothing.last_record, "");
  EXPECT_THAT(nothing.seen, IsEmpty());
  EXPECT_THAT(nothing.untracked, IsEmpty());
}

TEST_P(store_conformance, the_header_holds_all_but_rows_keys_and_decisions) {
  commit_record record =
      commit_record(2, 1).row(row_kind::state, "a", "x").seen(1, sixteen('k')).decision("r");
  record.content.set_plan_revision(7);
  record.content.set_clock_ms(-5);
  record.content.set_outbox_order(11);
  record.content.set_derived_sequence(12);
  record.content.add_offsets()->set_sequence(13);
  record.content.add_doors()->set_position(14);
  commit_well({record});
  v1::CommitRecord expected = record.content;
  expected.clear_rows();
  expected.clear_seen();
  expected.clear_decisions();
  EXPECT_EQ(recovered(2).last_record, expected.SerializeAsString());
}

TEST_P(store_conformance, deduplication_keys_come_back_by_hour_until_the_hour_is_dropped) {
  commit_well({commit_record(0, 1).seen(-1, sixteen('a')).seen(10, sixteen('b'))});
  commit_well({commit_record(0, 2).seen(10, sixteen('c') + sixteen('d')).seen(10, sixteen('e'))});
  commit_well(
      {commit_record(0, 3).seen(11, sixteen('f')), commit_record(1, 1).seen(10, sixteen('x'))});
  // Rows of an hour that ended are joined when the store finds time for it.
  EXPECT_THAT(keys_by_hour(recovered(0).seen),
              ElementsAre(Pair(-1, sixteen('a')),
                          Pair(10, sixteen('b') + sixteen('c') + sixteen('d') + sixteen('e')),
                          Pair(11, sixteen('f'))));
  commit_well({commit_record(0, 4).drop_hour(10).drop_hour(-1).seen(10, sixteen('g'))});
  EXPECT_THAT(recovered(0).seen, ElementsAre(seen_row{11, sixteen('f'), 3}));
  EXPECT_THAT(recovered(1).seen, ElementsAre(seen_row{10, sixteen('x'), 1}));
  backend_->restart();
  EXPECT_THAT(recovered(0).seen, ElementsAre(seen_row{11, sixteen('f'), 3}));
}

TEST_P(store_conformance, the_older_epochs_of_an_hour_can_be_dropped_alone) {
  commit_well({commit_record(0, 1).seen(10, sixteen('a'), from_ms(-5))});
  commit_well({commit_record(0, 2).seen(10, sixteen('b'), from_ms(7))});
  commit_well({commit_record(0, 3).seen(10, sixteen('c'), from_ms(9)).drop_below(10, 2)});
  const auto left = ElementsAre(seen_row{10, sixteen('b'), 2, from_ms(7)},
                                seen_row{10, sixteen('c'), 3, from_ms(9)});
  EXPECT_THAT(recovered(0).seen, left);
  backend_->restart();
  EXPECT_THAT(recovered(0).seen, left);
}

TEST_P(store_conformance, decisions_come_in_epoch_order_and_untracked_ones_with_recovery) {
  std::vector<std::string> batches;
  for (std::uint64_t epoch = 1; epoch <= 300; ++epoch) {
    commit_record record(0, epoch);
    if (epoch % 100 == 0) {
      record.decision("rule " + std::to_string(epoch));
      batches.push_back(record.content.decisions());
    }
    commit_well({record.tracked_up_to(epoch > 250 ? 150 : 0)});
  }
  EXPECT_EQ(decided_rules(0, 0), batches);
  EXPECT_THAT(decided_rules(0, 101), ElementsAre(batches[1], batches[2]));
  EXPECT_THAT(recovered(0).untracked, ElementsAre(batches[1], batches[2]));
  EXPECT_THAT(decided_rules(1, 0), IsEmpty());
}

TEST_P(store_conformance, reopening_keeps_everything) {
  commit_well({commit_record(0, 1).row(row_kind::state, "a", "x")});
  ASSERT_TRUE(store().reopen().ok());
  EXPECT_EQ(row(0, row_kind::state, "a"), "x");
  commit_well({commit_record(0, 2)});
}

INSTANTIATE_TEST_SUITE_P(all, store_conformance,
                         testing::Values(backend_kind{"memory",
                                                      []() -> std::unique_ptr<backend> {
                                                        return std::make_unique<memory_backend>();
                                                      }},
                                         backend_kind{"rocksdb",
                                                      []() -> std::unique_ptr<backend> {
                                                        return std::make_unique<rocksdb_backend>();
                                                      }}),
                         [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace beckon::tests
