#include "actors/items/follower.hpp"

#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "actors/runtime/actor_base.hpp"
#include "messages/codec/item_log.hpp"

namespace beckon::actors {
namespace {

constexpr const char* items_check = "items";
constexpr std::uint32_t items_credit = 64;  // messages of at most 512 rows
constexpr auto save_again_after = std::chrono::seconds(1);

/// Passes what the reader says on to the follower.
class items_handler final : public port::queue_handler {
 public:
  /// Of the reader to be made: what an older one had on its way is void.
  std::uint64_t incarnation = 0;

  explicit items_handler(item_follower_actor to) : to_(std::move(to)) {}
  void messages(std::vector<port::stored_message> batch, std::uint64_t pending) override {
    caf::anon_send(to_, queue_messages{incarnation, 0, std::move(batch), pending});
  }
  void empty(timestamp) override {}
  void mismatch(std::string why) override {
    caf::anon_send(to_, queue_trouble{incarnation, 0, false, std::move(why)});
  }
  void healthy(bool yes) override { caf::anon_send(to_, queue_trouble{incarnation, 0, yes, {}}); }

 private:
  item_follower_actor to_;
};

template <class T>
T must_have(result<T> r, const char* doing) {
  if (!r) throw std::runtime_error(std::string(doing) + ": " + r.error().to_string());
  return std::move(*r);
}

/// Rows as they become by the changes read: of each item once, over what was saved of it.
class merged_rows {
 public:
  explicit merged_rows(const std::vector<codec::item_batch>& batches) {
    for (const auto& batch : batches) {
      for (const auto& c : batch.changes) {
        const auto [at, added] = places_.try_emplace(key_of(c.kind, c.id), keys.size());
        if (added) keys.push_back({c.kind, c.id});
      }
    }
    rows.resize(keys.size());
  }
  field_list& of(const codec::item_change& c) { return rows[places_.at(key_of(c.kind, c.id))]; }

  std::vector<port::item_key> keys;
  std::vector<field_list> rows;  // by place of the key

 private:
  std::unordered_map<hash128, std::size_t> places_;
};

class log_follower {
 public:
  log_follower(item_follower_actor::pointer self, items_parts parts)
      : self_(self),
        parts_(std::move(parts)),
        handler_(caf::actor_cast<item_follower_actor>(self)),
        known_rows_(parts_.around.metrics->make_gauge("beckon_items",
                                                      "Rows of items that doors attach", {})),
        applied_(parts_.around.metrics->make_counter("beckon_item_rows_total",
                                                     "Rows read from the log of items", {})),
        refused_(parts_.around.metrics->make_counter(
            "beckon_item_batches_refused_total",
            "Messages of the log of items that cannot be read, left out", {})) {
    say(false, "loading the snapshot");
    load_snapshot();
    follow();
  }
  ~log_follower() { reader_.reset(); }

  void take(const queue_messages& m) {
    if (m.incarnation != handler_.incarnation) return;
    for (const auto& message : m.messages) {
      read_to_ = {created_ns_, message.sequence, message.broker_time_ns};
      unpurged_ += static_cast<std::int64_t>(message.data.size());
      auto batch = codec::decode_item_batch(message.data);
      if (batch)
        batches_.push_back(std::move(*batch));
      else
        refuse(message, batch.error());
    }
    handled_ += static_cast<std::uint32_t>(m.messages.size());
    if (!holding_) save();
  }

  void trouble(const queue_trouble& t) {
    if (t.incarnation != handler_.incarnation) return;
    if (!t.mismatch.empty()) return start_over(t.mismatch);
    healthy_ = t.healthy;
    say_whether_known();
  }

  void save_again() {
    holding_ = false;
    if (const auto opened = parts_.store->reopen(); !opened) return hold(opened.error());
    save();
  }

 private:
  void say(bool well, const std::string& detail = {}) const {
    parts_.around.board->set(items_check, well, detail);
  }
  void warn(port::log_level level, const char* what, const field_list& fields) const {
    parts_.around.log->write(level, items_check, what, fields);
  }

  void load_snapshot() {
    read_to_ = must_have(parts_.store->items_saved_to(), "cannot read how far the items are saved");
    error wrong;
    const auto scanned = parts_.store->scan_items([&](auto kind, auto id, auto content) {
      auto row = codec::decode_item_row(content);
      if (row)
        parts_.shelf->load(kind, id, *row);
      else
        wrong = row.error();
      return row.ok();
    });
    if (!scanned) throw std::runtime_error("cannot load items: " + scanned.error().to_string());
    if (!wrong.message.empty()) throw std::runtime_error("cannot load items: " + wrong.to_string());
  }

  /// Reads on behind `read_to_`.
  void follow() {
    const auto log = must_have(parts_.bus->info(parts_.stream), "cannot read the state of the log");
    created_ns_ = log.created_ns;
    ++handler_.incarnation;
    end_at_start_ = log.messages == 0 ? 0 : log.last;
    reader_ = must_have(parts_.bus->read({parts_.stream, read_to_, false, items_credit}, handler_),
                        "cannot read the log of items");
    reader_->grant(items_credit);
    healthy_ = true;
    note_progress();
  }

