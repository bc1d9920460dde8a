#include "tests/bench/memory_bus.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace beckon::bench {
namespace {

constexpr std::int64_t created_ns = 1;
constexpr std::size_t most_at_once = 64;

timestamp wall_clock() {
  return std::chrono::floor<duration>(std::chrono::system_clock::now());
}

error unknown_stream(const std::string& name) {
  return {errc::not_found, "there is no such stream", name};
}

class no_subscription final : public port::subscription {};

}  // namespace

/// One stream and its reader, if any. All calls of the handler happen under the lock.
class memory_bus::queue {
 public:
  explicit queue(std::string name) : name_(std::move(name)) {}

  port::stream_info info() const {
    const std::lock_guard hold(guard_);
    return {name_, created_ns, 1, messages_.size(), messages_.size(), bytes_};
  }
  std::optional<port::stored_message> get(std::uint64_t sequence) const {
    const std::lock_guard hold(guard_);
    if (sequence == 0 || sequence > messages_.size()) return std::nullopt;
    return messages_[sequence - 1];
  }
  void purge_below(std::uint64_t below) {
    const std::lock_guard hold(guard_);
    for (; purged_ + 1 < below && purged_ < messages_.size(); ++purged_)
      messages_[purged_].data = std::string();
  }
  std::uint64_t add(std::string subject, std::string data) {
    const std::lock_guard hold(guard_);
    bytes_ += data.size();
    const std::uint64_t sequence = messages_.size() + 1;
    messages_.push_back(
        {sequence, static_cast<std::int64_t>(sequence), std::move(subject), {}, std::move(data)});
    hand_over();
    return sequence;
  }

  void attach(port::queue_handler& handler, std::uint64_t after) {
    const std::lock_guard hold(guard_);
    handler_ = &handler;
    next_ = after;
    credit_ = 0;
    handler.healthy(true);
    hand_over();
  }
  void grant(std::uint32_t messages) {
    const std::lock_guard hold(guard_);
    credit_ += messages;
    hand_over();
  }
  void detach() {
    const std::lock_guard hold(guard_);
    handler_ = nullptr;
  }

 private:
  void hand_over() {
    if (handler_ == nullptr) return;
    while (credit_ > 0 && next_ < messages_.size()) {
      const auto count =
          std::min({static_cast<std::size_t>(credit_), messages_.size() - next_, most_at_once});
      const auto from = messages_.begin() + static_cast<std::ptrdiff_t>(next_);
      next_ += count;
      credit_ -= count;
      handler_->messages({from, from + static_cast<std::ptrdiff_t>(count)},
                         messages_.size() - next_);
    }
    if (next_ == messages_.size()) handler_->empty(wall_clock());
  }

  const std::string name_;
  mutable std::mutex guard_;
  std::vector<port::stored_message> messages_;
  std::uint64_t bytes_ = 0;
  std::uint64_t purged_ = 0;
  port::queue_handler* handler_ = nullptr;
  std::size_t next_ = 0;
  std::uint64_t credit_ = 0;
};

class memory_bus::reader final : public port::queue_reader {
 public:
  explicit reader(std::shared_ptr<queue> from) : from_(std::move(from)) {}
  ~reader() override { from_->detach(); }
  void grant(std::uint32_t messages) override { from_->grant(messages); }

 private:
  std::shared_ptr<queue> from_;
};

memory_bus::memory_bus() = default;
memory_bus::~memory_bus() = default;

std::shared_ptr<memory_bus::queue> memory_bus::find(const std::string& name) const {
  const std::lock_guard hold(guard_);
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

result<port::stream_info> memory_bus::ensure_stream(const port::stream_settings& settings) {
  const std::lock_guard hold(guard_);
  auto& made = by_name_[settings.name];
  if (!made) made = std::make_shared<queue>(settings.name);
  for (const auto& subject : settings.subjects) by_subject_[subject] = made;
  return made->info();
}

result<port::stream_info> memory_bus::info(const std::string& stream) {
  const auto found = find(stream);
  if (!found) return unknown_stream(stream);
  return found->info();
}

result<std::optional<port::stored_message>> memory_bus::get(const std::string& stream,
                                                            std::uint64_t sequence) {
  const auto found = find(stream);
  if (!found) return unknown_stream(stream);
  return found->get(sequence);
}

result<std::optional<port::stored_message>> memory_bus::last(const std::string& stream) {
  const auto found = find(stream);
  if (!found) return unknown_stream(stream);
  return found->get(found->info().last);
}

result<void> memory_bus::purge_below(const std::string& stream, std::uint64_t below) {
  const auto found = find(stream);
  if (!found) return unknown_stream(stream);
  found->purge_below(below);
  return {};
}

void memory_bus::publish(std::string subject, std::string data, std::string, ack_handler done) {
  std::shared_ptr<queue> into;
  {
    const std::lock_guard hold(guard_);
    const auto found = by_subject_.find(subject);
    if (found != by_subject_.end()) into = found->second;
  }
  port::publish_ack ack;
  if (into) ack.sequence = into->add(std::move(subject), std::move(data));
  done(std::move(ack));
}

result<void> memory_bus::publish_unstored(const std::string&, std::string_view) {
  return {};
}

result<std::unique_ptr<port::subscription>> memory_bus::subscribe(const std::string&,
                                                                  message_handler) {
  return std::unique_ptr<port::subscription>(std::make_unique<no_subscription>());
}

result<std::unique_ptr<port::queue_reader>> memory_bus::read(const port::reader_settings& settings,
                                                             port::queue_handler& handler) {
  auto found = find(settings.stream);
  if (!found) return unknown_stream(settings.stream);
  found->attach(handler, settings.after.sequence);
  return std::unique_ptr<port::queue_reader>(std::make_unique<reader>(std::move(found)));
}

}  // namespace beckon::bench
