// Overwrites the state row of one user in a store whose node has ended; for the fault tests.
// Exit code 1: there is no such row.
// usage: store_poison STATE_DIRECTORY PARTITIONS USER
#include <charconv>
#include <iostream>
#include <string>
#include <string_view>

#include "adapters/rocksdb/database.hpp"
#include "messages/codec/rows.hpp"

namespace beckon {
namespace {

/// The key of the user's state row; empty: there is none.
std::string state_key(const adapters::database& from, std::uint32_t partition,
                      std::string_view user) {
  std::string found;
  const auto prefix = adapters::row_prefix(partition, port::row_kind::state);
  const auto look = [&](std::string_view key, std::string_view content) {
    const auto row = codec::decode_subject_row(content);
    if (row && row->who.id == user) found = key;
    return found.empty();
  };
  const auto read = from.visit(adapters::family_of(port::row_kind::state),
                               {prefix, adapters::end_of(prefix)}, look);
  return read ? found : std::string();
}

int poison(const std::string& directory, std::uint32_t partitions, std::string_view user) {
  adapters::rocksdb_options options;
  options.directory = directory;
  const auto store = adapters::database::open(options, false);
  if (!store) {
    std::cerr << store.error().to_string() << '\n';
    return 1;
  }
  for (std::uint32_t p = 0; p < partitions; ++p) {
    const auto key = state_key(**store, p, user);
    if (key.empty()) continue;
    rocksdb::WriteOptions how;
    how.sync = true;
    const auto family = (*store)->of(adapters::family_of(port::row_kind::state));
    const auto status = (*store)->db().Put(how, family, key, "\xFF\xFF no state of anybody");
    if (!status.ok()) std::cerr << status.ToString() << '\n';
    return status.ok() ? 0 : 1;
  }
  std::cerr << "no state of " << user << '\n';
  return 1;
}

}  // namespace
}  // namespace beckon

int main(int argc, char** argv) {
  std::uint32_t partitions = 0;
  const std::string_view number = argc == 4 ? argv[2] : "";
  std::from_chars(number.data(), number.data() + number.size(), partitions);
  if (partitions == 0) {
    std::cerr << "usage: store_poison STATE_DIRECTORY PARTITIONS USER\n";
    return 64;
  }
  return beckon::poison(argv[1], partitions, argv[3]);
}
