#include "engine/access/subjects.hpp"

#include <algorithm>

#include "engine/access/relation_log.hpp"

namespace beckon {
namespace {

/// The first `used` of the list are this event's; the others keep their room until they are.
void add(std::vector<concerned_subject>& to, std::size_t& used, const std::string& kind,
         const value* content, std::string_view role) {
  std::string id = subject_id_in(content);
  if (id.empty()) return;
  for (std::size_t i = 0; i < used; ++i) {
    if (to[i].who.id != id || to[i].who.kind != kind) continue;
    to[i].roles.emplace_back(role);
    return;
  }
  if (used == to.size()) to.emplace_back();
  concerned_subject& s = to[used++];
  s.who.kind = kind;
  s.who.id = std::move(id);
  s.roles.resize(1);
  s.roles.front() = role;
}

void add_silent(std::vector<concerned_subject>& to, subject who) {
  const bool known =
      std::any_of(to.begin(), to.end(), [&](const concerned_subject& s) { return s.who == who; });
  if (!known) to.push_back({std::move(who), {}});
}

}  // namespace

std::string subject_id_in(const value* content) {
  if (content == nullptr) return {};
  if (const std::string* text = content->as_text()) return *text;
  if (const std::int64_t* number = content->as_integer()) return std::to_string(*number);
  return {};
}

std::vector<concerned_subject> subjects_of(const event& e, const catalogue& catalogue) {
  std::vector<concerned_subject> out;
  find_subjects(e, catalogue, out);
  return out;
}

void find_subjects(const event& e, const catalogue& catalogue,
                   std::vector<concerned_subject>& into) {
  std::size_t used = 0;
  if (const entity_declaration* of = catalogue.row_of(e.type)) {
    add(into, used, of->name, find_field(e.extra, of->id_attribute), of->id_attribute);
  } else {
    for (const subject_attributes& of_kind : catalogue.subjects(e.type)) {
      for (const attribute_id role : of_kind.roles)
        add(into, used, of_kind.kind, e.find(role), catalogue.name(role));
    }
  }
  into.resize(used);
}

std::vector<concerned_subject> queue_subjects(const event& e, const catalogue& catalogue) {
  std::vector<concerned_subject> out = subjects_of(e, catalogue);
  for (related_change& c : changes_of(e, catalogue)) {
    const relation_declaration& r = catalogue.relations()[c.relation];
    add_silent(out, {r.member_kind, std::move(c.member)});
    add_silent(out, {r.owner_kind, std::move(c.owner)});
  }
  return out;
}

std::vector<partition_share> split_by_partition(std::vector<concerned_subject> subjects,
                                                std::uint32_t partitions) {
  std::vector<partition_share> out;
  for (concerned_subject& s : subjects) {
    const std::uint32_t p = partition_of(key_of(s.who), partitions);
    auto at = std::lower_bound(out.begin(), out.end(), p, [](const partition_share& share, auto n) {
      return share.partition < n;
    });
    if (at == out.end() || at->partition != p) at = out.insert(at, {p, {}});
    at->subjects.push_back(std::move(s));
  }
  return out;
}

}  // namespace beckon
