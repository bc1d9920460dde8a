#include "engine/access/catalogue.hpp"

#include <algorithm>
#include <iterator>

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

event_declaration profile_row(const entity_declaration& user) {
  event_declaration row{"$user", {{user.id_attribute, value_type::text, true}}, {}, true};
  for (const field_declaration& f : user.fields) {
    if (f.name == user.id_attribute) {
      row.fields.front().type = f.type;
    } else {
      row.fields.push_back(f);
    }
  }
  row.subjects.push_back({"user", {user.id_attribute}});
  return row;
}

}  // namespace

result<std::shared_ptr<const catalogue>> catalogue::build(std::vector<entity_declaration> entities,
                                                          std::vector<event_declaration> events) {
  complete_user(entities);
  if (auto checked = check_entities(entities); !checked) return checked.error();
  if (auto checked = check_events(events, entities); !checked) return checked.error();

  auto built = std::make_shared<catalogue>();
  built->entities_ = std::move(entities);
  built->types_.push_back(profile_row(*built->entity("user")));
  std::move(events.begin(), events.end(), std::back_inserter(built->types_));
  built->type_attributes_.resize(built->types_.size());
  built->type_required_.resize(built->types_.size());
  built->type_subjects_.resize(built->types_.size());
  built->type_ids_.emplace(built->types_.front().name, type_profile_row);
  for (std::size_t i = 1; i < built->types_.size(); ++i) {
    if (auto numbered = built->number_type(i); !numbered) return numbered.error();
  }
  return std::shared_ptr<const catalogue>(std::move(built));
}

result<void> catalogue::number_type(std::size_t type) {
  const event_declaration& declared = types_[type];
  type_ids_.emplace(declared.name, static_cast<event_type_id>(type));
  auto& own = type_attributes_[type];
  for (const field_declaration& f : declared.fields) {
    const auto next = static_cast<attribute_id>(attribute_names_.size());
    const auto [at, is_new] = attribute_ids_.emplace(f.name, next);
    if (is_new) attribute_names_.push_back(f.name);
    if (attribute_names_.size() > most_attributes) {
      return error{errc::invalid,
                   "more than " + std::to_string(most_attributes) + " different fields", "events"};
    }
    own.emplace_back(at->second, f.type);
    if (f.required) type_required_[type].push_back(at->second);
  }
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

const entity_declaration* catalogue::entity(std::string_view name) const noexcept {
  const auto at = std::find_if(entities_.begin(), entities_.end(),
                               [name](const entity_declaration& e) { return e.name == name; });
  return at == entities_.end() ? nullptr : &*at;
}

std::vector<std::string> catalogue::type_names() const {
  std::vector<std::string> names;
  for (std::size_t i = 1; i < types_.size(); ++i) names.push_back(types_[i].name);
  return names;
}

}  // namespace beckon
