#include "topology/commands/interruption.hpp"

#include <csignal>

namespace beckon::topology {
namespace {

std::atomic<bool> stop{false};

void heed(int) {
  stop = true;
}

}  // namespace

void heed_interruption() {
  struct sigaction action {};
  action.sa_handler = &heed;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

const std::atomic<bool>& interrupted() noexcept {
  return stop;
}

}  // namespace beckon::topology
