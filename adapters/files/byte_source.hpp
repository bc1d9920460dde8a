// A file read piece by piece: its bytes up to a line end, never the whole file. For the readers of
// this folder.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace beckon::adapters {

/// Not thread-safe; owns the open file. Errors name the file.
class byte_source {
 public:
  /// A line longer than `longest` is an error.
  static result<byte_source> open(const std::filesystem::path& path,
                                  std::size_t longest = 1024 * 1024);

  /// At least one more byte in `pending`; false at the end of the file.
  result<bool> more();

  /// What has been read and not been dropped. Changes with `more`.
  std::string_view pending() const noexcept { return {buffer_.data() + begin_, end_ - begin_}; }

  /// The first `size` bytes of `pending` are done with; they stay readable until `more`.
  void drop(std::size_t size) noexcept { begin_ += size; }

  const std::string& name() const noexcept { return name_; }

 private:
  class descriptor {
   public:
    explicit descriptor(int fd) noexcept : fd_(fd) {}
    descriptor(descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    descriptor& operator=(descriptor&& other) noexcept;
    ~descriptor();
    int get() const noexcept { return fd_; }

   private:
    int fd_;
  };

  byte_source(descriptor file, std::string name, std::size_t longest);

  descriptor file_;
  std::string name_;
  std::size_t longest_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace beckon::adapters
