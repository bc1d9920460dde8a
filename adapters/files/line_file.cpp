#include "adapters/files/line_file.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace beckon::adapters {
namespace {

constexpr mode_t owner_writes_group_reads = 0640;

error system_error_of(int number, const std::string& doing, const std::string& path) {
  const bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
  return {full ? errc::exhausted : errc::unavailable,
          doing + ": " + std::generic_category().message(number), path};
}

/// Whether the file holds something that does not end with a newline.
bool ends_torn(int descriptor) {
  struct stat about {};
  if (fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size == 0) return false;
  char last = '\n';
  return pread(descriptor, &last, 1, about.st_size - 1) == 1 && last != '\n';
}

}  // namespace

line_file::~line_file() {
  close_own();
}

void line_file::close_own() {
  if (!path_.empty() && descriptor_ >= 0) close(descriptor_);
  if (!path_.empty()) descriptor_ = -1;
}

/// Whether the path still names the file that is open.
bool line_file::is_current() const {
  struct stat ours {};
  struct stat named {};
  return fstat(descriptor_, &ours) == 0 && stat(path_.c_str(), &named) == 0 &&
         ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

result<void> line_file::open_current() {
  if (path_.empty() || (descriptor_ >= 0 && is_current())) return {};
  close_own();
  descriptor_ =
      open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, owner_writes_group_reads);
  if (descriptor_ < 0) return system_error_of(errno, "the file cannot be opened", path_);
  torn_ = ends_torn(descriptor_);
  return {};
}

result<void> line_file::append(std::string_view line) {
  if (result<void> opened = open_current(); !opened.ok()) return opened;
  std::string ended;
  if (torn_) {
    ended.append("\n").append(line);
    line = ended;
  }
  while (!line.empty()) {
    const ssize_t written = ::write(descriptor_, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error_of(errno, "the line cannot be written", path_);
    line.remove_prefix(static_cast<std::size_t>(written));
    torn_ = !line.empty();
  }
  return {};
}

}  // namespace beckon::adapters
