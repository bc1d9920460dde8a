#include "topology/node/progress_file.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "topology/data_layout.hpp"

namespace beckon::topology {
namespace {

struct file_head {
  std::uint64_t form;
  std::uint64_t record_bytes;
  std::uint64_t records;
  std::uint64_t crashed;  ///< the signal that ended the process; 0: none of those
};

constexpr std::uint64_t form_now = 1;
constexpr std::array fatal = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
std::atomic<file_head*> noted_in{nullptr};
std::array<struct sigaction, fatal.size()> before;

/// Async-signal-safe: stores, and gives the signal back to whoever had it. A fault happens again
/// when this returns; a signal that somebody sent must be sent again.
void note_signal(int number, siginfo_t* how, void*) {
  if (auto* head = noted_in.load()) head->crashed = static_cast<std::uint64_t>(number);
  for (std::size_t i = 0; i < fatal.size(); ++i) {
    if (fatal[i] == number) ::sigaction(number, &before[i], nullptr);
  }
  if (how == nullptr || how->si_code <= 0) ::raise(number);
}

void note_signals(file_head* head) {
  noted_in = head;
  struct sigaction action {};
  action.sa_sigaction = &note_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_NODEFER | SA_SIGINFO;
  for (std::size_t i = 0; i < fatal.size(); ++i) ::sigaction(fatal[i], &action, &before[i]);
}

void forget_signals() {
  for (std::size_t i = 0; i < fatal.size(); ++i) ::sigaction(fatal[i], &before[i], nullptr);
  noted_in = nullptr;
}

error failed(const std::string& path, const char* what) {
  return {errc::unavailable, std::string(what) + ": " + std::strerror(errno), path};
}

/// Of exactly this size; what another form or another number of partitions left is void.
result<void*> map_file(const std::string& path, std::uint64_t records, std::size_t bytes) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return failed(path, "cannot be opened");
  struct stat is {};
  file_head head{};
  const bool fits = ::fstat(file, &is) == 0 && is.st_size == static_cast<off_t>(bytes) &&
                    ::pread(file, &head, sizeof head, 0) == sizeof head && head.form == form_now &&
                    head.record_bytes == sizeof(epoch::start_record) && head.records == records;
  const bool made = fits || (::ftruncate(file, 0) == 0 &&
                             ::posix_fallocate(file, 0, static_cast<off_t>(bytes)) == 0);
  void* at =
      made ? ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) : MAP_FAILED;
  const auto why = errno;
  ::close(file);
  errno = why;
  if (at == MAP_FAILED) return failed(path, "cannot be mapped");
  return at;
}

}  // namespace

result<std::unique_ptr<progress_file>> progress_file::open(const std::string& data,
                                                           std::uint32_t partitions) {
  const std::size_t bytes = sizeof(file_head) + partitions * sizeof(epoch::start_record);
  const auto mapped = map_file(progress_path(data), partitions, bytes);
  if (!mapped) return mapped.error();
  auto* head = static_cast<file_head*>(*mapped);
  auto* first = reinterpret_cast<epoch::start_record*>(head + 1);
  const bool crashed = head->crashed != 0;
  *head = {form_now, sizeof(epoch::start_record), partitions, 0};
  const std::span<epoch::start_record> records(first, partitions);
  for (auto& record : records) epoch::begin_life(record, crashed);
  note_signals(head);
  return std::unique_ptr<progress_file>(
      new progress_file(head, bytes, std::make_shared<actors::start_book>(records)));
}

progress_file::progress_file(void* at, std::size_t bytes, std::shared_ptr<actors::start_book> book)
    : at_(at), bytes_(bytes), book_(std::move(book)) {}

progress_file::~progress_file() {
  forget_signals();
  ::munmap(at_, bytes_);
}

}  // namespace beckon::topology
