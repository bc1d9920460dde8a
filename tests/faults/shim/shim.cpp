// Loaded before libc into the node under test (LD_PRELOAD): makes the disk and the wall clock fail
// when a control block in a file says so. The runner writes that file: two 8-byte little-endian
// numbers: nanoseconds that CLOCK_REALTIME is off by; 1: fsync and fdatasync of files whose path
// contains $BECKON_FAULTS_PATH answer EIO.
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

struct control_block {
  volatile std::int64_t clock_off_ns;
  volatile std::int64_t sync_fails;
};

const control_block* map_control() {
  const char* path = std::getenv("BECKON_FAULTS");
  if (path == nullptr) return nullptr;
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return nullptr;
  void* at = mmap(nullptr, sizeof(control_block), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  return at == MAP_FAILED ? nullptr : static_cast<const control_block*>(at);
}

const control_block* control() {
  static const control_block* const block = map_control();
  return block;
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

bool sync_fails(int file) {
  if (control() == nullptr || control()->sync_fails == 0) return false;
  const char* part = std::getenv("BECKON_FAULTS_PATH");
  char path[4096];
  const auto length =
      readlink(("/proc/self/fd/" + std::to_string(file)).c_str(), path, sizeof path - 1);
  if (part == nullptr || length <= 0) return false;
  path[length] = '\0';
  return std::strstr(path, part) != nullptr;
}

int fail() {
  errno = EIO;
  return -1;
}

}  // namespace

extern "C" {

int fsync(int file) {
  static const auto real = next<int(int)>("fsync");
  return sync_fails(file) ? fail() : real(file);
}

int fdatasync(int file) {
  static const auto real = next<int(int)>("fdatasync");
  return sync_fails(file) ? fail() : real(file);
}

int clock_gettime(clockid_t which, timespec* out) noexcept {
  static const auto real = next<int(clockid_t, timespec*)>("clock_gettime");
  const int done = real(which, out);
  if (done == 0 && which == CLOCK_REALTIME && control() != nullptr) {
    const std::int64_t ns = out->tv_nsec + control()->clock_off_ns % 1'000'000'000 + 1'000'000'000;
    out->tv_sec += control()->clock_off_ns / 1'000'000'000 + ns / 1'000'000'000 - 1;
    out->tv_nsec = ns % 1'000'000'000;
  }
  return done;
}

}  // extern "C"
