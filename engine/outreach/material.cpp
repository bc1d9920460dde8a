#include "engine/outreach/material.hpp"

#include <algorithm>
#include <array>

#include "engine/outreach/json_text.hpp"
#include "engine/outreach/material_content.hpp"

namespace beckon::outreach {

struct material::implementation {
  std::string id;
  std::string version;
  content_node content;
};

namespace {

constexpr std::string_view profile_prefix = "user.";
constexpr std::array<std::string_view, 4> built_in = {"subject.id", "rule", "action", "fired_at"};

bool is_built_in(std::string_view name) {
  return std::find(built_in.begin(), built_in.end(), name) != built_in.end();
}

/// Calls `visit(scalar node, slot)` for every {{ … }} that names a variable.
template <class Visit>
void for_each_variable(const content_node& node, const Visit& visit) {
  for (const text_template::slot& s : node.text.slots()) {
    if (!s.variable.empty()) visit(node, s);
  }
  for (const content_node& item : node.items) for_each_variable(item, visit);
  for (const auto& member : node.members) for_each_variable(member.second, visit);
}

void check_names(const content_node& content, problems& out) {
  for_each_variable(content, [&](const content_node& node, const text_template::slot& s) {
    const std::string_view name = s.variable;
    const std::size_t dots = static_cast<std::size_t>(std::count(name.begin(), name.end(), '.'));
    if (dots == 0 || is_built_in(name) || (name.starts_with(profile_prefix) && dots == 1)) return;
    out.push_back(problem_in_text(
        node.place, node.source, s.offset, "there is no variable '" + s.variable + "'",
        "a name the rule RETURNs, user.FIELD, subject.id, rule, action or "
        "fired_at"));
  });
}

/// The first place of each variable without default that `wanted` asks for, by name.
template <class Wanted>
std::vector<std::pair<std::string, problem>> variables_without_default(const content_node& content,
                                                                       const Wanted& wanted) {
  std::vector<std::pair<std::string, problem>> found;
  for_each_variable(content, [&](const content_node& node, const text_template::slot& s) {
    const auto name = wanted(std::string_view(s.variable));
    const auto same = [&](const auto& known) { return known.first == name; };
    if (name.empty() || s.has_default() || std::any_of(found.begin(), found.end(), same)) return;
    found.emplace_back(name, problem_in_text(node.place, node.source, s.offset,
                                             "variable '" + s.variable + "' may have no value",
                                             "write {{ " + s.variable + " | default: \"…\" }}"));
  });
  return found;
}

void append_member(std::string& out, std::string_view key, std::string_view text) {
  if (out.back() != '{') out += ',';
  append_json(out, key);
  out += ':';
  append_json(out, text);
}

value find_variable(std::string_view name, const request& what, std::string_view action,
                    const facts& known) {
  if (name == "rule") return what.rule;
  if (name == "action") return action;
  if (name == "fired_at") return what.fired;
  if (name == "subject.id") return what.who.id;
  const bool in_profile = name.starts_with(profile_prefix);
  const value* found = in_profile ? find_field(known.profile, name.substr(profile_prefix.size()))
                                  : find_field(what.returns, name);
  return found == nullptr ? value() : *found;
}

}  // namespace

material::material(std::unique_ptr<const implementation> inside) : inside_(std::move(inside)) {}
material::~material() = default;

const std::string& material::id() const noexcept {
  return inside_->id;
}
const std::string& material::version() const noexcept {
  return inside_->version;
}

std::shared_ptr<const material> material::compile(std::string id, const settings& node,
                                                  problems& out) {
  problems found;
  implementation made{std::move(id), {}, read_content(node, "id", found)};
  if (!has_errors(found)) check_names(made.content, found);
  const bool wrong = has_errors(found);
  out.insert(out.end(), found.begin(), found.end());
  if (wrong) return nullptr;
  hash_builder hash;
  add_to_hash(hash, made.content);
  made.version = to_hex(hash.finish()).substr(0, 8);
  return std::shared_ptr<const material>(
      new material(std::make_unique<const implementation>(std::move(made))));
}

std::vector<std::pair<std::string, problem>> material::required_returns() const {
  return variables_without_default(inside_->content, [](std::string_view name) {
    const bool other = is_built_in(name) || name.starts_with(profile_prefix);
    return other ? std::string() : std::string(name);
  });
}

std::vector<std::pair<std::string, problem>> material::required_profile_fields() const {
  return variables_without_default(inside_->content, [](std::string_view name) {
    const bool in_profile = name.starts_with(profile_prefix);
    return in_profile ? std::string(name.substr(profile_prefix.size())) : std::string();
  });
}

result<rendered> material::render(const request& what, std::string_view action, hash128 delivery,
                                  const facts& known) const {
  std::string body = "{";
  append_member(body, "delivery_id", to_hex(delivery));
  append_member(body, "occurrence", to_hex(what.occurrence));
  append_member(body, "rule", what.rule);
  append_member(body, "rule_version", what.rule_version);
  append_member(body, "action", action);
  body += ",\"subject\":{";
  append_member(body, "kind", what.who.kind);
  append_member(body, "id", what.who.id);
  body += '}';
  append_member(body, "fired_at", to_rfc3339(what.fired));
  append_member(body, "material", inside_->id);
  append_member(body, "material_version", inside_->version);
  body += ",\"content\":";
  const auto find = [&](std::string_view name) { return find_variable(name, what, action, known); };
  auto filled = append_content(body, inside_->content, find, most_rendered_bytes);
  body += '}';
  if (filled && body.size() > most_rendered_bytes) {
    filled =
        error{errc::exhausted, "longer than " + std::to_string(most_rendered_bytes) + " bytes"};
  }
  if (!filled) {
    return error{filled.error().code, filled.error().message, "material '" + inside_->id + "'"};
  }
  return rendered{"application/json", std::move(body)};
}

}  // namespace beckon::outreach
