#include "topology/node/redrive_gate.hpp"

#include <map>
#include <utility>

namespace beckon::topology {

void redrive_gate::open(const actors::root_actor& root) {
  const std::lock_guard hold(guard_);
  root_ = root;
}

void redrive_gate::close() {
  const std::lock_guard hold(guard_);
  root_ = actors::root_actor();
}

void redrive_gate::redrive(std::vector<port::letter_name> letters,
                           const delivery::redrive_options& how, port::redrive_done done) {
  const auto call = std::make_shared<actors::redrive_call>(letters.size(), std::move(done));
  std::map<std::uint32_t, actors::redrive_request> by_partition;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (letters[i].partition >= partitions_) {
      call->say(i, {port::letter_fate::kind::gone, "there is no such partition"});
      continue;
    }
    call->say(i, {port::letter_fate::kind::unanswered,
                  "its partition did not answer; where `dlq list` still shows it, ask again"});
    auto& r = by_partition[letters[i].partition];
    r.letters.push_back({i, letters[i].id});
  }
  const std::lock_guard hold(guard_);
  if (!root_) return;
  for (auto& [partition, r] : by_partition) {
    r.partition = partition;
    r.how = how;
    r.call = call;
    caf::anon_send(root_, std::move(r));
  }
}

}  // namespace beckon::topology
