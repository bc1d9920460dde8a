#include "topology/backup/checksum.hpp"

#include <cerrno>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include "engine/base/hash.hpp"

namespace beckon::topology {
namespace {

constexpr std::size_t piece_bytes = std::size_t{1} << 20;

error failed(const std::string& path, const char* what) {
  const auto code = errno == ENOSPC   ? errc::exhausted
                    : errno == ENOENT ? errc::not_found
                                      : errc::unavailable;
  return error{code, std::string(what) + ": " + std::strerror(errno), path};
}

class open_file {
 public:
  open_file(const std::string& path, int flags)
      : path_(path), file_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~open_file() {
    if (file_ >= 0) ::close(file_);
  }
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;

  bool is_open() const { return file_ >= 0; }

  /// A whole piece, or what is left.
  result<std::string_view> read(std::string& into) {
    into.resize(piece_bytes);
    std::size_t have = 0;
    while (have < into.size()) {
      const ssize_t n = ::read(file_, into.data() + have, into.size() - have);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return failed(path_, "cannot be read");
      if (n == 0) break;
      have += static_cast<std::size_t>(n);
    }
    return std::string_view(into.data(), have);
  }

  result<void> write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::write(file_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return failed(path_, "cannot be written");
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
  }

  result<void> sync() {
    if (::fsync(file_) != 0) return failed(path_, "cannot be written");
    return {};
  }

 private:
  const std::string path_;
  int file_;
};

}  // namespace

result<backup_file> copy_with_checksum(const std::string& from, const std::string& to,
                                       const copied_bytes& done) {
  open_file source(from, O_RDONLY);
  if (!source.is_open()) return failed(from, "cannot be read");
  open_file target(to.empty() ? "/dev/null" : to,
                   to.empty() ? O_WRONLY : O_WRONLY | O_CREAT | O_EXCL);
  if (!target.is_open()) return failed(to, "cannot be written");
  backup_file copied;
  std::string piece;
  std::string hashes;
  while (true) {
    const auto bytes = source.read(piece);
    if (!bytes) return bytes.error();
    if (bytes->empty()) break;
    hashes += to_bytes(hash_bytes(*bytes));
    if (auto written = to.empty() ? result<void>() : target.write(*bytes); !written)
      return written.error();
    copied.bytes += bytes->size();
    if (done) done(bytes->size());
  }
  if (auto synced = to.empty() ? result<void>() : target.sync(); !synced) return synced.error();
  copied.checksum = to_hex(hash_bytes(hashes));
  return copied;
}

result<void> sync_directory(const std::string& path) {
  open_file directory(path, O_RDONLY | O_DIRECTORY);
  if (!directory.is_open()) return failed(path, "cannot be read");
  return directory.sync();
}

}  // namespace beckon::topology
