// In place of the LOG files that RocksDB writes about itself: nothing. Writing them asserts, and so
// ends the process, once a full disk has refused a line; what goes wrong comes back as a status.
#pragma once

#include <rocksdb/env.h>

namespace beckon::adapters {

class no_info_log final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

}  // namespace beckon::adapters
