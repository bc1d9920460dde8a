// DATA/lock: who holds it may run a broker on DATA. The broker inherits the locked descriptor, so
// the lock is free only when both are gone: two servers on one store lose acked messages, and the
// server itself does not notice.
#pragma once

#include <string>

#include <sys/types.h>

#include "adapters/nats/file_descriptor.hpp"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace beckon::adapters {

class data_lock {
 public:
  /// Blocking, at most `patience`: a Beckon that was killed leaves its broker a moment to end.
  /// Errors: conflict (naming the holder), unavailable (DATA cannot be written).
  static result<data_lock> take(const std::string& data_dir, duration patience);

  /// For the child to inherit.
  int descriptor() const noexcept { return file_.get(); }
  /// Writes who holds the lock, for the error message of the next one.
  void name_holder(pid_t beckon, pid_t broker);

 private:
  explicit data_lock(file_descriptor file) noexcept : file_(std::move(file)) {}
  file_descriptor file_;
};

}  // namespace beckon::adapters
