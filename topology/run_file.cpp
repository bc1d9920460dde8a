#include "topology/run_file.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "topology/directory.hpp"
#include "topology/replace_file.hpp"

namespace beckon::topology {
namespace {

std::string path_of(const std::string& data) {
  return data + "/run.json";
}

bool is_alive(int pid) {
  return pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM);
}

}  // namespace

result<void> write_run_file(const std::string& data, const run_file& content) {
  const nlohmann::json json = {{"pid", content.pid},
                               {"ingest", content.ingest},
                               {"metrics", content.metrics},
                               {"broker", content.broker},
                               {"broker_token", content.broker_token},
                               {"clock", content.clock},
                               {"admin_token", content.admin_token}};
  return replace_file(path_of(data),
                      json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

result<run_file> read_run_file(const std::string& data) {
  const std::string path = path_of(data);
  const auto text = read_text_file(path);
  if (!text) return error{errc::not_found, "no node runs on this data", path};
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return error{errc::corrupt, "is no JSON object", path};
  run_file content;
  const auto text_of = [&json](const char* key) {
    const auto at = json.find(key);
    return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
  };
  const auto pid = json.find("pid");
  if (pid != json.end() && pid->is_number_integer()) content.pid = pid->get<int>();
  content.ingest = text_of("ingest");
  content.metrics = text_of("metrics");
  content.broker = text_of("broker");
  content.broker_token = text_of("broker_token");
  content.clock = text_of("clock");
  content.admin_token = text_of("admin_token");
  if (is_alive(content.pid)) return content;
  return error{errc::unavailable,
               "the node it names (process " + std::to_string(content.pid) + ") is gone", path};
}

void remove_run_file(const std::string& data) noexcept {
  std::remove(path_of(data).c_str());
}

}  // namespace beckon::topology
