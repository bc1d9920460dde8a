#include "topology/replace_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace beckon::topology {
namespace {

error failed(const std::string& path, const char* what) {
  return error{errc::unavailable, std::string(what) + ": " + std::strerror(errno), path};
}

result<void> write_all(const std::string& path, std::string_view text, unsigned mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return failed(path, "cannot be written");
  const auto give_up = [&] {
    const error e = failed(path, "cannot be written");
    ::close(file);
    return e;
  };
  while (!text.empty()) {
    const ssize_t n = ::write(file, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return give_up();
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  if (::fchmod(file, mode) != 0 || ::fsync(file) != 0) return give_up();
  if (::close(file) != 0) return failed(path, "cannot be written");
  return {};
}

}  // namespace

result<void> replace_file(const std::string& path, std::string_view text, unsigned mode) {
  const std::string fresh = path + "." + std::to_string(::getpid());
  if (auto written = write_all(fresh, text, mode); !written) {
    std::remove(fresh.c_str());
    return written;
  }
  if (std::rename(fresh.c_str(), path.c_str()) != 0) return failed(path, "cannot be replaced");
  return {};
}

}  // namespace beckon::topology
