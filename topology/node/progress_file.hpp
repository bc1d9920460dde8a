// DATA/progress: how starts went, by partition (engine/epoch/progress.hpp), in memory mapped from a
// file: what was written there is there when the process is gone, whatever ended it. Not synced:
// after a power cut it may be old, which costs a start. Fatal signals (SIGSEGV, SIGBUS, SIGILL,
// SIGFPE, SIGABRT) are noted in it and then do what they would have done.
#pragma once

#include <memory>
#include <string>

#include "actors/partition/start_book.hpp"
#include "engine/base/result.hpp"

namespace beckon::topology {

class progress_file {
 public:
  /// Makes it where there is none or another number of partitions had it; a life begins. One at a
  /// time in a process. Error: unavailable.
  static result<std::unique_ptr<progress_file>> open(const std::string& data,
                                                     std::uint32_t partitions);
  ~progress_file();
  progress_file(const progress_file&) = delete;
  progress_file& operator=(const progress_file&) = delete;

  /// Must not be used after this object has gone.
  const std::shared_ptr<actors::start_book>& book() const noexcept { return book_; }

 private:
  progress_file(void* at, std::size_t bytes, std::shared_ptr<actors::start_book> book);

  void* at_;
  std::size_t bytes_;
  std::shared_ptr<actors::start_book> book_;
};

}  // namespace beckon::topology
