#include "adapters/nats/child_process.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/nats/file_descriptor.hpp"

namespace beckon::adapters {
namespace {

constexpr int parked = 10;       // descriptors are moved out of the way of 0..4 first
constexpr int lock_place = 3;    // where the child finds the inherited descriptor
constexpr int report_place = 4;  // closed by a successful exec

/// Everything the child needs, made before the fork: after it only async-signal-safe calls are
/// allowed.
struct plan {
  const char* path;
  char* const* arguments;
  char* const* environment;
  pid_t parent;
  std::uint64_t turn_ns;
  int input;
  int output;
  int inherited;
  int report;
};

[[noreturn]] void fail(int report) {
  const int reason = errno;
  [[maybe_unused]] const auto written = ::write(report, &reason, sizeof reason);
  ::_exit(127);
}

/// As sched_setattr(2) takes it; the kernel's header and the library's cannot be included together.
struct scheduling {
  std::uint32_t size = sizeof(scheduling);
  std::uint32_t policy = SCHED_OTHER;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime_ns = 0;
  std::uint64_t deadline_ns = 0;
  std::uint64_t period_ns = 0;
};

/// Its threads inherit it. Whether the kernel heeds it is not of interest: the child works without.
void take_short_turns(std::uint64_t ns) {
  scheduling wanted;
  wanted.nice = ::getpriority(PRIO_PROCESS, 0);
  wanted.runtime_ns = ns;
  if (::sched_getscheduler(0) == SCHED_OTHER)
    static_cast<void>(::syscall(SYS_sched_setattr, 0, &wanted, 0));
}

[[noreturn]] void become(const plan& what) {
  ::setsid();
  if (what.turn_ns > 0) take_short_turns(what.turn_ns);
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail(what.report);
  if (::getppid() != what.parent) ::_exit(127);  // we were orphaned before the call took effect
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGINT, SIG_DFL);
  const int report = ::fcntl(what.report, F_DUPFD_CLOEXEC, parked);
  const int input = ::fcntl(what.input, F_DUPFD_CLOEXEC, parked);
  const int output = ::fcntl(what.output, F_DUPFD_CLOEXEC, parked);
  const int inherited = what.inherited < 0 ? -1 : ::fcntl(what.inherited, F_DUPFD_CLOEXEC, parked);
  if (::dup2(input, 0) < 0 || ::dup2(output, 1) < 0 || ::dup2(output, 2) < 0) fail(report);
  if (inherited >= 0 && ::dup2(inherited, lock_place) < 0) fail(report);
  if (inherited < 0) ::close(lock_place);
  if (::dup3(report, report_place, O_CLOEXEC) < 0) fail(report);
  ::close_range(report_place + 1, ~0U, 0);
  ::execve(what.path, what.arguments, what.environment);
  fail(report_place);
}

std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return ::access(name.c_str(), X_OK) == 0 ? name : "";
  const char* path = std::getenv("PATH");
  std::istringstream folders(std::string{path == nullptr ? "" : path} +
                             ":/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const auto candidate = folder + "/" + name;
    if (!folder.empty() && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return "";
}

std::string describe(const siginfo_t& how) {
  if (how.si_code == CLD_EXITED) return "ended with exit code " + std::to_string(how.si_status);
  return "killed by signal " + std::to_string(how.si_status);
}

error system_error(const std::string& what) {
  return {errc::unavailable, what + ": " + std::strerror(errno)};
}

/// Ours, and of `more` what we do not have.
std::vector<char*> environment_with(const std::vector<std::string>& more) {
  std::vector<char*> out;
  for (char** one = environ; *one != nullptr; ++one) out.push_back(*one);
  for (const auto& one : more) {
    if (std::getenv(one.substr(0, one.find('=')).c_str()) == nullptr)
      out.push_back(const_cast<char*>(one.c_str()));
  }
  out.push_back(nullptr);
  return out;
}

/// Forks and waits until the program runs; its process id.
result<pid_t> launch(const child_options& options, const std::string& path) {
  const char* to = options.output_file.empty() ? "/dev/null" : options.output_file.c_str();
  const file_descriptor input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const file_descriptor output(
      ::open(to, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600));
  if (!input || !output) return system_error(to);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("pipe");
  const file_descriptor hear(ends[0]);
  file_descriptor tell(ends[1]);
  std::vector<char*> arguments{const_cast<char*>(options.program.c_str())};
  for (const auto& one : options.arguments) arguments.push_back(const_cast<char*>(one.c_str()));
  arguments.push_back(nullptr);
  const auto environment = environment_with(options.environment);
  const auto turn = std::chrono::nanoseconds(options.turn).count();
  const plan what{path.c_str(),
                  arguments.data(),
                  environment.data(),
                  ::getpid(),
                  static_cast<std::uint64_t>(turn),
                  input.get(),
                  output.get(),
                  options.inherited_fd,
                  tell.get()};
  const pid_t pid = ::fork();
  if (pid == 0) become(what);
  if (pid < 0) return system_error("fork");
  tell.close();
  int reason = 0;
  ssize_t got = 0;
  do got = ::read(hear.get(), &reason, sizeof reason);
  while (got < 0 && errno == EINTR);
  if (got == 0) return pid;
  ::waitpid(pid, nullptr, 0);
  errno = reason;
  return system_error("exec");
}

}  // namespace

result<std::unique_ptr<child_process>> child_process::start(child_options options) {
  const auto path = find_program(options.program);
  if (path.empty()) {
    return error{errc::not_found, "no such program can be run", options.program};
  }
  std::unique_ptr<child_process> made(new child_process());
  made->on_death_ = std::move(options.on_death);
  made->thread_ = std::thread([raw = made.get(), &options, &path] { raw->run(options, path); });
  std::unique_lock lock(made->mutex_);
  made->changed_.wait(lock, [&] { return made->started_; });
  if (!made->start_) {
    lock.unlock();
    auto why = made->start_.error();
    why.where = path;
    return why;
  }
  lock.unlock();
  return made;
}

void child_process::run(const child_options& options, const std::string& path) {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);  // our signals are for other threads
  const auto launched = launch(options, path);
  {
    std::scoped_lock lock(mutex_);
    if (launched) pid_ = *launched;
    if (!launched) start_ = launched.error();
    started_ = true;
    ended_ = !launched;
    changed_.notify_all();
  }
  if (launched) watch();
}

void child_process::watch() {
  siginfo_t how{};
  // Left unreaped until the lock is held, so that `signal` can never hit a new process of the same
  // number.
  while (::waitid(P_PID, static_cast<id_t>(pid_), &how, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  bool unasked = false;
  {
    std::scoped_lock lock(mutex_);
    ::waitpid(pid_, nullptr, 0);
    ended_ = true;
    unasked = !stopping_;
    changed_.notify_all();
  }
  if (unasked && on_death_) on_death_(describe(how));
}

child_process::~child_process() {
  stop(duration{10'000});
  if (thread_.joinable()) thread_.join();
}

bool child_process::running() const {
  std::scoped_lock lock(mutex_);
  return started_ && !ended_;
}

void child_process::signal(int number) {
  std::scoped_lock lock(mutex_);
  if (started_ && !ended_) ::kill(pid_, number);
}

bool child_process::wait(duration patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return ended_; });
}

void child_process::stop(duration patience) {
  {
    std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  signal(SIGTERM);
  if (wait(patience)) return;
  signal(SIGKILL);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ended_; });
}

}  // namespace beckon::adapters
