#include "topology/run_file.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "topology/directory.hpp"

namespace beckon::topology {
namespace {

std::string path_of(const std::string& data) {
  return data + "/run.json";
}

error failed(const std::string& path, const char* what) {
  return error{errc::unavailable, std::string(what) + ": " + std::strerror(errno), path};
}

result<void> write_all(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return failed(path, "cannot be written");
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = ::write(file, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      const error e = failed(path, "cannot be written");
      ::close(file);
      return e;
    }
    done += static_cast<std::size_t>(n);
  }
  if (::close(file) != 0) return failed(path, "cannot be written");
  return {};
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
                               {"clock", content.clock}};
  const std::string path = path_of(data);
  const std::string fresh = path + "." + std::to_string(::getpid());
  if (auto written = write_all(
          fresh, json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
      !written)
    return written;
  if (::rename(fresh.c_str(), path.c_str()) != 0) return failed(path, "cannot be replaced");
  return {};
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
  if (is_alive(content.pid)) return content;
  return error{errc::unavailable,
               "the node it names (process " + std::to_string(content.pid) + ") is gone", path};
}

void remove_run_file(const std::string& data) noexcept {
  std::remove(path_of(data).c_str());
}

}  // namespace beckon::topology
