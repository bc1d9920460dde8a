#include "topology/import/importer.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "messages/codec/envelope.hpp"
#include "messages/codec/item_log.hpp"

namespace beckon::topology {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

/// Streams in memory; every publish is answered at once, as `refuse` says.
class small_bus final : public port::bus {
 public:
  result<port::stream_info> ensure_stream(const port::stream_settings& settings) override {
    streams[settings.subjects.front()].name = settings.name;
    return info(settings.name);
  }
  result<port::stream_info> info(const std::string& stream) override {
    for (const auto& [subject, s] : streams) {
      if (s.name == stream)
        return port::stream_info{stream, 1, 1, s.messages.size(), s.messages.size(), 0};
    }
    return error{errc::not_found, "no such stream", stream};
  }
  result<std::optional<port::stored_message>> get(const std::string& stream,
                                                  std::uint64_t sequence) override {
    for (const auto& [subject, s] : streams) {
      if (s.name != stream || sequence == 0 || sequence > s.messages.size()) continue;
      port::stored_message m;
      m.sequence = sequence;
      m.data = s.messages[sequence - 1];
      return std::optional(m);
    }
    return std::optional<port::stored_message>{};
  }
  result<std::optional<port::stored_message>> last(const std::string& stream) override {
    return get(stream, info(stream)->last);
  }
  result<void> purge_below(const std::string&, std::uint64_t) override { return {}; }
  void publish(std::string subject, std::string data, std::string, ack_handler done) override {
    ++published;
    if (refuse && refuse(published)) return done(error{errc::timeout, "no answer", subject});
    auto& stream = streams[subject];
    stream.messages.push_back(std::move(data));
    done(port::publish_ack{stream.name, stream.messages.size(), false});
  }
  result<void> publish_unstored(const std::string&, std::string_view) override { return {}; }
  result<std::unique_ptr<port::subscription>> subscribe(const std::string&,
                                                        message_handler) override {
    return error{errc::unavailable, "not here", ""};
  }
  result<std::unique_ptr<port::queue_reader>> read(const port::reader_settings&,
                                                   port::queue_handler&) override {
    return error{errc::unavailable, "not here", ""};
  }
  bool connected() const noexcept override { return true; }

