#include "adapters/nats/broker_process.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/nats/file_descriptor.hpp"
#include "adapters/nats/private_file.hpp"

namespace beckon::adapters {

using namespace std::chrono_literals;

namespace {

using json = nlohmann::json;
using steady_clock = std::chrono::steady_clock;

/// Everybody waits for it, and what it does for one message is short.
constexpr std::chrono::microseconds turn_of_broker{300};
constexpr auto between_looks = 2ms;

std::string configuration_path(const broker_settings& s) {
  return s.work_dir + "/broker.conf";
}
std::string output_path(const broker_settings& s) {
  return s.work_dir + "/broker.err";
}
std::string ports_dir(const broker_settings& s) {
  return s.work_dir + "/broker-ports";
}

bool is_plain(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
  });
}

/// The port in the ports file of exactly that process; nothing while the file is not (wholly)
/// written.
std::optional<std::uint16_t> read_port(const broker_settings& settings, pid_t pid) {
  const auto program = std::filesystem::path(settings.binary).filename().string();
  const auto path = ports_dir(settings) + "/" + program + "_" + std::to_string(pid) + ".ports";
  const auto text = read_file(path);
  if (!text) return std::nullopt;
  const auto content = json::parse(*text, nullptr, false);
  if (!content.is_object() || !content.contains("nats") || !content["nats"].is_array()) {
    return std::nullopt;
  }
  for (const auto& url : content["nats"]) {
    if (!url.is_string()) continue;
    const auto& address = url.get_ref<const std::string&>();
    const auto colon = address.rfind(':');
    std::uint16_t port = 0;
    const auto end = address.data() + address.size();
    if (colon == std::string::npos) continue;
    if (std::from_chars(address.data() + colon + 1, end, port).ptr == end && port != 0) return port;
  }
  return std::nullopt;
}

/// The name in the INFO line of whoever listens on the port; nothing when nobody does.
std::optional<std::string> ask_name(std::uint16_t port) {
  const file_descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return std::nullopt;
  const timeval patience{2, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    return std::nullopt;
  }
  std::string line;
  std::array<char, 4096> part{};
  while (line.find('\n') == std::string::npos && line.size() < 65'536) {
    const auto got = ::recv(socket.get(), part.data(), part.size(), 0);
    if (got <= 0) return std::nullopt;
    line.append(part.data(), static_cast<std::size_t>(got));
  }
  if (!line.starts_with("INFO ")) return std::string{};
  const auto info = json::parse(line.substr(5, line.find('\n') - 5), nullptr, false);
  if (!info.is_object() || !info.contains("server_name") || !info["server_name"].is_string()) {
    return std::string{};
  }
  return info["server_name"].get<std::string>();
}

/// What the server said last, for the error message.
std::string last_words(const broker_settings& settings) {
  auto text = read_file(output_path(settings));
  if (!text || text->empty()) text = read_file(settings.work_dir + "/broker.log");
  if (!text) return "it said nothing";
  constexpr std::size_t most = 400;
  return text->size() <= most ? *text : text->substr(text->size() - most);
}

result<void> prepare(const broker_settings& settings) {
  std::error_code problem;
  // Ports files of servers that were killed stay behind, and process numbers come again.
  std::filesystem::remove_all(ports_dir(settings), problem);
  std::filesystem::create_directories(ports_dir(settings), problem);
  if (!problem) std::filesystem::create_directories(settings.store_dir, problem);
  if (problem) return error{errc::unavailable, problem.message(), settings.work_dir};
  const auto text = broker_configuration(settings);
  if (!text) return text.error();
  return write_private_file(configuration_path(settings), *text);
}

error ended_at_start(const broker_settings& settings) {
  return {errc::unavailable, "the broker ended at its start: " + last_words(settings),
          settings.binary};
}

/// Waits until the child answers on a port and is who it should be.
result<std::uint16_t> find_port(const broker_settings& settings, const child_process& child) {
  const auto deadline = steady_clock::now() + settings.start_timeout;
  while (child.running() && steady_clock::now() < deadline) {
    const auto port = read_port(settings, child.pid());
    const auto name = port ? ask_name(*port) : std::nullopt;
    if (name && *name != settings.server_name) {
      return error{errc::conflict, "another server answers on port " + std::to_string(*port)};
    }
    if (name) return *port;
    std::this_thread::sleep_for(between_looks);
  }
  if (!child.running()) return ended_at_start(settings);
  return error{errc::timeout,
               "the broker did not answer within " + to_string(settings.start_timeout),
               settings.binary};
}

std::vector<std::string> environment_of(const broker_settings& settings) {
  if (settings.processors == 0) return {};
  return {"GOMAXPROCS=" + std::to_string(settings.processors)};
}

}  // namespace

result<std::string> broker_configuration(const broker_settings& s) {
  for (const auto& text : {s.work_dir, s.store_dir, s.token, s.server_name}) {
    if (!is_plain(text)) {
      return error{errc::invalid, "holds characters the broker's configuration cannot", text};
    }
  }
  const auto line = [](std::string_view key, const std::string& value) {
    return std::string{key} + ": " + value + "\n";
  };
  const auto quoted = [](const std::string& text) { return "\"" + text + "\""; };
  std::string out = "# Written by Beckon at every start.\n";
  out += line("host", quoted("127.0.0.1"));
  out += line("port", s.port == 0 ? "-1" : std::to_string(s.port));
  out += line("server_name", quoted(s.server_name));
  out += line("max_payload", std::to_string(s.max_payload));
  // What a connection may be behind before it is cut; readers ask for far less.
  out += line("max_pending", "268435456");
  out += line("log_file", quoted(s.work_dir + "/broker.log"));
  out += line("log_size_limit", "16777216");
  out += "authorization {\n  " + line("token", quoted(s.token)) + "}\n";
  out += "jetstream {\n  " + line("store_dir", quoted(s.store_dir));
  return out + "  " + line("max_file_store", std::to_string(s.max_store)) + "}\n";
}

result<std::unique_ptr<broker_process>> broker_process::start(broker_settings settings) {
  if (auto ready = prepare(settings); !ready) return ready.error();
  std::unique_ptr<broker_process> made(new broker_process());
  // A death before the server answered is this function's error, not a report.
  const auto answered = std::make_shared<std::atomic<bool>>(false);
  auto child = child_process::start(
      {.program = settings.binary,
       .arguments = {"-c", configuration_path(settings), "--ports_file_dir", ports_dir(settings)},
       .environment = environment_of(settings),
       .inherited_fd = settings.inherited_fd,
       .turn = turn_of_broker,
       .output_file = output_path(settings),
       .on_death = [answered, report = settings.on_death](std::string how) {
         if (*answered && report) report(std::move(how));
       }});
  if (!child) return child.error();
  made->child_ = std::move(*child);
  auto port = find_port(settings, *made->child_);
  if (!port) return port.error();
  made->port_ = *port;
  *answered = true;
  if (!made->child_->running()) return ended_at_start(settings);
  return made;
}

}  // namespace beckon::adapters
