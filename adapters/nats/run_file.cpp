#include "adapters/nats/run_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/nats/private_file.hpp"

namespace beckon::adapters {
namespace {

using json = nlohmann::json;

std::string path_in(const std::string& data_dir) {
  return data_dir + "/run.json";
}

run_file from_json(const json& content) {
  run_file out;
  out.pid = content.at("pid").get<pid_t>();
  out.broker_url = content.at("broker_url").get<std::string>();
  out.token = content.at("token").get<std::string>();
  for (const auto& one : content.at("http")) {
    out.http.emplace_back(one.at("name").get<std::string>(), one.at("url").get<std::string>());
  }
  return out;
}

}  // namespace

result<void> write_run_file(const std::string& data_dir, const run_file& what) {
  json content = {{"pid", what.pid},
                  {"broker_url", what.broker_url},
                  {"token", what.token},
                  {"http", json::array()}};
  for (const auto& [name, url] : what.http)
    content["http"].push_back({{"name", name}, {"url", url}});
  return write_private_file(path_in(data_dir),
                            content.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

result<run_file> read_run_file(const std::string& data_dir) {
  const auto path = path_in(data_dir);
  const auto text = read_file(path);
  if (!text) return text.error();
  run_file out;
  try {
    out = from_json(json::parse(*text));
  } catch (const json::exception& e) {
    return error{errc::corrupt, e.what(), path};
  }
  if (out.pid <= 0) return error{errc::corrupt, "names no process", path};
  if (::kill(out.pid, 0) != 0 && errno == ESRCH) {
    return error{errc::unavailable, "process " + std::to_string(out.pid) + " is gone", path};
  }
  return out;
}

void remove_run_file(const std::string& data_dir) noexcept {
  ::unlink(path_in(data_dir).c_str());
}

}  // namespace beckon::adapters
