// commit_for_ever DIRECTORY EPOCH: commits one epoch after the other of two partitions and writes
// the number of each acknowledged one (8 bytes) to its output, until somebody kills it.
#include "tests/adapters/rocksdb/commit_for_ever.hpp"

#include <vector>

#include <unistd.h>

#include "adapters/rocksdb/rocksdb_store.hpp"
#include "tests/support/commit_records.hpp"

namespace beckon::tests {
namespace {

std::string record_of(std::uint32_t partition, std::uint64_t epoch) {
  commit_record record(partition, epoch);
  for (std::uint64_t i = 0; i < rows_per_epoch; ++i) {
    record.row(port::row_kind::state, "row " + std::to_string(epoch) + " " + std::to_string(i),
               row_content());
  }
  return record.bytes();
}

int commit_for_ever(const std::string& directory, std::uint64_t epoch) {
  adapters::rocksdb_options options;
  options.directory = directory;
  options.memtable_bytes = std::size_t{1} << 20;  // flushes happen in the middle of it, too
  const auto store = adapters::open_store(options);
  if (!store.ok()) return 1;
  while (true) {
    ++epoch;
    const std::vector<std::string> records = {record_of(0, epoch), record_of(1, epoch)};
    if (!(*store)->commit(records).ok()) return 2;
    if (write(STDOUT_FILENO, &epoch, sizeof epoch) != sizeof epoch) return 3;
  }
}

}  // namespace
}  // namespace beckon::tests

int main(int count, char** arguments) {
  if (count != 3) return 64;
  return beckon::tests::commit_for_ever(arguments[1], std::stoull(arguments[2]));
}
