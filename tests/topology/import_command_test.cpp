// beckon import against a real broker.
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/nats/nats_bus.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/codec/event_codec.hpp"
#include "tests/support/nats_server.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/topology/command_fixture.hpp"
#include "topology/bus_names.hpp"
#include "topology/load.hpp"

namespace beckon::topology {
namespace {

using ::testing::HasSubstr;

constexpr std::uint32_t partitions = 4;

class import_command : public ::testing::Test {
 protected:
  import_command() {
    write("catalogue.yaml", "events:\n  hello: {fields: {n: int64}}\n");
    write("token", server.token() + "\n");
    write("beckon.yaml",
          "partitions: 4\nclock: event\nbus: {url: '" + server.url() +
              "', token_file: token}\nsources: [{id: history, kind: import, max_bytes: 8 MiB}]\n");
    std::string csv;
    for (int row = 1; row <= 1000; ++row)
      csv += "u" + std::to_string(row % 50) + "," + std::to_string(row) + "\n";
    csv += "u1,soon\n";
    write("events.csv", csv);
  }

  void write(const std::string& below, const std::string& text) const {
    std::ofstream(directory_.file(below)) << text;
  }

  command_outcome import(const std::string& source = "history") const {
    return run_words({"import", "-c", directory_.path().string(), "--source", source, "--map",
                      "type='hello',user_id=1,n=2,time=2s", "--output=json",
                      directory_.file("events.csv")});
  }

  /// What is on the queues, each event once: its type, its time and what it carries as
  /// "item.title".
  std::set<std::string> queued() const {
    const auto types = load_ground(directory_.path().string()).names.events;
    auto bus = adapters::nats_bus::connect(server.options());
    EXPECT_TRUE(bus);
    std::set<std::string> found;
    for (std::uint32_t p = 0; p < partitions; ++p) {
      const auto info = (*bus)->info(queue_stream("history", p));
      for (std::uint64_t at = 1; info && at <= info->last; ++at) {
        const auto message = (*bus)->get(queue_stream("history", p), at);
        const auto envelope = codec::decode_envelope((*message)->data);
        for (const std::string_view bytes : envelope->entries) {
          const auto entry = codec::decode_entry(bytes);
          const auto e = codec::decode_event(entry->event, *types);
          const value* title = e->find(*types->attribute("item.title"));
          found.insert(std::string(types->name(e->type)) + " " + std::to_string(to_ms(e->time)) +
                       (title == nullptr ? "" : " " + to_display(*title)));
        }
      }
    }
    return found;
  }

  /// Entries in all queues, and whether each queue begins and ends as it must.
  std::size_t entries() const {
    auto bus = adapters::nats_bus::connect(server.options());
    EXPECT_TRUE(bus);
    std::size_t found = 0;
    for (std::uint32_t p = 0; p < partitions; ++p) {
      const std::string stream = queue_stream("history", p);
      const auto info = (*bus)->info(stream);
      EXPECT_TRUE(info) << stream;
      for (std::uint64_t at = 1; at <= info->last; ++at) {
        const auto message = (*bus)->get(stream, at);
        const auto envelope = codec::decode_envelope((*message)->data);
        EXPECT_EQ(envelope->kind == envelope_kind::begin, at == 1);
        EXPECT_EQ(envelope->kind == envelope_kind::end, at == info->last);
        found += envelope->entries.size();
      }
    }
    return found;
  }

  tests::nats_server server;
  tests::temporary_directory directory_;
};

TEST_F(import_command, stores_every_row_once_whatever_is_repeated) {
  const command_outcome first = import();
  EXPECT_EQ(first.exit, 0) << first.err;
  const auto told = nlohmann::json::parse(first.out);
  EXPECT_EQ(told["rows"], 1001);
  EXPECT_EQ(told["refused"], 1);
  EXPECT_EQ(told["stored"], 1001);
  EXPECT_EQ(told["complete"], true);
  EXPECT_EQ(entries(), 1000U);
  const command_outcome again = import();
  EXPECT_EQ(again.exit, 0) << again.err;
  EXPECT_EQ(nlohmann::json::parse(again.out)["complete"], true);
  EXPECT_EQ(entries(), 1000U);
}

TEST_F(import_command, applies_rows_of_items_and_passes_on_those_of_relations) {
  write("catalogue.yaml", R"(entities: {item: {fields: {title: string}}}
events: {favorite: {fields: {item_id: string}}}
relations: {favorite: {member: user_id, owner: item_id, added_by: favorite}}
)");
  write("rows.ndjson", R"({"type":"$relation.favorite","user_id":"a","item_id":"8"}
{"type":"$item","time":1,"item_id":"7","title":"kite"}
{"type":"$relation.favorite","time":2,"user_id":"a","item_id":"7"}
{"type":"$unrelation.favorite","user_id":"a","item_id":"7"}
{"type":"$relation.favorite","user_id":"a"}
{"type":"favorite","time":3,"user_id":"b","item_id":"7","item.title":"forged"}
)");
  const command_outcome o = run_words({"import", "-c", directory_.path().string(), "--source",
                                       "history", directory_.file("rows.ndjson")});
  EXPECT_EQ(o.exit, 0) << o.err;
  EXPECT_THAT(o.out, HasSubstr("6 rows read, 1 refused"));
  EXPECT_THAT(o.err, HasSubstr("row 5 /item_id"));
  EXPECT_EQ(queued(), (std::set<std::string>{"$relation.favorite 1", "$relation.favorite 2",
                                             "$unrelation.favorite 2", "favorite 3 kite"}));
}

TEST_F(import_command, says_what_is_missing) {
  const command_outcome unknown = import("histroy");
  EXPECT_EQ(unknown.exit, 64);
  EXPECT_THAT(unknown.err, HasSubstr("history"));
  write("beckon.yaml", "sources: [{id: history, kind: import}]\n");
  const command_outcome nobody = import();
  EXPECT_EQ(nobody.exit, 69);
  EXPECT_THAT(nobody.err, HasSubstr("no node runs"));
}

}  // namespace
}  // namespace beckon::topology
