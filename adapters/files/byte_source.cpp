#include "adapters/files/byte_source.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace beckon::adapters {
namespace {

constexpr std::size_t piece = 256 * 1024;

error failed(const std::string& name) {
  const errc code = errno == ENOENT ? errc::not_found : errc::unavailable;
  return error{code, std::strerror(errno), name};
}

}  // namespace

byte_source::descriptor& byte_source::descriptor::operator=(descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

byte_source::descriptor::~descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

byte_source::byte_source(descriptor file, std::string name, std::size_t longest)
    : file_(std::move(file)), name_(std::move(name)), longest_(longest), buffer_(piece) {}

result<byte_source> byte_source::open(const std::filesystem::path& path, std::size_t longest) {
  descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return failed(path.string());
  return byte_source(std::move(file), path.string(), longest);
}

result<bool> byte_source::more() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ > longest_) {
    return error{errc::exhausted, "a line has more than " + std::to_string(longest_) + " bytes",
                 name_};
  }
  if (end_ == buffer_.size()) buffer_.resize(buffer_.size() * 2);
  for (;;) {
    const ssize_t got = ::read(file_.get(), buffer_.data() + end_, buffer_.size() - end_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(name_);
    end_ += static_cast<std::size_t>(got);
    return got > 0;
  }
}

}  // namespace beckon::adapters
