// The root: what it does when a station ends, and how it ends itself.
#include "actors/root/root.hpp"

#include <stdexcept>

#include "tests/actors/lone_station.hpp"

namespace beckon::tests {
namespace {

/// A store whose reads throw, as a bug would.
class throwing_store final : public port::store {
 public:
  result<std::vector<std::optional<std::string>>> load(std::span<const port::row_key>) override {
    fail();
  }
  result<void> commit(std::span<const std::string>) override { return {}; }
  result<void> scan(std::uint32_t, port::row_kind, std::string_view,
                    const port::row_visitor&) override {
    fail();
  }
  result<port::recovered_partition> recover(std::uint32_t) override { fail(); }
  result<void> decisions(std::uint32_t, std::uint64_t,
                         const std::function<bool(std::string_view)>&) override {
    fail();
  }
  result<void> reopen() override { return {}; }

 private:
  [[noreturn]] static void fail() { throw std::runtime_error("the store is broken"); }
};

class root : public lone_station {
 protected:
  void start(std::uint32_t partitions) {
    actors::root_parts p;
    p.around = around;
    p.store = &store;
    p.bus = &bus;
    p.plans = &plans;
    p.settings = std::make_shared<const actors::partition_settings>();
    p.probes = actors::make_partition_probes(metrics, {});
    for (std::uint32_t i = 0; i < partitions; ++i) p.slices.push_back({i, {}});
    p.book = std::make_shared<actors::door_book>();
    p.cannot_go_on = [to = peer<caf::actor>()](const actors::give_up& g) { caf::anon_send(to, g); };
    tested = actors::spawn_root(system, std::move(p));
  }

  throwing_store store;
  empty_bus bus;
  actors::plan_board plans{[] {
    auto p = std::make_shared<plan>();
    p->rules = cep::rule_set::build(std::make_shared<const catalogue>(), {});
    return p;
  }()};
  actors::root_actor tested;
};

TEST_F(root, cannot_go_on_without_a_station) {
  start(1);
  const auto why = next<actors::give_up>();
  EXPECT_EQ(why.station, "loader");
  EXPECT_EQ(why.reason, "the store is broken");
  end(tested);
}

TEST_F(root, ends_with_all_stations_and_says_nothing) {
  start(0);
  end(tested);
  peers->receive([](const actors::give_up& g) { ADD_FAILURE() << g.station << ": " << g.reason; },
                 caf::after(std::chrono::seconds(0)) >> [] {});
}

}  // namespace
}  // namespace beckon::tests
