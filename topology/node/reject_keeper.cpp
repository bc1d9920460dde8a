#include "topology/node/reject_keeper.hpp"

#include <utility>

#include "messages/codec/json.hpp"

namespace beckon::topology {

reject_keeper::reject_keeper(port::bus& bus, std::string prefix, port::metrics& metrics)
    : bus_(bus),
      prefix_(std::move(prefix)),
      lost_(metrics.make_counter("beckon_rejects_not_kept_total",
                                 "Refused events of HTTP clients that were not kept")) {}

/// Two threads at the turn of a second may let a few more through.
bool reject_keeper::within_bound(timestamp now) noexcept {
  const auto second = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  if (second_.exchange(second) != second) in_second_ = 0;
  return ++in_second_ <= most_a_second;
}

void reject_keeper::keep(const std::string& source, std::string_view text, std::string_view type,
                         const error& why, timestamp now) {
  if (!within_bound(now)) {
    lost_.add();
    return;
  }
  const field_list line{{"source", source},          {"sequence", 0},
                        {"type", std::string(type)}, {"pointer", why.where},
                        {"message", why.message},    {"data", std::string(text)}};
  bus_.publish(prefix_ + ".rejected." + source, codec::to_json(line), {},
               [&lost = lost_](const result<port::publish_ack>& stored) {
                 if (!stored) lost.add();
               });
}

}  // namespace beckon::topology
