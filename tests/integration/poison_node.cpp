// A node that a bug in native code ends: whoever's session comes to an event whose id begins so is
// the process' end, by a signal that no supervisor sees. Otherwise as `beckon run`. usage:
// poison_node CONFIG BEGINNING_OF_ID [SIGNAL=11]
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "adapters/log/logger.hpp"
#include "topology/commands/configured.hpp"
#include "topology/node/node.hpp"
#include "topology/node/signals.hpp"

namespace {

using namespace beckon;

class ending_faults final : public port::fault_points {
 public:
  ending_faults(std::string event, int signal) : event_(std::move(event)), signal_(signal) {}
  void reach(std::string_view station, std::string_view, std::string_view what) override {
    if (station == "session" && what.starts_with(event_)) std::raise(signal_);
  }

 private:
  const std::string event_;
  const int signal_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  const topology::console to{std::cout, std::cerr, {}, {}};
  const auto c = topology::load_or_explain(argv[1], to);
  if (!c) return 78;
  std::error_code failed;
  std::filesystem::create_directories(c->deployment.data, failed);
  adapters::logger log({});
  topology::stop_signals signals;
  ending_faults faults(argv[2], argc > 3 ? std::atoi(argv[3]) : SIGSEGV);
  auto node = topology::node::start(*c, log, {.faults = &faults, .wake = [&] { signals.wake(); }});
  if (!node) return to.fail(69, node.error());
  signals.wait();
  return (*node)->failed() || !(*node)->drain() ? 70 : 0;
}
