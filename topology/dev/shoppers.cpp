#include "topology/dev/shoppers.hpp"

#include <array>

namespace beckon::topology {
namespace {

struct ware {
  const char* title;
  double price;
};
constexpr std::array<ware, 12> wares = {{{"Desk lamp", 39},
                                         {"Film camera", 420},
                                         {"Bookshelf", 120},
                                         {"Walking boots", 85},
                                         {"Espresso machine", 310},
                                         {"Cello", 1900},
                                         {"Rain jacket", 64},
                                         {"Board game", 28},
                                         {"Bicycle", 560},
                                         {"Tea set", 45},
                                         {"Headphones", 150},
                                         {"Kite", 22}}};
constexpr std::array<const char*, 8> names = {"Ann",  "Bo",   "Chen",  "Dora",
                                              "Emil", "Fang", "Greta", "Hao"};

}  // namespace

shoppers::shoppers(std::uint32_t users, std::uint64_t seed) : all_(users), random_(seed) {
  for (std::uint32_t i = 0; i < users; ++i) all_[i].id = "shopper-" + std::to_string(i + 1);
}

std::uint32_t shoppers::pick(std::uint32_t below) {
  return static_cast<std::uint32_t>(random_() % below);
}

field_list shoppers::item_of(const shopper& s) const {
  const auto& w = wares[s.item % wares.size()];
  return {{"item_id", "item-" + std::to_string(s.item)}, {"title", w.title}, {"price", w.price}};
}

shopper_event shoppers::act(shopper& s, std::string event, field_list properties) {
  return {std::move(event), s.id, std::move(properties)};
}

shopper_event shoppers::next() {
  const auto index = pick(static_cast<std::uint32_t>(all_.size()));
  auto& s = all_[index];
  if (!s.known) {
    s.known = true;
    return act(s, "identify", {{"name", names[index % names.size()]}, {"vip", pick(10) == 0}});
  }
  if (pick(200) == 0) return act(s, "login_fail", {{"ip", "192.0.2.7"}});
  if (pick(60) == 0) return act(s, "page_enter", {{"page", "/refunds"}});
  if (pick(120) == 0) return act(s, "chat_start", {{"seller_id", "seller-1"}});
  switch (s.step) {
    case 0:
    case 1:
    case 2:
      s.item = pick(120);
      s.step = pick(4) == 0 ? 3 : s.step;
      return act(s, "item_view", item_of(s));
    case 3: {
      s.step = pick(2) == 0 ? 4 : 0;
      auto item = item_of(s);
      item.pop_back();
      return act(s, "item_favorite", std::move(item));
    }
    case 4:
      s.step = pick(3) == 0 ? 0 : 5;
      return act(s, "item_cart", item_of(s));
    case 5: {
      s.step = 6;
      s.pays = pick(3) != 0;
      auto item = item_of(s);
      const double amount = wares[s.item % wares.size()].price;
      return act(s, "order_placed",
                 {{"order_id", s.id + "-" + std::to_string(++s.orders)},
                  {"item_id", item[0].content},
                  {"title", item[1].content},
                  {"amount", amount}});
    }
    default:
      s.step = 0;
      if (!s.pays) return act(s, "page_leave", {{"page", "/checkout"}});
      return act(s, "order_paid", {{"order_id", s.id + "-" + std::to_string(s.orders)}});
  }
}

}  // namespace beckon::topology
