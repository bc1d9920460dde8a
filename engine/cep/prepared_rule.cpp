#include "engine/cep/prepared_rule.hpp"

#include <algorithm>
#include <array>

#include "engine/base/hash.hpp"

namespace beckon::cep {
namespace {

constexpr std::array<std::string_view, 6> tracking_steps = {
    "outreach_sent",    "outreach_delivered", "outreach_opened",
    "outreach_clicked", "outreach_converted", "outreach_failed"};

std::uint32_t short_hash(const hash_builder& parts) {
  return static_cast<std::uint32_t>(parts.finish().low);
}

std::string_view name_of(attribute_id attribute, const catalogue& events) {
  switch (attribute) {
    case attribute_time:
      return "event.time";
    case attribute_type:
      return "event.type";
    case attribute_source:
      return "event.source";
    case attribute_event_id:
      return "event.id";
    default:
      return events.name(attribute);
  }
}

bool is_own(attribute_id attribute) noexcept {
  return attribute >= attribute_event_id;
}

}  // namespace

interest_bits type_bit(std::string_view type_name) noexcept {
  return interest_bits{1} << (hash_bytes(type_name).low % 63);
}

bool is_ordinary(const event_declaration& type) noexcept {
  return !type.background && !type.name.starts_with('$') &&
         std::find(tracking_steps.begin(), tracking_steps.end(), type.name) == tracking_steps.end();
}

prepared_rule::prepared_rule(std::shared_ptr<const language::checked_rule> rule,
                             const catalogue& events)
    : rule_(std::move(rule)), name_hash_(hash_bytes(rule_->name).low) {
  add_positions(events);
  mark_many();
  note_interest(events);
  const std::optional<duration> within = positions_.empty() || positions_[0].step == nullptr
                                             ? std::nullopt
                                             : positions_[0].step->within;
  window_ = within && rule_->all_within ? std::min(within, rule_->all_within)
                                        : (within ? within : rule_->all_within);
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
    if (p.step != nullptr && p.step->how != language::quantity::one)
      p.needs = std::max(1U, p.step->count);
    positions_.push_back(std::move(p));
  }
  for (std::size_t slot = 0; slot < rule_->captures.size(); ++slot) {
    const language::capture& c = rule_->captures[slot];
    slot_ids_.push_back(short_hash(
        hash_builder().number(positions_[c.clause].id).text(name_of(c.attribute, events))));
    positions_[c.clause].captures.push_back({slot, c.attribute});
  }
}

// From the first counting step after THEN on, and everywhere when a later WHERE or an UNLESS
// compares with captured values, an older run may match what a newer one cannot. A wait keeps the
// latest anchor by definition.
void prepared_rule::mark_many() {
  bool many = std::any_of(rule_->unless.begin(), rule_->unless.end(),
                          [](const auto& u) { return u.where_uses_captures; });
  for (const position& p : positions_) {
    many |= p.step != nullptr ? p.step->pattern.where_uses_captures
                              : p.wait->cancelled_by.where_uses_captures;
  }
  for (std::size_t at = 1; at < positions_.size(); ++at) {
    position& p = positions_[at];
    many |= p.needs > 1;
    p.many = many && p.step != nullptr;
  }
}

void prepared_rule::note_interest(const catalogue& events) {
  const auto note = [&](const language::event_pattern& p) {
    if (p.any) later_types_ |= any_bit;
    for (const event_type_id type : p.types) later_types_ |= type_bit(events.name(type));
  };
  for (std::size_t at = 0; at < positions_.size(); ++at) {
    const position& p = positions_[at];
    if (at > 0) note(p.step != nullptr ? p.step->pattern : p.wait->cancelled_by);
    has_row_ |= p.step != nullptr && p.step->in_a_row && p.needs > 1;
  }
  for (const language::event_pattern& p : rule_->unless) note(p);
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
