// Redriving: a dead letter that a person wants given again is an input of the next epoch: its event
// for the one subject it names, with its first arrival, past deduplication; or its delivery, under
// its id. What comes of it and the letter's end stand in one record, so it is given again once,
// however often it is asked for.
#include <utility>

#include "actors/partition/state.hpp"
#include "engine/cep/derived_event.hpp"
#include "engine/epoch/selection.hpp"
#include "engine/plan/telling.hpp"
#include "messages/codec/dead_letter.hpp"
#include "messages/codec/event_codec.hpp"

namespace beckon::actors {
namespace {

using fate = port::letter_fate::kind;

constexpr std::size_t keys_behind_prefix = 256;

}  // namespace

/// The letters are read first; what cannot be had now is answered at once.
void partition_state::on_redrive(redrive_request& r) {
  const std::string not_now = draining_                     ? "the node is stopping"
                              : phase_ == phase::recovering ? "its partition is recovering"
                              : alone_ ? "its partition looks for the input that ends the process"
                                       : "";
  for (const auto& wanted : r.letters) {
    if (!not_now.empty()) {
      r.call->say(wanted.number, {fate::unanswered, not_now});
      continue;
    }
    if (!letters_.holds(wanted.id)) {
      r.call->say(wanted.number, {fate::gone, "there is no such dead letter"});
      continue;
    }
    read_letter({wanted.id, wanted.number, r.how, r.call});
  }
}

/// A scan begins behind its prefix: the key but for its last byte.
void partition_state::read_letter(asked_letter asked) {
  auto key = to_bytes(asked.id);
  auto prefix = key.substr(0, key.size() - 1);
  scan(port::row_kind::dead_letter, std::move(prefix), "", keys_behind_prefix,
       [this, asked = std::move(asked), key = std::move(key)](auto rows, bool) mutable {
         for (auto& [found, content] : rows) {
           if (found == key) asked.row = std::move(content);
         }
         if (asked.row.empty()) {
           asked.call->say(asked.number, {fate::unanswered, "it is not stored yet: ask again"});
           return;
         }
         to_redrive_.push_back(std::move(asked));
         try_epoch();
       });
}

void partition_state::take_redriven() {
  if (alone_) return;  // what ends the process is looked for among what comes by itself
  if (draining_) to_redrive_.clear();
  for (auto& asked : std::exchange(to_redrive_, {})) {
    if (!letters_.holds(asked.id)) {
      asked.call->say(asked.number, {fate::gone, "it was given again, or dropped for newer ones"});
      continue;
    }
    if (auto refused = redrive(asked); !refused.empty()) {
      asked.call->say(asked.number, {fate::refused, std::move(refused)});
      continue;
    }
    took_ = true;
    letters_.remove(asked.id);
    record_->erase(v1::Row::DEAD_LETTER, to_bytes(asked.id));
    asked.row.clear();
    asked.epoch = record_->epoch();
    redriven_.push_back(std::move(asked));
  }
}

/// Puts what the letter holds into the epoch; otherwise why not.
std::string partition_state::redrive(const asked_letter& asked) {
  const auto letter = codec::decode_dead_letter(asked.row);
  if (!letter) return letter.error().to_string();
  const auto holds = codec::content_of(*letter);
  auto refused = codec::why_not_redriven(holds);
  if (!refused.empty()) return refused;
  const bool delivery = holds == codec::letter_content::delivery;
  refused = delivery ? redrive_delivery(*letter, asked.how) : redrive_input(*letter);
  if (!refused.empty()) return refused;
  parts_.probes
      ->of("beckon_dead_letters_redriven_total", "Dead letters given again, by what they held",
           {{"kind", delivery ? "delivery" : "input"}})
      .add();
  parts_.around.log->write(
      port::log_level::info, name_, "a dead letter is given again",
      {{"id", to_hex(asked.id)}, {"event", letter->event_type}, {"subject", letter->who.id}});
  return {};
}

/// It goes to its session whatever its predicates say: it went there before.
std::string partition_state::redrive_input(const codec::dead_letter_row& letter) {
  const auto input = codec::input_of(letter);
  if (!input) return input.error().to_string();
  const auto name = codec::type_in(input->event);
  const auto type = name ? plan_->events->type(*name) : std::nullopt;
  if (!type) return "the catalogue does not know '" + letter.event_type + "' any more";
  const auto told =
      letter.source == cep::derived_source ? decided_for_each(*plan_, *type) : nullptr;
  if (!epoch::named(*plan_->rules, *type) && !told)
    return "no rule asks for '" + letter.event_type + "' any more";
  auto decoded = codec::decode_event(input->event, *plan_->events);
  if (!decoded) return decoded.error().to_string();
  auto& work = works_[work_of(key_of(letter.who), letter.who)];
  work.inputs.push_back({std::move(*decoded), input->who.roles, doors_.clock(), told});
  work.letters.push_back(codec::encode_redriven(letter.input, input->redriven + 1));
  return {};
}

/// It was decided about; it counts in its subject's ledger again.
std::string partition_state::redrive_delivery(const codec::dead_letter_row& letter,
                                              const delivery::redrive_options& how) {
  auto row = codec::decode_outbox(letter.input);
  if (!row) return row.error().to_string();
  delivery::redrive_terms terms{find_channel(*plan_, row->channel) != nullptr, std::nullopt};
  for (const auto& a : plan_->actions) {
    if (a.id == row->action) terms.lifetime = a.expires_after;
  }
  if (settings().event_time) terms.lifetime = duration::zero();
  auto answer = delivery::redrive(std::move(*row), how, terms, now_);
  if (!answer.entry) return answer.refused;
  auto& entry = *answer.entry;
  entry.order = ++outbox_order_;
  const auto what = request_of(entry);
  const auto now = decision_time(what);
  auto& record = record_->track(v1::TrackRecord::REDRIVEN, what, now);
  record.set_action(entry.action);
  record.set_channel(entry.channel);
  record.set_delivery_id(to_bytes(entry.delivery));
  works_[work_of(key_of(entry.who), entry.who)].reserve.push_back(
      {entry.delivery, entry.action, entry.channel, now});
  record_->put(v1::Row::OUTBOX, codec::outbox_key(entry.order), codec::encode_outbox(entry));
  release_.push_back(std::move(entry));
  ++decided_;
  return {};
}

/// The epoch is durable.
void partition_state::answer_redriven() {
  for (; !redriven_.empty() && redriven_.front().epoch <= epoch_; redriven_.pop_front())
    redriven_.front().call->say(redriven_.front().number, {fate::redriven});
}

}  // namespace beckon::actors
