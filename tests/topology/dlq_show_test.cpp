// beckon dlq show: a dead letter of a store, whole.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/rocksdb/rocksdb_store.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/codec/event_codec.hpp"
#include "messages/codec/rows.hpp"
#include "tests/support/commit_records.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/topology/command_fixture.hpp"
#include "topology/data_layout.hpp"
#include "topology/load.hpp"

namespace beckon::topology {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class dlq_show : public ::testing::Test {
 protected:
  dlq_show() {
    std::ofstream(directory_.file("catalogue.yaml"))
        << "events:\n  hello:\n    fields: {n: int64}\n    subjects: {user: user_id}\n";
  }
  std::string path() const { return directory_.path().string(); }

  /// A store that holds these.
  void keep(const std::vector<codec::dead_letter_row>& letters) const {
    adapters::rocksdb_options options;
    options.directory = state_directory(path() + "/data");
    const auto store = adapters::open_store(options);
    ASSERT_TRUE(store.ok()) << store.error().to_string();
    tests::commit_record record(0, 1);
    for (const auto& l : letters)
      record.row(port::row_kind::dead_letter, to_bytes(l.id), codec::encode_dead_letter(l));
    const std::string bytes = record.bytes();
    ASSERT_TRUE((*store)->commit({&bytes, 1}).ok());
  }

  static codec::dead_letter_row letter(std::uint64_t id, std::string type, std::string input) {
    codec::dead_letter_row l;
    l.id = hash128{id, 7};
    l.actor = "session";
    l.reason = "it threw";
    l.who = {"user", "u1"};
    l.event_type = std::move(type);
    l.input = std::move(input);
    return l;
  }
  json show(const std::string& id) const {
    const auto o = run_words({"dlq", "show", id, "-c", path(), "--output", "json"});
    EXPECT_EQ(o.exit, 0) << o.err;
    return json::parse(o.out);
  }

  tests::temporary_directory directory_;
};

TEST_F(dlq_show, has_the_event_in_it) {
  const auto events = *catalogue::build(
      {}, {{.name = "hello", .fields = {{"n", value_type::integer}}, .subjects = {}}});
  event e;
  e.type = *events->type("hello");
  e.id = "e1";
  e.source = "shop";
  e.attributes.push_back({*events->attribute("n"), value(std::int64_t{5})});
  const concerned_subject who{{"user", "u1"}, {"user_id"}};
  const auto entry = codec::encode_entry(
      9, codec::encode_entry_body({&who, 1}, codec::encode_event(e, *events)), {});
  const auto l = letter(1, "hello", entry);
  keep({l});
  const json shown = show(to_hex(l.id));
  EXPECT_EQ(shown["reason"], "it threw");
  EXPECT_EQ(shown["content"]["id"], "e1");
  EXPECT_EQ(shown["content"]["attributes"]["n"], 5);
  const auto table = run_words({"dlq", "show", to_hex(l.id).substr(0, 20), "-c", path()});
  EXPECT_THAT(table.out, HasSubstr("content.attributes.n"));
}

TEST_F(dlq_show, has_the_delivery_in_it) {
  delivery::outbox_entry d;
  d.action = "remind";
  d.channel = "inbox";
  d.body = "{\"text\":\"hi\"}";
  const auto l = letter(2, "$delivery remind", codec::encode_outbox(d));
  keep({l});
  EXPECT_EQ(show(to_hex(l.id))["content"]["body"], d.body);
}

TEST_F(dlq_show, needs_enough_of_an_id_that_is_there) {
  keep({letter(3, "$decision r", ""), letter(4, "$decision r", "")});
  EXPECT_TRUE(show(to_hex(hash128{3, 7}))["content"].is_null());
  const auto both = run_words({"dlq", "show", "0", "-c", path()});
  EXPECT_EQ(both.exit, 1);
  EXPECT_THAT(both.err, HasSubstr("2 dead letters begin with 0"));
  const auto none = run_words({"dlq", "show", "f00", "-c", path()});
  EXPECT_EQ(none.exit, 1);
  EXPECT_THAT(none.err, HasSubstr("there is no dead letter f00"));
}

}  // namespace
}  // namespace beckon::topology
