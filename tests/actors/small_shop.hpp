// A small deployment with one partition, running in this process with its own broker and a data
// directory of its own: whoever sends `ping` or `pong` is answered. Two rules, two chains, two file
// channels, so that one can fail beside the other:
//   ping → rule pinged → action answer_ping → chain checked (filter not_blocked) → channel inbox
//   pong → rule ponged → action answer_pong → chain guarded (filter not_barred)  → channel other
// Used by one thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "messages/codec/rows.hpp"
#include "messages/port/store.hpp"
#include "tests/actors/throwing_faults.hpp"
#include "tests/support/temporary_directory.hpp"
#include "topology/dev/funnel.hpp"
#include "topology/dev/http_client.hpp"
#include "topology/node/node.hpp"

namespace beckon::tests {

/// One event as a client sends it; its message id is its user's and its name.
struct sent_event {
  std::string name;
  std::string user;
};

/// A message a channel's file holds.
struct received {
  std::string delivery;
  std::string user;
};

class small_shop {
 public:
  /// Ten throws of a rule, filter or channel are one too many.
  static constexpr std::size_t throws_over_budget = 10;

  /// More lines of beckon.yaml, each indented, for its `limits` and its `supervision`.
  explicit small_shop(const std::string& limits = {}, const std::string& supervision = {});
  ~small_shop();

  /// The directory it is configured by.
  std::string configuration() const { return directory_.path().string(); }
  /// Another file of its configuration, before it starts.
  void write(const std::string& path, const std::string& text);

  /// Starts the node; after `stop`, on the same data. A failure is a test failure.
  void start();
  /// Ends the node, drained or not, and starts it on the same data.
  void start_again();
  /// Drains and ends it; false: not drained within 10 s.
  bool stop();

  /// One batch: one request, so that all of it is in one epoch. The status of the answer, 0: none
  /// came.
  int post(const std::vector<sent_event>& events);
  /// Likewise, items of a batch as JSON.
  int post_items(const std::string& array);

  std::vector<received> in(const std::string& channel) const;
  /// Users a channel's file names, each with how often.
  std::map<std::string, std::size_t> users(const std::string& channel) const;

  topology::funnel figures() const { return topology::read_funnel(node_->metrics()); }
  /// The value of one sample line, as "name{label=\"value\"}" in the exposition; 0 when there is
  /// none.
  double metric(const std::string& sample) const;
  bool ready() const { return node_->ready(); }
  /// What /readyz says.
  std::string readiness();
  topology::node& running() { return *node_; }

  /// Polls until it holds; false after 20 s.
  bool comes_true(const std::function<bool()>& condition) const;

  /// What the store holds; only while the node does not run.
  std::vector<codec::dead_letter_row> dead_letters() const;
  /// Rows of a kind, in key order.
  std::vector<std::pair<std::string, std::string>> rows(port::row_kind kind) const;
  /// Rules that fired, by epoch.
  std::map<std::uint64_t, std::size_t> matches_by_epoch() const;

  throwing_faults faults;

 private:
  temporary_directory directory_;
  port::null_log log_;
  topology::http_client http_;
  std::unique_ptr<topology::node> node_;
};

/// `count` events of one name by users "u0", "u1", …
std::vector<sent_event> one_of_each(const std::string& name, std::size_t count,
                                    std::size_t first = 0);

}  // namespace beckon::tests
