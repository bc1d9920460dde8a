#include "engine/access/subjects.hpp"

#include <algorithm>

namespace beckon {
namespace {

/// The id a role's content gives; empty: nobody.
std::string id_in(const value* content) {
  if (content == nullptr) return {};
  if (const std::string* text = content->as_text()) return *text;
  if (const std::int64_t* number = content->as_integer()) return std::to_string(*number);
  return {};
}

void add(std::vector<concerned_subject>& to, const std::string& kind, std::string id,
         std::string_view role) {
  if (id.empty()) return;
  const auto known = std::find_if(to.begin(), to.end(), [&](const concerned_subject& s) {
    return s.who.id == id && s.who.kind == kind;
  });
  if (known != to.end()) {
    known->roles.emplace_back(role);
  } else {
    to.push_back({{kind, std::move(id)}, {std::string(role)}});
  }
}

}  // namespace

std::vector<concerned_subject> subjects_of(const event& e, const catalogue& catalogue) {
  std::vector<concerned_subject> out;
  if (e.type == type_profile_row) {
    const std::string& id = catalogue.entity("user")->id_attribute;
    add(out, "user", id_in(find_field(e.extra, id)), id);
    return out;
  }
  for (const subject_attributes& of_kind : catalogue.subjects(e.type)) {
    for (const attribute_id role : of_kind.roles) {
      add(out, of_kind.kind, id_in(e.find(role)), catalogue.name(role));
    }
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
