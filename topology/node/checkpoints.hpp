// Copies of a running node's store, made beside it for whoever carries them away:
// DATA/checkpoint-N. One thread of its own; what is left of an earlier life is removed when it
// begins.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "adapters/rocksdb/rocksdb_store.hpp"

namespace beckon::topology {

/// Removes what nobody carried away. `data` may be missing.
void remove_checkpoints(const std::string& data);

/// A checkpoint in DATA/checkpoint-NUMBER/state; what is made is its user's alone (0700). The
/// directory it is in (absolute). Errors: as `checkpoint` of the store.
result<std::string> checkpoint_below(adapters::node_store& store, const std::string& data,
                                     std::uint64_t number);
/// `directory` as `checkpoint_below` answered it.
void remove_checkpoint(const std::string& directory);

class checkpoints {
 public:
  using answer = std::function<void(result<std::string> directory)>;

  /// `store` must outlive it.
  checkpoints(adapters::node_store& store, std::string data);
  /// Those that wait are answered with an error.
  ~checkpoints();

  /// The directory (absolute), soon; `done` is called once, on any thread. Any thread; never
  /// blocks.
  void make(answer done);

 private:
  void work(const std::stop_token& stop);

  adapters::node_store& store_;
  const std::string data_;
  std::uint64_t made_ = 0;
  std::mutex guard_;
  std::condition_variable_any wanted_;
  std::deque<answer> waiting_;
  std::jthread thread_;  ///< last: ends before what it uses
};

}  // namespace beckon::topology
