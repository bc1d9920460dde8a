#include "topology/dev/child.hpp"

#include <csignal>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace beckon::topology {
namespace {

int code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

result<child> child::start(const std::vector<std::string>& words) {
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return error{errc::unavailable, "no pipe", words.front()};
  std::vector<char*> arguments = {const_cast<char*>("beckon")};
  for (const auto& w : words) arguments.push_back(const_cast<char*>(w.c_str()));
  arguments.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return error{errc::unavailable, "cannot start another process", words.front()};
  if (pid == 0) {  // only async-signal-safe calls until exec
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(1);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    dup2(pipe_ends[1], 1);
    execv("/proc/self/exe", arguments.data());
    _exit(127);
  }
  close(pipe_ends[1]);
  return child(pid, pipe_ends[0]);
}

child::child(child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      out_(std::exchange(other.out_, -1)),
      code_(other.code_),
      read_(std::move(other.read_)) {}

child::~child() {
  if (pid_ > 0 && code_ < 0) {
    ask_to_end();
    wait();
  }
  if (out_ >= 0) close(out_);
}

std::string child::line() {
  while (true) {
    if (const auto end = read_.find('\n'); end != std::string::npos) {
      std::string one = read_.substr(0, end);
      read_.erase(0, end + 1);
      return one;
    }
    char buffer[4096];
    const auto n = read(out_, buffer, sizeof buffer);
    if (n <= 0) return std::exchange(read_, {});
    read_.append(buffer, static_cast<std::size_t>(n));
  }
}

void child::ask_to_end() const {
  if (pid_ > 0 && code_ < 0) kill(pid_, SIGTERM);
}

int child::wait() {
  if (code_ >= 0) return code_;
  int status = 0;
  waitpid(pid_, &status, 0);
  return code_ = code_of(status);
}

bool child::running() {
  if (code_ >= 0) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == 0) return true;
  code_ = code_of(status);
  return false;
}

}  // namespace beckon::topology
