// Between the HTTP listener and the doors: makes canonical events of Segment items on the
// listener's threads, so that the door only stamps and publishes. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "actors/source/sources.hpp"
#include "messages/port/ingest.hpp"
#include "topology/node/reject_keeper.hpp"

namespace beckon::topology {

class ingest_gate final : public port::ingest {
 public:
  struct door_options {
    std::shared_ptr<actors::source_probes> probes;
  };

  ingest_gate(std::shared_ptr<const catalogue> events, std::string zone, duration max_future_skew,
              std::map<std::string, door_options> http_sources,
              std::shared_ptr<actors::door_book> doors, const port::clock& clock,
              reject_keeper& rejects);

  void submit(const std::string& source, std::vector<port::ingest_item> items,
              port::ingest_done done) override;

 private:
  result<event> make_event(field_list json, timestamp now) const;

  std::shared_ptr<const catalogue> events_;
  std::string zone_;
  std::string user_attribute_;
  duration max_future_skew_;
  std::map<std::string, door_options> sources_;
  std::shared_ptr<actors::door_book> doors_;
  const port::clock& clock_;
  reject_keeper& rejects_;
};

}  // namespace beckon::topology
