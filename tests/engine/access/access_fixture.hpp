// A small catalogue most access tests share.
#pragma once

#include <memory>

#include "engine/access/catalogue.hpp"

namespace beckon::testing {

inline std::shared_ptr<const catalogue> shop_catalogue() {
  using enum value_type;
  return *catalogue::build(
      {{"user", "", {{"tz", text, false}, {"registered_at", time, false}, {"age", integer, false}}},
       {"item", "item_id", {}}},
      {{"order_placed",
        {{"user_id", text, true},
         {"order_id", text, true},
         {"amount", real, false},
         {"count", integer, false},
         {"first", boolean, false},
         {"paid_at", time, false},
         {"wait", span, false},
         {"tags", list, false}},
        {{"user", {"user_id"}}},
        false},
       {"user_blocked",
        {{"target_user_id", integer, true}, {"user_id", integer, false}, {"item_id", text, false}},
        {{"user", {"target_user_id", "user_id"}}, {"item", {"item_id"}}},
        false}});
}

/// Items with a title and a price; `favorite(user_id, item_id)`, two per user, three per item.
inline std::shared_ptr<const catalogue> market_catalogue() {
  using enum value_type;
  const auto pair = [](std::string name) {
    return event_declaration{std::move(name),
                             {{"user_id", text, true}, {"item_id", text, true}},
                             {{"user", {"user_id"}}, {"item", {"item_id"}}}};
  };
  relation_declaration favorite{"favorite", "user",       "user_id",     "item",
                                "item_id",  {"favorite"}, {"unfavorite"}};
  favorite.most_per_member = 2;
  favorite.most_per_owner = 3;
  favorite.ttl = duration{20};
  return *catalogue::build({{"item", "item_id", {{"title", text}, {"price", real}}}},
                           {pair("favorite"), pair("unfavorite")}, {favorite});
}

}  // namespace beckon::testing
