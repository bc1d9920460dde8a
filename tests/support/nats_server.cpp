#include "tests/support/nats_server.hpp"

#include <cerrno>
#include <stdexcept>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace beckon::tests {

nats_server::nats_server(std::int64_t max_store_bytes) : max_store_(max_store_bytes) {
  start();
}

std::string nats_server::url() const {
  return "nats://127.0.0.1:" + std::to_string(port_);
}

adapters::nats_options nats_server::options() const {
  adapters::nats_options out;
  out.url = url();
  out.token = token_;
  return out;
}

void nats_server::start() {
  const auto name = "test-" + std::to_string(getpid()) + "-" + std::to_string(++starts_);
  auto started = adapters::broker_process::start({.work_dir = directory_.path().string(),
                                                  .store_dir = store(),
                                                  .port = port_,
                                                  .token = token_,
                                                  .server_name = name,
                                                  .max_store = max_store_});
  if (!started) throw std::runtime_error("no nats-server: " + started.error().to_string());
  process_ = std::move(*started);
  port_ = process_->port();
}

void nats_server::stop() {
  process_->child().stop(duration{10'000});
}

void nats_server::kill() {
  process_->child().signal(SIGKILL);
  process_->child().wait(duration{10'000});
}

void nats_server::freeze() {
  process_->child().signal(SIGSTOP);
  // The signal takes its time; only when the kernel says so do all threads stand still.
  siginfo_t how{};
  while (waitid(P_PID, static_cast<id_t>(pid()), &how, WSTOPPED) != 0 && errno == EINTR) continue;
}

void nats_server::thaw() {
  process_->child().signal(SIGCONT);
}

}  // namespace beckon::tests
