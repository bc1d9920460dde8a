// The event catalogue: which events exist, their fields and types, and which subjects they concern.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/access/event.hpp"
#include "engine/base/settings.hpp"
#include "engine/base/time.hpp"

namespace beckon {

struct field_declaration {
  std::string name;
  value_type type = value_type::text;
  bool required = false;
};

/// One event type: declared, or from the catalogue itself.
struct event_declaration {
  std::string name;
  std::vector<field_declaration> fields;
  /// Attributes naming the subjects, by entity kind, in the declared order: {"user",
  /// {"target_user_id", "user_id"}}.
  std::vector<std::pair<std::string, std::vector<std::string>>> subjects;
  bool background = false;                 ///< neither ANY EVENT nor breaks a row
  bool derived = false;                    ///< made by a TO EACH rule of this name: neither, too
  std::optional<duration> retention = {};  ///< bounds steps that nothing else bounds
  bool built_in = false;  ///< a row of a table or a tracking step that nobody declared
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

/// A relation between two kinds of subjects, as `favorite(user_id, item_id)`: a member (the user)
/// of an owner (the item). A TO EACH rule about owners reaches its members.
struct relation_declaration {
  std::string name;
  std::string member_kind, member_attribute;
  std::string owner_kind, owner_attribute;
  std::vector<std::string> added_by;    ///< event types with both attributes
  std::vector<std::string> removed_by;  ///< may be empty
  std::size_t most_per_member = 1000;   ///< beyond it the member's oldest goes
  std::size_t most_per_owner = 10'000'000;
  std::optional<duration> ttl = {};  ///< from the event that added it
};

/// What Beckon itself says of an action's way, as events of the user: in every catalogue, with the
/// attributes action, rule, task, material, channel and delivery_id unless declared otherwise.
inline constexpr std::array<std::string_view, 6> tracking_steps = {
    "outreach_sent",    "outreach_delivered", "outreach_opened",
    "outreach_clicked", "outreach_converted", "outreach_failed"};

/// What an event type does to a relation: its events add or remove the row they name.
struct relation_change {
  std::size_t relation = 0;  ///< of `catalogue::relations()`
  bool adds = true;
  attribute_id member{};
  attribute_id owner{};
};

/// What events of a type carry of an entity's row: as attributes "item.title", by the entity's id.
struct attachment {
  std::string kind;
  attribute_id id{};  ///< the event's attribute that names the entity
  std::vector<std::pair<std::string, attribute_id>> fields;  ///< the row's field → the attribute
};

/// Immutable once built; shared by everything that judges under one plan.
///
/// Numbers: 0 is `$user`, then the declared events in their order, then what every catalogue has
/// (tracking steps, rows `$item`, `$relation.NAME`, `$unrelation.NAME`), then derived events.
class catalogue {
 public:
  /// Checks and numbers the declarations. `user` (id attribute `user_id`) and `$user` are always
  /// there, and so are the tracking steps: of one declared by hand the missing fields are added.
  static result<std::shared_ptr<const catalogue>> build(
      std::vector<entity_declaration> entities, std::vector<event_declaration> events,
      std::vector<relation_declaration> relations = {});

  /// `base` with derived events behind it: what `base` numbers keeps its number. Their fields may
  /// have the type `null`: any.
  static result<std::shared_ptr<const catalogue>> extend(const catalogue& base,
                                                         std::vector<event_declaration> derived);

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

  /// `$user`, `$item`, …: events that stand for a row of a table. No rule can name them.
  bool is_row(event_type_id type) const noexcept;
  /// The entity whose row this type upserts, or nullptr. All fields of such a row are in `extra`.
  const entity_declaration* row_of(event_type_id type) const noexcept;
  const std::vector<relation_change>& relation_changes(event_type_id type) const noexcept;
  /// The attributes named here are set on arrival from the tables, never by who sends the event.
  const std::vector<attachment>& attachments(event_type_id type) const noexcept;
  bool is_attached(event_type_id type, attribute_id attribute) const noexcept;

  const std::vector<entity_declaration>& entities() const noexcept { return entities_; }
  const entity_declaration* entity(std::string_view name) const noexcept;
  const relation_declaration* relation(std::string_view name) const noexcept;
  const std::vector<relation_declaration>& relations() const noexcept { return relations_; }
  std::vector<std::string> type_names() const;  ///< those rules can name, for "did you mean"

 private:
  struct transparent_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const noexcept {
      return std::hash<std::string_view>{}(s);
    }
  };
  template <class T>
  using by_name = std::unordered_map<std::string, T, transparent_hash, std::equal_to<>>;

  result<void> number_types(std::vector<event_declaration> added);
  result<void> number_type(std::size_t type);
  result<attribute_id> number_attribute(const std::string& name);
  result<void> attach(std::size_t type);
  void note_relations(std::size_t type);

  std::vector<event_declaration> types_;
  std::vector<std::vector<std::pair<attribute_id, value_type>>>
      type_attributes_;                                         // per type, sorted by id
  std::vector<std::vector<attribute_id>> type_required_;        // per type, sorted
  std::vector<std::vector<subject_attributes>> type_subjects_;  // per type
  std::vector<std::vector<relation_change>> type_changes_;      // per type
  std::vector<std::vector<attachment>> type_attachments_;       // per type
  std::vector<entity_declaration> entities_;
  std::vector<relation_declaration> relations_;
  std::vector<std::string> attribute_names_;
  by_name<event_type_id> type_ids_;
  by_name<attribute_id> attribute_ids_;
};

}  // namespace beckon
