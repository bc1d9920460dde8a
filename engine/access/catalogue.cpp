#include "engine/access/catalogue.hpp"

#include <algorithm>
#include <iterator>

#include "engine/access/catalogue_built_in.hpp"
#include "engine/access/catalogue_check.hpp"

namespace beckon {
namespace {

constexpr std::size_t most_attributes = 0xFFF0;  // above are the attributes every event has

/// `user` first where nobody declared it.
void complete_user(std::vector<entity_declaration>& entities) {
  const auto user = std::find_if(entities.begin(), entities.end(),
                                 [](const entity_declaration& e) { return e.name == "user"; });
  if (user == entities.end()) {
    entities.insert(entities.begin(), entity_declaration{"user", "user_id", {}});
  } else if (user->id_attribute.empty()) {
    user->id_attribute = "user_id";
  }
}

bool is_one_of(std::string_view name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

result<std::shared_ptr<const catalogue>> catalogue::build(
    std::vector<entity_declaration> entities, std::vector<event_declaration> events,
    std::vector<relation_declaration> relations) {
  complete_user(entities);
  if (auto checked = check_entities(entities); !checked) return checked.error();
  const std::size_t declared = events.size();
  complete_tracking_steps(events, entities);
  if (auto checked = check_events(events, entities); !checked) return checked.error();
  if (auto checked = check_relations(relations, entities, {events.data(), declared}); !checked) {
    return checked.error();
  }
  auto built = std::make_shared<catalogue>();
  built->entities_ = std::move(entities);
  built->relations_ = std::move(relations);
  for (event_declaration& row : rows_of_tables(built->entities_, built->relations_)) {
    events.insert(row.name == "$user" ? events.begin() : events.end(), std::move(row));
  }
  if (auto numbered = built->number_types(std::move(events)); !numbered) return numbered.error();
  return std::shared_ptr<const catalogue>(std::move(built));
}

result<std::shared_ptr<const catalogue>> catalogue::extend(const catalogue& base,
                                                           std::vector<event_declaration> derived) {
  for (event_declaration& d : derived) {
    d.derived = true;
    if (!base.type(d.name)) continue;
    return error{errc::invalid, "the catalogue declares an event of this name already",
                 "event '" + d.name + "'"};
  }
  if (auto checked = check_events(derived, base.entities_); !checked) return checked.error();
  auto built = std::make_shared<catalogue>(base);
  if (auto numbered = built->number_types(std::move(derived)); !numbered) return numbered.error();
  return std::shared_ptr<const catalogue>(std::move(built));
}

result<void> catalogue::number_types(std::vector<event_declaration> added) {
  const std::size_t before = types_.size();
  std::move(added.begin(), added.end(), std::back_inserter(types_));
  type_attributes_.resize(types_.size());
  type_required_.resize(types_.size());
  type_subjects_.resize(types_.size());
  type_changes_.resize(types_.size());
  type_attachments_.resize(types_.size());
  for (std::size_t i = before; i < types_.size(); ++i) {
    type_ids_.emplace(types_[i].name, static_cast<event_type_id>(i));
    // The fields of an entity's row have names only: a new one needs no new catalogue.
    if (row_of(static_cast<event_type_id>(i)) != nullptr) continue;
    if (auto numbered = number_type(i); !numbered) return numbered;
    note_relations(i);
  }
  return {};
}

result<attribute_id> catalogue::number_attribute(const std::string& name) {
  const auto next = static_cast<attribute_id>(attribute_names_.size());
  const auto [at, is_new] = attribute_ids_.emplace(name, next);
  if (is_new) attribute_names_.push_back(name);
  if (attribute_names_.size() > most_attributes) {
    return error{errc::invalid,
                 "more than " + std::to_string(most_attributes) + " different fields", "events"};
  }
  return at->second;
}

result<void> catalogue::number_type(std::size_t type) {
  const event_declaration& declared = types_[type];
  auto& own = type_attributes_[type];
  for (const field_declaration& f : declared.fields) {
    const auto id = number_attribute(f.name);
    if (!id) return id.error();
    own.emplace_back(*id, f.type);
    if (f.required) type_required_[type].push_back(*id);
  }
  if (auto attached = attach(type); !attached) return attached;
  std::sort(own.begin(), own.end());
  std::sort(type_required_[type].begin(), type_required_[type].end());
  for (const auto& [kind, roles] : declared.subjects) {
    subject_attributes numbered{kind, {}};
    for (const std::string& role : roles) {
      numbered.roles.push_back(attribute_ids_.find(role)->second);
    }
    type_subjects_[type].push_back(std::move(numbered));
  }
  return {};
}

/// What the event carries of the rows of the entities it names.
result<void> catalogue::attach(std::size_t type) {
  const event_declaration& declared = types_[type];
  if (declared.name.starts_with('$')) return {};
  for (const entity_declaration& e : entities_) {
    const field_declaration* id = find_declared(declared.fields, e.id_attribute);
    if (e.name == "user" || id == nullptr || e.fields.empty()) continue;
    attachment made{e.name, attribute_ids_.find(e.id_attribute)->second, {}};
    for (const field_declaration& f : e.fields) {
      const std::string name = e.name + "." + f.name;
      if (find_declared(declared.fields, name) != nullptr) {
        return error{errc::invalid,
                     "field '" + name + "' is set from the " + e.name +
                         "'s own row, because this event names one by '" + e.id_attribute +
                         "': leave it out",
                     "event '" + declared.name + "'"};
      }
      const auto numbered = number_attribute(name);
      if (!numbered) return numbered.error();
      type_attributes_[type].emplace_back(*numbered, f.type);
      made.fields.emplace_back(f.name, *numbered);
    }
    type_attachments_[type].push_back(std::move(made));
  }
  return {};
}

void catalogue::note_relations(std::size_t type) {
  const std::string& name = types_[type].name;
  for (std::size_t i = 0; i < relations_.size(); ++i) {
    const relation_declaration& r = relations_[i];
    const bool adds = is_one_of(name, r.added_by) || name == "$relation." + r.name;
    const bool removes = is_one_of(name, r.removed_by) || name == "$unrelation." + r.name;
    if (!adds && !removes) continue;
    type_changes_[type].push_back({i, adds, attribute_ids_.find(r.member_attribute)->second,
                                   attribute_ids_.find(r.owner_attribute)->second});
  }
}

std::optional<event_type_id> catalogue::type(std::string_view name) const noexcept {
  const auto at = type_ids_.find(name);
  return at == type_ids_.end() ? std::nullopt : std::optional(at->second);
}

std::string_view catalogue::name(event_type_id type) const noexcept {
  return declaration(type).name;
}

const event_declaration& catalogue::declaration(event_type_id type) const noexcept {
  return types_[static_cast<std::size_t>(type)];
}

std::optional<attribute_id> catalogue::attribute(std::string_view name) const noexcept {
  const auto at = attribute_ids_.find(name);
  return at == attribute_ids_.end() ? std::nullopt : std::optional(at->second);
}

std::string_view catalogue::name(attribute_id attribute) const noexcept {
  return attribute_names_[static_cast<std::size_t>(attribute)];
}

std::optional<value_type> catalogue::attribute_type_in(event_type_id type,
                                                       attribute_id attribute) const noexcept {
  const auto& own = type_attributes_[static_cast<std::size_t>(type)];
  const auto at = std::lower_bound(own.begin(), own.end(), attribute,
                                   [](const auto& pair, attribute_id a) { return pair.first < a; });
  return at == own.end() || at->first != attribute ? std::nullopt : std::optional(at->second);
}

const std::vector<std::pair<attribute_id, value_type>>& catalogue::attributes(
    event_type_id type) const noexcept {
  return type_attributes_[static_cast<std::size_t>(type)];
}

const std::vector<attribute_id>& catalogue::required(event_type_id type) const noexcept {
  return type_required_[static_cast<std::size_t>(type)];
}

const std::vector<subject_attributes>& catalogue::subjects(event_type_id type) const noexcept {
  return type_subjects_[static_cast<std::size_t>(type)];
}

bool catalogue::is_row(event_type_id type) const noexcept {
  return declaration(type).name.starts_with('$');
}

const entity_declaration* catalogue::row_of(event_type_id type) const noexcept {
  const std::string_view of = name(type);
  return of.starts_with('$') ? entity(of.substr(1)) : nullptr;
}

const std::vector<relation_change>& catalogue::relation_changes(event_type_id type) const noexcept {
  return type_changes_[static_cast<std::size_t>(type)];
}

const std::vector<attachment>& catalogue::attachments(event_type_id type) const noexcept {
  return type_attachments_[static_cast<std::size_t>(type)];
}

bool catalogue::is_attached(event_type_id type, attribute_id attribute) const noexcept {
  for (const attachment& a : attachments(type)) {
    for (const auto& [field, id] : a.fields) {
      if (id == attribute) return true;
    }
  }
  return false;
}

const entity_declaration* catalogue::entity(std::string_view name) const noexcept {
  const auto at = std::find_if(entities_.begin(), entities_.end(),
                               [name](const entity_declaration& e) { return e.name == name; });
  return at == entities_.end() ? nullptr : &*at;
}

const relation_declaration* catalogue::relation(std::string_view name) const noexcept {
  const auto at = std::find_if(relations_.begin(), relations_.end(),
                               [name](const relation_declaration& r) { return r.name == name; });
  return at == relations_.end() ? nullptr : &*at;
}

std::vector<std::string> catalogue::type_names() const {
  std::vector<std::string> names;
  for (const event_declaration& e : types_) {
    if (!e.name.starts_with('$')) names.push_back(e.name);
  }
  return names;
}

}  // namespace beckon
