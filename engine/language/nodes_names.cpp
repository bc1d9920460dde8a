// Nodes that look something up: constants, attributes, captures, profile fields, now.
#include "engine/language/expression_node.hpp"
#include "engine/language/structure.hpp"

namespace beckon::language {
namespace {

struct constant_node final : expression_node {
  value content;

  explicit constant_node(value v) : content(std::move(v)) { type = content.type(); }
  const value& look(const scope&, value&) const noexcept override { return content; }
  const value* constant() const noexcept override { return &content; }
  void describe(structure& s) const override { s.node("constant", *this).content(content); }
};

struct attribute_node final : expression_node {
  attribute_id name;

  explicit attribute_node(attribute_id a) : name(a) {}
  const value& look(const scope& s, value&) const noexcept override {
    const value* found = s.current == nullptr ? nullptr : s.current->find(name);
    return found == nullptr ? null_value() : *found;
  }
  std::optional<attribute_id> attribute() const noexcept override { return name; }
  void describe(structure& s) const override {
    s.node("attribute", *this).number(static_cast<std::uint64_t>(name));
  }
};

/// event.time, event.type, event.source, event.id.
struct event_node final : expression_node {
  attribute_id name;

  explicit event_node(attribute_id a) : name(a) {}
  const value& look(const scope& s, value& scratch) const noexcept override {
    if (s.current == nullptr) return null_value();
    if (name == attribute_time) {
      scratch = value(s.current->time);
    } else if (name == attribute_type) {
      scratch = value(s.current_type);
    } else {
      scratch = value(name == attribute_source ? s.current->source : s.current->id);
    }
    return scratch;
  }
  std::optional<attribute_id> attribute() const noexcept override { return name; }
  void describe(structure& s) const override {
    s.node("event", *this).number(static_cast<std::uint64_t>(name));
  }
};

struct captured_node final : expression_node {
  std::size_t slot;

  explicit captured_node(std::size_t k) : slot(k) {}
  const value& look(const scope& s, value&) const noexcept override {
    return slot < s.captured.size() ? s.captured[slot] : null_value();
  }
  void describe(structure& s) const override {
    s.node("captured", *this).number(slot).beyond_event();
  }
};

struct profile_node final : expression_node {
  std::string name;

  explicit profile_node(std::string field) : name(std::move(field)) {}
  const value& look(const scope& s, value&) const noexcept override {
    const value* found = s.profile == nullptr ? nullptr : find_field(*s.profile, name);
    return found == nullptr ? null_value() : *found;
  }
  void describe(structure& s) const override { s.node("profile", *this).text(name).beyond_event(); }
};

/// user.user_id, whatever the catalogue calls it.
struct user_id_node final : expression_node {
  user_id_node() { type = value_type::text; }
  const value& look(const scope& s, value& scratch) const noexcept override {
    return s.user.empty() ? null_value() : scratch = value(s.user);
  }
  void describe(structure& s) const override { s.node("user id", *this).beyond_event(); }
};

struct now_node final : expression_node {
  now_node() { type = value_type::time; }
  const value& look(const scope& s, value& scratch) const noexcept override {
    return scratch = value(s.now);
  }
  void describe(structure& s) const override { s.node("now", *this).beyond_event(); }
};

template <class node_type, class... arguments>
node typed(value_type type, arguments&&... args) {
  auto made = std::make_unique<node_type>(std::forward<arguments>(args)...);
  made->type = type;
  return made;
}

}  // namespace

const value& null_value() noexcept {
  static const value null;
  return null;
}

const value& as_value(truth t) noexcept {
  static const value yes(true), no(false);
  return t == truth::unknown ? null_value() : t == truth::yes ? yes : no;
}

truth expression_node::test(const scope& s) const noexcept {
  value scratch;
  const bool* held = look(s, scratch).as_boolean();
  return held == nullptr ? truth::unknown : as_truth(*held);
}

void expression_node::collect(std::vector<expression::equality>&) const {}

void expression_node::split(std::vector<const expression_node*>& into) const {
  into.push_back(this);
}

std::optional<atom> expression_node::indexed() const {
  return std::nullopt;
}

const value& condition_node::look(const scope& s, value&) const noexcept {
  return as_value(test(s));
}

node make_constant(value content) {
  return std::make_unique<constant_node>(std::move(content));
}

node make_attribute(attribute_id name, value_type type) {
  const bool of_every_event = name == attribute_time || name == attribute_type ||
                              name == attribute_source || name == attribute_event_id;
  return of_every_event ? typed<event_node>(type, name) : typed<attribute_node>(type, name);
}

node make_captured(std::size_t slot, value_type type) {
  return typed<captured_node>(type, slot);
}

node make_profile(std::string name, value_type type) {
  return typed<profile_node>(type, std::move(name));
}

node make_user_id() {
  return std::make_unique<user_id_node>();
}

node make_now() {
  return std::make_unique<now_node>();
}

}  // namespace beckon::language
