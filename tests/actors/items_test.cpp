// The items station: what the log says is what is saved, and what doors attach.
#include "actors/items/items.hpp"

#include <thread>

#include "tests/actors/item_log.hpp"
#include "tests/actors/lone_station.hpp"

namespace beckon::tests {
namespace {

using actors::item_shelf;

std::shared_ptr<const catalogue> types() {
  const event_declaration viewed{"viewed", {{"item_id", value_type::text}}, {}};
  return *catalogue::build(
      {{"item", "item_id", {{"category", value_type::text}, {"price", value_type::real}}}},
      {viewed});
}

event row_of(const catalogue& events, std::string id, field_list fields) {
  event e;
  e.type = *events.type("$item");
  e.extra = std::move(fields);
  e.extra.push_back({"item_id", std::move(id)});
  return e;
}

/// "toys,2.5" as a door attaches it; "" where there is no row.
std::string seen(const item_shelf& shelf, const catalogue& events, std::string id) {
  event e;
  e.type = *events.type("viewed");
  e.attributes = {{*events.attribute("item_id"), std::move(id)}};
  if (shelf.attach(e) > 0) return "";
  const auto shown = [&](const char* name) {
    const value* found = e.find(*events.attribute(name));
    return found == nullptr ? std::string("-") : to_display(*found);
  };
  return shown("item.category") + "," + shown("item.price");
}

class items : public lone_station {
 protected:
  /// One message of the log with a row of door `web d1`.
  std::string message(std::uint64_t position, std::string id, field_list fields) const {
    door_settings door;
    door.name = "d1";
    door.source = "web";
    const auto body = codec::encode_item_change(row_of(*events, std::move(id), fields), *events);
    outgoing_envelope envelope;
    envelope.entries.push_back({position, {}, body});
    return codec::encode_item_batch(door, envelope);
  }
  void start(std::int64_t max_bytes = 1'000'000) {
    actors::items_parts p;
    p.stream = "BECKON_items";
    p.max_bytes = max_bytes;
    p.bus = &bus;
    p.store = &store;
    p.shelf = shelf;
    p.around = around;
    p.known = [to = peer<caf::actor>()] { caf::anon_send(to, actors::items_known{}); };
    p.escalate = [to = peer<caf::actor>()](actors::give_up g) { caf::anon_send(to, g); };
    tested = actors::spawn_items(system, std::move(p), {});
  }
  void read_to_the_end() { next<actors::items_known>(); }
  std::string seen(std::string id) const { return tests::seen(*shelf, *events, std::move(id)); }

