// The log of items and a node's snapshot of it, in memory; for the items station alone.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "messages/codec/item_log.hpp"
#include "messages/port/bus.hpp"
#include "messages/port/item_store.hpp"

namespace beckon::tests {

/// One stream whose messages are handed over as they are granted. Any thread.
class item_log_bus final : public port::bus {
 public:
  /// A message behind all others.
  void add(std::string data) {
    const std::lock_guard hold(guard_);
    messages_.push_back(std::move(data));
  }
  std::uint64_t purged_below() const {
    const std::lock_guard hold(guard_);
    return purged_below_;
  }
  /// What the readers made so far begin behind.
  std::vector<port::stream_offset> begun() const {
    const std::lock_guard hold(guard_);
    return begun_;
  }
  /// The newest reader says that its offset does not fit.
  void say_mismatch() {
    const std::lock_guard hold(guard_);
    handler_->mismatch("made anew");
  }

  result<port::stream_info> ensure_stream(const port::stream_settings& s) override {
    return info(s.name);
  }
  result<port::stream_info> info(const std::string& stream) override {
    const std::lock_guard hold(guard_);
    std::uint64_t bytes = 0;
    for (const auto& m : messages_) bytes += m.size();
    return port::stream_info{stream, 1, 1, messages_.size(), messages_.size(), bytes};
  }
  result<std::optional<port::stored_message>> get(const std::string&, std::uint64_t) override {
    return std::optional<port::stored_message>{};
  }
  result<std::optional<port::stored_message>> last(const std::string&) override {
    return std::optional<port::stored_message>{};
  }
  result<void> purge_below(const std::string&, std::uint64_t below) override {
    const std::lock_guard hold(guard_);
    purged_below_ = below;
    return {};
  }
  void publish(std::string, std::string, std::string, ack_handler done) override {
    done(port::publish_ack{});
  }
  result<void> publish_unstored(const std::string&, std::string_view) override { return {}; }
  result<std::unique_ptr<port::subscription>> subscribe(const std::string&,
                                                        message_handler) override {
    return std::make_unique<port::subscription>();
  }
  result<std::unique_ptr<port::queue_reader>> read(const port::reader_settings& settings,
                                                   port::queue_handler& handler) override {
    const std::lock_guard hold(guard_);
    begun_.push_back(settings.after);
    handler_ = &handler;
    return std::unique_ptr<port::queue_reader>(
        std::make_unique<reader>(*this, handler, settings.after.sequence));
  }
  bool connected() const noexcept override { return true; }

 private:
  class reader final : public port::queue_reader {
   public:
    reader(item_log_bus& of, port::queue_handler& to, std::uint64_t after)
        : of_(of), to_(to), handed_(after) {}
    void grant(std::uint32_t messages) override {
      std::vector<port::stored_message> batch;
      {
        const std::lock_guard hold(of_.guard_);
        for (; messages > 0 && handed_ < of_.messages_.size(); --messages, ++handed_) {
          batch.push_back({handed_ + 1,
                           static_cast<std::int64_t>(handed_ + 1) * 1000,
                           "items",
                           {},
                           of_.messages_[handed_]});
        }
      }
      if (!batch.empty()) to_.messages(std::move(batch), 0);
    }

   private:
    item_log_bus& of_;
    port::queue_handler& to_;
    std::uint64_t handed_;
  };

  mutable std::mutex guard_;
  std::vector<std::string> messages_;
  std::vector<port::stream_offset> begun_;
  port::queue_handler* handler_ = nullptr;
  std::uint64_t purged_below_ = 0;
};

/// A snapshot in memory; `full` makes it refuse until it is reopened. Any thread.
class memory_items final : public port::item_store {
 public:
  std::map<std::pair<std::string, std::string>, std::string> rows;
  port::stream_offset saved_to;
  bool full = false;
  int reopened = 0;
  int synced = 0;

  result<port::stream_offset> items_saved_to() override {
    const std::lock_guard hold(guard_);
    return saved_to;
  }
  result<std::vector<std::optional<std::string>>> load_items(
      std::span<const port::item_key> keys) override {
    const std::lock_guard hold(guard_);
    std::vector<std::optional<std::string>> out;
    for (const auto& key : keys) {
      const auto at = rows.find({key.kind, key.id});
      out.push_back(at == rows.end() ? std::nullopt : std::optional(at->second));
    }
    return out;
  }
  result<void> scan_items(const port::item_visitor& visit) override {
    const std::lock_guard hold(guard_);
    for (const auto& [key, content] : rows) {
      if (!visit(key.first, key.second, content)) break;
    }
    return {};
  }
  result<void> save_items(std::span<const port::item_row> changed, const port::stream_offset& to,
                          bool sync) override {
    const std::lock_guard hold(guard_);
    if (full) return error{errc::exhausted, "the test's disk is full"};
    for (const auto& row : changed) rows[{row.key.kind, row.key.id}] = row.content;
    saved_to = to;
    synced += sync ? 1 : 0;
    return {};
  }
  result<void> reopen() override {
    const std::lock_guard hold(guard_);
    ++reopened;
    full = false;
    return {};
  }
  field_list row(const std::string& id) const {
    const std::lock_guard hold(guard_);
    const auto at = rows.find({"item", id});
    return at == rows.end() ? field_list{} : *codec::decode_item_row(at->second);
  }

 private:
  mutable std::mutex guard_;
};

}  // namespace beckon::tests
