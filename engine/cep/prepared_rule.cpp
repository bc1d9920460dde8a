#include "engine/cep/prepared_rule.hpp"

#include <algorithm>
#include <charconv>

#include "engine/base/hash.hpp"

namespace beckon::cep {
namespace {

std::uint32_t short_hash(const hash_builder& parts) {
  return static_cast<std::uint32_t>(parts.finish().low);
}

std::string_view name_of(attribute_id attribute, const catalogue& events) {
  const std::string_view own = own_attribute_name(attribute);
  return own.empty() ? events.name(attribute) : own;
}

bool is_own(attribute_id attribute) noexcept {
  return attribute >= attribute_event_id;
}

}  // namespace

interest_bits type_bit(std::string_view type_name) noexcept {
  return interest_bits{1} << (hash_bytes(type_name).low % 63);
}

std::uint64_t name_hash_of(std::string_view rule_name) noexcept {
  return hash_bytes(rule_name).low & 0xFFFF'FFFF'FFFF;
}

std::uint32_t version_number(std::string_view version) noexcept {
  std::uint32_t number = 0;
  const char* end = version.data() + version.size();
  const auto read = std::from_chars(version.data(), end, number, 16);
  return read.ec == std::errc{} && read.ptr == end ? number : 0;
}

prepared_rule::prepared_rule(std::shared_ptr<const language::checked_rule> rule,
                             const catalogue& events, const known_past& known, role as)
    : rule_(std::move(rule)),
      name_hash_(name_hash_of(rule_->name)),
      version_(version_number(rule_->version)) {
  habits_.drains = as == role::drains;
  const language::step& first = std::get<language::step>(rule_->clauses.front());
  window_ = first.within && rule_->all_within ? std::min(first.within, rule_->all_within)
                                              : (first.within ? first.within : rule_->all_within);
  habits_.keyed = !rule_->same.empty();
  habits_.keep_first = rule_->keep_first;
  habits_.all_within = rule_->all_within;
  if (rule_->active) habits_.active_from = rule_->active->from;
  if (rule_->active) habits_.active_to = rule_->active->to;
  add_positions(events);
  add_captures(events);
  add_guards(known);
  mark_many();
  note_interest(events);
}

void prepared_rule::add_positions(const catalogue& events) {
  hash_builder same;
  for (const attribute_id a : rule_->same) same.text(name_of(a, events));
  const std::uint64_t same_hash = same.finish().low;
  std::vector<std::uint64_t> seen;
  for (const language::clause& c : rule_->clauses) {
    position p;
    p.step = std::get_if<language::step>(&c);
    p.wait = std::get_if<language::wait>(&c);
    const std::uint64_t structure = p.step != nullptr ? p.step->structure : p.wait->structure;
    const auto repetition = std::count(seen.begin(), seen.end(), structure);
    seen.push_back(structure);
    p.id = short_hash(hash_builder().number(structure).number(same_hash).number(
        static_cast<std::uint64_t>(repetition)));
    if (p.step != nullptr) p.within = p.step->within;
    if (p.step != nullptr) prepare_counting(p, positions_.empty());
    for (const attribute_id kept : p.counts.kept)
      p.kept_ids.push_back(short_hash(hash_builder().text(name_of(kept, events))));
    positions_.push_back(std::move(p));
  }
}

void prepared_rule::prepare_counting(position& p, bool first) {
  const language::step& s = *p.step;
  const auto clause = positions_.size();
  counting& c = p.counts;
  c.how = s.how;
  if (s.how == language::quantity::times || s.how == language::quantity::different)
    c.needs = std::max(1U, s.count);
  c.different = s.different;
  c.summed = s.summed;
  c.above = s.sum_op == language::operation::greater;
  c.threshold = decimal::of(s.threshold).value_or(decimal());
  c.also = s.also;
  const auto keep = [&c](attribute_id a) {
    if (std::find(c.kept.begin(), c.kept.end(), a) == c.kept.end()) c.kept.push_back(a);
  };
  if (s.also) keep(s.also->attribute);
  bool distinct = false;
  for (const language::capture& taken : rule_->captures) {
    const bool of_entries = taken.clause == clause && taken.what != language::taken::attribute &&
                            taken.what != language::taken::count &&
                            taken.what != language::taken::until;
    if (of_entries) keep(taken.attribute);
    distinct |= of_entries && taken.what == language::taken::distinct;
  }
  const bool sums = s.how == language::quantity::sum;
  // Behind NEXT it matters whether counting has begun, even where one entry is enough but for AND.
  c.remembers = sums || c.needs > 1 || (s.next && s.also);
  c.running = sums && !distinct && (!first || !window_);
  c.timed = first && !c.running;
}

namespace {

bool is_aggregate(language::taken what) noexcept {
  return what != language::taken::attribute && what != language::taken::until;
}

}  // namespace

void prepared_rule::add_captures(const catalogue& events) {
  for (std::size_t slot = 0; slot < rule_->captures.size(); ++slot) {
    const language::capture& c = rule_->captures[slot];
    position& p = positions_[c.clause];
    const bool named = c.what != language::taken::count && c.what != language::taken::until;
    slot_ids_.push_back(
        short_hash(hash_builder()
                       .number(p.id)
                       .text(named ? name_of(c.attribute, events) : std::string_view())
                       .number(static_cast<std::uint64_t>(c.what) +
                               (c.what == language::taken::until ? 16 + p.untils.size() : 0))));
    if (c.what == language::taken::until) {
      p.untils.push_back({slot, c.content.get()});
      continue;
    }
    taken_slot taken{slot, c.what, c.attribute};
    if (is_aggregate(c.what) && named) {
      const auto& kept = p.counts.kept;
      const auto at = std::find(kept.begin(), kept.end(), c.attribute);
      taken.kept = static_cast<std::size_t>(at - kept.begin());
      taken.whole = c.whole;
    }
    p.takes.push_back(taken);
  }
}

void prepared_rule::add_guards(const known_past& known) {
  for (std::size_t at = 0; at < positions_.size(); ++at) {
    const language::step* s = positions_[at].step;
    if (s == nullptr) continue;
    for (const language::look_back& l : s->look_backs) {
      if (drains() && at == 0) break;
      watched_past past{&l, short_hash(hash_builder().number(l.structure))};
      if (const auto since = known.find(past_name(rule_->name, l)); since != known.end())
        past.known_since = since->second;
      positions_[at].look_backs.push_back(look_backs_.size());
      look_backs_.push_back(past);
    }
    for (const language::interruption& i : s->interruptions)
      interruptions_.push_back({&i.pattern, i.from, at});
  }
}

std::vector<const language::event_pattern*> prepared_rule::creating() const {
  if (drains()) return {};
  std::vector<const language::event_pattern*> made{&positions_[0].step->pattern};
  for (const watched_past& past : look_backs_) made.push_back(&past.what->pattern);
  return made;
}

// From the first counting step after THEN on, and everywhere when a later WHERE or an UNLESS
// compares with captured values, an older run may match what a newer one cannot. A wait keeps the
// latest anchor by definition.
void prepared_rule::mark_many() {
  bool many = std::any_of(rule_->unless.begin(), rule_->unless.end(),
                          [](const auto& u) { return u.where_uses_captures; }) ||
              std::any_of(interruptions_.begin(), interruptions_.end(),
                          [](const auto& i) { return i.pattern->where_uses_captures; });
  for (const position& p : positions_) {
    many |= p.step != nullptr ? p.step->pattern.where_uses_captures
                              : p.wait->cancelled_by.where_uses_captures;
  }
  for (std::size_t at = 1; at < positions_.size(); ++at) {
    position& p = positions_[at];
    many |= p.counts.remembers;
    p.many = many && p.step != nullptr;
  }
}

void prepared_rule::note_interest(const catalogue& events) {
  const auto bits_of = [&](const language::event_pattern& p) {
    interest_bits bits = p.any ? any_bit : 0;
    for (const event_type_id type : p.types) bits |= type_bit(events.name(type));
    return bits;
  };
  const auto note = [&](const language::event_pattern& p) { habits_.later_types |= bits_of(p); };
  for (std::size_t at = 0; at < positions_.size(); ++at) {
    const position& p = positions_[at];
    if (at > 0) note(p.step != nullptr ? p.step->pattern : p.wait->cancelled_by);
    habits_.has_row |= p.step != nullptr && (at > 0 || !drains()) &&
                       (p.step->next || (p.step->in_a_row && p.counts.remembers));
  }
  for (const language::event_pattern& p : rule_->unless) note(p);
  for (const interruption_span& i : interruptions_) note(*i.pattern);
  // No index knows the look-backs of a version that drains.
  for (const watched_past& past : look_backs_) {
    if (drains()) note(past.what->pattern);
  }
  habits_.types = habits_.later_types | (habits_.has_row ? any_bit : 0);
  for (const language::event_pattern* p : creating()) habits_.types |= bits_of(*p);
}

std::size_t prepared_rule::position_of(std::uint32_t id) const noexcept {
  for (std::size_t at = 1; at < positions_.size(); ++at) {
    if (positions_[at].id == id) return at;
  }
  return 0;
}

bool prepared_rule::names(const language::event_pattern& p, event_type_id type,
                          bool ordinary) noexcept {
  return p.any ? ordinary : std::binary_search(p.types.begin(), p.types.end(), type);
}

bool prepared_rule::watches(const event_declaration& type,
                            const std::vector<std::string>& roles) const noexcept {
  if (roles.empty()) return true;
  const auto kind = std::find_if(type.subjects.begin(), type.subjects.end(),
                                 [&](const auto& s) { return s.first == rule_->subject_kind; });
  if (kind == type.subjects.end() || kind->second.empty()) return true;
  const auto& declared = kind->second;
  const bool by = std::find(declared.begin(), declared.end(), rule_->subject_by) != declared.end();
  const std::string& wanted = by ? rule_->subject_by : declared.front();
  return std::find(roles.begin(), roles.end(), wanted) != roles.end();
}

bool prepared_rule::is_keyless(event_type_id type, const catalogue& events) const noexcept {
  return std::any_of(rule_->same.begin(), rule_->same.end(), [&](attribute_id a) {
    return !is_own(a) && !events.attribute_type_in(type, a);
  });
}

}  // namespace beckon::cep