  item_log_bus bus;
  memory_items store;
  std::shared_ptr<const catalogue> events = types();
  std::shared_ptr<item_shelf> shelf = std::make_shared<item_shelf>(events);
  actors::items_actor tested;
};

TEST_F(items, of_the_log_are_saved_and_seen_before_doors_open) {
  bus.add(message(1, "7", {{"category", "toys"}}));
  bus.add(message(2, "7", {{"price", 2.5}}));
  bus.add(message(3, "8", {{"category", "tools"}, {"new", true}}));
  start();
  read_to_the_end();
  EXPECT_EQ(seen("7"), "toys,2.5");
  EXPECT_EQ(seen("8"), "tools,-");
  EXPECT_EQ(*find_field(store.row("8"), "new"), value(true)) << "what nobody declares is kept";
  EXPECT_EQ(*store.items_saved_to(), (port::stream_offset{1, 3, 3000}));
  EXPECT_TRUE(board.ready());
  EXPECT_EQ(metric("beckon_items"), 2);
  EXPECT_EQ(metric("beckon_item_rows_total"), 3);
  end(tested);
}

TEST_F(items, of_an_empty_log_are_known_at_once) {
  start();
  read_to_the_end();
  EXPECT_TRUE(board.ready());
  end(tested);
}

TEST_F(items, of_the_snapshot_are_seen_and_the_log_is_read_behind_it) {
  store.rows[{"item", "7"}] = codec::encode_item_row({{"category", "toys"}, {"price", 1.0}});
  store.saved_to = {1, 1, 1000};
  bus.add("what this node has read long ago");
  bus.add(message(2, "7", {{"category", value()}, {"price", 3.0}}));
  start();
  read_to_the_end();
  EXPECT_EQ(seen("7"), "-,3");
  EXPECT_EQ(find_field(store.row("7"), "category"), nullptr) << "NULL removes a field";
  ASSERT_EQ(bus.begun().size(), 1u);
  EXPECT_EQ(bus.begun().front(), (port::stream_offset{1, 1, 1000}));
  end(tested);
}

TEST_F(items, that_cannot_be_read_are_left_out_and_counted) {
  bus.add("no batch");
  bus.add(message(1, "7", {{"category", "toys"}}));
  start();
  read_to_the_end();
  EXPECT_EQ(seen("7"), "toys,-");
  EXPECT_EQ(metric("beckon_item_batches_refused_total"), 1);
  end(tested);
}

TEST_F(items, of_a_log_made_anew_are_read_from_its_first) {
  store.rows[{"item", "7"}] = codec::encode_item_row({{"category", "toys"}});
  store.saved_to = {99, 40, 1};
  bus.add(message(1, "8", {{"category", "tools"}}));
  start();
  read_to_the_end();
  bus.say_mismatch();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (store.items_saved_to()->sequence != 1) {
    ASSERT_LT(std::chrono::steady_clock::now(), until);
    std::this_thread::yield();
  }
  EXPECT_EQ(bus.begun().back(), port::stream_offset{});
  end(tested);
  EXPECT_EQ(seen("7"), "toys,-") << "what is known stays";
  EXPECT_EQ(seen("8"), "tools,-");
}

TEST_F(items, wait_for_a_full_disk) {
  store.full = true;
  bus.add(message(1, "7", {{"category", "toys"}}));
  start();
  read_to_the_end();
  EXPECT_EQ(store.reopened, 1);
  EXPECT_EQ(seen("7"), "toys,-");
  EXPECT_TRUE(board.ready());
  end(tested);
}

TEST_F(items, saved_are_purged_when_the_log_is_over_half_its_bound) {
  for (std::uint64_t i = 1; i <= 5; ++i)
    bus.add(message(i, std::to_string(i), {{"category", "toys"}}));
  start(static_cast<std::int64_t>(bus.info("")->bytes) * 3 / 2);
  read_to_the_end();
  end(tested);
  EXPECT_EQ(bus.purged_below(), 5u) << "the message at the offset stays: it verifies it";
  EXPECT_EQ(store.synced, 1) << "before the log forgets, the disk must know";
}

TEST_F(items, in_a_log_under_half_its_bound_stay_there) {
  for (std::uint64_t i = 1; i <= 5; ++i)
    bus.add(message(i, std::to_string(i), {{"category", "toys"}}));
  start(static_cast<std::int64_t>(bus.info("")->bytes) * 5 / 2);
  read_to_the_end();
  end(tested);
  EXPECT_EQ(bus.purged_below(), 0u);
}

class shelf_of_items : public ::testing::Test {
 protected:
  void apply(std::uint32_t door, std::uint64_t position, field_list fields) {
    shelf_.apply(door, position, row_of(*events_, "7", std::move(fields)));
  }
  void logged(std::string_view door, std::uint64_t position, const field_list& whole) {
    shelf_.logged("web", door, {{"item", "7", position, &whole}});
  }
  std::string seen() const { return tests::seen(shelf_, *events_, "7"); }

  std::shared_ptr<const catalogue> events_ = types();
  item_shelf shelf_{events_};
};

TEST_F(shelf_of_items, shows_a_doors_row_at_once_and_until_the_log_has_it) {
  const auto door = shelf_.open("web", "d1");
  apply(door, 1, {{"category", "toys"}});
  apply(door, 2, {{"price", 2.0}});
  EXPECT_EQ(seen(), "toys,2");
  logged("d1", 1, {{"category", "toys"}});
  EXPECT_EQ(seen(), "toys,2") << "the second row is on its way";
  logged("other", 9, {{"category", "tools"}});
  EXPECT_EQ(seen(), "toys,2");
  logged("d1", 1, {{"category", "toys"}});
  EXPECT_EQ(seen(), "toys,2") << "the first was sent again";
  logged("d1", 2, {{"category", "toys"}, {"price", 2.0}});
  EXPECT_EQ(seen(), "toys,2");
  EXPECT_EQ(shelf_.on_their_way(), 0u);
}

TEST_F(shelf_of_items, shows_what_the_log_says_once_the_doors_row_is_in_it) {
  const auto door = shelf_.open("web", "d1");
  apply(door, 1, {{"category", "toys"}});
  logged("d1", 1, {{"category", "toys"}, {"price", 9.0}});
  EXPECT_EQ(seen(), "toys,9") << "what other doors set before";
  logged("other", 5, {{"category", "tools"}});
  EXPECT_EQ(seen(), "tools,-");
}

TEST_F(shelf_of_items, no_longer_waits_for_rows_of_a_door_that_began_anew) {
  apply(shelf_.open("web", "d1"), 1, {{"category", "toys"}});
  EXPECT_EQ(shelf_.on_their_way(), 1u);
  shelf_.open("web", "d2");
  EXPECT_EQ(shelf_.on_their_way(), 0u);
  logged("other", 5, {{"category", "tools"}});
  EXPECT_EQ(seen(), "tools,-");
}

TEST_F(shelf_of_items, waits_on_for_rows_of_a_reader_that_comes_back_under_its_name) {
  apply(shelf_.open("web", "reader"), 1, {{"category", "toys"}});
  EXPECT_EQ(shelf_.open("web", "reader"), 0u);
  EXPECT_EQ(shelf_.on_their_way(), 1u);
}

}  // namespace
}  // namespace beckon::tests
