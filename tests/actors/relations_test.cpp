// What a partition does with relations, alone between its peers: the rows its commits hold, and
// what it asks its loader for.
#include <google/protobuf/arena.h>

#include "engine/access/relation_log.hpp"
#include "engine/access/subjects.hpp"
#include "engine/language/compile.hpp"
#include "messages/codec/commit_codec.hpp"
#include "messages/codec/envelope.hpp"
#include "tests/actors/lone_partition.hpp"

namespace beckon::tests {
namespace {

std::shared_ptr<const catalogue> shop() {
  using enum value_type;
  const auto pair = [](std::string name, bool of_item) {
    event_declaration e{std::move(name),
                        {{"user_id", text, true}, {"item_id", text, true}},
                        {{"user", {"user_id"}}}};
    if (of_item) e.subjects.push_back({"item", {"item_id"}});
    return e;
  };
  relation_declaration favorite{"favorite", "user",  "user_id", "item",
                                "item_id",  {"fav"}, {"unfav"}};
  favorite.most_per_member = 2;
  favorite.most_per_owner = 3;
  return *catalogue::build({{"item", "item_id", {}}}, {pair("fav", false), pair("unfav", true)},
                           {favorite});
}

class relations : public lone_partition {
 protected:
  relations() {
    settings.late_limit = duration{86'400'000};
    auto p = std::make_shared<plan>();
    p->events = events_;
    p->rules = cep::rule_set::build(events_, {});
    plans.publish(std::move(p));
  }

  /// A rule that `fav` begins.
  void watch_favourites() {
    const auto file =
        language::compile("RULE faved \"Twice\"\nWHEN fav\nTHEN fav WITHIN 1 h\nFIRE EVERY TIME\n",
                          "faved.rule", {events_, nullptr, "UTC"});
    ASSERT_TRUE(file.rule);
    auto p = std::make_shared<plan>();
    p->events = events_;
    p->rules = cep::rule_set::build(events_, {file.rule});
    plans.publish(std::move(p));
  }

  void start() {
    spawn();
    pass_barrier();
    recover();
  }

  event of(const std::string& type, const std::string& user, const std::string& item,
           timestamp at) const {
    event e;
    e.type = *events_->type(type);
    e.time = at;
    e.arrival = now_;
    e.id = type + user + item + std::to_string(to_ms(at));
    e.source = "web";
    e.attributes = {{*events_->attribute("user_id"), user}, {*events_->attribute("item_id"), item}};
    if (e.attributes[1].name < e.attributes[0].name) std::swap(e.attributes[0], e.attributes[1]);
    return e;
  }
  /// One envelope with what of the events belongs to this partition.
  void bring(const std::vector<event>& events) {
    std::vector<std::string> bodies;
    for (const event& e : events) {
      for (const auto& share :
           split_by_partition(queue_subjects(e, *events_), settings.partitions)) {
        if (share.partition == number)
          bodies.push_back(codec::encode_entry_body(share.subjects, e, *events_));
      }
    }
    door_settings door;
    door.name = "http/node@1";
    door.source = "web";
    outgoing_envelope envelope;
    envelope.after = position_;
    envelope.clock = envelope.before = now_;
    for (const auto& b : bodies) envelope.entries.push_back({++position_, now_, b});
    actors::queue_messages m{1, 0, {}, 0};
    m.messages.push_back({++sequence, 1, "", {}, codec::encode_envelope(door, envelope)});
    caf::anon_send(tested, std::move(m));
  }
  void tick() { caf::anon_send(tested, actors::node_tick{now_}); }
  /// The door says that nothing earlier comes any more.
  void say_clock(timestamp to) {
    caf::anon_send(tested, actors::door_tick{"web", "http/node@1", to, {0}});
  }

