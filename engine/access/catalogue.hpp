// The event catalogue: which events exist, their fields and types, and which subjects they concern.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/access/event.hpp"
#include "engine/base/settings.hpp"

namespace beckon {

struct field_declaration {
  std::string name;
  value_type type = value_type::text;
  bool required = false;
};

/// One event type as declared.
struct event_declaration {
  std::string name;
  std::vector<field_declaration> fields;
  /// Attributes naming the subjects, by entity kind, in the declared order: {"user",
  /// {"target_user_id", "user_id"}}.
  std::vector<std::pair<std::string, std::vector<std::string>>> subjects;
  bool background = false;  ///< neither ANY EVENT nor breaks a row
};

/// The attributes that name one kind of subject in an event type, as numbers, in the declared
/// order.
struct subject_attributes {
  std::string kind;
  std::vector<attribute_id> roles;
};

/// One entity ("user", "item", …) with the attribute that is its id and its profile's fields.
struct entity_declaration {
  std::string name;
  std::string id_attribute;
  std::vector<field_declaration> fields;
};

/// Immutable once built; shared by everything that judges under one plan.
class catalogue {
 public:
  /// Checks and numbers the declarations. `user` (id attribute `user_id`) and `$user` are always
  /// there.
  static result<std::shared_ptr<const catalogue>> build(std::vector<entity_declaration> entities,
                                                        std::vector<event_declaration> events);

  std::optional<event_type_id> type(std::string_view name) const noexcept;
  std::string_view name(event_type_id type) const noexcept;
  const event_declaration& declaration(event_type_id type) const noexcept;
  std::size_t type_count() const noexcept { return types_.size(); }

  std::optional<attribute_id> attribute(std::string_view name) const noexcept;
  std::string_view name(attribute_id attribute) const noexcept;
  std::size_t attribute_count() const noexcept { return attribute_names_.size(); }

  /// The declared type of `attribute` in events of `type`; nullopt where that type lacks it.
  std::optional<value_type> attribute_type_in(event_type_id type,
                                              attribute_id attribute) const noexcept;

  /// Every attribute of `type` with its type; sorted. None for `$user`, whose fields have no
  /// numbers.
  const std::vector<std::pair<attribute_id, value_type>>& attributes(
      event_type_id type) const noexcept;
  /// What an event of `type` must carry; sorted. None for `$user`, whose fields have no numbers.
  const std::vector<attribute_id>& required(event_type_id type) const noexcept;
  /// `declaration(type).subjects` in numbers. None for `$user`.
  const std::vector<subject_attributes>& subjects(event_type_id type) const noexcept;

  const entity_declaration* entity(std::string_view name) const noexcept;
  std::vector<std::string> type_names() const;  ///< declared ones, for "did you mean"

 private:
  struct transparent_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const noexcept {
      return std::hash<std::string_view>{}(s);
    }
  };
  template <class T>
  using by_name = std::unordered_map<std::string, T, transparent_hash, std::equal_to<>>;

  result<void> number_type(std::size_t type);

  std::vector<event_declaration> types_;
  std::vector<std::vector<std::pair<attribute_id, value_type>>>
      type_attributes_;                                         // per type, sorted by id
  std::vector<std::vector<attribute_id>> type_required_;        // per type, sorted
  std::vector<std::vector<subject_attributes>> type_subjects_;  // per type
  std::vector<entity_declaration> entities_;
  std::vector<std::string> attribute_names_;
  by_name<event_type_id> type_ids_;
  by_name<attribute_id> attribute_ids_;
};

}  // namespace beckon