  /// Positions of the entries in all queues, in order.
  std::vector<std::uint64_t> positions() const {
    std::vector<std::uint64_t> found;
    for (const auto& [subject, stream] : streams) {
      for (const std::string& message : stream.messages) {
        const auto envelope = codec::decode_envelope(message);
        for (const std::string_view entry : envelope->entries)
          found.push_back(codec::decode_entry(entry)->position);
      }
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  struct kept_stream {
    std::string name;
    std::vector<std::string> messages;
  };
  std::map<std::string, kept_stream> streams;
  std::function<bool(int)> refuse;
  int published = 0;
};

class importing : public ::testing::Test {
 protected:
  importing() {
    settings.door.name = "import/test";
    settings.door.source = "history";
    settings.door.partitions = 2;
    settings.door.import = true;
    settings.prefix = "beckon";
    settings.patience = duration{50};
    settings.back_off = duration{1};
    event_declaration hello{
        "hello", {{"user_id", value_type::text, true}}, {{"user", {"user_id"}}}, false};
    settings.events = *catalogue::build({}, {hello});
  }

  event hello(std::int64_t at) const {
    event e;
    e.type = *settings.events->type("hello");
    e.time = e.arrival = from_ms(at);
    e.id = std::to_string(at);
    e.attributes = {{*settings.events->attribute("user_id"), value("u" + std::to_string(at))}};
    return e;
  }

  /// Rows 1 to `rows`, then the end unless `stop` was set.
  result<void> run(std::uint64_t rows, std::uint64_t resume_after = 0) {
    settings.door.resume_after = resume_after;
    importer all(bus, settings, stop);
    if (auto begun = all.begin(-1, 1'000'000); !begun) return begun;
    for (std::uint64_t row = 1; row <= rows; ++row) {
      const event e = hello(static_cast<std::int64_t>(row));
      if (auto accepted = all.accept(row, e.time, e); !accepted) return accepted;
    }
    if (stop) return all.flush(settings.patience);
    return all.end(std::nullopt);
  }

  small_bus bus;
  import_settings settings;
  std::atomic<bool> stop{false};
};

TEST_F(importing, puts_every_row_on_a_queue_once) {
  ASSERT_TRUE(run(5));
  EXPECT_THAT(bus.positions(), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(bus.streams, SizeIs(2));
  const auto progress = find_progress(bus, settings.door);
  ASSERT_TRUE(progress);
  EXPECT_TRUE(progress->ended);
  EXPECT_EQ(progress->low_water, 5U);
}

TEST_F(importing, begins_and_ends_in_every_queue) {
  ASSERT_TRUE(run(1));
  for (const auto& [subject, stream] : bus.streams) {
    EXPECT_EQ(codec::decode_envelope(stream.messages.front())->kind, envelope_kind::begin)
        << subject;
    const auto last = codec::decode_envelope(stream.messages.back());
    EXPECT_EQ(last->kind, envelope_kind::end) << subject;
    EXPECT_EQ(last->clock, from_ms(1)) << subject;
  }
}

TEST_F(importing, goes_on_from_the_low_water_mark) {
  ASSERT_TRUE(run(3));
  bus.streams.begin()->second.messages.pop_back();  // one end message was lost: not ended
  const auto progress = find_progress(bus, settings.door);
  ASSERT_TRUE(progress);
  EXPECT_FALSE(progress->ended);
  EXPECT_EQ(progress->low_water, 3U);
  ASSERT_TRUE(run(5, progress->low_water));
  EXPECT_THAT(bus.positions(), ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(importing, finds_nothing_of_other_doors) {
  ASSERT_TRUE(run(3));
  settings.door.name = "import/other";
  const auto progress = find_progress(bus, settings.door);
  ASSERT_TRUE(progress);
  EXPECT_FALSE(progress->ended);
  EXPECT_EQ(progress->low_water, 0U);
}

TEST_F(importing, puts_rows_of_items_on_their_log_and_waits_for_it) {
  settings.door.item_log = true;
  settings.events = *catalogue::build({{"item", "item_id", {{"title", value_type::text}}}}, {});
  event row;
  row.type = *settings.events->type("$item");
  row.extra = {{"item_id", "7"}, {"title", "kite"}};
  bus.refuse = [](int n) { return n == 3; };  // the row, behind two begin messages
  importer all(bus, settings, stop);
  ASSERT_TRUE(all.begin(-1, 1'000'000));
  ASSERT_TRUE(all.accept(1, from_ms(1), row));
  ASSERT_TRUE(all.end(std::nullopt));
  EXPECT_EQ(all.low_water(), 1U);
  ASSERT_TRUE(bus.streams.contains("beckon.items"));
  const auto& log = bus.streams["beckon.items"];
  EXPECT_EQ(log.name, "BECKON_items");
  ASSERT_THAT(log.messages, SizeIs(1));
  const auto batch = codec::decode_item_batch(log.messages.front());
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->door, "import/test");
  EXPECT_EQ(batch->changes.front().fields, row.extra);
}

TEST_F(importing, sends_again_what_was_refused) {
  bus.refuse = [](int n) { return n % 2 == 0; };
  ASSERT_TRUE(run(4));
  EXPECT_THAT(bus.positions(), ElementsAre(1, 2, 3, 4));
}

TEST_F(importing, gives_up_when_nothing_is_answered_for_long) {
  bus.refuse = [](int) { return true; };
  const auto ended = run(1);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, errc::unavailable);
  EXPECT_THAT(ended.error().message, ::testing::HasSubstr("no answer"));
}

TEST_F(importing, stops_cleanly_with_what_it_took_stored) {
  importer all(bus, settings, stop);
  ASSERT_TRUE(all.begin(-1, 1'000'000));
  const event e = hello(1);
  ASSERT_TRUE(all.accept(1, e.time, e));
  stop = true;
  ASSERT_TRUE(all.flush(settings.patience));
  EXPECT_EQ(all.low_water(), 1U);
  EXPECT_THAT(bus.positions(), ElementsAre(1));
}

}  // namespace
}  // namespace beckon::topology
