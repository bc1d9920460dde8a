// What committer, loader and tracker are asked for, and what they answer.
// Plain values; nothing here crosses a process.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "engine/base/hash.hpp"
#include "engine/base/time.hpp"
#include "engine/epoch/letter_shelf.hpp"
#include "messages/actor/judging.hpp"
#include "messages/port/store.hpp"

namespace beckon::actors {

struct commit_request {
  std::uint32_t partition = 0;
  std::uint64_t incarnation = 0;
  std::uint64_t epoch = 0;
  std::string record;  ///< CommitRecord; empty: a barrier only
};
struct commit_done {
  std::uint64_t incarnation = 0;
  std::uint64_t epoch = 0;
  std::optional<error> failed;  ///< the partition must begin anew
};

struct load_request {
  std::uint64_t incarnation = 0;
  std::uint64_t epoch = 0;
  std::vector<port::row_key> keys;  ///< three per slot: state, ledger, profile
  std::vector<std::uint32_t> slots;
};
struct load_done {
  std::uint64_t incarnation = 0;
  std::uint64_t epoch = 0;
  std::vector<std::uint32_t> slots;
  std::vector<std::shared_ptr<const subject_rows>> rows;
  std::optional<error> failed;
};

/// Rows of one kind in key order, from behind `after` on: those whose keys begin with `prefix`, at
/// most `most`.
struct scan_request {
  std::uint32_t partition = 0;
  std::uint64_t incarnation = 0;
  std::uint64_t serial = 0;  ///< the answer repeats it
  port::row_kind kind = port::row_kind::relation;
  std::string prefix;
  std::string after;  ///< "": from the first on
  std::size_t most = 0;
};
struct scan_done {
  std::uint64_t incarnation = 0;
  std::uint64_t serial = 0;
  std::vector<std::pair<std::string, std::string>> rows;
  bool whole = false;  ///< there is no further row of the prefix
  std::optional<error> failed;
};

struct recover_request {
  std::uint32_t partition = 0;
  std::uint64_t incarnation = 0;
};
struct recover_done {
  std::uint64_t incarnation = 0;
  port::recovered_partition base;
  std::vector<std::pair<std::string, std::string>> directory;
  std::vector<std::pair<std::string, std::string>> outbox;
  std::vector<std::pair<std::string, std::string>> jobs;
  std::vector<std::pair<std::string, std::string>> derived;
  std::vector<std::pair<std::string, std::string>> pending;
  std::vector<epoch::stored_letter> dead_letters;
  std::optional<error> failed;
};

struct track_batch {
  std::uint32_t partition = 0;
  std::uint64_t epoch = 0;
  std::string bytes;  ///< TrackBatch
};
struct tracked {
  std::uint32_t partition = 0;
  std::uint64_t epoch = 0;
};

}  // namespace beckon::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::commit_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::commit_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::load_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::load_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::scan_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::scan_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::recover_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::recover_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::track_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::tracked)
