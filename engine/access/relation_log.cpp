#include "engine/access/relation_log.hpp"

#include <algorithm>

#include "engine/access/subjects.hpp"
#include "engine/base/big_endian.hpp"
#include "engine/base/hash.hpp"

namespace beckon {
namespace {

constexpr char adding = 'a';
constexpr char removing = 'r';
constexpr std::size_t number_size = 8;
constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

/// Sorts as the ids themselves do, and no id's text begins another's.
void append_id(std::string& out, std::string_view id) {
  for (const char c : id) {
    out += c;
    if (c == '\0') out += '\xFF';
  }
  out.append(2, '\0');
}

/// Takes an id off the front. Nullopt: it has no end.
std::optional<std::string> take_id(std::string_view& from) {
  std::string id;
  for (std::size_t i = 0; i + 1 < from.size(); ++i) {
    id += from[i];
    if (from[i] != '\0') continue;
    if (from[++i] == '\xFF') continue;
    if (from[i] != '\0') return std::nullopt;
    id.pop_back();
    from.remove_prefix(i + 1);
    return id;
  }
  return std::nullopt;
}

std::string pair_prefix(const relation_declaration& relation, std::string_view id,
                        std::string_view other) {
  std::string out = side_prefix(relation, id);
  append_id(out, other);
  return out;
}

std::string change_key(const relation_declaration& relation, std::string_view id,
                       std::string_view other, timestamp at) {
  std::string out = pair_prefix(relation, id, other);
  append_number(out, static_cast<std::uint64_t>(to_ms(at)) ^ sign_bit);
  return out;
}

bool holds_at(const stored_change& last, const relation_declaration& relation, timestamp when) {
  return last.adds && (!relation.ttl || when < saturating_add(last.at, *relation.ttl));
}

}  // namespace

std::vector<related_change> changes_of(const event& e, const catalogue& events) {
  std::vector<related_change> out;
  for (const relation_change& c : events.relation_changes(e.type)) {
    std::string member = subject_id_in(e.find(c.member));
    std::string owner = subject_id_in(e.find(c.owner));
    if (member.empty() || owner.empty()) continue;
    out.push_back({c.relation, std::move(member), std::move(owner), e.time, c.adds});
  }
  return out;
}

std::string relation_key(const relation_declaration& relation, const related_change& c) {
  return change_key(relation, c.owner, c.member, c.at);
}

std::string membership_key(const relation_declaration& relation, const related_change& c) {
  return change_key(relation, c.member, c.owner, c.at);
}

std::string change_content(bool adds) {
  return {adds ? adding : removing};
}

std::string relation_prefix(const relation_declaration& relation) {
  std::string out;
  append_number(out, hash_bytes(relation.name).high);
  return out;
}

std::string side_prefix(const relation_declaration& relation, std::string_view id) {
  std::string out = relation_prefix(relation);
  append_id(out, id);
  return out;
}

std::string behind(const relation_declaration& relation, std::string_view id,
                   std::string_view other) {
  return pair_prefix(relation, id, other).append(number_size, '\xFF');
}

std::string_view pair_in(std::string_view key) noexcept {
  return key.substr(0, key.size() - std::min(key.size(), number_size));
}

std::optional<stored_change> read_change(std::string_view key, std::string_view content) {
  if (key.size() < number_size || content.size() != 1) return std::nullopt;
  if (content[0] != adding && content[0] != removing) return std::nullopt;
  key.remove_prefix(number_size);
  auto id = take_id(key);
  auto other = id ? take_id(key) : std::nullopt;
  if (!other || key.size() != number_size) return std::nullopt;
  const auto at = static_cast<std::int64_t>(read_number(key) ^ sign_bit);
  return stored_change{*std::move(id), *std::move(other), from_ms(at), content[0] == adding};
}

// Of a pair the last change up to `when` decides: the pair's first later one, or the first row of
// the next pair, says that it was the last.
related_ids related_at(std::span<const relation_row> rows, const relation_declaration& relation,
                       timestamp when, bool whole) {
  related_ids out;
  std::optional<stored_change> last;  // of the pair under way
  const auto settle = [&] {
    if (last && holds_at(*last, relation, when)) out.ids.push_back(std::move(last->other));
    last.reset();
  };
  std::string_view pair, before;
  for (const auto& [key, content] : rows) {
    if (pair_in(key) != pair) settle();
    pair = pair_in(key);
    out.after = before;
    before = key;
    auto change = read_change(key, content);
    if (change && change->at <= when) last = std::move(change);
  }
  if (rows.empty()) return out;
  const auto end = read_change(rows.back().first, rows.back().second);
  if (!whole && end && end->at <= when) return out;  // the last row is read again
  settle();
  out.after = whole || !end ? rows.back().first : behind(relation, end->id, end->other);
  return out;
}

event removal_event(const catalogue& events, const relation_declaration& relation,
                    const related_change& c, timestamp arrival) {
  event e;
  e.type = *events.type("$unrelation." + relation.name);
  e.time = c.at;
  e.arrival = arrival;
  e.source = "derived";
  e.id = to_hex(hash_builder{}
                    .text(relation.name)
                    .text(c.member)
                    .text(c.owner)
                    .number(static_cast<std::uint64_t>(to_ms(c.at)))
                    .finish());
  e.attributes = {{*events.attribute(relation.member_attribute), c.member},
                  {*events.attribute(relation.owner_attribute), c.owner}};
  if (e.attributes[1].name < e.attributes[0].name) std::swap(e.attributes[0], e.attributes[1]);
  return e;
}

}  // namespace beckon
