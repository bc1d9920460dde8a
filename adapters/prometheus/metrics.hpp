// The probes of the whole process and what Prometheus reads of them: text exposition 0.0.4.
//
// Probes are made before the actor system starts and live as long as this object; instances of
// equal name and labels (one per worker) are added up when they are read. A name, label or kind
// that Prometheus would refuse is a mistake of ours: it is noted in `problems()`, and the caller
// gets a probe that nobody reads, so that nothing throws. Start-up refuses to go on while there are
// problems.
//
// Threads: making probes and reading them, any (a mutex); counting, any (relaxed atomics, no lock).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "messages/port/metrics.hpp"

namespace beckon::adapters {

/// What `beckon_build_info` says about the program.
struct build_description {
  std::string version;
  std::string revision;
};

/// The content type of `exposition()`.
inline constexpr const char* exposition_type = "text/plain; version=0.0.4; charset=utf-8";

class prometheus_metrics final : public port::metrics {
 public:
  explicit prometheus_metrics(build_description build);
  ~prometheus_metrics() override;

  port::counter& make_counter(const std::string& name, const std::string& help,
                              port::labels l = {}) override;
  port::gauge& make_gauge(const std::string& name, const std::string& help,
                          port::labels l = {}) override;
  port::histogram& make_histogram(const std::string& name, const std::string& help,
                                  port::labels l = {}) override;

  /// What was wrong with the probes made so far; one sentence each.
  std::vector<std::string> problems() const;

  /// All probes, the process' own figures and the build, as a scrape reads them.
  std::string exposition() const;

 private:
  class registry;
  std::unique_ptr<registry> registry_;
};

}  // namespace beckon::adapters
