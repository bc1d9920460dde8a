// What a partition makes of how starts went: inputs one at a time, dead letters for what ended the
// process, and queues that no longer hold what follows a restored commit.
#include <deque>

#include <google/protobuf/arena.h>

#include "actors/partition/start_book.hpp"
#include "messages/codec/commit_codec.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/codec/rows.hpp"
#include "tests/actors/lone_partition.hpp"

namespace beckon::tests {
namespace {

using actors::start_book;

class starts : public lone_partition {
 protected:
  void begin() {
    settings.starts = std::make_shared<start_book>(std::span(&record, 1));
    spawn();
    pass_barrier();
  }
  void recover_at(std::uint64_t message, std::uint64_t position) {
    codec::commit_writer last({0, 7, 6, 1, 1});
    last.offset({"web", 1, message, 1});
    last.door({"web", "http/n", position, from_ms(1), false});
    actors::recover_done found;
    found.incarnation = 1;
    found.base.last_record = last.finish();
    caf::anon_send(tested, std::move(found));
  }
  /// One message of the door: entries whose event nobody can read, each of one user.
  void offer_entries(std::uint64_t message, std::uint64_t after, std::uint64_t first,
                     std::size_t count, envelope_kind kind = envelope_kind::entries) {
    std::deque<std::string> bodies;
    outgoing_envelope envelope;
    envelope.kind = kind;
    envelope.after = after;
    for (std::uint64_t at = first; at < first + count; ++at) {
      const concerned_subject who{{"user", "u" + std::to_string(at)}, {"user_id"}};
      bodies.push_back(codec::encode_entry_body({&who, 1}, "no event"));
      envelope.entries.push_back({at, {}, bodies.back()});
    }
    door_settings d;
    d.name = "http/n";
    d.source = "web";
    actors::queue_messages m{1, 0, {}, 0};
    m.messages.push_back({message, 1, "", {}, codec::encode_envelope(d, envelope)});
    caf::anon_send(tested, std::move(m));
  }
  static std::uint64_t position_in(const actors::commit_request& r) {
    const auto head = codec::decode_head(r.record);
    EXPECT_TRUE(head.ok());
    EXPECT_EQ(head->doors.size(), 1u);
    return head->doors.at(0).position;
  }
  static std::vector<codec::dead_letter_row> letters_in(const actors::commit_request& r) {
    google::protobuf::Arena arena;
    std::vector<codec::dead_letter_row> all;
    for (const auto& row : (*codec::decode_commit(r.record, arena))->rows()) {
      if (row.kind() == v1::Row::DEAD_LETTER)
        all.push_back(*codec::decode_dead_letter(row.content()));
    }
    return all;
  }
  static hash128 name_of(std::uint64_t position) {
    return hash_builder{}.text("web").text("http/n").number(position).finish();
  }

  epoch::start_record record{};
};

TEST_F(starts, that_went_well_take_all_there_is) {
  begin();
  recover_at(5, 10);
  offer_entries(6, 10, 11, 3);
  EXPECT_EQ(position_in(committed()), 13u);
  EXPECT_EQ(record.committing, 1u);
  answer_commit(8);
  offer_entries(7, 13, 14, 1);
  EXPECT_EQ(position_in(committed()), 14u);
  EXPECT_EQ(metric("beckon_isolated_inputs_total"), 0);
}

TEST_F(starts, that_failed_once_commit_at_once_what_concerns_nobody) {
  settings.quiet_epoch_time = duration{10'000};
  record.failures = 1;
  record.failed_at.messages[0] = 6;
  begin();
  recover_at(5, 10);
  offer_entries(6, 10, 11, 3);
  EXPECT_EQ(position_in(committed()), 13u);
}

TEST_F(starts, that_failed_twice_mark_each_input_first) {
  record.failures = 2;
  record.failed_at.messages[0] = 6;
  begin();
  recover_at(5, 10);
  offer_entries(6, 10, 11, 3);
  EXPECT_EQ(position_in(committed()), 13u)
      << "what concerns nobody is looked at one after the other";
  EXPECT_EQ(record.mark, name_of(13));
  answer_commit(8);
  offer_entries(7, 13, 14, 2);
  EXPECT_EQ(position_in(committed()), 15u);
  EXPECT_EQ(record.failures, 0u) << "past the place";
  EXPECT_EQ(metric("beckon_isolated_inputs_total"), 3);
}

TEST_F(starts, give_up_what_ended_the_process) {
  record.failures = 3;
  record.failed_at.messages[0] = 6;
  record.condemned = name_of(12);
  begin();
  recover_at(5, 10);
  offer_entries(6, 10, 11, 3);
  const auto commit = committed();
  EXPECT_EQ(position_in(commit), 13u);
  const auto letters = letters_in(commit);
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].actor, "process");
  EXPECT_EQ(letters[0].who, (subject{"user", "u12"}));
  EXPECT_EQ(letters[0].source, "web");
  EXPECT_FALSE(letters[0].input.empty());
  EXPECT_EQ(record.condemned, name_of(12)) << "until the letter is committed";
  answer_commit(8);
  offer_entries(7, 13, 14, 1);
  committed();
  EXPECT_EQ(record.condemned, hash128{});
}

TEST_F(starts, wait_while_another_partition_takes_its_inputs_one_at_a_time) {
  record.failures = 2;
  begin();
  ASSERT_TRUE(settings.starts->enter(1));
  recover_at(5, 10);
  offer_entries(6, 10, 11, 1);
  caf::anon_send(tested, actors::node_tick{clock.now()});
  peers->receive([](const actors::commit_request&,
                    const actors::partition_actor&) { ADD_FAILURE() << "it did not wait"; },
                 caf::after(std::chrono::milliseconds(50)) >> [] {});
  settings.starts->leave(1);
  caf::anon_send(tested, actors::node_tick{clock.now()});
  EXPECT_EQ(position_in(committed()), 11u);
  EXPECT_FALSE(settings.starts->enter(1));
}

TEST_F(starts, behind_what_a_queue_purged_take_what_is_left) {
  begin();
  recover_at(5, 10);
  offer_entries(100, 50, 51, 2);
  EXPECT_EQ(position_in(committed()), 52u) << "what it follows will not be sent again";
  EXPECT_EQ(metric("beckon_queue_aged_out_total{source=\"web\"}"), 94);
  answer_commit(8);
  offer_entries(101, 60, 61, 1);
  EXPECT_EQ(position_in(committed()), 52u) << "from then on a gap is a gap";
  EXPECT_EQ(metric("beckon_queue_gaps_total"), 1);
}

TEST_F(starts, behind_what_a_queue_purged_believe_a_begin_message) {
  begin();
  recover_at(5, 10);
  offer_entries(100, 50, 51, 0, envelope_kind::begin);
  EXPECT_EQ(position_in(committed()), 50u);
}

}  // namespace
}  // namespace beckon::tests
