// port::bus in memory, for measuring without a broker: streams are vectors, a publish is stored at
// once, a reader is handed messages as soon as it has credit, on the thread that granted or
// published. What no stream captures is acknowledged and dropped. Threads: any.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "messages/port/bus.hpp"

namespace beckon::bench {

class memory_bus final : public port::bus {
 public:
  memory_bus();
  ~memory_bus() override;

  result<port::stream_info> ensure_stream(const port::stream_settings& settings) override;
  result<port::stream_info> info(const std::string& stream) override;
  result<std::optional<port::stored_message>> get(const std::string& stream,
                                                  std::uint64_t sequence) override;
  result<std::optional<port::stored_message>> last(const std::string& stream) override;
  /// Frees the messages' bytes.
  result<void> purge_below(const std::string& stream, std::uint64_t below) override;
  void publish(std::string subject, std::string data, std::string message_id,
               ack_handler done) override;
  result<void> publish_unstored(const std::string& subject, std::string_view data) override;
  result<std::unique_ptr<port::subscription>> subscribe(const std::string& subject,
                                                        message_handler on_message) override;
  result<std::unique_ptr<port::queue_reader>> read(const port::reader_settings& settings,
                                                   port::queue_handler& handler) override;
  bool connected() const noexcept override { return true; }

 private:
  class queue;
  class reader;
  std::shared_ptr<queue> find(const std::string& name) const;

  mutable std::mutex guard_;
  std::map<std::string, std::shared_ptr<queue>> by_name_;
  std::map<std::string, std::shared_ptr<queue>, std::less<>> by_subject_;
};

}  // namespace beckon::bench
