#include "adapters/nats/private_file.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include "adapters/nats/file_descriptor.hpp"

namespace beckon::adapters {
namespace {

error system_error(const std::string& path) {
  const auto code = errno == ENOENT                      ? errc::not_found
                    : errno == ENOSPC || errno == EDQUOT ? errc::exhausted
                                                         : errc::unavailable;
  return {code, std::strerror(errno), path};
}

bool write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const auto written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

result<void> write_private_file(const std::string& path, std::string_view content) {
  const auto temporary = path + ".new";
  ::unlink(temporary.c_str());  // left over by a crash
  file_descriptor file(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return system_error(temporary);
  if (!write_all(file.get(), content) || ::fsync(file.get()) != 0 ||
      ::rename(temporary.c_str(), path.c_str()) != 0) {
    auto why = system_error(path);
    ::unlink(temporary.c_str());
    return why;
  }
  return {};
}

result<std::string> read_file(const std::string& path) {
  const file_descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return system_error(path);
  std::string out;
  std::array<char, 4096> part{};
  for (;;) {
    const auto got = ::read(file.get(), part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(path);
    if (got == 0) return out;
    out.append(part.data(), static_cast<std::size_t>(got));
  }
}

result<std::string> random_hex(std::size_t bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::vector<unsigned char> raw(bytes);
  if (::getrandom(raw.data(), raw.size(), 0) != static_cast<ssize_t>(bytes)) {
    return error{errc::unavailable, "the kernel gives no random bytes"};
  }
  std::string out;
  for (const auto byte : raw) {
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
  }
  return out;
}

}  // namespace beckon::adapters
