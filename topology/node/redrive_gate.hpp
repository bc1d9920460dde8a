// Between the admin route and the partitions: dead letters to be given again go to the partitions
// that hold them. Thread-safe.
#pragma once

#include <mutex>

#include "actors/root/root.hpp"
#include "messages/port/redrive.hpp"

namespace beckon::topology {

class redrive_gate final : public port::redriver {
 public:
  explicit redrive_gate(std::uint32_t partitions) : partitions_(partitions) {}

  /// From now on partitions are asked, until `close`. Without them everything stays unanswered.
  void open(const actors::root_actor& root);
  void close();

  void redrive(std::vector<port::letter_name> letters, const delivery::redrive_options& how,
               port::redrive_done done) override;

 private:
  std::uint32_t partitions_;
  std::mutex guard_;
  actors::root_actor root_;
};

}  // namespace beckon::topology
