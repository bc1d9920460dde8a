#include "adapters/nats/embedded_broker.hpp"

#include <algorithm>
#include <filesystem>
#include <thread>

#include <unistd.h>

#include "adapters/nats/private_file.hpp"

namespace beckon::adapters {
namespace {

constexpr std::size_t token_bytes = 24;
constexpr std::size_t nonce_bytes = 8;
constexpr duration stop_patience{10'000};

unsigned processors_beside_us() {
  return std::max(1U, std::thread::hardware_concurrency() / 2);
}

}  // namespace

embedded_broker::embedded_broker(embedded_broker_options options, data_lock lock, std::string token)
    : options_(std::move(options)), lock_(std::move(lock)), token_(std::move(token)) {}

result<std::unique_ptr<embedded_broker>> embedded_broker::start(embedded_broker_options options) {
  std::error_code problem;
  std::filesystem::create_directories(options.data_dir, problem);
  if (problem) return error{errc::unavailable, problem.message(), options.data_dir};
  // The server's configuration must not depend on its working directory.
  options.data_dir = std::filesystem::absolute(options.data_dir, problem).string();
  auto lock = data_lock::take(options.data_dir, options.lock_timeout);
  if (!lock) return lock.error();
  auto token = random_hex(token_bytes);
  if (!token) return token.error();
  std::unique_ptr<embedded_broker> made(
      new embedded_broker(std::move(options), std::move(*lock), std::move(*token)));
  if (auto launched = made->launch(0); !launched) return launched.error();
  return made;
}

result<void> embedded_broker::launch(std::uint16_t port) {
  const auto nonce = random_hex(nonce_bytes);
  if (!nonce) return nonce.error();
  auto process = broker_process::start({.work_dir = options_.data_dir,
                                        .store_dir = options_.data_dir + "/broker",
                                        .binary = options_.binary,
                                        .port = port,
                                        .token = token_,
                                        .server_name = "beckon-" + *nonce,
                                        .max_store = options_.max_store,
                                        .processors = processors_beside_us(),
                                        .inherited_fd = lock_.descriptor(),
                                        .start_timeout = options_.start_timeout,
                                        .on_death = options_.on_death});
  if (!process) return process.error();
  lock_.name_holder(::getpid(), (*process)->child().pid());
  std::scoped_lock lock(mutex_);
  process_ = std::move(*process);
  port_ = process_->port();
  return {};
}

embedded_broker::~embedded_broker() {
  stop();
}

std::string embedded_broker::url() const {
  std::scoped_lock lock(mutex_);
  return "nats://127.0.0.1:" + std::to_string(port_);
}

pid_t embedded_broker::pid() const {
  std::scoped_lock lock(mutex_);
  return process_ ? process_->child().pid() : -1;
}

bool embedded_broker::running() const {
  std::scoped_lock lock(mutex_);
  return process_ && process_->child().running();
}

result<void> embedded_broker::restart() {
  stop();
  std::uint16_t port = 0;
  {
    std::scoped_lock lock(mutex_);
    port = port_;
  }
  return launch(port);
}

void embedded_broker::stop() {
  std::unique_ptr<broker_process> ending;
  {
    std::scoped_lock lock(mutex_);
    ending = std::move(process_);
  }
  if (ending) ending->child().stop(stop_patience);
}

}  // namespace beckon::adapters