  void start_over(const std::string& why) {
    warn(port::log_level::error,
         "the log of items is not the one that was read: it is read again from its first row",
         {{"why", why}});
    reader_.reset();
    read_to_ = {};
    batches_.clear();
    handled_ = 0;
    follow();
  }

  void refuse(const port::stored_message& m, const error& why) {
    refused_.add();
    warn(port::log_level::error, "a message of the log cannot be read and is left out",
         {{"sequence", static_cast<std::int64_t>(m.sequence)}, {"error", why.to_string()}});
  }

  /// What is read becomes what is saved, then what doors see.
  void save() {
    merged_rows merged(batches_);
    if (const auto merging = merge(merged); !merging) return hold(merging.error());
    std::vector<port::item_row> rows;
    rows.reserve(merged.keys.size());
    for (std::size_t i = 0; i < merged.keys.size(); ++i)
      rows.push_back({merged.keys[i], codec::encode_item_row(merged.rows[i])});
    if (const auto saved = parts_.store->save_items(rows, read_to_, false); !saved)
      return hold(saved.error());
    show(merged);
    batches_.clear();
    note_progress();
    if (handled_ > 0) reader_->grant(std::exchange(handled_, 0));
    purge();
  }

  result<void> merge(merged_rows& into) const {
    const auto stored = parts_.store->load_items(into.keys);
    if (!stored) return stored.error();
    for (std::size_t i = 0; i < stored->size(); ++i) {
      if (!(*stored)[i]) continue;
      auto row = codec::decode_item_row(*(*stored)[i]);
      if (!row) return row.error();
      into.rows[i] = std::move(*row);
    }
    for (const auto& batch : batches_) {
      for (const auto& c : batch.changes) {
        field_list& row = into.of(c);
        for (const field& f : c.fields) set_field(row, f.name, f.content);
        std::erase_if(row, [](const field& f) { return f.content.is_null(); });
      }
    }
    return {};
  }

  void show(merged_rows& merged) const {
    for (const auto& batch : batches_) {
      std::vector<item_shelf::logged_row> rows;
      rows.reserve(batch.changes.size());
      for (const auto& c : batch.changes) rows.push_back({c.kind, c.id, c.position, &merged.of(c)});
      parts_.shelf->logged(batch.source, batch.door, rows);
      applied_.add(rows.size());
    }
  }

  /// The disk is full, or the store is being opened again: nothing more is taken meanwhile.
  void hold(const error& why) {
    if (why.code != errc::exhausted && why.code != errc::unavailable)
      throw std::runtime_error("items cannot be saved: " + why.to_string());
    holding_ = true;
    warn(port::log_level::error, "items cannot be saved, trying again",
         {{"error", why.to_string()}});
    say(false, "items cannot be saved: " + why.to_string());
    self_->delayed_send(self_, save_again_after, beckon::actors::save_again{});
  }

  void note_progress() {
    known_rows_.set(static_cast<std::int64_t>(parts_.shelf->size()));
    say_whether_known();
    if (read_to_.sequence < end_at_start_ || std::exchange(known_, true)) return;
    parts_.shelf->completed();
    parts_.known();
  }

  void say_whether_known() const {
    if (holding_) return;
    if (read_to_.sequence < end_at_start_)
      say(false, "following: at " + std::to_string(read_to_.sequence) + " of " +
                     std::to_string(end_at_start_));
    else
      say(healthy_, healthy_ ? "" : "reading the log of items is being restored");
  }

  /// The message at the offset stays: by it the offset is verified.
  void purge() {
    if (unpurged_ < parts_.max_bytes / 8) return;
    unpurged_ = 0;
    const auto log = parts_.bus->info(parts_.stream);
    if (log && static_cast<std::int64_t>(log->bytes) <= parts_.max_bytes / 2) return;
    auto done = log ? parts_.store->save_items({}, read_to_, true) : result<void>(log.error());
    if (done) done = parts_.bus->purge_below(parts_.stream, read_to_.sequence);
    if (!done)
      warn(port::log_level::warning, "cannot purge the log of items",
           {{"error", done.error().to_string()}});
  }

  item_follower_actor::pointer self_;
  items_parts parts_;
  items_handler handler_;
  port::gauge& known_rows_;
  port::counter& applied_;
  port::counter& refused_;
  std::unique_ptr<port::queue_reader> reader_;
  std::vector<codec::item_batch> batches_;  // read, not saved
  port::stream_offset read_to_;             // with `batches_`; saved with them
  std::int64_t created_ns_ = 0;
  std::uint64_t end_at_start_ = 0;
  std::int64_t unpurged_ = 0;  // bytes read since the log's size was looked at
  std::uint32_t handled_ = 0;  // messages read and not granted again
  bool holding_ = false;
  bool healthy_ = true;
  bool known_ = false;
};

}  // namespace

item_follower_actor::behavior_type item_follower(item_follower_actor::pointer self,
                                                 caf::actor_addr parent, items_parts parts) {
  install_defaults(self, parent);
  const auto f = std::make_shared<log_follower>(self, std::move(parts));
  return {
      [f](const queue_messages& m) { f->take(m); },
      [f](const queue_trouble& t) { f->trouble(t); },
      [f](const save_again&) { f->save_again(); },
  };
}

}  // namespace beckon::actors
