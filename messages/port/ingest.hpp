// What the HTTP listener hands events to and asks about health; implemented by the source actors and the wiring.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/value.hpp"

namespace beckon::port {

/// One item of a request as its JSON says, before the catalogue is asked.
struct ingest_item {
  field_list json;       ///< the object's members
  std::string pointer;   ///< where it stood in the body: "" or "/batch/3"
  std::string_view text = {};  ///< as it came; valid until `submit` returns
  std::string_view type = {};  ///< what the path says it is ("track"); empty: the item says it. Valid likewise
};

struct ingest_verdict {
  bool accepted = false;
  std::string pointer;   ///< JSON pointer of what is wrong, into the body: begins with the item's own
  std::string message;   ///< "" when accepted
};

/// unavailable/exhausted errors become 503 with Retry-After; otherwise one verdict per item, in order.
using ingest_done = std::function<void(result<std::vector<ingest_verdict>>)>;

class ingest {
 public:
  virtual ~ingest() = default;
  /// Takes Segment-shaped items for `source`. `done` is called once, on any thread, when the events are durable.
  virtual void submit(const std::string& source, std::vector<ingest_item> items, ingest_done done) = 0;
};

/// One named readiness check.
struct health_check {
  std::string name;
  bool ok = false;
  std::string detail;
};

class health {
 public:
  virtual ~health() = default;
  virtual std::vector<health_check> checks() const = 0;  ///< any thread, never blocks for long
};

}  // namespace beckon::port
