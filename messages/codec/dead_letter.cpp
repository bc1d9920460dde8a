#include "messages/codec/dead_letter.hpp"

#include "messages/codec/envelope.hpp"

namespace beckon::codec {

letter_content content_of(const dead_letter_row& letter) {
  if (letter.event_type.starts_with("$delivery ")) return letter_content::delivery;
  if (letter.event_type.starts_with("$decision ")) return letter_content::decision;
  if (letter.event_type == "$state") return letter_content::state;
  return input_of(letter) ? letter_content::input : letter_content::bytes;
}

std::uint32_t times_redriven(const dead_letter_row& letter) {
  if (content_of(letter) == letter_content::delivery) {
    const auto row = decode_outbox(letter.input);
    return row ? row->redriven : 0;
  }
  const auto entry = decode_entry(letter.input);
  return entry ? entry->redriven : 0;
}

std::string why_not_redriven(letter_content holds) {
  switch (holds) {
    case letter_content::decision:
      return "a rule or filter failed on a decision, which was an error for good: correct what its "
             "actor names; the next event is decided again";
    case letter_content::state:
      return "it is a subject's state, not an input: the subject has begun anew without it. "
             "Correct "
             "the rule its reason names; send events that must count again under new ids";
    case letter_content::bytes:
      return "it is no event of one subject: whoever put it on the bus must send it again";
    case letter_content::input:
    case letter_content::delivery:
      break;
  }
  return {};
}

result<letter_input> input_of(const dead_letter_row& letter) {
  const auto entry = decode_entry(letter.input);
  if (!entry) return entry.error();
  for (const auto encoded : entry->subjects) {
    auto who = decode_subject(encoded);
    if (who && who->who == letter.who)
      return letter_input{entry->event, *std::move(who), entry->redriven};
  }
  return error{errc::corrupt, "the entry does not name " + letter.who.kind + ":" + letter.who.id};
}

}  // namespace beckon::codec
