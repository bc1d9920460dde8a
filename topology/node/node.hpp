// A node: everything of one configuration, running. Downstream first, sources last; stopped the
// other way round.
//   log, metrics → broker → bus → streams → store → committer, loader, tracker → channels, filters,
//   rules → partitions → items, once they are known: doors → HTTP listener
// Threads: `start`, `drain` and the destructor by one thread; `failed` may be asked from any.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "messages/port/faults.hpp"
#include "messages/port/log.hpp"
#include "topology/plan/build.hpp"

namespace beckon::topology {

struct node_options {
  port::fault_points* faults = nullptr;  ///< tests only
  std::function<void()> wake;            ///< called, on any thread, when the node cannot go on
};

class node {
 public:
  /// Starts everything. Errors say which part cannot start and why.
  static result<std::unique_ptr<node>> start(const configuration& c, port::log& log,
                                             node_options options);
  ~node();

  const std::string& ingest_address() const noexcept;  ///< "127.0.0.1:41234"
  /// Why the node cannot go on; nullopt while it can.
  std::optional<std::string> failed() const;
  /// All readiness checks are well.
  bool ready() const;
  /// Text exposition of all probes.
  std::string metrics() const;

  /// A smooth stop: readiness false, doors end, partitions finish, outboxes come to rest. False:
  /// not within the bound.
  bool drain();

 private:
  struct parts;
  explicit node(std::unique_ptr<parts> inside);
  std::unique_ptr<parts> inside_;
};

}  // namespace beckon::topology