  struct row {
    v1::Row::Kind kind;
    std::string key;
    std::optional<std::string> content;  ///< none: erased
    friend bool operator==(const row&, const row&) = default;
  };
  static std::vector<row> rows_of(const actors::commit_request& r) {
    google::protobuf::Arena arena;
    const auto record = codec::decode_commit(r.record, arena);
    EXPECT_TRUE(record.ok());
    std::vector<row> out;
    for (const auto& one : (*record)->rows()) {
      out.push_back(
          {one.kind(), one.key(), one.has_content() ? std::optional(one.content()) : std::nullopt});
    }
    return out;
  }
  row owners(const std::string& user, const std::string& item, timestamp at, bool adds) const {
    const related_change c{0, user, item, at, adds};
    return {v1::Row::RELATION, relation_key(declared(), c), change_content(adds)};
  }
  row members(const std::string& user, const std::string& item, timestamp at, bool adds) const {
    const related_change c{0, user, item, at, adds};
    return {v1::Row::MEMBERSHIP, membership_key(declared(), c), change_content(adds)};
  }
  actors::scan_request asked() {
    return next_from<actors::scan_request, actors::partition_actor>();
  }
  void answer_scan(const actors::scan_request& r, const std::vector<row>& rows) {
    actors::scan_done done{1, r.serial, {}, true, {}};
    for (const auto& one : rows) done.rows.emplace_back(one.key, *one.content);
    std::sort(done.rows.begin(), done.rows.end());
    caf::anon_send(tested, std::move(done));
  }
  /// Lets the partition look through its rows once: there are none.
  void look_through_nothing() {
    for (int side = 0; side < 2; ++side) {
      tick();
      answer_scan(asked(), {});
      now_ += duration{1'000};
    }
  }
  const relation_declaration& declared() const { return events_->relations().front(); }

  std::shared_ptr<const catalogue> events_ = shop();
  timestamp now_ = from_ms(1'700'000'100'000);
  std::uint64_t position_ = 0;
};

TEST_F(relations, are_written_for_both_sides_whatever_rules_there_are_and_however_late) {
  start();
  const auto old = now_ - std::chrono::hours(72);
  bring({of("fav", "u", "i", old), of("unfav", "u", "i", now_),
         of("$relation.favorite", "v", "i", now_), of("$unrelation.favorite", "v", "j", now_)});
  EXPECT_EQ(rows_of(committed()),
            (std::vector<row>{owners("u", "i", old, true), members("u", "i", old, true),
                              owners("u", "i", now_, false), members("u", "i", now_, false),
                              owners("v", "i", now_, true), members("v", "i", now_, true),
                              owners("v", "j", now_, false), members("v", "j", now_, false)}));
  EXPECT_EQ(metric(R"(beckon_relation_changes_total{relation="favorite"})"), 4);
  EXPECT_EQ(metric("beckon_events_late_total"), 0);
}

TEST_F(relations, are_written_where_each_side_lives) {
  settings.partitions = 2;
  std::vector<event> events;
  std::vector<row> mine;
  const auto here = [&](const char* kind, const std::string& id) {
    return partition_of(key_of(kind, id), 2) == number;
  };
  for (int i = 0; i < 20; ++i) {
    const std::string user = "u" + std::to_string(i), item = "i" + std::to_string(i);
    events.push_back(of("fav", user, item, now_));
    if (here("item", item)) mine.push_back(owners(user, item, now_, true));
    if (here("user", user)) mine.push_back(members(user, item, now_, true));
  }
  start();
  bring(events);
  EXPECT_EQ(rows_of(committed()), mine);
  EXPECT_GT(mine.size(), 10u);
  EXPECT_LT(mine.size(), 30u);
}

TEST_F(relations, concern_no_rule_of_who_is_only_named_by_them) {
  watch_favourites();
  start();
  bring({of("fav", "u", "i", now_)});
  for (const row& one : rows_of(committed())) {
    if (one.kind == v1::Row::STATE) {
      EXPECT_EQ(one.key, to_bytes(key_of("user", "u")));
    }
  }
  EXPECT_EQ(metric("beckon_events_judged_total"), 1) << "the user's, not the item's";
}

TEST_F(relations, beyond_a_members_cap_end_here_and_by_an_event_for_the_owner) {
  start();
  look_through_nothing();
  bring({of("fav", "u", "a", now_), of("fav", "u", "b", now_ + duration{1}),
         of("fav", "u", "c", now_ + duration{2})});
  const auto added = rows_of(committed());
  answer_commit(1);
  const auto scan = asked();
  EXPECT_EQ(scan.kind, port::row_kind::membership);
  EXPECT_EQ(scan.prefix, side_prefix(declared(), "u"));
  answer_scan(scan, {added[1], added[3], added[5]});
  const auto ended = rows_of(committed());
  ASSERT_EQ(ended.size(), 2u);
  EXPECT_EQ(ended[0], members("u", "a", now_ + duration{2}, false));
  EXPECT_EQ(ended[1].kind, v1::Row::DERIVED);
  EXPECT_EQ(metric(R"(beckon_relation_dropped_total{relation="favorite",side="member"})"), 1);
}

TEST_F(relations, beyond_an_owners_cap_end_when_its_rows_are_looked_through) {
  start();
  std::vector<row> four;
  for (int i = 0; i < 4; ++i)
    four.push_back(owners("u" + std::to_string(i), "a", now_ - duration{10 - i}, true));
  tick();
  const auto scan = asked();
  EXPECT_EQ(scan.kind, port::row_kind::relation);
  EXPECT_EQ(scan.prefix, "");
  answer_scan(scan, four);
  const auto ended = rows_of(committed());
  ASSERT_EQ(ended.size(), 2u);
  EXPECT_EQ(ended[0], owners("u0", "a", now_ - duration{7}, false));
  EXPECT_EQ(ended[1].kind, v1::Row::DERIVED);
  EXPECT_EQ(metric(R"(beckon_relation_dropped_total{relation="favorite",side="owner"})"), 1);
}

TEST_F(relations, that_nobody_asks_for_any_more_are_deleted_in_an_epoch_of_their_own) {
  start();
  bring({});
  committed();
  answer_commit(1);
  const auto ages_ago = now_ - std::chrono::hours(48);
  const std::vector<row> rows{
      owners("u", "a", ages_ago, true), owners("u", "a", ages_ago + duration{1}, false),
      owners("v", "a", ages_ago, true), owners("w", "a", now_ - std::chrono::hours(23), true),
      owners("w", "a", now_ - std::chrono::hours(22), false)};
  say_clock(now_);
  tick();
  answer_scan(asked(), rows);
  const auto gone = rows_of(committed());
  ASSERT_EQ(gone.size(), 2u);
  EXPECT_EQ(gone[0], (row{v1::Row::RELATION, rows[0].key, std::nullopt}));
  EXPECT_EQ(gone[1], (row{v1::Row::RELATION, rows[1].key, std::nullopt}));
}

TEST_F(relations, stay_while_the_clock_is_not_known) {
  start();
  tick();
  const auto ages_ago = now_ - std::chrono::hours(48);
  answer_scan(asked(), {owners("u", "a", ages_ago, true), owners("u", "a", now_, false)});
  now_ += duration{1'000};
  tick();
  EXPECT_EQ(asked().kind, port::row_kind::membership) << "and nothing was written before";
}

}  // namespace
}  // namespace beckon::tests
